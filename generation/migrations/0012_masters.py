import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0020_model_clearances"),
        ("licensing", "0030_naming_choices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptFrames",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("media_key", models.CharField(max_length=120)),
                ("file_sha256", models.CharField(max_length=64)),
                ("size_bytes", models.BigIntegerField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("frames", models.PositiveIntegerField()),
                ("kept_at", models.DateTimeField()),
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
                    "take",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_frames",
                        to="generation.take",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("file_sha256__regex", "^[0-9a-f]{64}$")),
                        name="generation_keptframes_file_sha256",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "id"), name="generation_keptframes_in_organisation"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Master",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("h264", "h264"),
                            ("hevc_10", "hevc 10"),
                            ("prores_422_hq", "prores 422 hq"),
                            ("prores_4444", "prores 4444"),
                            ("dnxhr_hqx", "dnxhr hqx"),
                            ("av1_10", "av1 10"),
                        ],
                        max_length=40,
                    ),
                ),
                ("fps", models.CharField(help_text="Exact, such as 24000/1001.", max_length=20)),
                (
                    "source",
                    models.CharField(
                        choices=[("kept_frames", "kept frames"), ("signed_file", "signed file")],
                        max_length=40,
                    ),
                ),
                ("source_sha256", models.CharField(max_length=64)),
                ("idempotency_key", models.CharField(max_length=200)),
                ("requested_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("encoding", "encoding"),
                            ("signing", "signing"),
                            ("signed", "signed"),
                            ("refused", "refused"),
                            ("failed", "failed"),
                        ],
                        max_length=40,
                    ),
                ),
                ("worker", models.CharField(blank=True, max_length=120)),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("fence", models.PositiveBigIntegerField(default=0)),
                ("woken_at", models.DateTimeField(null=True)),
                ("frames_done", models.PositiveIntegerField(default=0)),
                (
                    "failure_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("source_unfit", "source unfit"),
                            ("disk_full", "disk full"),
                            ("encoder_failed", "encoder failed"),
                            ("signing_failed", "signing failed"),
                            ("too_many_attempts", "too many attempts"),
                            ("internal_error", "internal error"),
                        ],
                        max_length=40,
                        null=True,
                    ),
                ),
                ("failure_message", models.TextField(blank=True)),
                ("asset_id", models.UUIDField(help_text="Of the signed file.", null=True, unique=True)),
                ("facts", models.JSONField(default=dict)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision"
                    ),
                ),
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
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "take",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="masters",
                        to="generation.take",
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at", "-id"],
                "indexes": [
                    models.Index(fields=["organisation", "take"], name="generation_master_of_take"),
                    models.Index(
                        condition=models.Q(("state__in", ["encoding", "queued", "signing"])),
                        fields=["requested_at"],
                        name="generation_master_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "id"), name="generation_master_in_organisation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "format__in",
                                ["h264", "hevc_10", "prores_422_hq", "prores_4444", "dnxhr_hqx", "av1_10"],
                            )
                        ),
                        name="generation_master_format_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["kept_frames", "signed_file"])),
                        name="generation_master_source_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["queued", "encoding", "signing", "signed", "refused", "failed"])
                        ),
                        name="generation_master_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source_sha256__regex", "^[0-9a-f]{64}$")),
                        name="generation_master_source_sha256",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "idempotency_key"), name="generation_master_key_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asset_id__isnull", False), ("state", "signed")),
                            models.Q(
                                models.Q(("state", "signed"), _negated=True), ("asset_id__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="generation_master_signed_has_asset",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failure_code__isnull", False), ("state", "failed")),
                            models.Q(
                                models.Q(("state", "failed"), _negated=True), ("failure_code__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="generation_master_failed_has_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state__in", ["encoding", "signing"])),
                            models.Q(
                                models.Q(("state__in", ["encoding", "signing"]), _negated=True),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="generation_master_worked_on_has_lease",
                    ),
                ],
            },
        ),
        IsolateByOrganisation("generation_keptframes"),
        IsolateByOrganisation("generation_master"),
        RunSQLFile(__file__, "masters_v1"),
    ]
