from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0008_entries_without_foreign_key"),
    ]

    operations = [RunSQLFile(__file__, "append_v3")]
