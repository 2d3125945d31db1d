from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0021_sign_offs"),
        ("productions", "0003_corrections"),
    ]

    operations = [RunSQLFile(__file__, "notices_of_unions_v1")]
