from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("provenance", "0003_time_stamps_of_credentials"), ("audit", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="signedasset",
            name="entry_uid",
            field=models.UUIDField(
                null=True, help_text="Its entry in the log. Until the log covers it, nobody gets the file."
            ),
        ),
        RunSQLFile(__file__, "assets_in_the_log_v1"),
    ]
