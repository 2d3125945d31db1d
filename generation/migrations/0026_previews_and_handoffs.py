from django.conf import settings
from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0025_masters_cancelled"),
        ("licensing", "0030_naming_choices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="master",
            name="generation_master_format_known",
        ),
        migrations.AddField(
            model_name="master",
            name="cameras",
            field=models.JSONField(
                help_text="What was said of the camera; of a hand-off for 3D alone.", null=True
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
                    ("too_many_attempts", "too many attempts"),
                    ("internal_error", "internal error"),
                ],
                max_length=40,
                null=True,
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
                    ("webp_preview", "webp preview"),
                    ("handoff_3d", "handoff 3d"),
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
                            "webp_preview",
                            "handoff_3d",
                        ],
                    )
                ),
                name="generation_master_format_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="master",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cameras__isnull", False), ("format", "handoff_3d")),
                    models.Q(models.Q(("format", "handoff_3d"), _negated=True), ("cameras__isnull", True)),
                    _connector="OR",
                ),
                name="generation_master_cameras_of_handoff",
            ),
        ),
        RunSQLFile(__file__, "master_cameras_v1"),
    ]
