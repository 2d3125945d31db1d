from django.db import migrations, models

_KINDS = [
    "variation",
    "revision",
    "remix",
    "extend_after",
    "extend_before",
    "loop",
    "blend",
    "image_to_video",
    "reference_frames",
]
_PICTURES = ["blend", "extend_after", "extend_before", "image_to_video", "loop", "reference_frames", "remix"]


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0037_take_reference_pictures"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="takelineage", name="generation_takelineage_kind_known"),
        migrations.RemoveConstraint(
            model_name="takelineage", name="generation_takelineage_pictures_have_source"
        ),
        migrations.AlterField(
            model_name="takelineage",
            name="kind",
            field=models.CharField(
                choices=[(kind, kind.replace("_", " ")) for kind in _KINDS],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="takelineage",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", _KINDS)), name="generation_takelineage_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="takelineage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("end_frame__gt", models.F("first_frame")),
                        ("end_frame__isnull", False),
                        ("first_frame__isnull", False),
                        ("kind__in", _PICTURES),
                        ("source_sha256__regex", "^[0-9a-f]{64}$"),
                    ),
                    models.Q(
                        models.Q(("kind__in", _PICTURES), _negated=True),
                        ("end_frame__isnull", True),
                        ("first_frame__isnull", True),
                        ("source_sha256", ""),
                    ),
                    _connector="OR",
                ),
                name="generation_takelineage_pictures_have_source",
            ),
        ),
    ]
