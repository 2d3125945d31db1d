from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0031_face_comparison"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="obligationuse",
            name="licensing_obligationuse_effect_known",
        ),
        migrations.AlterField(
            model_name="obligationuse",
            name="effect",
            field=models.CharField(
                choices=[
                    ("take_signed", "take signed"),
                    ("delivered", "delivered"),
                    ("adapter_kept", "adapter kept"),
                    ("stated", "stated"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="obligationuse",
            constraint=models.CheckConstraint(
                condition=models.Q(("effect__in", ["take_signed", "delivered", "adapter_kept", "stated"])),
                name="licensing_obligationuse_effect_known",
            ),
        ),
    ]
