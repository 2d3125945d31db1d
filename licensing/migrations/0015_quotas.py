import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile

# fmt: off
# As Django wrote it: one line per column.


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("licensing", "0014_report_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="Quota",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("unit", models.CharField(choices=[("uses", "uses"), ("takes", "takes"), ("seconds", "seconds")], max_length=40)),
                ("most", models.PositiveBigIntegerField()),
                ("used", models.PositiveBigIntegerField(default=0)),
                ("reserved", models.PositiveBigIntegerField(default=0)),
                ("consent", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="quotas", to="licensing.consent")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["consent", "unit"],
            },
        ),
        migrations.CreateModel(
            name="QuotaReservation",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("job_id", models.UUIDField(help_text="The take, or whatever else is made.")),
                ("amount", models.PositiveBigIntegerField()),
                ("spent", models.PositiveBigIntegerField(null=True)),
                ("fence", models.PositiveBigIntegerField()),
                ("state", models.CharField(choices=[("held", "held"), ("committed", "committed"), ("released", "released"), ("expired", "expired")], max_length=40)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("quota", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="licensing.quota")),
            ],
            options={
                "ordering": ["made_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_quota_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.CheckConstraint(condition=models.Q(("unit__in", ["uses", "takes", "seconds"])), name="licensing_quota_unit_known"),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.UniqueConstraint(fields=("organisation", "consent", "unit"), name="licensing_quota_once"),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.CheckConstraint(condition=models.Q(("most__gt", 0)), name="licensing_quota_allows_something"),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.CheckConstraint(condition=models.Q(("used__gte", 0), ("reserved__gte", 0), ("most__gte", django.db.models.expressions.CombinedExpression(models.F("used"), "+", models.F("reserved")))), name="licensing_quota_not_overspent"),
        ),
        migrations.AddIndex(
            model_name="quotareservation",
            index=models.Index(fields=["organisation", "job_id"], name="licensing_reservation_of_job"),
        ),
        migrations.AddIndex(
            model_name="quotareservation",
            index=models.Index(condition=models.Q(("state", "held")), fields=["quota", "expires_at"], name="licensing_reservation_held"),
        ),
        migrations.AddConstraint(
            model_name="quotareservation",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ["held", "committed", "released", "expired"])), name="licensing_quotareservation_state_known"),
        ),
        migrations.AddConstraint(
            model_name="quotareservation",
            constraint=models.UniqueConstraint(fields=("quota", "job_id"), name="licensing_quotareservation_once"),
        ),
        migrations.AddConstraint(
            model_name="quotareservation",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="licensing_quotareservation_of_something"),
        ),
        migrations.AddConstraint(
            model_name="quotareservation",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("spent__isnull", False), ("state", "committed")), models.Q(models.Q(("state", "committed"), _negated=True), ("spent__isnull", True)), _connector="OR"), name="licensing_quotareservation_spent_when_committed"),
        ),
        migrations.AddConstraint(
            model_name="quotareservation",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("settled_at__isnull", True), ("state", "held")), models.Q(models.Q(("state", "held"), _negated=True), ("settled_at__isnull", False)), _connector="OR"), name="licensing_quotareservation_settled_when"),
        ),
        IsolateByOrganisation("licensing_quota"),
        IsolateByOrganisation("licensing_quotareservation"),
        RunSQLFile(__file__, "quotas_v1"),
    ]
