import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0035_graph_of_trainings"),
        ("productions", "0003_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TakeCap",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("most", models.PositiveIntegerField(help_text="Null: no cap of its own.", null=True)),
                ("set_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "production",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="productions.production",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-set_at", "-id"],
                "indexes": [models.Index(fields=["production", "-set_at"], name="generation_takecap_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("most__isnull", True), ("most__gte", 1), _connector="OR"),
                        name="generation_takecap_at_least_one",
                    )
                ],
            },
        ),
        IsolateByOrganisation("generation_takecap"),
        RunSQLFile(__file__, "take_caps_v1"),
    ]
