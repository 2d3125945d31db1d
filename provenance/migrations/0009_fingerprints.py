import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("provenance", "0005_credential_updates"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssetFingerprint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("manifest_id", models.CharField(max_length=60)),
                ("algorithm", models.CharField(help_text="How the words were made.", max_length=60)),
                (
                    "iscc",
                    models.CharField(help_text="ISCC Video-Code, 256 bits, with its header.", max_length=80),
                ),
                ("iscc_digest", models.BinaryField()),
                ("words", models.BinaryField(help_text="One word of 32 bytes for each fifth of a second.")),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        help_text="Parts of the code and the words, to look them up by.",
                        size=None,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="provenance.signedasset",
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
                "ordering": ["-made_at"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["keys"], name="provenance_fingerprint_keys"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("asset", "algorithm"), name="provenance_fingerprint_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manifest_id__regex", "^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
                        ),
                        name="provenance_fingerprint_manifest_id",
                    ),
                ],
            },
        ),
        IsolateByOrganisation("provenance_assetfingerprint"),
        RunSQLFile(__file__, "fingerprints_v1"),
    ]
