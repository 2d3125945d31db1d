from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        RunSQLFile(__file__, "append_only_v1"),
        RunSQLFile(__file__, "append_v1"),
    ]
