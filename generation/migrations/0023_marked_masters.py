import django.db.models.deletion
from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0021_serving"),
        ("provenance", "0020_derived_assets"),
    ]

    operations = [
        migrations.AddField(
            model_name="master",
            name="recipient",
            field=models.ForeignKey(
                help_text="For whom alone it is marked; null: for anybody, and bears no mark of its own.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="generation.recipient",
            ),
        ),
        migrations.AlterField(
            model_name="master",
            name="failure_code",
            field=models.CharField(
                blank=True,
                choices=[
                    ("source_unfit", "source unfit"),
                    ("disk_full", "disk full"),
                    ("encoder_failed", "encoder failed"),
                    ("signing_failed", "signing failed"),
                    ("cameras_unsolved", "cameras unsolved"),
                    ("mark_unread", "mark unread"),
                    ("too_many_attempts", "too many attempts"),
                    ("internal_error", "internal error"),
                ],
                max_length=40,
                null=True,
            ),
        ),
        RunSQLFile(__file__, "marked_masters_v1"),
        RunSQLFile(__file__, "left_the_house_v1"),
    ]
