"""The vocabulary of consent, and the order a use is decided on.

Sources: the trade's own words as far as an agreement of SAG-AFTRA, EU AI Act article 50 or IPTC prints them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias
from uuid import UUID

from licensing.delivering import DeliveryFacts
from licensing.stating import Stated

Event: TypeAlias = "datetime | Literal[False]"  # when it happened, or False: known not to have happened


class ReplicaType(StrEnum):
    """What is made of a person. `NONE`: the person is concerned, but nothing of them is replicated."""

    EBDR_SCAN = "ebdr_scan"
    EBDR_NO_SCAN = "ebdr_no_scan"
    ICDR = "icdr"
    BACKGROUND_REPLICA = "background_replica"
    VOICE_REPLICA = "voice_replica"
    VOCAL_REPLICA_IMA = "vocal_replica_ima"
    VISUAL_REPLICA_IMA = "visual_replica_ima"
    REALTIME_REPLICA = "realtime_replica"
    DIGITAL_ALTERATION = "digital_alteration"
    SYNTHETIC = "synthetic"
    NONE = "none"


class SubjectState(StrEnum):
    LIVING_ADULT = "living_adult"
    MINOR = "minor"
    DECEASED_WITH_LIFETIME_CONSENT = "deceased_with_lifetime_consent"
    DECEASED_REPRESENTED = "deceased_represented"
    DECEASED_UNLOCATED = "deceased_unlocated"

    @property
    def is_living(self) -> bool:
        return self in (SubjectState.LIVING_ADULT, SubjectState.MINOR)


class PerformerCategory(StrEnum):
    PRINCIPAL = "principal"
    STUNT = "stunt"
    BACKGROUND = "background"
    STAND_IN = "stand_in"
    VOICE = "voice"
    SINGER = "singer"
    DANCER = "dancer"
    PUPPETEER = "puppeteer"
    NON_UNION = "non_union"
    PUBLIC_FIGURE = "public_figure"
    PRIVATE_PERSON = "private_person"


class Agreement(StrEnum):
    SAG_TVT_2023 = "sag_tvt_2023"
    SAG_TVT_2026 = "sag_tvt_2026"
    SAG_NETCODE = "sag_netcode"
    SAG_COMMERCIALS_2025 = "sag_commercials_2025"
    SAG_AUDIO_COMMERCIALS_2025 = "sag_audio_commercials_2025"
    SAG_IMA_2025 = "sag_ima_2025"
    SAG_SOUND_2024 = "sag_sound_2024"
    SAG_TV_ANIMATION_2024 = "sag_tv_animation_2024"
    SAG_INTERIM = "sag_interim"
    SAG_DYN_AI_AUDIO = "sag_dyn_ai_audio"
    NARRATIV = "narrativ"
    ACTRA_IPA_2025 = "actra_ipa_2025"
    EQUITY_PACT = "equity_pact"
    WGA_MBA_2026 = "wga_mba_2026"
    DGA_BA_2026 = "dga_ba_2026"
    IATSE_BA_2024 = "iatse_ba_2024"
    TAG_2024 = "tag_2024"
    NONE = "none"


class FormKind(StrEnum):
    SEPARATE_RIDER = "separate_rider"
    SEPARATE_WRITING = "separate_writing"
    SEPARATELY_SIGNED_CLAUSE = "separately_signed_clause"
    SEPARATELY_INITIALLED_CLAUSE = "separately_initialled_clause"
    STANDARD_TERMS = "standard_terms"
    VOUCHER = "voucher"
    VERBAL = "verbal"

    @property
    def is_valid(self) -> bool:
        return self not in (FormKind.STANDARD_TERMS, FormKind.VOUCHER, FormKind.VERBAL)


class SignerRole(StrEnum):
    PERFORMER = "performer"
    GUARDIAN = "guardian"
    AUTHORISED_REPRESENTATIVE = "authorised_representative"
    UNION = "union"
    AGENT_WITH_POWER = "agent_with_power"
    ESTATE = "estate"


class Representation(StrEnum):
    COUNSEL_NEGOTIATED = "counsel_negotiated"
    UNION_CBA_COVERS_REPLICA = "union_cba_covers_replica"
    AGENT_ONLY = "agent_only"
    NONE = "none"


class Use(StrEnum):
    CREATE_REPLICA = "create_replica"
    GENERATE_NEW_PERFORMANCE = "generate_new_performance"
    ALTER_RECORDED = "alter_recorded"
    DUB_LANGUAGE = "dub_language"
    DEAGE_AGE = "deage_age"
    STUNT_SAFETY_DOUBLE = "stunt_safety_double"
    CROWD_FILL = "crowd_fill"
    RESHOOT_AS_SCRIPTED = "reshoot_as_scripted"
    POSTHUMOUS = "posthumous"
    VOICE_ADR = "voice_adr"
    VISUAL_ADR = "visual_adr"
    LOOK_TEST = "look_test"
    TEMP_PREVIS = "temp_previs"
    MARKETING_TRAILER = "marketing_trailer"
    BRAND_TIE_IN = "brand_tie_in"
    MERCHANDISE = "merchandise"
    REALTIME_INTERACTIVE = "realtime_interactive"
    TRAIN_PROJECT_MODEL = "train_project_model"
    TRAIN_GENERAL_MODEL = "train_general_model"
    LICENSE_FOR_TRAINING = "license_for_training"
    TRANSFER_REPLICA = "transfer_replica"


class ExemptBasis(StrEnum):
    SUBSTANTIALLY_AS_SCRIPTED = "substantially_as_scripted"
    CUSTOMARY_POST = "customary_post"
    SAFETY_IMPOSSIBLE = "safety_impossible"
    UNRECOGNISABLE = "unrecognisable"
    NON_HUMAN_CHARACTER = "non_human_character"
    FIRST_AMENDMENT_REVIEWED = "first_amendment_reviewed"
    EXPRESSIVE_AD_CONSISTENT = "expressive_ad_consistent"
    AUDIO_AD = "audio_ad"
    TRANSLATION_ONLY = "translation_only"


class Purpose(StrEnum):
    THIS_PRODUCTION = "this_production"
    SEQUEL_SPINOFF = "sequel_spinoff"
    PROMOTION_OF_WORK = "promotion_of_work"
    THIRD_PARTY_ADVERTISING = "third_party_advertising"
    PITCH_CONCEPT = "pitch_concept"
    RESEARCH_TEST = "research_test"
    TRAINING = "training"
    ARCHIVE = "archive"


class Medium(StrEnum):
    THEATRICAL = "theatrical"
    SVOD = "svod"
    AVOD = "avod"
    BROADCAST = "broadcast"
    CABLE = "cable"
    PHYSICAL = "physical"
    AIRLINE = "airline"
    SOCIAL = "social"
    TRAILER = "trailer"
    COMMERCIAL = "commercial"
    INTERACTIVE = "interactive"
    AUDIO = "audio"
    LIVE_EVENT = "live_event"
    IMMERSIVE = "immersive"


class DisclosureKind(StrEnum):
    C2PA = "c2pa"
    WATERMARK = "watermark"
    IPTC = "iptc"
    END_CREDIT = "end_credit"
    ON_SCREEN = "on_screen"
    AD_CONSPICUOUS = "ad_conspicuous"
    PLATFORM_TOGGLE = "platform_toggle"
    CUE_SHEET = "cue_sheet"
    EU_ICON_FULL = "eu_icon_full"
    EU_ICON_PARTIAL = "eu_icon_partial"
    EU_ICON_DEEPFAKE = "eu_icon_deepfake"
    CN_EXPLICIT = "cn_explicit"
    CN_IMPLICIT = "cn_implicit"


class Outcome(StrEnum):
    """What one rule says, from mildest to most severe; a decision is the most severe of them."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    DUTY = "duty"
    WARN = "warn"
    ESCALATE = "escalate"
    DENY_UNTIL = "deny_until"
    DENY = "deny"

    @property
    def severity(self) -> int:
        return list(Outcome).index(self)


class Decision(StrEnum):
    ALLOW = "allow"
    ALLOW_WITH_DUTIES = "allow_with_duties"
    WARN = "warn"
    ESCALATE = "escalate"
    DENY_UNTIL = "deny_until"
    DENY = "deny"

    @property
    def severity(self) -> int:
        return list(Decision).index(self)

    @property
    def permitted(self) -> bool:
        return self in (Decision.ALLOW, Decision.ALLOW_WITH_DUTIES, Decision.WARN)


class DutyKind(StrEnum):
    PAY_PERFORMER = "pay_performer"
    PAY_PLAN = "pay_plan"
    NOTIFY_UNION = "notify_union"
    NOTIFY_PERFORMER = "notify_performer"
    BARGAIN = "bargain"
    DISCLOSE = "disclose"
    RECORD_BASIS = "record_basis"
    REPORT_USAGE = "report_usage"
    DELETE = "delete"
    OBTAIN_CONSENT = "obtain_consent"
    BUYER_APPROVAL = "buyer_approval"


class SigningOffRole(StrEnum):
    PERFORMER = "performer"
    REPRESENTATIVE = "representative"
    GUARDIAN = "guardian"
    UNION_REP = "union_rep"
    PRODUCER = "producer"
    LINE_PRODUCER = "line_producer"
    VFX_SUPERVISOR = "vfx_supervisor"
    PROMPT_OPERATOR = "prompt_operator"
    EDITOR = "editor"
    BUSINESS_AFFAIRS = "business_affairs"
    CLEARANCE = "clearance"
    LABOUR_RELATIONS = "labour_relations"
    PRIVACY_OFFICER = "privacy_officer"
    INSURER = "insurer"
    DISTRIBUTOR = "distributor"
    AUDITOR = "auditor"


class ProjectKind(StrEnum):
    FEATURE = "feature"
    SERIES = "series"
    ANIMATION_SERIES = "animation_series"
    DOCUMENTARY = "documentary"
    COMMERCIAL = "commercial"
    AUDIO_AD = "audio_ad"
    GAME = "game"
    MUSIC_RELEASE = "music_release"


class Buyer(StrEnum):
    NETFLIX = "netflix"
    OTHER = "other"
    NONE = "none"


class Stage(StrEnum):
    GENERATE = "generate"
    DELIVER = "deliver"


class OutputStatus(StrEnum):
    TEMP = "temp"
    FINAL = "final"


class SyntheticRole(StrEnum):  # whether the shot carries an invented character, and of which kind
    NONE = "none"
    HUMAN = "human"
    NON_HUMAN = "non_human"


class Sensitive(StrEnum):
    NUDITY = "nudity"
    SEXUAL = "sexual"


class FacialFeature(StrEnum):
    EYES = "eyes"
    NOSE = "nose"
    MOUTH = "mouth"
    EARS = "ears"


class Biometric(StrEnum):
    FACE_GEOMETRY = "face_geometry"
    HAND_GEOMETRY = "hand_geometry"
    VOICEPRINT = "voiceprint"
    FINGERPRINT = "fingerprint"
    PALM_PRINT = "palm_print"
    IRIS = "iris"


class ValueFinding(StrEnum):
    SIGNIFICANT_ADDITIONAL_VALUE = "significant_additional_value"
    COST = "cost"
    OTHER = "other"
    NONE = "none"


class VendorPaper(StrEnum):
    """What must be on file about a model's vendor before the model runs."""

    NO_TRAINING_ON_INPUTS = "no_training_on_inputs"
    RETENTION = "retention"
    REGION = "region"
    SUB_PROCESSORS = "sub_processors"
    OUTPUT_RIGHTS = "output_rights"
    TRAINING_DATA_STATEMENT = "training_data_statement"
    IP_INDEMNITY = "ip_indemnity"
    AUDIT = "audit"
    TERMS_SNAPSHOT = "terms_snapshot"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class UnionAnswer(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"
    PENDING = "pending"


class Session(StrEnum):
    SAME_DAY = "same_day"
    OWN_DAY = "own_day"
    HALF_DAY = "half_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """A person whose likeness or voice the shot uses, and in which form."""

    performer_id: UUID
    replica_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStatement:
    """What is on file about the model that would run; None anywhere means nobody has said."""

    name: str
    version: str
    on_file: tuple[str, ...] | None
    terms_changed: bool | None
    talent_enhancement: bool | None
    unowned_training_data: bool | None
    trained_for_project: str | Literal[False] | None
    on_market_since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseOrder:
    """One use somebody asks permission for. What they did not say is None and is never cleared."""

    organisation_id: UUID
    production_id: UUID
    shot_id: UUID | None
    use: str
    stage: str
    purpose: str
    output_status: str
    media: tuple[str, ...]
    territories: tuple[str, ...]
    languages: tuple[str, ...]
    scenes: tuple[str, ...]
    synthetic_role: str
    photoreal: bool | None
    sensitive: tuple[str, ...] | None
    replaces_in_person_work: bool | None
    prompt: str
    negative_prompt: str
    cast: tuple[CastMember, ...]
    model: ModelStatement
    requested_at: datetime
    duration_ms: int | None = None  # of the video; no rule reads it, approvals that bound the length do
    delivery: DeliveryFacts | None = None
    stated: Stated | None = None
