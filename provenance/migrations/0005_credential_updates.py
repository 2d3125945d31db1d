import django.db.models.deletion
from django.db import migrations, models

from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("provenance", "0004_assets_in_the_log"),
    ]

    operations = [
        migrations.CreateModel(
            name="CredentialUpdate",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("take_id", models.UUIDField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("legal_review", "legal_review"),
                            ("delivery", "delivery"),
                            ("repository_receipt", "repository_receipt"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "cause_id",
                    models.UUIDField(
                        help_text="The case, the delivery or the manifest that the addition tells of."
                    ),
                ),
                (
                    "updates_manifest_id",
                    models.CharField(help_text="The manifest that was active before.", max_length=60),
                ),
                ("manifest_id", models.CharField(max_length=60, unique=True)),
                ("file_sha256", models.CharField(max_length=64)),
                ("size_bytes", models.BigIntegerField()),
                ("media_key", models.CharField(max_length=120)),
                (
                    "manifest_store",
                    models.BinaryField(
                        help_text="The whole JUMBF store, with every manifest before this one."
                    ),
                ),
                ("manifest_store_sha256", models.CharField(max_length=64)),
                (
                    "certificate_serial",
                    models.CharField(help_text="Of the signing certificate, decimal.", max_length=50),
                ),
                ("certificate_sha256", models.CharField(max_length=64)),
                (
                    "anchor_sha256",
                    models.CharField(help_text="Of the root that vouched for the signer.", max_length=64),
                ),
                ("statement", models.JSONField(help_text="The update's definition as it was intended.")),
                ("statement_sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                (
                    "entry_uid",
                    models.UUIDField(
                        help_text="Its entry in the log. Until the log covers it, nobody gets the file."
                    ),
                ),
                ("time_stamped_at", models.DateTimeField(null=True)),
                (
                    "asset",
                    models.ForeignKey(
                        help_text="The first one of its take.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="updates",
                        to="provenance.signedasset",
                    ),
                ),
                (
                    "intent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="provenance.signingintent",
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
            ],
            options={
                "ordering": ["-signed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "asset", "reason", "cause_id"), name="provenance_update_once"
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "id"), name="provenance_update_in_organisation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["legal_review", "delivery", "repository_receipt"])
                        ),
                        name="provenance_update_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("file_sha256__regex", "^[0-9a-f]{64}$"),
                            ("manifest_store_sha256__regex", "^[0-9a-f]{64}$"),
                            ("certificate_sha256__regex", "^[0-9a-f]{64}$"),
                            ("anchor_sha256__regex", "^[0-9a-f]{64}$"),
                            ("statement_sha256__regex", "^[0-9a-f]{64}$"),
                        ),
                        name="provenance_update_digests",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manifest_id__regex", "^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
                            (
                                "updates_manifest_id__regex",
                                "^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
                            ),
                        ),
                        name="provenance_update_manifest_ids",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size_bytes__gt", 0)), name="provenance_update_size"
                    ),
                ],
            },
        ),
        IsolateByOrganisation("provenance_credentialupdate"),
        RunSQLFile(__file__, "credential_updates_v1"),
        RunSQLFile(__file__, "asset_of_manifest_v2"),
    ]
