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
        ("provenance", "0020_derived_assets"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssetMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("manifest_id", models.CharField(max_length=60)),
                ("algorithm", models.CharField(max_length=60)),
                ("mark", models.BinaryField(help_text="8 bytes that mean nothing but themselves.")),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        help_text="Parts of the mark, to look it up by.",
                        size=None,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "asset",
                    models.OneToOneField(
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
                        fastupdate=False, fields=["keys"], name="provenance_mark_keys"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manifest_id__regex", "^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
                        ),
                        name="provenance_mark_manifest_id",
                    )
                ],
            },
        ),
        IsolateByOrganisation("provenance_assetmark"),
        RunSQLFile(__file__, "marks_v1"),
    ]
