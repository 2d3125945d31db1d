"""The way of an offer, and the words of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class OfferState(StrEnum):
    """How far an offer has come. What becomes of its consent afterwards is told by the consent: see `Standing`."""

    DRAFTED = "drafted"
    OFFERED = "offered"
    COUNTERED = "countered"
    SIGNED = "signed"
    ACTIVE = "active"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


# The database holds the same pairs, in `agreeing_v1.sql`; a test compares them.
NEXT: Mapping[OfferState, frozenset[OfferState]] = {
    OfferState.DRAFTED: frozenset({OfferState.OFFERED, OfferState.TAKEN_BACK}),
    OfferState.OFFERED: frozenset(
        {OfferState.COUNTERED, OfferState.SIGNED, OfferState.REFUSED, OfferState.TAKEN_BACK}
    ),
    OfferState.COUNTERED: frozenset({OfferState.OFFERED, OfferState.REFUSED, OfferState.TAKEN_BACK}),
    OfferState.SIGNED: frozenset({OfferState.ACTIVE, OfferState.REFUSED, OfferState.TAKEN_BACK}),
    OfferState.ACTIVE: frozenset(),
    OfferState.REFUSED: frozenset(),
    OfferState.TAKEN_BACK: frozenset(),
}


class Standing(StrEnum):
    """What an offer or its consent is today, in one word."""

    DRAFTED = "drafted"
    OFFERED = "offered"
    COUNTERED = "countered"
    AGREED = "agreed"
    SIGNED = "signed"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    ACTIVE = "active"
    NOTICE_GIVEN = "notice_given"
    SUSPENDED = "suspended"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    COUNTER = "counter"


class ScopeKind(StrEnum):
    """What a grant opens: one performer's records, or the records under one agreement."""

    PERFORMER = "performer"
    AGREEMENT = "agreement"
