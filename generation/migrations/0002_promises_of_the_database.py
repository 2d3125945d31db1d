from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("generation", "0001_initial")]

    operations = [
        RunSQLFile(__file__, "same_organisation_v1"),
        RunSQLFile(__file__, "take_history_v1"),
        RunSQLFile(__file__, "takes_awaiting_v1"),
    ]
