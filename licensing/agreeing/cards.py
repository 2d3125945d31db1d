"""Offers as pages and the API show them: frozen, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.canonical import Canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCard:
    """A term of a round with its answer. `answer` None: not answered; `counter_text`: the counter in plain words."""

    path: str
    heading: str
    text: str
    value: Canonical
    answer: str | None
    counter: Canonical
    counter_text: str | None


@dataclass(frozen=True, slots=True)
class OfferSignatureCard:
    side: str
    signer_role: str | None
    signed_by: UUID
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCard:
    """The terms as they were put once. `answered_at` None: the performer has not answered this round.

    `wording`: the edition of the model wording it is read and answered in.
    """

    number: int
    terms: Mapping[str, Canonical]
    terms_sha256: str
    wording: str
    withdrawal_notice_days: int
    made_at: datetime
    asked: tuple[TermCard, ...]
    answered_at: datetime | None
    answered_as: str | None
    signatures: tuple[OfferSignatureCard, ...]


@dataclass(frozen=True, slots=True)
class OfferEventCard:
    from_state: str | None
    to_state: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCard:
    """An offer with all its rounds, the first one first.

    `state` is what was recorded; `standing` what it is today, with what became of the consent.
    """

    id: UUID
    production_id: UUID
    production_title: str
    performer_id: UUID
    performer_name: str
    replica_type: str
    representation: str | None
    state: str
    standing: str
    supersedes: UUID | None
    consent_id: UUID | None
    made_at: datetime
    rounds: tuple[RoundCard, ...]
    events: tuple[OfferEventCard, ...]

    @property
    def latest(self) -> RoundCard:
        return self.rounds[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOffer:
    """One line of a list of offers."""

    id: UUID
    production_title: str
    performer_name: str
    replica_type: str
    state: str
    standing: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeCard:
    id: UUID
    consent_id: UUID
    reason_code: str
    given_at: datetime
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedConsent:
    """What was known of a consent at one moment about another one. `known_since`: when that became known here."""

    consent_id: UUID
    performer_id: UUID
    performer_name: str
    production_id: UUID
    production_title: str
    replica_type: str
    state: str
    known_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantCard:
    """A grant of sight. Exactly one of the grantees is named, and one of performer and agreement."""

    id: UUID
    grantee_organisation_id: UUID | None
    grantee_user_id: UUID | None
    performer_id: UUID | None
    agreement: str | None
    valid_from: datetime
    valid_until: datetime | None
    granted_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenConsent:
    """A consent of another organisation, as far as a grant opens it. None of a name: not part of what was granted."""

    organisation_id: UUID
    organisation_name: str
    consent_id: UUID
    performer_id: UUID
    performer_name: str
    production_title: str | None
    replica_type: str
    status: str
    terms: Mapping[str, Canonical]
    valid_from: date | None
    valid_until: date | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    ends_at: datetime | None
