import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile

# fmt: off
# As Django wrote it: one line per column.


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("licensing", "0011_names_and_their_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportSchedule",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("scope", models.JSONField()),
                ("cadence", models.CharField(choices=[("daily", "daily"), ("weekly", "weekly"), ("monthly", "monthly"), ("semi_annual", "semi annual")], max_length=40)),
                ("covers", models.CharField(choices=[("period", "period"), ("everything", "everything")], max_length=40)),
                ("told", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ("next_from", models.DateField()),
                ("due_on", models.DateField()),
                ("set_up_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_because", models.CharField(blank=True, choices=[("ended", "ended"), ("maker_may_not", "maker may not"), ("scope_gone", "scope gone")], max_length=40, null=True)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("set_up_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-set_up_at"],
            },
        ),
        migrations.CreateModel(
            name="ReportRun",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("scope", models.JSONField()),
                ("period_from", models.DateField(null=True)),
                ("period_until", models.DateField(null=True)),
                ("missed", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("sight", models.CharField(choices=[("everybody", "everybody"), ("register", "register"), ("personal", "personal")], max_length=40)),
                ("rows", models.PositiveIntegerField()),
                ("not_recorded", models.PositiveBigIntegerField()),
                ("pages", models.PositiveIntegerField()),
                ("csv_sha256", models.CharField(max_length=64)),
                ("csv_bytes", models.PositiveBigIntegerField()),
                ("pdf_sha256", models.CharField(max_length=64)),
                ("pdf_bytes", models.PositiveBigIntegerField()),
                ("log_origin", models.CharField(max_length=120, null=True)),
                ("log_size", models.PositiveBigIntegerField(default=0)),
                ("log_root", models.CharField(max_length=64)),
                ("entry_uid", models.UUIDField()),
                ("made_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("schedule", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="licensing.reportschedule")),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.AddIndex(
            model_name="reportschedule",
            index=models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["due_on"], name="licensing_reportschedule_due"),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_reportschedule_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.CheckConstraint(condition=models.Q(("cadence__in", ["daily", "weekly", "monthly", "semi_annual"])), name="licensing_reportschedule_cadence_known"),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.CheckConstraint(condition=models.Q(("covers__in", ["period", "everything"])), name="licensing_reportschedule_covers_known"),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.CheckConstraint(condition=models.Q(("ended_because__in", ["ended", "maker_may_not", "scope_gone"])), name="licensing_reportschedule_ended_because_known"),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.CheckConstraint(condition=models.Q(("due_on__gt", models.F("next_from"))), name="licensing_reportschedule_in_order"),
        ),
        migrations.AddConstraint(
            model_name="reportschedule",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("ended_at__isnull", True), ("ended_because__isnull", True)), models.Q(("ended_at__isnull", False), ("ended_because__isnull", False)), _connector="OR"), name="licensing_reportschedule_ended_because"),
        ),
        migrations.AddIndex(
            model_name="reportrun",
            index=models.Index(fields=["organisation", "made_at"], name="licensing_reportrun_made"),
        ),
        migrations.AddConstraint(
            model_name="reportrun",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_reportrun_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="reportrun",
            constraint=models.CheckConstraint(condition=models.Q(("sight__in", ["everybody", "register", "personal"])), name="licensing_reportrun_sight_known"),
        ),
        migrations.AddConstraint(
            model_name="reportrun",
            constraint=models.UniqueConstraint(condition=models.Q(("schedule__isnull", False)), fields=("schedule", "period_from"), name="licensing_reportrun_once_a_period"),
        ),
        migrations.AddConstraint(
            model_name="reportrun",
            constraint=models.CheckConstraint(condition=models.Q(("schedule__isnull", True), models.Q(("period_from__isnull", False), ("period_until__isnull", False)), _connector="OR"), name="licensing_reportrun_scheduled_period"),
        ),
        IsolateByOrganisation("licensing_reportschedule"),
        IsolateByOrganisation("licensing_reportrun"),
        RunSQLFile(__file__, "reports_v1"),
    ]
