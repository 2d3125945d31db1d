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
        ("generation", "0002_promises_of_the_database"),
        ("licensing", "0010_house_packs"),
        ("provenance", "0004_assets_in_the_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="modelrelease",
            name="ca_covered_provider",
            field=models.BooleanField(blank=True, help_text="Whether whoever runs it is a covered provider in California.", null=True),
        ),
        migrations.CreateModel(
            name="DeliveryIntent",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("delivery_id", models.UUIDField(unique=True)),
                ("asset_id", models.UUIDField()),
                ("request_sha256", models.CharField(max_length=64)),
                ("intended_at", models.DateTimeField()),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("intended_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("take", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="generation.take")),
            ],
            options={
                "ordering": ["-intended_at"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("asset_id", models.UUIDField()),
                ("purpose", models.CharField(choices=[("this_production", "this production"), ("sequel_spinoff", "sequel spinoff"), ("promotion_of_work", "promotion of work"), ("third_party_advertising", "third party advertising"), ("pitch_concept", "pitch concept"), ("research_test", "research test"), ("training", "training"), ("archive", "archive")], max_length=40)),
                ("media", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ("territories", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ("languages", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(help_text="The last day; null: without end.", null=True)),
                ("marks", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), help_text="Found in the file when it was read back.", size=None)),
                ("marks_stripped", models.BooleanField()),
                ("disclosures", models.JSONField(help_text="Kind, wording and placement of each.")),
                ("file_sha256", models.CharField(max_length=64)),
                ("idempotency_key", models.CharField(max_length=200)),
                ("request", models.JSONField(help_text="Everything that was asked, as hashed.")),
                ("request_sha256", models.CharField(max_length=64)),
                ("delivered_at", models.DateTimeField()),
                ("entry_uid", models.UUIDField()),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("delivered_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("take", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="generation.take")),
                ("intent", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="generation.deliveryintent")),
            ],
            options={
                "ordering": ["-delivered_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DeliveryLink",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(help_text="From then on the file is not handed out by it.")),
                ("revoked_at", models.DateTimeField(null=True)),
                ("delivery", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="links", to="generation.delivery")),
                ("issued_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("revoked_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-issued_at"],
            },
        ),
        migrations.CreateModel(
            name="DeliveryEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("act", models.CharField(choices=[("delivered", "delivered"), ("link_issued", "link issued"), ("link_revoked", "link revoked"), ("fetched", "fetched"), ("fetch_refused", "fetch refused"), ("recalled", "recalled"), ("notice_sent", "notice sent"), ("acknowledged", "acknowledged"), ("retention_stated", "retention stated")], max_length=40)),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("delivery", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="generation.delivery")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("link", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="events", to="generation.deliverylink")),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="DeliveryRecall",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("cause", models.CharField(choices=[("consent_withdrawn", "consent withdrawn"), ("approval_withdrawn", "approval withdrawn"), ("studio", "studio")], max_length=40)),
                ("reason", models.CharField(blank=True, help_text="In the words of who called it back.", max_length=500)),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("delivery", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="recall", to="generation.delivery")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("recalled_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-recorded_at"],
            },
        ),
        migrations.CreateModel(
            name="RecallAcknowledgement",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("said_by", models.CharField(help_text="Who acknowledged, by their own word.", max_length=200)),
                ("words", models.CharField(blank=True, max_length=1000)),
                ("acknowledged_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("link", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="generation.deliverylink")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("recall", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="acknowledgement", to="generation.deliveryrecall")),
                ("recorded_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["recorded_at"],
            },
        ),
        migrations.CreateModel(
            name="RecallNotice",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("channel", models.CharField(choices=[("email", "email"), ("registered_letter", "registered letter"), ("courier", "courier"), ("in_person", "in person"), ("telephone", "telephone"), ("recipients_portal", "recipients portal")], max_length=40)),
                ("sent_at", models.DateTimeField()),
                ("proof_sha256", models.CharField(blank=True, help_text="Of the paper that proves the sending; empty: there is none.", max_length=64)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("recorded_at", models.DateTimeField()),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("recall", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="generation.deliveryrecall")),
                ("recorded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["recorded_at"],
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("kind", models.CharField(choices=[("distributor", "distributor"), ("broadcaster", "broadcaster"), ("platform", "platform"), ("festival", "festival"), ("insurer", "insurer"), ("vendor", "vendor")], max_length=40)),
                ("contact", models.CharField(blank=True, max_length=400)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="deliveryintent",
            name="recipient",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="generation.recipient"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="recipient",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="generation.recipient"),
        ),
        migrations.CreateModel(
            name="RetentionWords",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("words", models.TextField(max_length=4000)),
                ("stated_at", models.DateTimeField()),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("recall", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="retention", to="generation.deliveryrecall")),
                ("stated_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["stated_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="deliverylink",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="generation_deliverylink_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="deliverylink",
            constraint=models.CheckConstraint(condition=models.Q(("token_sha256__regex", "^[0-9a-f]{64}$")), name="generation_deliverylink_token_sha256"),
        ),
        migrations.AddConstraint(
            model_name="deliverylink",
            constraint=models.CheckConstraint(condition=models.Q(("expires_at__gt", models.F("issued_at"))), name="generation_deliverylink_expires_later"),
        ),
        migrations.AddConstraint(
            model_name="deliverylink",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)), models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)), _connector="OR"), name="generation_deliverylink_revoked_by"),
        ),
        migrations.AddIndex(
            model_name="deliveryevent",
            index=models.Index(fields=["delivery", "id"], name="generation_deliveryevent_order"),
        ),
        migrations.AddIndex(
            model_name="deliveryevent",
            index=models.Index(fields=["link", "at"], name="generation_deliveryevent_rate"),
        ),
        migrations.AddConstraint(
            model_name="deliveryevent",
            constraint=models.CheckConstraint(condition=models.Q(("act__in", ["delivered", "link_issued", "link_revoked", "fetched", "fetch_refused", "recalled", "notice_sent", "acknowledged", "retention_stated"])), name="generation_deliveryevent_act_known"),
        ),
        migrations.AddConstraint(
            model_name="deliveryrecall",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="generation_deliveryrecall_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="deliveryrecall",
            constraint=models.CheckConstraint(condition=models.Q(("cause__in", ["consent_withdrawn", "approval_withdrawn", "studio"])), name="generation_deliveryrecall_cause_known"),
        ),
        migrations.AddConstraint(
            model_name="deliveryrecall",
            constraint=models.CheckConstraint(condition=models.Q(("effective_at__lte", models.F("recorded_at"))), name="generation_deliveryrecall_in_order"),
        ),
        migrations.AddConstraint(
            model_name="deliveryrecall",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("cause", "studio"), ("recalled_by__isnull", False), models.Q(("reason", ""), _negated=True)), models.Q(models.Q(("cause", "studio"), _negated=True), ("reason", ""), ("recalled_by__isnull", True)), _connector="OR"), name="generation_deliveryrecall_by_whom"),
        ),
        migrations.AddConstraint(
            model_name="recallacknowledgement",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="generation_recallacknowledgement_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="recallacknowledgement",
            constraint=models.CheckConstraint(condition=models.Q(("said_by", ""), _negated=True), name="generation_recallacknowledgement_by"),
        ),
        migrations.AddConstraint(
            model_name="recallacknowledgement",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("link__isnull", True), ("recorded_by__isnull", False)), models.Q(("link__isnull", False), ("recorded_by__isnull", True)), _connector="OR"), name="generation_recallacknowledgement_one_way"),
        ),
        migrations.AddConstraint(
            model_name="recallacknowledgement",
            constraint=models.CheckConstraint(condition=models.Q(("acknowledged_at__lte", models.F("recorded_at"))), name="generation_recallacknowledgement_in_order"),
        ),
        migrations.AddConstraint(
            model_name="recallnotice",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="generation_recallnotice_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="recallnotice",
            constraint=models.CheckConstraint(condition=models.Q(("channel__in", ["email", "registered_letter", "courier", "in_person", "telephone", "recipients_portal"])), name="generation_recallnotice_channel_known"),
        ),
        migrations.AddConstraint(
            model_name="recallnotice",
            constraint=models.CheckConstraint(condition=models.Q(("sent_at__lte", models.F("recorded_at"))), name="generation_recallnotice_in_order"),
        ),
        migrations.AddConstraint(
            model_name="recallnotice",
            constraint=models.CheckConstraint(condition=models.Q(("proof_sha256", ""), ("proof_sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"), name="generation_recallnotice_proof"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="generation_recipient_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["distributor", "broadcaster", "platform", "festival", "insurer", "vendor"])), name="generation_recipient_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(fields=("organisation", "name"), name="generation_recipient_once"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="generation_recipient_named"),
        ),
        migrations.AddConstraint(
            model_name="deliveryintent",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="generation_deliveryintent_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="deliveryintent",
            constraint=models.CheckConstraint(condition=models.Q(("request_sha256__regex", "^[0-9a-f]{64}$")), name="generation_deliveryintent_request_sha256"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["organisation", "take"], name="generation_delivery_of_take"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["organisation", "recipient"], name="generation_delivery_to"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="generation_delivery_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(condition=models.Q(("purpose__in", ["this_production", "sequel_spinoff", "promotion_of_work", "third_party_advertising", "pitch_concept", "research_test", "training", "archive"])), name="generation_delivery_purpose_known"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(condition=models.Q(("file_sha256__regex", "^[0-9a-f]{64}$")), name="generation_delivery_file_sha256"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(condition=models.Q(("request_sha256__regex", "^[0-9a-f]{64}$")), name="generation_delivery_request_sha256"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("organisation", "idempotency_key"), name="generation_delivery_key_once"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(condition=models.Q(("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"), name="generation_delivery_term_in_order"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(condition=models.Q(("media__len__gte", 1), ("territories__len__gte", 1)), name="generation_delivery_says_where"),
        ),
        migrations.AddConstraint(
            model_name="retentionwords",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="generation_retentionwords_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="retentionwords",
            constraint=models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="generation_retentionwords_said"),
        ),
        IsolateByOrganisation("generation_recipient"),
        IsolateByOrganisation("generation_deliveryintent"),
        IsolateByOrganisation("generation_delivery"),
        IsolateByOrganisation("generation_deliverylink"),
        IsolateByOrganisation("generation_deliveryevent"),
        IsolateByOrganisation("generation_deliveryrecall"),
        IsolateByOrganisation("generation_recallnotice"),
        IsolateByOrganisation("generation_recallacknowledgement"),
        IsolateByOrganisation("generation_retentionwords"),
        RunSQLFile(__file__, "deliveries_v1"),
    ]
