import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("licensing", "0012_reports"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("statement_id", models.UUIDField(help_text="One for all facts that were stated together.")),
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
                        max_length=40,
                    ),
                ),
                ("true_since", models.DateField(null=True)),
                ("document_sha256", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-recorded_at", "field"],
            },
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="licensing_engagement_in_organisation"
            ),
        ),
        migrations.AddField(
            model_name="registerchange",
            name="engagement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.engagement",
            ),
        ),
        migrations.AddField(
            model_name="registerchange",
            name="organisation",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="registerchange",
            name="performer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer"
            ),
        ),
        migrations.AddField(
            model_name="registerchange",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="registerchange",
            index=models.Index(fields=["organisation", "performer"], name="licensing_registerchange_of"),
        ),
        migrations.AddConstraint(
            model_name="registerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["happened", "learned", "entered_wrongly"])),
                name="licensing_registerchange_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerchange",
            constraint=models.UniqueConstraint(
                fields=("statement_id", "field"), name="licensing_registerchange_once"
            ),
        ),
        IsolateByOrganisation("licensing_registerchange"),
        RunSQLFile(__file__, "register_changes_v1"),
    ]
