import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0007_unsigned_checkpoints"),
    ]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="origin",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.logorigin",
            ),
        ),
    ]
