import django.db.models.deletion
from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("provenance", "0024_sidecars")]

    operations = [
        migrations.AddField(
            model_name="assetfingerprint",
            name="derived",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="provenance.derivedasset",
            ),
        ),
        migrations.AlterField(
            model_name="assetfingerprint",
            name="asset",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="provenance.signedasset",
            ),
        ),
        migrations.AddConstraint(
            model_name="assetfingerprint",
            constraint=models.UniqueConstraint(
                fields=("derived", "algorithm"), name="provenance_fingerprint_of_derived_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="assetfingerprint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asset__isnull", False), ("derived__isnull", True)),
                    models.Q(("asset__isnull", True), ("derived__isnull", False)),
                    _connector="OR",
                ),
                name="provenance_fingerprint_of_one_file",
            ),
        ),
        RunSQLFile(__file__, "fingerprints_of_derived_v1"),
    ]
