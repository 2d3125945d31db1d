"""Where each term of a consent stands in our ODRL profile, and how its values are spelt.

One row a term. A test holds the rows against the rulebook's vocabulary: a term without a row cannot be added unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from licensing.agreed import Audience, Edit, Training
from licensing.values import FormKind, Medium, Purpose, Representation, Sensitive, SignerRole, Use

PROFILE = "urn:countersign:odrl:1"
PREFIX = "cs:"
ODRL_CONTEXT = "http://www.w3.org/ns/odrl.jsonld"

NOT_STATED = f"{PREFIX}notStated"
"""Nobody said: no value satisfies a constraint on it, so a foreign reader clears nothing either."""
STATED_UNKNOWN = f"{PREFIX}statedUnknown"
"""Somebody said that it is not known. The rulebook treats both alike; the record keeps them apart."""
NEVER = f"{PREFIX}never"
"""Known not to have happened, or known to have no end."""


class Kind(Enum):
    LIST = "list"
    TEXT = "text"
    BOOLEAN = "boolean"
    TIME = "time"
    """A time, or known not to have happened."""
    DAY = "day"
    DAY_OR_NEVER = "day_or_never"
    NUMBER = "number"
    """A whole number that is not negative."""
    COUNT = "count"
    """How often: a whole number from one on."""
    SECONDS = "seconds"


class Place(Enum):
    """Which part of the policy a term is a constraint of."""

    ACTION = "action"
    PERMISSION = "permission"
    OBTAIN_CONSENT = "obtainConsent"
    INFORM = "inform"


Words = (
    type[Use | Purpose | Medium | Sensitive | FormKind | SignerRole]
    | type[Edit]
    | type[Training]
    | type[Audience]
    | type[Representation]
)


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `words`: the closed list its values are from, spelt with our prefix; None: free values.

    `added_later`: policies that were written before the term have no constraint on it: nobody stated it.
    """

    path: str
    place: Place
    operand: str
    operator: str
    kind: Kind
    words: Words | None = None
    added_later: bool = False


def _duty(path: str, place: Place, operand: str, kind: Kind, words: Words | None = None) -> Term:
    return Term(path, place, PREFIX + operand, "eq", kind, words)


_CONSENT, _INFORM, _PERMISSION = Place.OBTAIN_CONSENT, Place.INFORM, Place.PERMISSION

TERMS: tuple[Term, ...] = (
    Term("intended_use.uses", Place.ACTION, "cs:use", "isAnyOf", Kind.LIST, Use),
    Term("intended_use.purposes", _PERMISSION, "purpose", "isAnyOf", Kind.LIST, Purpose),
    Term("intended_use.media", _PERMISSION, "media", "isAnyOf", Kind.LIST, Medium),
    Term("intended_use.territories", _PERMISSION, "spatial", "isAnyOf", Kind.LIST),
    Term("intended_use.languages", _PERMISSION, "language", "isAnyOf", Kind.LIST),
    Term("intended_use.scenes", _PERMISSION, "cs:scene", "isAnyOf", Kind.LIST),
    Term("intended_use.sensitive", _PERMISSION, "cs:sensitiveContent", "isPartOf", Kind.LIST, Sensitive),
    Term("intended_use.description", _PERMISSION, "cs:description", "eq", Kind.TEXT),
    Term("agreed.does", _PERMISSION, "cs:does", "eq", Kind.TEXT),
    Term("agreed.says", _PERMISSION, "cs:says", "eq", Kind.TEXT),
    Term("agreed.edits", _PERMISSION, "cs:edit", "isPartOf", Kind.LIST, Edit),
    Term("agreed.training", _PERMISSION, "cs:training", "isPartOf", Kind.LIST, Training),
    Term("agreed.visible_to", _PERMISSION, "cs:visibleTo", "isAnyOf", Kind.LIST, Audience),
    Term("valid_from", _PERMISSION, "dateTime", "gteq", Kind.DAY),
    Term("valid_until", _PERMISSION, "dateTime", "lteq", Kind.DAY_OR_NEVER),
    Term("advertiser", _PERMISSION, "cs:advertiser", "eq", Kind.TEXT),
    Term("product_line", _PERMISSION, "product", "eq", Kind.TEXT),
    Term("original_production_start", _PERMISSION, "cs:originalProductionStart", "eq", Kind.DAY),
    Term("most_uses", _PERMISSION, "count", "lteq", Kind.COUNT, added_later=True),
    Term("most_takes", _PERMISSION, "cs:takeCount", "lteq", Kind.COUNT, added_later=True),
    Term("most_seconds", _PERMISSION, "elapsedTime", "lteq", Kind.SECONDS, added_later=True),
    _duty("form_kind", _CONSENT, "formKind", Kind.TEXT, FormKind),
    _duty("signer_role", _CONSENT, "signerRole", Kind.TEXT, SignerRole),
    _duty("separately_signed_at", _CONSENT, "separatelySignedAt", Kind.TIME),
    _duty("authority_verified", _CONSENT, "authorityVerified", Kind.BOOLEAN),
    _duty("requested_at", _CONSENT, "requestedAt", Kind.TIME),
    _duty("business_reason", _CONSENT, "businessReason", Kind.TEXT),
    _duty("business_reason_at", _CONSENT, "businessReasonAt", Kind.TIME),
    _duty("bargained", _CONSENT, "bargained", Kind.BOOLEAN),
    _duty("survives_death", _CONSENT, "survivesDeath", Kind.BOOLEAN),
    _duty("intended_use.reasonably_specific", _CONSENT, "reasonablySpecific", Kind.BOOLEAN),
    _duty("intended_use.consistent_with_contract", _CONSENT, "consistentWithContract", Kind.BOOLEAN),
    _duty("agreed.representation", _CONSENT, "representation", Kind.TEXT, Representation),
    _duty("agreed.withdrawal_notice_days", _INFORM, "withdrawalNoticeDays", Kind.NUMBER),
    _duty("notice_given_at", _INFORM, "noticeGivenAt", Kind.TIME),
    _duty("notice_waived_in_writing", _INFORM, "noticeWaivedInWriting", Kind.BOOLEAN),
    _duty("services_at", _INFORM, "servicesAt", Kind.TIME),
    _duty("union_notified_at", _INFORM, "unionNotifiedAt", Kind.TIME),
)

TRAINING = (Use.TRAIN_PROJECT_MODEL, Use.TRAIN_GENERAL_MODEL, Use.LICENSE_FOR_TRAINING)
"""Named as prohibitions where they are not permitted: a reader who takes silence for leave shall not."""
