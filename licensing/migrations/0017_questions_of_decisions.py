from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("licensing", "0016_disclosures")]

    operations = [RunSQLFile(__file__, "questions_of_decisions_v1")]
