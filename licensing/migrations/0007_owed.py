import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.models
import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile

# fmt: off
# As Django wrote it: one line per column.


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_sign_in_failures"),
        ("audit", "0004_counters_and_subjects"),
        ("licensing", "0006_agreeing"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("performer", "performer"), ("plan", "plan"), ("studio_cost", "studio cost"), ("clearing", "clearing")], max_length=40)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer")),
            ],
        ),
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("agreement", models.CharField(choices=[("sag_tvt_2023", "sag tvt 2023"), ("sag_tvt_2026", "sag tvt 2026"), ("sag_netcode", "sag netcode"), ("sag_commercials_2025", "sag commercials 2025"), ("sag_audio_commercials_2025", "sag audio commercials 2025"), ("sag_ima_2025", "sag ima 2025"), ("sag_sound_2024", "sag sound 2024"), ("sag_tv_animation_2024", "sag tv animation 2024"), ("sag_interim", "sag interim"), ("sag_dyn_ai_audio", "sag dyn ai audio"), ("narrativ", "narrativ"), ("actra_ipa_2025", "actra ipa 2025"), ("equity_pact", "equity pact"), ("wga_mba_2026", "wga mba 2026"), ("dga_ba_2026", "dga ba 2026"), ("iatse_ba_2024", "iatse ba 2024"), ("tag_2024", "tag 2024"), ("none", "none")], max_length=40)),
                ("year", models.PositiveSmallIntegerField()),
                ("weekend", django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), help_text="Days of the week; Monday is 1.", size=None)),
                ("time_zone", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=300)),
                ("document_sha256", models.CharField(max_length=64)),
                ("entered_at", models.DateTimeField()),
                ("entered_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["agreement", "year", "entered_at"],
            },
        ),
        migrations.CreateModel(
            name="CalendarHoliday",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("name", models.CharField(max_length=120)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("calendar", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="holidays", to="licensing.calendaryear")),
            ],
            options={
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("duty", models.CharField(choices=[("pay_performer", "pay performer"), ("pay_plan", "pay plan"), ("notify_union", "notify union"), ("notify_performer", "notify performer"), ("bargain", "bargain"), ("disclose", "disclose"), ("record_basis", "record basis"), ("report_usage", "report usage"), ("delete", "delete"), ("obtain_consent", "obtain consent"), ("buyer_approval", "buyer approval")], max_length=40)),
                ("to_code", models.CharField(blank=True, max_length=40)),
                ("rule_id", models.CharField(max_length=24)),
                ("grade", models.CharField(max_length=24)),
                ("pack_edition", models.CharField(max_length=80)),
                ("formula", models.CharField(blank=True, max_length=40)),
                ("agreement", models.CharField(blank=True, choices=[("sag_tvt_2023", "sag tvt 2023"), ("sag_tvt_2026", "sag tvt 2026"), ("sag_netcode", "sag netcode"), ("sag_commercials_2025", "sag commercials 2025"), ("sag_audio_commercials_2025", "sag audio commercials 2025"), ("sag_ima_2025", "sag ima 2025"), ("sag_sound_2024", "sag sound 2024"), ("sag_tv_animation_2024", "sag tv animation 2024"), ("sag_interim", "sag interim"), ("sag_dyn_ai_audio", "sag dyn ai audio"), ("narrativ", "narrativ"), ("actra_ipa_2025", "actra ipa 2025"), ("equity_pact", "equity pact"), ("wga_mba_2026", "wga mba 2026"), ("dga_ba_2026", "dga ba 2026"), ("iatse_ba_2024", "iatse ba 2024"), ("tag_2024", "tag 2024"), ("none", "none")], max_length=40, null=True)),
                ("category", models.CharField(blank=True, max_length=40)),
                ("inputs", models.JSONField()),
                ("due_word", models.CharField(choices=[("before_use", "before use"), ("before_delivery", "before delivery"), ("clock", "clock"), ("no_figure", "no figure")], max_length=40)),
                ("clock", models.CharField(blank=True, max_length=40)),
                ("clock_since", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("opened_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("decision", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer")),
                ("production", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
            ],
            options={
                "ordering": ["opened_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ObligationEnd",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("served", "served"), ("waived", "waived")], max_length=40)),
                ("at", models.DateTimeField()),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("served_on", models.DateField(null=True)),
                ("served_to", models.CharField(blank=True, max_length=200)),
                ("reason_code", models.CharField(blank=True, choices=[("creditor_agreed", "creditor agreed"), ("union_agreed", "union agreed"), ("not_owed", "not owed"), ("recorded_in_error", "recorded in error")], max_length=40, null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("actor", models.CharField(max_length=120)),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("obligation", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="ended", to="licensing.obligation")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
        ),
        migrations.CreateModel(
            name="ObligationUse",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("effect", models.CharField(choices=[("take_signed", "take signed"), ("delivered", "delivered"), ("stated", "stated")], max_length=40)),
                ("effect_id", models.UUIDField()),
                ("inputs", models.JSONField()),
                ("units", models.JSONField()),
                ("at", models.DateTimeField()),
                ("decision", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("obligation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="licensing.obligation")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="PayStatement",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("performer", "performer"), ("union", "union")], max_length=40)),
                ("period_from", models.DateField()),
                ("period_until", models.DateField(help_text="The first day after it.")),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                ("issued_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer")),
            ],
            options={
                "ordering": ["-issued_at"],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("assessed", "assessed"), ("paid", "paid"), ("reversed", "reversed")], max_length=40)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("content_sha256", models.CharField(max_length=64)),
                ("posted_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("made_in", audit.models.TransactionId(db_default=audit.models.CurrentTransaction(), help_text="No other transaction adds a line to it.")),
                ("obligation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="licensing.obligation")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("reverses", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reversed_by", to="licensing.posting")),
            ],
            options={
                "ordering": ["posted_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("currency", models.CharField(max_length=3)),
                ("performer_minor", models.BigIntegerField()),
                ("plan_minor", models.BigIntegerField()),
                ("paid_on", models.DateField()),
                ("payroll_reference", models.CharField(max_length=120)),
                ("recorded_at", models.DateTimeField()),
                ("obligation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="licensing.obligation")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("recorded_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("posting", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="payment", to="licensing.posting")),
            ],
            options={
                "ordering": ["recorded_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("formula", models.CharField(max_length=40)),
                ("rule_ids", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None)),
                ("edition", models.CharField(max_length=40)),
                ("grade", models.CharField(max_length=24)),
                ("inputs", models.JSONField()),
                ("rates", models.JSONField(help_text="The rows the figures were taken from, as they stood.")),
                ("rounding", models.CharField(max_length=120)),
                ("residuals", models.CharField(blank=True, max_length=80)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("plan_minor", models.BigIntegerField()),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("assessed_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("obligation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="licensing.obligation")),
                ("posting", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="assessment", to="licensing.posting")),
            ],
            options={
                "ordering": ["assessed_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="PostingLine",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("debit_minor", models.BigIntegerField()),
                ("credit_minor", models.BigIntegerField()),
                ("account", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="licensing.account")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("posting", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="licensing.posting")),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("agreement", models.CharField(choices=[("sag_tvt_2023", "sag tvt 2023"), ("sag_tvt_2026", "sag tvt 2026"), ("sag_netcode", "sag netcode"), ("sag_commercials_2025", "sag commercials 2025"), ("sag_audio_commercials_2025", "sag audio commercials 2025"), ("sag_ima_2025", "sag ima 2025"), ("sag_sound_2024", "sag sound 2024"), ("sag_tv_animation_2024", "sag tv animation 2024"), ("sag_interim", "sag interim"), ("sag_dyn_ai_audio", "sag dyn ai audio"), ("narrativ", "narrativ"), ("actra_ipa_2025", "actra ipa 2025"), ("equity_pact", "equity pact"), ("wga_mba_2026", "wga mba 2026"), ("dga_ba_2026", "dga ba 2026"), ("iatse_ba_2024", "iatse ba 2024"), ("tag_2024", "tag 2024"), ("none", "none")], max_length=40)),
                ("category", models.CharField(max_length=40)),
                ("kind", models.CharField(choices=[("day_minimum", "day minimum"), ("contract_daily", "contract daily"), ("bargained_amount", "bargained amount"), ("session_fee", "session fee"), ("holding_fee", "holding fee"), ("use_fee", "use fee"), ("line_rate", "line rate"), ("scale", "scale"), ("audio_commercial", "audio commercial"), ("audio_customising", "audio customising"), ("audio_use_4_weeks", "audio use 4 weeks"), ("audio_use_1_year", "audio use 1 year"), ("plan_percent", "plan percent")], max_length=40)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("amount", models.BigIntegerField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("source", models.CharField(max_length=300)),
                ("grade", models.CharField(choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")], max_length=40)),
                ("document_sha256", models.CharField(max_length=64)),
                ("entered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("entered_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer")),
                ("production", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
            ],
            options={
                "ordering": ["agreement", "kind", "category", "valid_from"],
            },
        ),
        migrations.CreateModel(
            name="RateConfirmation",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("confirmed_at", models.DateTimeField()),
                ("confirmed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("entered_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("rate", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="confirmation", to="licensing.rate")),
            ],
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_account_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["performer", "plan", "studio_cost", "clearing"])), name="licensing_account_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(fields=("organisation", "kind", "performer"), name="licensing_account_once", nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("kind", "performer"), ("performer__isnull", False)), models.Q(models.Q(("kind", "performer"), _negated=True), ("performer__isnull", True)), _connector="OR"), name="licensing_account_of_whom"),
        ),
        migrations.AddConstraint(
            model_name="calendaryear",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_calendaryear_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="calendaryear",
            constraint=models.CheckConstraint(condition=models.Q(("agreement__in", ["sag_tvt_2023", "sag_tvt_2026", "sag_netcode", "sag_commercials_2025", "sag_audio_commercials_2025", "sag_ima_2025", "sag_sound_2024", "sag_tv_animation_2024", "sag_interim", "sag_dyn_ai_audio", "narrativ", "actra_ipa_2025", "equity_pact", "wga_mba_2026", "dga_ba_2026", "iatse_ba_2024", "tag_2024", "none"])), name="licensing_calendaryear_agreement_known"),
        ),
        migrations.AddConstraint(
            model_name="calendaryear",
            constraint=models.CheckConstraint(condition=models.Q(("year__range", (2000, 2100))), name="licensing_calendaryear_year"),
        ),
        migrations.AddConstraint(
            model_name="calendaryear",
            constraint=models.CheckConstraint(condition=models.Q(("weekend__contained_by", [1, 2, 3, 4, 5, 6, 7]), ("weekend__len__lte", 6)), name="licensing_calendaryear_weekend"),
        ),
        migrations.AddConstraint(
            model_name="calendarholiday",
            constraint=models.UniqueConstraint(fields=("calendar", "day"), name="licensing_calendarholiday_once"),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["organisation", "performer"], name="licensing_obligation_performer"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_obligation_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(condition=models.Q(("duty__in", ["pay_performer", "pay_plan", "notify_union", "notify_performer", "bargain", "disclose", "record_basis", "report_usage", "delete", "obtain_consent", "buyer_approval"])), name="licensing_obligation_duty_known"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(condition=models.Q(("due_word__in", ["before_use", "before_delivery", "clock", "no_figure"])), name="licensing_obligation_due_word_known"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(condition=models.Q(("decision__isnull", False)), fields=("organisation", "production", "performer", "duty", "to_code", "rule_id", "formula"), name="licensing_obligation_once", nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("clock_since__isnull", False), ("due_word", "clock"), models.Q(("clock", ""), _negated=True)), models.Q(models.Q(("due_word", "clock"), _negated=True), ("clock", ""), ("clock_since__isnull", True)), _connector="OR"), name="licensing_obligation_clock"),
        ),
        migrations.AddConstraint(
            model_name="obligationend",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["served", "waived"])), name="licensing_obligationend_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="obligationend",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("kind", "served"), ("reason", ""), ("reason_code__isnull", True), ("served_on__isnull", False), models.Q(("document_sha256", ""), _negated=True), models.Q(("served_to", ""), _negated=True)), models.Q(("by__isnull", False), ("document_sha256", ""), ("kind", "waived"), ("reason_code__isnull", False), models.Q(("reason", ""), _negated=True)), _connector="OR"), name="licensing_obligationend_proved"),
        ),
        migrations.AddConstraint(
            model_name="obligationuse",
            constraint=models.CheckConstraint(condition=models.Q(("effect__in", ["take_signed", "delivered", "stated"])), name="licensing_obligationuse_effect_known"),
        ),
        migrations.AddConstraint(
            model_name="obligationuse",
            constraint=models.UniqueConstraint(fields=("obligation", "effect_id"), name="licensing_obligationuse_once"),
        ),
        migrations.AddConstraint(
            model_name="paystatement",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["performer", "union"])), name="licensing_paystatement_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="paystatement",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("kind", "performer"), ("performer__isnull", False)), models.Q(("kind", "union"), ("performer__isnull", True)), _connector="OR"), name="licensing_paystatement_of_whom"),
        ),
        migrations.AddConstraint(
            model_name="paystatement",
            constraint=models.CheckConstraint(condition=models.Q(("period_until__gt", models.F("period_from"))), name="licensing_paystatement_period"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_posting_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["assessed", "paid", "reversed"])), name="licensing_posting_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("kind", "reversed"), ("reverses__isnull", False), models.Q(("reason", ""), _negated=True)), models.Q(models.Q(("kind", "reversed"), _negated=True), ("reason", ""), ("reverses__isnull", True)), _connector="OR"), name="licensing_posting_reverses"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(("performer_minor__gte", 0), ("plan_minor__gte", 0), models.Q(("performer_minor__gt", 0), ("plan_minor__gt", 0), _connector="OR"), models.Q(("payroll_reference", ""), _negated=True)), name="licensing_payment_of_something"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("organisation", "obligation", "payroll_reference"), name="licensing_payment_once"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("amount_minor", 0), ("plan_minor", 0), ("posting__isnull", True)), models.Q(("amount_minor__gte", 0), ("plan_minor__gte", 0), ("posting__isnull", False)), _connector="OR"), name="licensing_assessment_posted"),
        ),
        migrations.AddIndex(
            model_name="postingline",
            index=models.Index(fields=["account", "currency"], name="licensing_postingline_account"),
        ),
        migrations.AddConstraint(
            model_name="postingline",
            constraint=models.UniqueConstraint(fields=("posting", "position"), name="licensing_postingline_once"),
        ),
        migrations.AddConstraint(
            model_name="postingline",
            constraint=models.CheckConstraint(condition=models.Q(("currency__in", ["USD", "CAD", "GBP", "EUR", "AUD", "JPY"])), name="licensing_postingline_currency"),
        ),
        migrations.AddConstraint(
            model_name="postingline",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("credit_minor", 0), ("debit_minor__gt", 0)), models.Q(("credit_minor__gt", 0), ("debit_minor", 0)), _connector="OR"), name="licensing_postingline_one_side"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_rate_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.UniqueConstraint(fields=("id", "entered_by"), name="licensing_rate_by"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(condition=models.Q(("agreement__in", ["sag_tvt_2023", "sag_tvt_2026", "sag_netcode", "sag_commercials_2025", "sag_audio_commercials_2025", "sag_ima_2025", "sag_sound_2024", "sag_tv_animation_2024", "sag_interim", "sag_dyn_ai_audio", "narrativ", "actra_ipa_2025", "equity_pact", "wga_mba_2026", "dga_ba_2026", "iatse_ba_2024", "tag_2024", "none"])), name="licensing_rate_agreement_known"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["day_minimum", "contract_daily", "bargained_amount", "session_fee", "holding_fee", "use_fee", "line_rate", "scale", "audio_commercial", "audio_customising", "audio_use_4_weeks", "audio_use_1_year", "plan_percent"])), name="licensing_rate_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(condition=models.Q(("grade__in", ["A", "B", "C", "D"])), name="licensing_rate_grade_known"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(condition=models.Q(("amount__range", (0, 10000000000))), name="licensing_rate_amount"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("amount__lte", 10000), ("currency", ""), ("kind", "plan_percent")), models.Q(models.Q(("kind", "plan_percent"), _negated=True), ("currency__in", ["USD", "CAD", "GBP", "EUR", "AUD", "JPY"])), _connector="OR"), name="licensing_rate_currency"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(condition=models.Q(("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"), name="licensing_rate_in_order"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("kind__in", ["contract_daily", "bargained_amount"]), _negated=True), ("performer__isnull", False), ("production__isnull", False), _connector="OR"), name="licensing_rate_of_one_deal"),
        ),
        migrations.AddConstraint(
            model_name="rateconfirmation",
            constraint=models.CheckConstraint(condition=models.Q(("confirmed_by", models.F("entered_by")), _negated=True), name="licensing_rateconfirmation_two_people"),
        ),
        IsolateByOrganisation("licensing_account"),
        IsolateByOrganisation("licensing_calendaryear"),
        IsolateByOrganisation("licensing_calendarholiday"),
        IsolateByOrganisation("licensing_obligation"),
        IsolateByOrganisation("licensing_obligationend"),
        IsolateByOrganisation("licensing_obligationuse"),
        IsolateByOrganisation("licensing_paystatement"),
        IsolateByOrganisation("licensing_posting"),
        IsolateByOrganisation("licensing_payment"),
        IsolateByOrganisation("licensing_assessment"),
        IsolateByOrganisation("licensing_postingline"),
        IsolateByOrganisation("licensing_rate"),
        IsolateByOrganisation("licensing_rateconfirmation"),
        RunSQLFile(__file__, "owed_v1"),
    ]
