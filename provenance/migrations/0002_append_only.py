from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("provenance", "0001_initial")]

    operations = [
        RunSQLFile(__file__, "same_organisation_v1"),
        RunSQLFile(__file__, "append_only_v1"),
        RunSQLFile(__file__, "asset_of_manifest_v1"),
    ]
