"""Words of legal review."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands. `expired` is never stored: an approval ends by itself when its time is over."""

    OPEN = "open"
    WAITING_FOR_SECOND_KEY = "waiting_for_second_key"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class StoredState(StrEnum):
    """The states a case's row may have."""

    OPEN = "open"
    WAITING_FOR_SECOND_KEY = "waiting_for_second_key"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


UNDECIDED = frozenset({StoredState.OPEN, StoredState.WAITING_FOR_SECOND_KEY})


class ReviewAct(StrEnum):
    """What people do to a case; each leaves a row that is never changed."""

    OPENED = "opened"
    ASKED_AGAIN = "asked_again"
    ASSIGNED = "assigned"
    DUE_DATE_SET = "due_date_set"
    COMMENT = "comment"
    APPROVED = "approved"
    SECOND_KEY_GIVEN = "second_key_given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RefusalCode(StrEnum):
    """Why a case was refused, as the log tells it."""

    NOT_AGREED = "not_agreed"
    TOO_WIDE = "too_wide"
    FACTS_MISSING = "facts_missing"
    BUYER_REFUSED = "buyer_refused"
    PERFORMER_SIDE_REFUSED = "performer_side_refused"
    OTHER = "other"


class HeldKind(StrEnum):
    """What a litigation hold is about."""

    PRODUCTION = "production"
    PERFORMER = "performer"
    TAKE = "take"


class HoldReason(StrEnum):
    """Why rows are kept, as the log tells it."""

    LAWSUIT = "lawsuit"
    ARBITRATION = "arbitration"
    GRIEVANCE = "grievance"
    REGULATOR = "regulator"
    SUBPOENA = "subpoena"
    ANTICIPATED = "anticipated"
