import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("productions", "0003_corrections"),
        ("provenance", "0012_resolution"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferenceMedia",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "title",
                    models.CharField(
                        help_text="Public in every credential of what is made from it.", max_length=200
                    ),
                ),
                (
                    "media_type",
                    models.CharField(
                        choices=[
                            ("image/jpeg", "image/jpeg"),
                            ("image/png", "image/png"),
                            ("image/webp", "image/webp"),
                            ("image/tiff", "image/tiff"),
                            ("image/gif", "image/gif"),
                            ("video/mp4", "video/mp4"),
                            ("video/quicktime", "video/quicktime"),
                            ("video/x-msvideo", "video/x-msvideo"),
                            ("audio/wav", "audio/wav"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "source_sha256",
                    models.CharField(help_text="Of the file as it was handed in.", max_length=64),
                ),
                (
                    "file_sha256",
                    models.CharField(
                        help_text="Of the file as it is kept, with its credential.", max_length=64
                    ),
                ),
                ("size_bytes", models.BigIntegerField()),
                ("media_key", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("trusted", "trusted"),
                            ("retired_signer", "retired_signer"),
                            ("unknown_signer", "unknown_signer"),
                        ],
                        help_text="What its credential proved on the day it came.",
                        max_length=16,
                    ),
                ),
                (
                    "signed_here",
                    models.BooleanField(help_text="It came without a credential, and we signed it."),
                ),
                ("manifest_id", models.CharField(max_length=200)),
                (
                    "signed_by",
                    models.CharField(blank=True, help_text="In the signing certificate.", max_length=300),
                ),
                (
                    "digital_source_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("trainedAlgorithmicMedia", "trainedAlgorithmicMedia"),
                            ("compositeWithTrainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"),
                            ("digitalCreation", "digitalCreation"),
                            ("humanEdits", "humanEdits"),
                            ("algorithmicMedia", "algorithmicMedia"),
                            ("screenCapture", "screenCapture"),
                            ("virtualRecording", "virtualRecording"),
                            ("composite", "composite"),
                        ],
                        help_text="As whoever handed it in stated it; empty where its own credential speaks.",
                        max_length=48,
                    ),
                ),
                (
                    "stated_source_type",
                    models.CharField(
                        blank=True,
                        help_text="What the credential in the file states, as a URL.",
                        max_length=200,
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("entry_uid", models.UUIDField(help_text="Its entry in the log.")),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "production",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="productions.production",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "production", "source_sha256"),
                        name="provenance_reference_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source_sha256__regex", "^[0-9a-f]{64}$"),
                            ("file_sha256__regex", "^[0-9a-f]{64}$"),
                        ),
                        name="provenance_reference_digests",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["trusted", "retired_signer", "unknown_signer"])),
                        name="provenance_reference_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size_bytes__gt", 0)), name="provenance_reference_size"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signed_here", True),
                                ("state", "trusted"),
                                models.Q(("digital_source_type", ""), _negated=True),
                            ),
                            models.Q(("digital_source_type", ""), ("signed_here", False)),
                            _connector="OR",
                        ),
                        name="provenance_reference_stated_where_signed",
                    ),
                ],
            },
        ),
        IsolateByOrganisation("provenance_referencemedia"),
        RunSQLFile(__file__, "references_v1"),
    ]
