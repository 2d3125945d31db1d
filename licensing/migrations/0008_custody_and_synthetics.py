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
        ("licensing", "0007_owed"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustodyAsset",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("scan", "scan"), ("reference_image", "reference image"), ("driving_clip", "driving clip"), ("voice", "voice"), ("adapter", "adapter")], max_length=40)),
                ("label", models.CharField(max_length=120)),
                ("base_model_sha256", models.CharField(blank=True, max_length=64)),
                ("content_type", models.CharField(max_length=60)),
                ("region", models.CharField(max_length=8)),
                ("retention_until", models.DateField()),
                ("plain_bytes", models.PositiveBigIntegerField()),
                ("plain_sha256", models.CharField(max_length=64)),
                ("sealed_bytes", models.PositiveBigIntegerField()),
                ("sealed_sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(help_text="When the asset was made, as whoever handed it in says.")),
                ("received_at", models.DateTimeField()),
                ("entry_uid", models.UUIDField()),
                ("state", models.CharField(choices=[("held", "held"), ("destroyed", "destroyed")], max_length=40)),
                ("destroyed_at", models.DateTimeField(null=True)),
                ("destruction_reason", models.CharField(blank=True, choices=[("consent_withdrawn", "consent withdrawn"), ("retention_ended", "retention ended"), ("on_request", "on request")], max_length=40, null=True)),
                ("attestation", models.TextField(blank=True, help_text="The signed note.")),
                ("attestation_sha256", models.CharField(blank=True, max_length=64)),
                ("consent", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.consent")),
                ("depicts", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("received_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-received_at"],
            },
        ),
        migrations.CreateModel(
            name="CustodyAccess",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("allowed", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("asset", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="access", to="licensing.custodyasset")),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CustodyKey",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("encryption_key_id", models.CharField(max_length=16)),
                ("wrapped", models.BinaryField(max_length=128)),
                ("asset", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="wrapped_key", to="licensing.custodyasset")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CustodyParent",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("asset", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="built_from", to="licensing.custodyasset")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("parent", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="built_into", to="licensing.custodyasset")),
            ],
        ),
        migrations.CreateModel(
            name="CustodyRelease",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("job_id", models.UUIDField()),
                ("fence", models.PositiveBigIntegerField()),
                ("purpose", models.CharField(choices=[("render", "render"), ("train", "train")], max_length=40)),
                ("released_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("entry_uid", models.UUIDField()),
                ("asset", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="licensing.custodyasset")),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["released_at"],
            },
        ),
        migrations.CreateModel(
            name="CustodyEvent",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(choices=[("received", "received"), ("access_given", "access given"), ("access_taken", "access taken"), ("copy_recorded", "copy recorded"), ("released", "released"), ("release_refused", "release refused"), ("opened", "opened"), ("destruction_held_up", "destruction held up"), ("destroyed", "destroyed"), ("file_removed", "file removed")], max_length=40)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("asset", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="events", to="licensing.custodyasset")),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("release", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.custodyrelease")),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="SyntheticFile",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("role", models.CharField(max_length=120)),
                ("why_human_role", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("production", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
            ],
            options={
                "ordering": ["-opened_at"],
            },
        ),
        migrations.CreateModel(
            name="SyntheticStep",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("value_found", "value found"), ("notice_sent", "notice sent"), ("notice_served", "notice served"), ("bargaining_opened", "bargaining opened"), ("agreed", "agreed"), ("arbitration_opened", "arbitration opened"), ("awarded", "awarded"), ("plan_paid", "plan paid"), ("note", "note"), ("closed", "closed")], max_length=40)),
                ("happened_at", models.DateTimeField()),
                ("finding", models.CharField(blank=True, choices=[("significant_additional_value", "significant additional value"), ("cost", "cost"), ("other", "other"), ("none", "none")], max_length=40, null=True)),
                ("author", models.CharField(blank=True, max_length=120)),
                ("text", models.TextField(blank=True)),
                ("proof_sha256", models.CharField(blank=True, max_length=64)),
                ("amount_minor", models.PositiveBigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("plan", models.CharField(blank=True, max_length=120)),
                ("recorded_at", models.DateTimeField()),
                ("entry_uid", models.UUIDField()),
                ("file", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="licensing.syntheticfile")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("recorded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["recorded_at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="custodyasset",
            index=models.Index(fields=["organisation", "depicts"], name="licensing_custody_depicts"),
        ),
        migrations.AddIndex(
            model_name="custodyasset",
            index=models.Index(fields=["organisation", "state", "retention_until"], name="licensing_custody_due"),
        ),
        migrations.AddConstraint(
            model_name="custodyasset",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_custodyasset_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="custodyasset",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["scan", "reference_image", "driving_clip", "voice", "adapter"])), name="licensing_custodyasset_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="custodyasset",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ["held", "destroyed"])), name="licensing_custodyasset_state_known"),
        ),
        migrations.AddConstraint(
            model_name="custodyasset",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("attestation", ""), ("attestation_sha256", ""), ("destroyed_at__isnull", True), ("destruction_reason__isnull", True), ("state", "held")), models.Q(("destroyed_at__isnull", False), ("destruction_reason__isnull", False), ("state", "destroyed"), models.Q(("attestation", ""), _negated=True), models.Q(("attestation_sha256", ""), _negated=True)), _connector="OR"), name="licensing_custodyasset_destroyed"),
        ),
        migrations.AddConstraint(
            model_name="custodyasset",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("kind", "adapter"), models.Q(("base_model_sha256", ""), _negated=True)), models.Q(models.Q(("kind", "adapter"), _negated=True), ("base_model_sha256", "")), _connector="OR"), name="licensing_custodyasset_base_model"),
        ),
        migrations.AddConstraint(
            model_name="custodyparent",
            constraint=models.UniqueConstraint(fields=("asset", "parent"), name="licensing_custodyparent_once"),
        ),
        migrations.AddConstraint(
            model_name="custodyparent",
            constraint=models.CheckConstraint(condition=models.Q(("asset", models.F("parent")), _negated=True), name="licensing_custodyparent_another"),
        ),
        migrations.AddConstraint(
            model_name="custodyrelease",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_custodyrelease_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="custodyrelease",
            constraint=models.CheckConstraint(condition=models.Q(("purpose__in", ["render", "train"])), name="licensing_custodyrelease_purpose_known"),
        ),
        migrations.AddConstraint(
            model_name="custodyrelease",
            constraint=models.UniqueConstraint(fields=("asset", "job_id", "fence"), name="licensing_custodyrelease_once"),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(condition=models.Q(("act__in", ["received", "access_given", "access_taken", "copy_recorded", "released", "release_refused", "opened", "destruction_held_up", "destroyed", "file_removed"])), name="licensing_custodyevent_act_known"),
        ),
        migrations.AddConstraint(
            model_name="syntheticfile",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_syntheticfile_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="syntheticfile",
            constraint=models.UniqueConstraint(fields=("organisation", "production", "role"), name="licensing_syntheticfile_once"),
        ),
        migrations.AddConstraint(
            model_name="syntheticstep",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["value_found", "notice_sent", "notice_served", "bargaining_opened", "agreed", "arbitration_opened", "awarded", "plan_paid", "note", "closed"])), name="licensing_syntheticstep_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="syntheticstep",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("finding__isnull", False), ("kind", "value_found"), models.Q(("author", ""), _negated=True)), models.Q(models.Q(("kind", "value_found"), _negated=True), ("finding__isnull", True)), _connector="OR"), name="licensing_syntheticstep_finding"),
        ),
        migrations.AddConstraint(
            model_name="syntheticstep",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("amount_minor__isnull", False), ("kind__in", ["agreed", "awarded", "plan_paid"]), models.Q(("currency", ""), _negated=True)), models.Q(models.Q(("kind__in", ["agreed", "awarded", "plan_paid"]), _negated=True), ("amount_minor__isnull", True), ("currency", "")), _connector="OR"), name="licensing_syntheticstep_money"),
        ),
        migrations.AddConstraint(
            model_name="syntheticstep",
            constraint=models.CheckConstraint(condition=models.Q(("recorded_at__gte", models.F("happened_at"))), name="licensing_syntheticstep_past"),
        ),
        IsolateByOrganisation("licensing_custodyasset"),
        IsolateByOrganisation("licensing_custodykey"),
        IsolateByOrganisation("licensing_custodyparent"),
        IsolateByOrganisation("licensing_custodyaccess"),
        IsolateByOrganisation("licensing_custodyrelease"),
        IsolateByOrganisation("licensing_custodyevent"),
        IsolateByOrganisation("licensing_syntheticfile"),
        IsolateByOrganisation("licensing_syntheticstep"),
        RunSQLFile(__file__, "custody_and_synthetics_v1"),
    ]
