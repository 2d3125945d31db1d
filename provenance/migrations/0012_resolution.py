from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("provenance", "0011_status_lists")]

    operations = [RunSQLFile(__file__, "manifest_store_v1")]
