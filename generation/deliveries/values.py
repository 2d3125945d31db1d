"""Words and shapes of deliveries. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from core.canonical import Canonical
from core.clock import rfc3339
from licensing.agreed import Audience
from licensing.delivering import OUTSIDE
from licensing.values import DisclosureKind, OutputStatus


class RecipientKind(StrEnum):
    DISTRIBUTOR = "distributor"
    BROADCASTER = "broadcaster"
    PLATFORM = "platform"
    FESTIVAL = "festival"
    INSURER = "insurer"
    VENDOR = "vendor"


# Who looks by a delivery that is not for release; nothing else than a vendor is to work on a finished one.
_LOOKS = {
    RecipientKind.DISTRIBUTOR: Audience.BUYER.value,
    RecipientKind.BROADCASTER: Audience.BUYER.value,
    RecipientKind.PLATFORM: Audience.BUYER.value,
    RecipientKind.FESTIVAL: Audience.PUBLIC_BEFORE_RELEASE.value,
}


def seen_by(kind: RecipientKind, output_status: str) -> str | None:
    """The circle that gets to look by a delivery, as consents name it; None: it is a release.

    To release is a use, and bounded by media and territories. A vendor gets material to work on and an insurer to
    judge by, also when it is final.
    """
    if kind == RecipientKind.VENDOR:
        return Audience.VENDORS.value
    if kind == RecipientKind.INSURER:
        return OUTSIDE
    return None if output_status == OutputStatus.FINAL else _LOOKS[kind]


class StandsToday(StrEnum):
    """What a delivery is worth today. Computed when it is asked, from what it rests on; never stored."""

    ACTIVE = "active"
    ENDED = "ended"
    """Its term is over, or what it rests on ran out or was replaced: nobody took anything back."""
    SUSPENDED = "suspended"
    """By a strike, which ends nothing: it stands again when the strike is over."""
    RECALLED = "recalled"
    """What it rests on was withdrawn, or the studio took it back."""


class DisputeGround(StrEnum):
    """Why a take is disputed, as the log may carry it."""

    NO_CONSENT = "no_consent"
    OUTSIDE_CONSENT = "outside_consent"
    NOT_THE_PERSON = "not_the_person"
    """The likeness or the voice is another person's than is stated."""
    OTHER = "other"


class DisputeOutcome(StrEnum):
    SETTLED = "settled"
    NOT_UPHELD = "not_upheld"
    UPHELD = "upheld"
    """What it rested on was withdrawn, or its deliveries called back."""
    TAKEN_BACK = "taken_back"
    """By whoever opened it."""


class RecallCause(StrEnum):
    CONSENT_WITHDRAWN = "consent_withdrawn"
    APPROVAL_WITHDRAWN = "approval_withdrawn"
    STUDIO = "studio"
    """Somebody of legal called it back by a decision of the house."""


class DeliveryAct(StrEnum):
    DELIVERED = "delivered"
    LINK_ISSUED = "link_issued"
    LINK_REVOKED = "link_revoked"
    FETCHED = "fetched"
    FETCH_REFUSED = "fetch_refused"
    RECALLED = "recalled"
    NOTICE_SENT = "notice_sent"
    ACKNOWLEDGED = "acknowledged"
    RETENTION_STATED = "retention_stated"


class NoticeChannel(StrEnum):
    """How a notice of recall went out; a person says so."""

    EMAIL = "email"
    REGISTERED_LETTER = "registered_letter"
    COURIER = "courier"
    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    RECIPIENTS_PORTAL = "recipients_portal"


# What is found in a file when it is read back; nobody types these.
MARKS_IN_FILES = frozenset(
    {DisclosureKind.C2PA, DisclosureKind.WATERMARK, DisclosureKind.IPTC, DisclosureKind.CN_IMPLICIT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What the audience is told, in its own words, and where it stands."""

    kind: str
    wording: str
    placement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOrder:
    """A delivery as somebody asks for it.

    Attributes:
        valid_until: the last day of the term; None is without end.
        master_id: the take in that format; None: its own signed file.
    """

    take_id: UUID
    recipient_id: UUID
    purpose: str
    output_status: str
    media: tuple[str, ...]
    territories: tuple[str, ...]
    languages: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    disclosures: tuple[Disclosure, ...]
    requested_at: datetime
    master_id: UUID | None = None

    def body(self) -> dict[str, Canonical]:
        """Everything that was asked, in the form that is stored and hashed; the time of asking is no part of it."""
        body: dict[str, Canonical] = {
            "take": str(self.take_id),
            "recipient": str(self.recipient_id),
            "purpose": self.purpose,
            "output_status": self.output_status,
            "media": list(self.media),
            "territories": list(self.territories),
            "languages": list(self.languages),
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "disclosures": [asdict(one) for one in self.disclosures],
        }
        # Left out where it is the take's own file: a delivery of before there were masters keeps its digest.
        return body if self.master_id is None else body | {"master": str(self.master_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a delivery is worth today, since when, and why in a sentence that names nobody.

    `cause` only where it is recalled; `since` None where the moment is not on record.
    """

    state: StandsToday
    reason: str
    since: datetime | None = None
    cause: RecallCause | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "state": self.state.value,
            "reason": self.reason,
            "since": rfc3339(self.since) if self.since else None,
        }
