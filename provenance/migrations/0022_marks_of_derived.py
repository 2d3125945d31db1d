import django.db.models.deletion
from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("provenance", "0025_fingerprints_in_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="assetmark",
            name="derived",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="provenance.derivedasset",
            ),
        ),
        migrations.AlterField(
            model_name="assetmark",
            name="asset",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="provenance.signedasset",
            ),
        ),
        migrations.AddConstraint(
            model_name="assetmark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asset__isnull", False), ("derived__isnull", True)),
                    models.Q(("asset__isnull", True), ("derived__isnull", False)),
                    _connector="OR",
                ),
                name="provenance_mark_in_one_file",
            ),
        ),
        RunSQLFile(__file__, "marks_of_derived_v1"),
    ]
