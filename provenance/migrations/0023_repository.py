from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("provenance", "0022_marks_of_derived")]

    operations = [RunSQLFile(__file__, "manifest_store_v2")]
