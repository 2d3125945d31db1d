from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("provenance", "0021_watermarks")]

    operations = [RunSQLFile(__file__, "fingerprints_like_v2")]
