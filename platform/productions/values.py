"""What a production can be said to be; the words of the rulebook's facts page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class ProductionKind(StrEnum):
    FEATURE = "feature"
    SERIES = "series"
    ANIMATION_SERIES = "animation_series"
    DOCUMENTARY = "documentary"
    COMMERCIAL = "commercial"
    AUDIO_AD = "audio_ad"
    GAME = "game"
    MUSIC_RELEASE = "music_release"


class AgreementCode(StrEnum):
    """Collective agreement a production is made under; NONE says that it is known to be under none."""

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


class Buyer(StrEnum):
    NETFLIX = "netflix"
    OTHER = "other"
    NONE = "none"


class ChangeReason(StrEnum):
    """Why a production says something else from here on."""

    HAPPENED = "happened"
    LEARNED = "learned"
    ENTERED_WRONGLY = "entered_wrongly"


TERRITORY_PATTERN = r"^(WORLD|EU|EEA|[A-Z]{2}(-[A-Z0-9]{1,3})?)$"
"""ISO 3166-1 or 3166-2, or one of the three unions of territories that contracts name."""

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""Codes of productions, sequences and shots stand in file names and paths."""


@dataclass(frozen=True, slots=True)
class NewProduction:
    """A production as declared. None says *unknown*: rules that need the fact then escalate, they never pass."""

    title: str
    slug: str
    project_code: str
    kind: ProductionKind
    agreement: AgreementCode | None = None
    principal_photography_start: date | None = None
    production_start: date | None = None
    governing_law: str | None = None
    buyer: Buyer | None = None
    award_campaign: bool | None = None
    writers_guild_covered: bool | None = None


FACTS = (
    "kind",
    "agreement",
    "principal_photography_start",
    "production_start",
    "governing_law",
    "buyer",
    "award_campaign",
    "writers_guild_covered",
)
"""What rules read of a production. Each becomes another one by a correction alone, which keeps what it was."""

Fact: TypeAlias = "str | bool | date | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is true of a production, why it said otherwise, and the paper that shows it.

    Attributes:
        facts: values by the name of the fact; None: it is unknown from here on. What is not named stays as it is.
        because: why, in words, for people of the organisation; never logged.
        true_since: the day from which it is true; None: nobody has said.
    """

    facts: Mapping[str, Fact]
    reason: ChangeReason
    because: str
    document_sha256: str
    true_since: date | None = None


@dataclass(frozen=True, slots=True)
class NewShot:
    """A shot as declared; `scene` is the script's scene, None while nobody has said which."""

    code: str
    scene: str | None = None
    description: str = ""
