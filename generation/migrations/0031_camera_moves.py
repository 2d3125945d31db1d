from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0030_trainings"),
    ]

    operations = [
        migrations.AddField(
            model_name="take",
            name="camera_move",
            field=models.CharField(
                blank=True, default="", help_text="As the model's folder names it.", max_length=40
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="take",
            name="camera_words",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The words for it that are put before the prompt.",
                max_length=200,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="take",
            constraint=models.CheckConstraint(
                condition=models.Q(("camera_move", ""), ("camera_words", ""))
                | models.Q(
                    models.Q(("camera_move", ""), _negated=True),
                    models.Q(("camera_words", ""), _negated=True),
                ),
                name="generation_take_camera_has_words",
            ),
        ),
    ]
