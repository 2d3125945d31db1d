from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0039_screens_of_kept_pictures"),
    ]

    operations = [
        migrations.AlterField(
            model_name="likenesstraining",
            name="failure_code",
            field=models.CharField(
                blank=True,
                choices=[
                    ("likeness_not_released", "likeness not released"),
                    ("source_unfit", "source unfit"),
                    ("screens_not_clear", "screens not clear"),
                    ("model_refused", "model refused"),
                    ("model_changed", "model changed"),
                    ("out_of_memory", "out of memory"),
                    ("too_slow", "too slow"),
                    ("learned_nothing", "learned nothing"),
                    ("not_taken_in", "not taken in"),
                    ("disk_full", "disk full"),
                    ("device_lost", "device lost"),
                    ("too_many_attempts", "too many attempts"),
                    ("internal_error", "internal error"),
                ],
                max_length=40,
                null=True,
            ),
        ),
    ]
