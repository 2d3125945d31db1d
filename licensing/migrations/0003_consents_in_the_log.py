from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("licensing", "0002_promises"), ("audit", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="entry_uid",
            field=models.UUIDField(
                null=True,
                help_text="Its entry in the log. Until the log covers it, the record counts for nothing.",
            ),
        ),
        RunSQLFile(__file__, "consents_in_the_log_v1"),
    ]
