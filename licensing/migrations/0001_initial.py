import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation

# fmt: off
# As Django wrote it: one line per column.


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("accounts", "0003_sign_in_failures"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RulePack",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("edition", models.CharField(max_length=40)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("first_used_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-first_used_at"],
            },
        ),
        migrations.CreateModel(
            name="Performer",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("professional_name", models.CharField(max_length=200)),
                ("state", models.CharField(blank=True, choices=[("living_adult", "living adult"), ("minor", "minor"), ("deceased_with_lifetime_consent", "deceased with lifetime consent"), ("deceased_represented", "deceased represented"), ("deceased_unlocated", "deceased unlocated")], max_length=40, null=True)),
                ("domicile", models.CharField(blank=True, max_length=8, null=True)),
                ("visibility", models.CharField(choices=[("organisation", "organisation"), ("legal_only", "legal only")], max_length=40)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["professional_name"],
            },
        ),
        migrations.CreateModel(
            name="Engagement",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("category", models.CharField(blank=True, choices=[("principal", "principal"), ("stunt", "stunt"), ("background", "background"), ("stand_in", "stand in"), ("voice", "voice"), ("singer", "singer"), ("dancer", "dancer"), ("puppeteer", "puppeteer"), ("non_union", "non union"), ("public_figure", "public figure"), ("private_person", "private person")], max_length=40, null=True)),
                ("agreement", models.CharField(blank=True, choices=[("sag_tvt_2023", "sag tvt 2023"), ("sag_tvt_2026", "sag tvt 2026"), ("sag_netcode", "sag netcode"), ("sag_commercials_2025", "sag commercials 2025"), ("sag_audio_commercials_2025", "sag audio commercials 2025"), ("sag_ima_2025", "sag ima 2025"), ("sag_sound_2024", "sag sound 2024"), ("sag_tv_animation_2024", "sag tv animation 2024"), ("sag_interim", "sag interim"), ("sag_dyn_ai_audio", "sag dyn ai audio"), ("narrativ", "narrativ"), ("actra_ipa_2025", "actra ipa 2025"), ("equity_pact", "equity pact"), ("wga_mba_2026", "wga mba 2026"), ("dga_ba_2026", "dga ba 2026"), ("iatse_ba_2024", "iatse ba 2024"), ("tag_2024", "tag 2024"), ("none", "none")], max_length=40, null=True)),
                ("is_engaged", models.BooleanField(blank=True, null=True)),
                ("engaged_at", models.DateTimeField(blank=True, null=True)),
                ("contract_date", models.DateField(blank=True, null=True)),
                ("representation", models.CharField(blank=True, choices=[("counsel_negotiated", "counsel negotiated"), ("union_cba_covers_replica", "union cba covers replica"), ("agent_only", "agent only"), ("none", "none")], max_length=40, null=True)),
                ("union_covered", models.BooleanField(blank=True, null=True)),
                ("employed_on_project", models.BooleanField(blank=True, null=True)),
                ("recognisable", models.BooleanField(blank=True, null=True)),
                ("portrayed_as_minor", models.BooleanField(blank=True, null=True)),
                ("estimated_days", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("production", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
                ("replica_from", models.ForeignKey(blank=True, help_text="The production the replica was made for.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
                ("performer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="engagements", to="licensing.performer")),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("replica_type", models.CharField(choices=[("ebdr_scan", "ebdr scan"), ("ebdr_no_scan", "ebdr no scan"), ("icdr", "icdr"), ("background_replica", "background replica"), ("voice_replica", "voice replica"), ("vocal_replica_ima", "vocal replica ima"), ("visual_replica_ima", "visual replica ima"), ("realtime_replica", "realtime replica"), ("digital_alteration", "digital alteration"), ("synthetic", "synthetic"), ("none", "none")], max_length=40)),
                ("terms", models.JSONField()),
                ("terms_sha256", models.CharField(max_length=64)),
                ("document_sha256", models.CharField(max_length=64)),
                ("receipt_id", models.UUIDField(unique=True)),
                ("salt", models.BinaryField(max_length=32)),
                ("valid_from", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
                ("status", models.CharField(choices=[("active", "active"), ("superseded", "superseded"), ("withdrawn", "withdrawn")], max_length=40)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("production", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
                ("supersedes", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.consent")),
                ("performer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="licensing.performer")),
            ],
            options={
                "ordering": ["-recorded_at"],
            },
        ),
        migrations.CreateModel(
            name="PerformerAlias",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("alias", "alias"), ("role", "role"), ("misspelling", "misspelling"), ("script", "script")], max_length=40)),
                ("text", models.CharField(max_length=200)),
                ("normalised", models.CharField(max_length=400)),
                ("block", models.CharField(db_index=True, help_text="First letters, by which candidates are found.", max_length=2)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="aliases", to="licensing.performer")),
            ],
            options={
                "ordering": ["text"],
            },
        ),
        migrations.CreateModel(
            name="PerformerIdentifier",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("scope", models.CharField(max_length=40)),
                ("value", models.CharField(max_length=120)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="identifiers", to="licensing.performer")),
            ],
            options={
                "ordering": ["scope", "value"],
            },
        ),
        migrations.CreateModel(
            name="RuleConfirmation",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("rule_id", models.CharField(max_length=16)),
                ("rule_sha256", models.CharField(max_length=64)),
                ("counsel", models.CharField(max_length=200)),
                ("document_sha256", models.CharField(max_length=64)),
                ("confirmed_at", models.DateTimeField()),
                ("confirmed_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("pack", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="confirmations", to="licensing.rulepack")),
            ],
            options={
                "ordering": ["rule_id"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("shot_id", models.UUIDField(null=True)),
                ("stage", models.CharField(choices=[("generate", "generate"), ("deliver", "deliver")], max_length=40)),
                ("outcome", models.CharField(choices=[("allow", "allow"), ("allow_with_duties", "allow with duties"), ("warn", "warn"), ("escalate", "escalate"), ("deny_until", "deny until"), ("deny", "deny")], max_length=40)),
                ("reasons", models.JSONField()),
                ("duties", models.JSONField()),
                ("facts", models.BinaryField()),
                ("facts_sha256", models.CharField(max_length=64)),
                ("asked", models.JSONField()),
                ("consent_ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("salt", models.BinaryField(max_length=32)),
                ("decided_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("production", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
                ("repeats", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision")),
                ("requested_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("pack", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.rulepack")),
            ],
            options={
                "ordering": ["-decided_at"],
            },
        ),
        migrations.CreateModel(
            name="Strike",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("agreement", models.CharField(choices=[("sag_tvt_2023", "sag tvt 2023"), ("sag_tvt_2026", "sag tvt 2026"), ("sag_netcode", "sag netcode"), ("sag_commercials_2025", "sag commercials 2025"), ("sag_audio_commercials_2025", "sag audio commercials 2025"), ("sag_ima_2025", "sag ima 2025"), ("sag_sound_2024", "sag sound 2024"), ("sag_tv_animation_2024", "sag tv animation 2024"), ("sag_interim", "sag interim"), ("sag_dyn_ai_audio", "sag dyn ai audio"), ("narrativ", "narrativ"), ("actra_ipa_2025", "actra ipa 2025"), ("equity_pact", "equity pact"), ("wga_mba_2026", "wga mba 2026"), ("dga_ba_2026", "dga ba 2026"), ("iatse_ba_2024", "iatse ba 2024"), ("tag_2024", "tag 2024"), ("none", "none")], max_length=40)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["-began_at"],
            },
        ),
        migrations.CreateModel(
            name="ConsentEvent",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("recorded", "recorded"), ("superseded", "superseded"), ("withdrawn", "withdrawn")], max_length=40)),
                ("reason_code", models.CharField(blank=True, choices=[("performer_wish", "performer wish"), ("representative_wish", "representative wish"), ("terms_broken", "terms broken"), ("recorded_in_error", "recorded in error"), ("other", "other")], max_length=40, null=True)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("consent", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="events", to="licensing.consent")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "ordering": ["at"],
                "constraints": [models.CheckConstraint(condition=models.Q(("kind__in", ["recorded", "superseded", "withdrawn"])), name="licensing_consentevent_kind_known")],
            },
        ),
        migrations.AddConstraint(
            model_name="performer",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_performer_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="performer",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ["living_adult", "minor", "deceased_with_lifetime_consent", "deceased_represented", "deceased_unlocated"])), name="licensing_performer_state_known"),
        ),
        migrations.AddConstraint(
            model_name="performer",
            constraint=models.CheckConstraint(condition=models.Q(("visibility__in", ["organisation", "legal_only"])), name="licensing_performer_visibility_known"),
        ),
        migrations.AddConstraint(
            model_name="performer",
            constraint=models.CheckConstraint(condition=models.Q(("domicile__regex", "^(WORLD|EU|EEA|[A-Z]{2}(-[A-Z0-9]{1,3})?)$")), name="licensing_performer_domicile"),
        ),
        migrations.AddConstraint(
            model_name="performer",
            constraint=models.CheckConstraint(condition=models.Q(("professional_name", ""), _negated=True), name="licensing_performer_has_a_name"),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.UniqueConstraint(fields=("organisation", "production", "performer"), name="licensing_engagement_once"),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(condition=models.Q(("category__in", ["principal", "stunt", "background", "stand_in", "voice", "singer", "dancer", "puppeteer", "non_union", "public_figure", "private_person"])), name="licensing_engagement_category_known"),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(condition=models.Q(("agreement__in", ["sag_tvt_2023", "sag_tvt_2026", "sag_netcode", "sag_commercials_2025", "sag_audio_commercials_2025", "sag_ima_2025", "sag_sound_2024", "sag_tv_animation_2024", "sag_interim", "sag_dyn_ai_audio", "narrativ", "actra_ipa_2025", "equity_pact", "wga_mba_2026", "dga_ba_2026", "iatse_ba_2024", "tag_2024", "none"])), name="licensing_engagement_agreement_known"),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(condition=models.Q(("representation__in", ["counsel_negotiated", "union_cba_covers_replica", "agent_only", "none"])), name="licensing_engagement_representation_known"),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(condition=models.Q(("engaged_at__isnull", True), ("is_engaged", True), _connector="OR"), name="licensing_engagement_when_engaged"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["organisation", "performer"], name="licensing_consent_performer"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_consent_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(condition=models.Q(("replica_type__in", ["ebdr_scan", "ebdr_no_scan", "icdr", "background_replica", "voice_replica", "vocal_replica_ima", "visual_replica_ima", "realtime_replica", "digital_alteration", "synthetic", "none"])), name="licensing_consent_replica_type_known"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(condition=models.Q(("status__in", ["active", "superseded", "withdrawn"])), name="licensing_consent_status_known"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("status", "withdrawn"), ("withdrawn_at__isnull", False)), models.Q(models.Q(("status", "withdrawn"), _negated=True), ("withdrawn_at__isnull", True)), _connector="OR"), name="licensing_consent_withdrawn_when"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(("status", "active")), expressions=[(models.F("organisation"), "="), (models.F("production"), "="), (models.F("performer"), "="), (models.F("replica_type"), "="), (models.Func(models.F("valid_from"), models.F("valid_until"), django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True), function="daterange", output_field=django.contrib.postgres.fields.ranges.DateRangeField()), "&&")], name="licensing_consent_one_at_a_time"),
        ),
        migrations.AddIndex(
            model_name="performeralias",
            index=models.Index(fields=["organisation", "block"], name="licensing_alias_block"),
        ),
        migrations.AddIndex(
            model_name="performeralias",
            index=models.Index(fields=["organisation", "normalised"], name="licensing_alias_normalised"),
        ),
        migrations.AddConstraint(
            model_name="performeralias",
            constraint=models.UniqueConstraint(fields=("organisation", "performer", "kind", "text"), name="licensing_alias_once"),
        ),
        migrations.AddConstraint(
            model_name="performeralias",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["alias", "role", "misspelling", "script"])), name="licensing_alias_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="performeridentifier",
            constraint=models.UniqueConstraint(fields=("organisation", "scope", "value"), name="licensing_identifier_once"),
        ),
        migrations.AddConstraint(
            model_name="ruleconfirmation",
            constraint=models.UniqueConstraint(fields=("organisation", "rule_id", "rule_sha256"), name="licensing_confirmation_once"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["organisation", "shot_id"], name="licensing_decision_shot"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_decision_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(condition=models.Q(("stage__in", ["generate", "deliver"])), name="licensing_decision_stage_known"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(condition=models.Q(("outcome__in", ["allow", "allow_with_duties", "warn", "escalate", "deny_until", "deny"])), name="licensing_decision_outcome_known"),
        ),
        migrations.AddConstraint(
            model_name="strike",
            constraint=models.CheckConstraint(condition=models.Q(("agreement__in", ["sag_tvt_2023", "sag_tvt_2026", "sag_netcode", "sag_commercials_2025", "sag_audio_commercials_2025", "sag_ima_2025", "sag_sound_2024", "sag_tv_animation_2024", "sag_interim", "sag_dyn_ai_audio", "narrativ", "actra_ipa_2025", "equity_pact", "wga_mba_2026", "dga_ba_2026", "iatse_ba_2024", "tag_2024", "none"])), name="licensing_strike_agreement_known"),
        ),
        migrations.AddConstraint(
            model_name="strike",
            constraint=models.CheckConstraint(condition=models.Q(("ended_at__isnull", True), ("ended_at__gt", models.F("began_at")), _connector="OR"), name="licensing_strike_ends_later"),
        ),
        migrations.AddConstraint(
            model_name="strike",
            constraint=models.UniqueConstraint(condition=models.Q(("ended_at__isnull", True)), fields=("organisation", "agreement"), name="licensing_strike_one_at_a_time"),
        ),
        *(
            IsolateByOrganisation(f"licensing_{table}")
            for table in (
                "performer",
                "performeridentifier",
                "performeralias",
                "engagement",
                "consent",
                "consentevent",
                "ruleconfirmation",
                "decision",
                "strike",
            )
        ),
    ]
