import django.db.models.deletion
from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0017_take_previews"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="master",
            name="generation_master_format_known",
        ),
        migrations.AddField(
            model_name="delivery",
            name="master",
            field=models.ForeignKey(
                help_text="Null: the take's own file.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="generation.master",
            ),
        ),
        migrations.AlterField(
            model_name="master",
            name="format",
            field=models.CharField(
                choices=[
                    ("h264", "h264"),
                    ("hevc_10", "hevc 10"),
                    ("prores_422_hq", "prores 422 hq"),
                    ("prores_4444", "prores 4444"),
                    ("dnxhr_hqx", "dnxhr hqx"),
                    ("av1_10", "av1 10"),
                    ("png_sequence", "png sequence"),
                    ("exr_sequence", "exr sequence"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="master",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "format__in",
                        [
                            "h264",
                            "hevc_10",
                            "prores_422_hq",
                            "prores_4444",
                            "dnxhr_hqx",
                            "av1_10",
                            "png_sequence",
                            "exr_sequence",
                        ],
                    )
                ),
                name="generation_master_format_known",
            ),
        ),
        RunSQLFile(__file__, "masters_delivered_v1"),
    ]
