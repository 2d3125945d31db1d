import django.db.models.deletion
from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0038_reference_frames"),
        ("licensing", "0033_owed_for_trainings"),
        ("provenance", "0026_fingerprints_of_derived"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="screenrun",
            name="generation_screenrun_of_one_file",
        ),
        migrations.AddField(
            model_name="screenrun",
            name="custody_asset",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.custodyasset",
            ),
        ),
        migrations.AlterField(
            model_name="screenrun",
            name="file_sha256",
            field=models.CharField(
                blank=True,
                help_text="Of what was looked at, before it was signed or sealed; empty for a folder.",
                max_length=64,
            ),
        ),
        migrations.AddIndex(
            model_name="screenrun",
            index=models.Index(fields=["custody_asset", "-screened_at"], name="generation_screenrun_custody"),
        ),
        migrations.AddConstraint(
            model_name="screenrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("custody_asset__isnull", True),
                        ("master__isnull", True),
                        ("reference__isnull", True),
                        ("take__isnull", False),
                    ),
                    models.Q(
                        ("custody_asset__isnull", True),
                        ("master__isnull", False),
                        ("reference__isnull", True),
                        ("take__isnull", True),
                    ),
                    models.Q(
                        ("custody_asset__isnull", True),
                        ("master__isnull", True),
                        ("reference__isnull", False),
                        ("take__isnull", True),
                    ),
                    models.Q(
                        ("custody_asset__isnull", False),
                        ("master__isnull", True),
                        ("reference__isnull", True),
                        ("take__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="generation_screenrun_of_one_file",
            ),
        ),
        RunSQLFile(__file__, "screens_of_kept_pictures_v1"),
    ]
