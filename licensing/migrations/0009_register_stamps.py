from django.db import migrations

from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("licensing", "0008_custody_and_synthetics")]

    operations = [
        RunSQLFile(__file__, "register_stamps_v1"),
        IsolateByOrganisation("licensing_registerstate"),
    ]
