import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductionChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "statement_id",
                    models.UUIDField(help_text="One for all facts that were corrected together."),
                ),
                ("field", models.CharField(max_length=40)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("happened", "happened"),
                            ("learned", "learned"),
                            ("entered_wrongly", "entered wrongly"),
                        ],
                        max_length=20,
                    ),
                ),
                ("because", models.CharField(max_length=500)),
                ("true_since", models.DateField(null=True)),
                ("document_sha256", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
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
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-recorded_at", "field"],
                "indexes": [
                    models.Index(fields=["organisation", "production"], name="productions_change_of")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["happened", "learned", "entered_wrongly"])),
                        name="productions_productionchange_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True),
                        name="productions_productionchange_says_why",
                    ),
                    models.UniqueConstraint(
                        fields=("statement_id", "field"), name="productions_productionchange_once"
                    ),
                ],
            },
        ),
        IsolateByOrganisation("productions_productionchange"),
        RunSQLFile(__file__, "production_changes_v1"),
    ]
