from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("licensing", "0010_house_packs")]

    operations = [RunSQLFile(__file__, "names_and_their_time_v1")]
