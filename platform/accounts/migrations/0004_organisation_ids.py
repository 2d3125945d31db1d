from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_in_failures")]

    operations = [RunSQLFile(__file__, "organisation_ids_v1")]
