import django.db.models.deletion
from django.db import migrations, models

from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("provenance", "0006_references"),
    ]

    operations = [
        migrations.CreateModel(
            name="DerivedAsset",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("take_id", models.UUIDField()),
                ("cause_id", models.UUIDField(help_text="The record of whoever asked for it.", unique=True)),
                ("parent_manifest_id", models.CharField(max_length=60)),
                ("manifest_id", models.CharField(max_length=60, unique=True)),
                ("file_sha256", models.CharField(max_length=64)),
                ("size_bytes", models.BigIntegerField()),
                ("media_key", models.CharField(max_length=120)),
                (
                    "manifest_store",
                    models.BinaryField(help_text="The whole JUMBF store, with the manifests of its parent."),
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
                ("statement", models.JSONField(help_text="The manifest's definition as it was intended.")),
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
                        help_text="The take's own file.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derived",
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
                        fields=("organisation", "id"), name="provenance_derived_in_organisation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("file_sha256__regex", "^[0-9a-f]{64}$"),
                            ("manifest_store_sha256__regex", "^[0-9a-f]{64}$"),
                            ("certificate_sha256__regex", "^[0-9a-f]{64}$"),
                            ("anchor_sha256__regex", "^[0-9a-f]{64}$"),
                            ("statement_sha256__regex", "^[0-9a-f]{64}$"),
                        ),
                        name="provenance_derived_digests",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manifest_id__regex", "^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
                            (
                                "parent_manifest_id__regex",
                                "^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
                            ),
                        ),
                        name="provenance_derived_manifest_ids",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size_bytes__gt", 0)), name="provenance_derived_size"
                    ),
                ],
            },
        ),
        IsolateByOrganisation("provenance_derivedasset"),
        RunSQLFile(__file__, "derived_assets_v1"),
        RunSQLFile(__file__, "asset_of_manifest_v3"),
    ]
