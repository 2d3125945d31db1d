from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("licensing", "0017_questions_of_decisions")]

    operations = [RunSQLFile(__file__, "turns_v1"), RunSQLFile(__file__, "sight_v2")]
