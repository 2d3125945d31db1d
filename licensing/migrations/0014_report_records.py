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
        ("licensing", "0013_register_changes"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportFinding",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("unauthorised_performance", "unauthorised performance"), ("bias_mitigation", "bias mitigation"), ("open_issue", "open issue")], max_length=40)),
                ("state", models.CharField(choices=[("open", "open"), ("answered", "answered"), ("closed", "closed")], max_length=40)),
                ("found_by", models.CharField(max_length=200)),
                ("found_on", models.DateField()),
                ("text", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("entry_uid", models.UUIDField()),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer")),
                ("production", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
                ("recorded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("supersedes", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="superseded_by", to="licensing.reportfinding")),
            ],
            options={
                "ordering": ["-found_on", "-recorded_at"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "id"), name="licensing_reportfinding_in_organisation"), models.CheckConstraint(condition=models.Q(("kind__in", ["unauthorised_performance", "bias_mitigation", "open_issue"])), name="licensing_reportfinding_kind_known"), models.CheckConstraint(condition=models.Q(("state__in", ["open", "answered", "closed"])), name="licensing_reportfinding_state_known"), models.CheckConstraint(condition=models.Q(models.Q(("text", ""), _negated=True), models.Q(("found_by", ""), _negated=True)), name="licensing_reportfinding_says_it")],
            },
        ),
        migrations.CreateModel(
            name="TrainingLicence",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("union", models.CharField(choices=[("sag_aftra", "sag aftra"), ("wga", "wga")], max_length=40)),
                ("material", models.CharField(max_length=500)),
                ("licensee", models.CharField(max_length=200)),
                ("affiliated", models.BooleanField(null=True)),
                ("public_commercial", models.BooleanField(null=True)),
                ("for_pay", models.BooleanField(null=True)),
                ("noticed_on", models.DateField(null=True)),
                ("notice_sha256", models.CharField(blank=True, max_length=64)),
                ("meeting", models.CharField(blank=True, max_length=500)),
                ("outcome", models.CharField(blank=True, max_length=500)),
                ("recorded_at", models.DateTimeField()),
                ("entry_uid", models.UUIDField()),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("production", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
                ("recorded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("supersedes", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="superseded_by", to="licensing.traininglicence")),
            ],
            options={
                "ordering": ["-recorded_at"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "id"), name="licensing_traininglicence_in_organisation"), models.CheckConstraint(condition=models.Q(("union__in", ["sag_aftra", "wga"])), name="licensing_traininglicence_union_known"), models.CheckConstraint(condition=models.Q(models.Q(("material", ""), _negated=True), models.Q(("licensee", ""), _negated=True)), name="licensing_traininglicence_says_it"), models.CheckConstraint(condition=models.Q(models.Q(("notice_sha256", ""), ("noticed_on__isnull", True)), models.Q(("noticed_on__isnull", False), models.Q(("notice_sha256", ""), _negated=True)), _connector="OR"), name="licensing_traininglicence_notice_proved")],
            },
        ),
        IsolateByOrganisation("licensing_reportfinding"),
        IsolateByOrganisation("licensing_traininglicence"),
        RunSQLFile(__file__, "report_records_v1"),
    ]
