from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [RunSQLFile(__file__, "organisation_policies_v1")]
