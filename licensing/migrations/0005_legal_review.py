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
        ("licensing", "0004_consent_documents"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="approvals",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="ReviewCase",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("order_sha256", models.CharField(max_length=64)),
                ("use", models.CharField(choices=[("create_replica", "create replica"), ("generate_new_performance", "generate new performance"), ("alter_recorded", "alter recorded"), ("dub_language", "dub language"), ("deage_age", "deage age"), ("stunt_safety_double", "stunt safety double"), ("crowd_fill", "crowd fill"), ("reshoot_as_scripted", "reshoot as scripted"), ("posthumous", "posthumous"), ("voice_adr", "voice adr"), ("visual_adr", "visual adr"), ("look_test", "look test"), ("temp_previs", "temp previs"), ("marketing_trailer", "marketing trailer"), ("brand_tie_in", "brand tie in"), ("merchandise", "merchandise"), ("realtime_interactive", "realtime interactive"), ("train_project_model", "train project model"), ("train_general_model", "train general model"), ("license_for_training", "license for training"), ("transfer_replica", "transfer replica")], max_length=40)),
                ("rule_ids", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ("state", models.CharField(choices=[("open", "open"), ("waiting_for_second_key", "waiting for second key"), ("approved", "approved"), ("refused", "refused"), ("withdrawn", "withdrawn")], max_length=40)),
                ("due_on", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("assignee", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("production", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
                ("requested_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["due_on", "opened_at"],
            },
        ),
        migrations.CreateModel(
            name="ReviewCaseDecision",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("linked_at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="licensing.reviewcase")),
                ("decision", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="review", to="licensing.decision")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["linked_at"],
            },
        ),
        migrations.CreateModel(
            name="ReviewDelegation",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("given_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("stand_in", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-given_at"],
            },
        ),
        migrations.CreateModel(
            name="ReviewApproval",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("use_sha256", models.CharField(max_length=64)),
                ("pack_sha256", models.CharField(max_length=64)),
                ("lifted", models.JSONField()),
                ("needs_second_key", models.BooleanField()),
                ("valid_until", models.DateTimeField()),
                ("media", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ("territories", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ("most_takes", models.PositiveIntegerField(null=True)),
                ("most_ms", models.PositiveBigIntegerField(null=True)),
                ("conditions", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("limits_sha256", models.CharField(max_length=64)),
                ("approved_at", models.DateTimeField()),
                ("entry_uid", models.UUIDField()),
                ("acting_for", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("approved_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="approval", to="licensing.reviewcase")),
                ("delegation", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.reviewdelegation")),
            ],
            options={
                "ordering": ["-approved_at"],
            },
        ),
        migrations.CreateModel(
            name="ReviewEvent",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(choices=[("opened", "opened"), ("asked_again", "asked again"), ("assigned", "assigned"), ("due_date_set", "due date set"), ("comment", "comment"), ("approved", "approved"), ("second_key_given", "second key given"), ("refused", "refused"), ("withdrawn", "withdrawn")], max_length=40)),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="events", to="licensing.reviewcase")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewSecondKey",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("given_at", models.DateTimeField()),
                ("entry_uid", models.UUIDField()),
                ("acting_for", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("approval", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="second_key", to="licensing.reviewapproval")),
                ("approved_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("authority", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.signingauthority")),
                ("delegation", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.reviewdelegation")),
                ("given_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["-given_at"],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("production", "production"), ("performer", "performer"), ("take", "take")], max_length=40)),
                ("held_id", models.UUIDField()),
                ("reason", models.CharField(choices=[("lawsuit", "lawsuit"), ("arbitration", "arbitration"), ("grievance", "grievance"), ("regulator", "regulator"), ("subpoena", "subpoena"), ("anticipated", "anticipated")], max_length=40)),
                ("matter", models.CharField(max_length=120)),
                ("note", models.TextField(blank=True)),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_because", models.TextField(blank=True)),
                ("lifted_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("placed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-placed_at"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "id"), name="licensing_legalhold_in_organisation"), models.CheckConstraint(condition=models.Q(("kind__in", ["production", "performer", "take"])), name="licensing_legalhold_kind_known"), models.CheckConstraint(condition=models.Q(("reason__in", ["lawsuit", "arbitration", "grievance", "regulator", "subpoena", "anticipated"])), name="licensing_legalhold_reason_known"), models.UniqueConstraint(condition=models.Q(("lifted_at__isnull", True)), fields=("organisation", "kind", "held_id", "matter"), name="licensing_legalhold_once"), models.CheckConstraint(condition=models.Q(models.Q(("lifted_at__isnull", True), ("lifted_because", ""), ("lifted_by__isnull", True)), models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False), models.Q(("lifted_because", ""), _negated=True)), _connector="OR"), name="licensing_legalhold_lifted")],
            },
        ),
        migrations.CreateModel(
            name="ReviewApprovalUse",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("takes", models.PositiveSmallIntegerField()),
                ("ms", models.PositiveBigIntegerField()),
                ("used_at", models.DateTimeField()),
                ("approval", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="licensing.reviewapproval")),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["used_at"],
                "constraints": [models.UniqueConstraint(fields=("approval", "decision"), name="licensing_reviewapprovaluse_once")],
            },
        ),
        migrations.AddIndex(
            model_name="reviewcase",
            index=models.Index(fields=["organisation", "use", "state"], name="licensing_reviewcase_use"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_reviewcase_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(condition=models.Q(("use__in", ["create_replica", "generate_new_performance", "alter_recorded", "dub_language", "deage_age", "stunt_safety_double", "crowd_fill", "reshoot_as_scripted", "posthumous", "voice_adr", "visual_adr", "look_test", "temp_previs", "marketing_trailer", "brand_tie_in", "merchandise", "realtime_interactive", "train_project_model", "train_general_model", "license_for_training", "transfer_replica"])), name="licensing_reviewcase_use_known"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ["open", "waiting_for_second_key", "approved", "refused", "withdrawn"])), name="licensing_reviewcase_state_known"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.UniqueConstraint(condition=models.Q(("state__in", ["open", "waiting_for_second_key"])), fields=("organisation", "order_sha256"), name="licensing_reviewcase_one_undecided"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("closed_at__isnull", True), ("state__in", ["open", "waiting_for_second_key"])), models.Q(models.Q(("state__in", ["open", "waiting_for_second_key"]), _negated=True), ("closed_at__isnull", False)), _connector="OR"), name="licensing_reviewcase_closed_at"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(condition=models.Q(("assignee__isnull", True), ("requested_by__isnull", True), models.Q(("assignee", models.F("requested_by")), _negated=True), _connector="OR"), name="licensing_reviewcase_assignee_is_another"),
        ),
        migrations.AddConstraint(
            model_name="reviewdelegation",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_reviewdelegation_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="reviewdelegation",
            constraint=models.UniqueConstraint(fields=("id", "person", "stand_in"), name="licensing_reviewdelegation_of"),
        ),
        migrations.AddConstraint(
            model_name="reviewdelegation",
            constraint=models.CheckConstraint(condition=models.Q(("stand_in", models.F("person")), _negated=True), name="licensing_reviewdelegation_two_people"),
        ),
        migrations.AddConstraint(
            model_name="reviewdelegation",
            constraint=models.CheckConstraint(condition=models.Q(("valid_until__gt", models.F("valid_from"))), name="licensing_reviewdelegation_lasts"),
        ),
        migrations.AddIndex(
            model_name="reviewapproval",
            index=models.Index(fields=["organisation", "use_sha256"], name="licensing_approval_use"),
        ),
        migrations.AddConstraint(
            model_name="reviewapproval",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_reviewapproval_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="reviewapproval",
            constraint=models.UniqueConstraint(fields=("id", "approved_by"), name="licensing_reviewapproval_by"),
        ),
        migrations.AddConstraint(
            model_name="reviewapproval",
            constraint=models.CheckConstraint(condition=models.Q(("valid_until__gt", models.F("approved_at"))), name="licensing_reviewapproval_lasts"),
        ),
        migrations.AddConstraint(
            model_name="reviewapproval",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("acting_for__isnull", True), ("delegation__isnull", True)), models.Q(("acting_for__isnull", False), ("delegation__isnull", False)), _connector="OR"), name="licensing_reviewapproval_acting_for"),
        ),
        migrations.AddConstraint(
            model_name="reviewevent",
            constraint=models.CheckConstraint(condition=models.Q(("act__in", ["opened", "asked_again", "assigned", "due_date_set", "comment", "approved", "second_key_given", "refused", "withdrawn"])), name="licensing_reviewevent_act_known"),
        ),
        migrations.AddConstraint(
            model_name="reviewsecondkey",
            constraint=models.CheckConstraint(condition=models.Q(("given_by", models.F("approved_by")), _negated=True), name="licensing_reviewsecondkey_two_people"),
        ),
        migrations.AddConstraint(
            model_name="reviewsecondkey",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("acting_for__isnull", True), ("delegation__isnull", True)), models.Q(("acting_for__isnull", False), ("delegation__isnull", False)), _connector="OR"), name="licensing_reviewsecondkey_acting_for"),
        ),
        IsolateByOrganisation("licensing_reviewcase"),
        IsolateByOrganisation("licensing_reviewcasedecision"),
        IsolateByOrganisation("licensing_reviewevent"),
        IsolateByOrganisation("licensing_reviewdelegation"),
        IsolateByOrganisation("licensing_reviewapproval"),
        IsolateByOrganisation("licensing_reviewsecondkey"),
        IsolateByOrganisation("licensing_reviewapprovaluse"),
        IsolateByOrganisation("licensing_legalhold"),
        RunSQLFile(__file__, "legal_review_v1"),
    ]
