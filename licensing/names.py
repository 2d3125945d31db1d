"""Words about performers and consents that only this product uses."""

from __future__ import annotations

from enum import StrEnum


class AliasKind(StrEnum):
    """`ROLE`: a character the person is known for; it names the person only by the way."""

    ALIAS = "alias"
    ROLE = "role"
    MISSPELLING = "misspelling"
    SCRIPT = "script"


KNOWN_TO_LEGAL = "a performer known to legal"
"""Stands in place of the name for whoever may not know that the person is on the register."""


class Visibility(StrEnum):
    """Who in the organisation sees the person beyond legal and admin."""

    ORGANISATION = "organisation"
    LEGAL_ONLY = "legal_only"


class ConsentStatus(StrEnum):
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class ConsentEventKind(StrEnum):
    RECORDED = "recorded"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class WithdrawalReason(StrEnum):
    """Why consent ended, as the log may carry it: never a story."""

    PERFORMER_WISH = "performer_wish"
    REPRESENTATIVE_WISH = "representative_wish"
    TERMS_BROKEN = "terms_broken"
    RECORDED_IN_ERROR = "recorded_in_error"
    OTHER = "other"


class UsesAre(StrEnum):
    """What a consent that limits uses counts as one, by the words that were signed."""

    DELIVERIES = "deliveries"
    SIGNED_TAKES = "signed_takes"


class SigningSide(StrEnum):
    """Whose signature on a rider."""

    STUDIO = "studio"
    PERFORMER = "performer"


class ChangeReason(StrEnum):
    """Why the register says something else than before."""

    HAPPENED = "happened"
    LEARNED = "learned"
    ENTERED_WRONGLY = "entered_wrongly"


class RepresentedAct(StrEnum):
    """What somebody's authority for a performer covers."""

    ANSWER = "answer"
    SIGN = "sign"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
