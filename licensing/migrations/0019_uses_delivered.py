from django.db import migrations, models

from core.sql import RunSQLFile

_FIRST_WORDING = "2026-11"


class Migration(migrations.Migration):
    dependencies = [("licensing", "0018_turns_and_sight")]

    operations = [
        migrations.AddField(
            model_name="rider",
            name="wording",
            field=models.CharField(
                default=_FIRST_WORDING,
                help_text="Edition of the model wording that its clauses are in.",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="offerround",
            name="wording",
            field=models.CharField(
                default=_FIRST_WORDING,
                help_text="Edition of the model wording it is read and answered in.",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="consent",
            name="uses_are",
            field=models.CharField(
                choices=[("deliveries", "deliveries"), ("signed_takes", "signed takes")],
                default="signed_takes",
                max_length=40,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("uses_are__in", ["deliveries", "signed_takes"])),
                name="licensing_consent_uses_are_known",
            ),
        ),
        migrations.RemoveConstraint(model_name="quota", name="licensing_quota_unit_known"),
        migrations.AlterField(
            model_name="quota",
            name="unit",
            field=models.CharField(
                choices=[
                    ("uses", "uses"),
                    ("takes_as_uses", "takes as uses"),
                    ("takes", "takes"),
                    ("seconds", "seconds"),
                ],
                max_length=40,
            ),
        ),
        RunSQLFile(__file__, "uses_delivered_v1"),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__in", ["uses", "takes_as_uses", "takes", "seconds"])),
                name="licensing_quota_unit_known",
            ),
        ),
    ]
