import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
import licensing.models.document
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("licensing", "0005_legal_review"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "replica_type",
                    models.CharField(
                        choices=[
                            ("ebdr_scan", "ebdr scan"),
                            ("ebdr_no_scan", "ebdr no scan"),
                            ("icdr", "icdr"),
                            ("background_replica", "background replica"),
                            ("voice_replica", "voice replica"),
                            ("vocal_replica_ima", "vocal replica ima"),
                            ("visual_replica_ima", "visual replica ima"),
                            ("realtime_replica", "realtime replica"),
                            ("digital_alteration", "digital alteration"),
                            ("synthetic", "synthetic"),
                            ("none", "none"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "representation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("counsel_negotiated", "counsel negotiated"),
                            ("union_cba_covers_replica", "union cba covers replica"),
                            ("agent_only", "agent only"),
                            ("none", "none"),
                        ],
                        max_length=40,
                        null=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "drafted"),
                            ("offered", "offered"),
                            ("countered", "countered"),
                            ("signed", "signed"),
                            ("active", "active"),
                            ("refused", "refused"),
                            ("taken_back", "taken back"),
                        ],
                        max_length=40,
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="OfferEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("drafted", "drafted"),
                            ("offered", "offered"),
                            ("countered", "countered"),
                            ("signed", "signed"),
                            ("active", "active"),
                            ("refused", "refused"),
                            ("taken_back", "taken back"),
                        ],
                        max_length=40,
                        null=True,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("drafted", "drafted"),
                            ("offered", "offered"),
                            ("countered", "countered"),
                            ("signed", "signed"),
                            ("active", "active"),
                            ("refused", "refused"),
                            ("taken_back", "taken back"),
                        ],
                        max_length=40,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="OfferRound",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("terms", models.JSONField()),
                ("terms_sha256", models.CharField(max_length=64)),
                ("withdrawal_notice_days", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="OfferSignature",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("studio", "studio"), ("performer", "performer")], max_length=40
                    ),
                ),
                (
                    "signer_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("performer", "performer"),
                            ("guardian", "guardian"),
                            ("authorised_representative", "authorised representative"),
                            ("union", "union"),
                            ("agent_with_power", "agent with power"),
                            ("estate", "estate"),
                        ],
                        max_length=40,
                        null=True,
                    ),
                ),
                ("terms_sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["signed_at"],
            },
        ),
        migrations.CreateModel(
            name="SightGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "agreement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sag_tvt_2023", "sag tvt 2023"),
                            ("sag_tvt_2026", "sag tvt 2026"),
                            ("sag_netcode", "sag netcode"),
                            ("sag_commercials_2025", "sag commercials 2025"),
                            ("sag_audio_commercials_2025", "sag audio commercials 2025"),
                            ("sag_ima_2025", "sag ima 2025"),
                            ("sag_sound_2024", "sag sound 2024"),
                            ("sag_tv_animation_2024", "sag tv animation 2024"),
                            ("sag_interim", "sag interim"),
                            ("sag_dyn_ai_audio", "sag dyn ai audio"),
                            ("narrativ", "narrativ"),
                            ("actra_ipa_2025", "actra ipa 2025"),
                            ("equity_pact", "equity pact"),
                            ("wga_mba_2026", "wga mba 2026"),
                            ("dga_ba_2026", "dga ba 2026"),
                            ("iatse_ba_2024", "iatse ba 2024"),
                            ("tag_2024", "tag 2024"),
                            ("none", "none"),
                        ],
                        max_length=40,
                        null=True,
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-granted_at"],
            },
        ),
        migrations.CreateModel(
            name="TermAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("term", models.CharField(max_length=80)),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "yes"), ("no", "no"), ("counter", "counter")], max_length=40
                    ),
                ),
                ("counter", models.JSONField(null=True)),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["answered_at", "term"],
            },
        ),
        migrations.CreateModel(
            name="WithdrawalNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reason_code",
                    models.CharField(
                        choices=[
                            ("performer_wish", "performer wish"),
                            ("representative_wish", "representative wish"),
                            ("terms_broken", "terms broken"),
                            ("recorded_in_error", "recorded in error"),
                            ("other", "other"),
                        ],
                        max_length=40,
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["recorded_at"],
            },
        ),
        migrations.AddField(
            model_name="signingauthority",
            name="acts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                default=licensing.models.document.every_act,
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="signingauthority",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acts__contained_by", ["answer", "sign", "refuse", "withdraw"]), ("acts__len__gt", 0)
                ),
                name="licensing_signingauthority_acts_known",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="consent",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.consent",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="organisation",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="performer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer"
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="production",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production"
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="supersedes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.consent",
            ),
        ),
        migrations.AddField(
            model_name="offerevent",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="offerevent",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="licensing.offer"
            ),
        ),
        migrations.AddField(
            model_name="offerevent",
            name="organisation",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="offerround",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="offerround",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="licensing.offer"
            ),
        ),
        migrations.AddField(
            model_name="offerround",
            name="organisation",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="offersignature",
            name="authority",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.signingauthority",
            ),
        ),
        migrations.AddField(
            model_name="offersignature",
            name="organisation",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="offersignature",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signatures",
                to="licensing.offerround",
            ),
        ),
        migrations.AddField(
            model_name="offersignature",
            name="signed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sightgrant",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sightgrant",
            name="granted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sightgrant",
            name="grantee_organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="sightgrant",
            name="grantee_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sightgrant",
            name="organisation",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="sightgrant",
            name="performer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.performer",
            ),
        ),
        migrations.AddField(
            model_name="termanswer",
            name="answered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="termanswer",
            name="authority",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.signingauthority"
            ),
        ),
        migrations.AddField(
            model_name="termanswer",
            name="organisation",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="termanswer",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="licensing.offerround"
            ),
        ),
        migrations.AddField(
            model_name="withdrawalnotice",
            name="authority",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.signingauthority",
            ),
        ),
        migrations.AddField(
            model_name="withdrawalnotice",
            name="consent",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="notice", to="licensing.consent"
            ),
        ),
        migrations.AddField(
            model_name="withdrawalnotice",
            name="organisation",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="withdrawalnotice",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["organisation", "performer"], name="licensing_offer_performer"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="licensing_offer_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "replica_type__in",
                        [
                            "ebdr_scan",
                            "ebdr_no_scan",
                            "icdr",
                            "background_replica",
                            "voice_replica",
                            "vocal_replica_ima",
                            "visual_replica_ima",
                            "realtime_replica",
                            "digital_alteration",
                            "synthetic",
                            "none",
                        ],
                    )
                ),
                name="licensing_offer_replica_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "representation__in",
                        ["counsel_negotiated", "union_cba_covers_replica", "agent_only", "none"],
                    )
                ),
                name="licensing_offer_representation_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["drafted", "offered", "countered", "signed", "active", "refused", "taken_back"],
                    )
                ),
                name="licensing_offer_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consent__isnull", False), ("state", "active")),
                    models.Q(models.Q(("state", "active"), _negated=True), ("consent__isnull", True)),
                    _connector="OR",
                ),
                name="licensing_offer_active_with_consent",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "from_state__in",
                        ["drafted", "offered", "countered", "signed", "active", "refused", "taken_back"],
                    )
                ),
                name="licensing_offerevent_from_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "to_state__in",
                        ["drafted", "offered", "countered", "signed", "active", "refused", "taken_back"],
                    )
                ),
                name="licensing_offerevent_to_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerevent",
            constraint=models.UniqueConstraint(fields=("offer", "number"), name="licensing_offerevent_once"),
        ),
        migrations.AddConstraint(
            model_name="offerround",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="licensing_offerround_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="offerround",
            constraint=models.UniqueConstraint(fields=("offer", "number"), name="licensing_offerround_once"),
        ),
        migrations.AddConstraint(
            model_name="offerround",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="licensing_offerround_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="offersignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["studio", "performer"])),
                name="licensing_offersignature_side_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="offersignature",
            constraint=models.UniqueConstraint(
                fields=("round", "side"), name="licensing_offersignature_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="offersignature",
            constraint=models.UniqueConstraint(
                fields=("round", "signed_by"), name="licensing_offersignature_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="offersignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("authority__isnull", True), ("side", "studio"), ("signer_role__isnull", True)),
                    models.Q(
                        ("authority__isnull", False), ("side", "performer"), ("signer_role__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="licensing_offersignature_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="sightgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "agreement__in",
                        [
                            "sag_tvt_2023",
                            "sag_tvt_2026",
                            "sag_netcode",
                            "sag_commercials_2025",
                            "sag_audio_commercials_2025",
                            "sag_ima_2025",
                            "sag_sound_2024",
                            "sag_tv_animation_2024",
                            "sag_interim",
                            "sag_dyn_ai_audio",
                            "narrativ",
                            "actra_ipa_2025",
                            "equity_pact",
                            "wga_mba_2026",
                            "dga_ba_2026",
                            "iatse_ba_2024",
                            "tag_2024",
                            "none",
                        ],
                    )
                ),
                name="licensing_sightgrant_agreement_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sightgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grantee_organisation__isnull", False), ("grantee_user__isnull", True)),
                    models.Q(("grantee_organisation__isnull", True), ("grantee_user__isnull", False)),
                    _connector="OR",
                ),
                name="licensing_sightgrant_to_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="sightgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreement__isnull", True), ("performer__isnull", False)),
                    models.Q(("agreement__isnull", False), ("performer__isnull", True)),
                    _connector="OR",
                ),
                name="licensing_sightgrant_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="sightgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="licensing_sightgrant_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="sightgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="licensing_sightgrant_ended_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="termanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["yes", "no", "counter"])),
                name="licensing_termanswer_answer_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="termanswer",
            constraint=models.UniqueConstraint(fields=("round", "term"), name="licensing_termanswer_once"),
        ),
        migrations.AddConstraint(
            model_name="termanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "counter"), ("counter__isnull", False)),
                    models.Q(models.Q(("answer", "counter"), _negated=True), ("counter__isnull", True)),
                    _connector="OR",
                ),
                name="licensing_termanswer_counter",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawalnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason_code__in",
                        [
                            "performer_wish",
                            "representative_wish",
                            "terms_broken",
                            "recorded_in_error",
                            "other",
                        ],
                    )
                ),
                name="licensing_withdrawalnotice_reason_code_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawalnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_at__gte", models.F("given_at")), ("given_at__lte", models.F("recorded_at"))
                ),
                name="licensing_withdrawalnotice_in_order",
            ),
        ),
        IsolateByOrganisation("licensing_offer"),
        IsolateByOrganisation("licensing_offerround"),
        IsolateByOrganisation("licensing_termanswer"),
        IsolateByOrganisation("licensing_offersignature"),
        IsolateByOrganisation("licensing_offerevent"),
        IsolateByOrganisation("licensing_withdrawalnotice"),
        IsolateByOrganisation("licensing_sightgrant"),
        RunSQLFile(__file__, "agreeing_v1"),
        RunSQLFile(__file__, "sight_v1"),
    ]
