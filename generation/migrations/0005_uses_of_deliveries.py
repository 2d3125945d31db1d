from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("generation", "0004_authorship"), ("licensing", "0019_uses_delivered")]

    operations = [RunSQLFile(__file__, "uses_of_deliveries_v1")]
