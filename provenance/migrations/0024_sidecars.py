import django.db.models.deletion
from django.db import migrations, models

from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("provenance", "0023_repository"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sidecar",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("take_id", models.UUIDField()),
                (
                    "name",
                    models.CharField(
                        help_text="Of the file or the list, as the credential says it.", max_length=255
                    ),
                ),
                ("media_type", models.CharField(max_length=100)),
                (
                    "bound_sha256",
                    models.CharField(help_text="Of the file, or of the list of files.", max_length=64),
                ),
                ("size_bytes", models.BigIntegerField()),
                (
                    "files",
                    models.PositiveIntegerField(
                        help_text="How many the list names; null: a file itself.", null=True
                    ),
                ),
                ("parent_manifest_id", models.CharField(max_length=60)),
                ("manifest_id", models.CharField(max_length=60, unique=True)),
                ("manifest_store", models.BinaryField(help_text="What lies beside the file, whole.")),
                ("manifest_store_sha256", models.CharField(max_length=64)),
                (
                    "certificate_serial",
                    models.CharField(help_text="Of the signing certificate, decimal.", max_length=50),
                ),
                ("certificate_sha256", models.CharField(max_length=64)),
                ("statement", models.JSONField(help_text="The manifest's definition as it was intended.")),
                ("statement_sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                (
                    "entry_uid",
                    models.UUIDField(
                        help_text="Its entry in the log. Until the log covers it, nobody gets it."
                    ),
                ),
                ("time_stamped_at", models.DateTimeField(null=True)),
                (
                    "asset",
                    models.ForeignKey(
                        help_text="The take's own file.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                "indexes": [
                    models.Index(fields=["bound_sha256"], name="provenance_sidecar_of_digest"),
                    models.Index(fields=["organisation", "take_id"], name="provenance_sidecar_of_take"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "id"), name="provenance_sidecar_in_organisation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bound_sha256__regex", "^[0-9a-f]{64}$"),
                            ("manifest_store_sha256__regex", "^[0-9a-f]{64}$"),
                            ("certificate_sha256__regex", "^[0-9a-f]{64}$"),
                            ("statement_sha256__regex", "^[0-9a-f]{64}$"),
                        ),
                        name="provenance_sidecar_digests",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manifest_id__regex", "^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
                            (
                                "parent_manifest_id__regex",
                                "^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
                            ),
                        ),
                        name="provenance_sidecar_manifest_ids",
                    ),
                ],
            },
        ),
        IsolateByOrganisation("provenance_sidecar"),
        RunSQLFile(__file__, "sidecars_v1"),
    ]
