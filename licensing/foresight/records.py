"""What is on record around many questions, and the same once an event has happened. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core.canonical import Canonical
from licensing.foresight.events import (
    ConsentEnds,
    ConsentSigned,
    Event,
    HousePackInForce,
    StrikeEnds,
    StrikeStarts,
)
from licensing.gathering import FiledConsent, Person
from licensing.names import ConsentStatus
from licensing.signing_off.papers import Papers
from productions.queries import ProductionFacts

# Of a record that does not exist: it stands last among those of its performer, and messages name it so.
HYPOTHETICAL = "ffffffff-ffff-ffff-ffff-ffffffffffff"


@dataclass(frozen=True, slots=True)
class StruckAgreement:
    """`ended_at` None: it lasts."""

    agreement: str
    began_at: datetime
    ended_at: datetime | None

    def holds_at(self, at: datetime) -> bool:
        return self.began_at <= at and (self.ended_at is None or self.ended_at > at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The facts of today, read once for all questions.

    Attributes:
        productions: what the rulebook reads of each.
        people: by production and person; whoever is registered is in it for every production asked about.
        consents: of each person, those that were not replaced.
        strikes: those that last, or end after now.
        confirmed: rules whose originals counsel read, with digests.
        hidden: whom only legal sees.
        synthetics: of productions with orders for human roles, what their case files say.
        house_pack: the pack of own rules in force.
        papers: of each production, what counsel signed off and the buyer approved, whoever asks.
    """

    productions: Mapping[UUID, ProductionFacts]
    people: Mapping[tuple[UUID, UUID], Person]
    consents: Mapping[UUID, tuple[FiledConsent, ...]]
    strikes: tuple[StruckAgreement, ...]
    confirmed: frozenset[tuple[str, str]]
    hidden: frozenset[UUID]
    synthetics: Mapping[UUID, Mapping[str, Canonical] | None]
    house_pack: UUID | None
    papers: Mapping[UUID, Papers]

    def consents_of(self, people: Iterable[UUID]) -> list[FiledConsent]:
        """In the order the gate reads them, by which a tie between two records is settled."""
        found = (consent for who in people for consent in self.consents.get(who, ()))
        return sorted(found, key=lambda consent: consent.id)

    def struck_at(self, at: datetime) -> list[Canonical]:
        codes: set[Canonical] = {one.agreement for one in self.strikes if one.holds_at(at)}
        return sorted(codes, key=str)

    def consent(self, consent_id: UUID) -> FiledConsent | None:
        found = (one for filed in self.consents.values() for one in filed if one.id == str(consent_id))
        return next(found, None)


def after(records: Records, event: Event, at: datetime) -> Records:
    """The records once `event` has happened at `at`; whatever it does not touch stays as it is on record."""
    match event:
        case ConsentEnds(consent_id):
            return _changed(records, consent_id, lambda one: _ended(one, at))
        case ConsentSigned():
            signed = records
            if event.supersedes is not None:
                signed = _changed(records, event.supersedes, lambda _one: None)
            added = (*signed.consents.get(event.performer_id, ()), _signed(event, at))
            return replace(signed, consents={**signed.consents, event.performer_id: added})
        case StrikeStarts(agreement):
            began = StruckAgreement(agreement.value, at, None)
            return replace(records, strikes=(*records.strikes, began))
        case StrikeEnds(agreement):
            ended = tuple(
                replace(one, ended_at=at) if one.agreement == agreement and one.holds_at(at) else one
                for one in records.strikes
            )
            return replace(records, strikes=ended)
        case HousePackInForce(pack_id):
            return replace(records, house_pack=pack_id)
        case _:
            return records


def _ended(consent: FiledConsent, at: datetime) -> FiledConsent:
    if consent.status != ConsentStatus.ACTIVE:
        return consent
    return replace(consent, status=ConsentStatus.WITHDRAWN.value, ended_at=at)


def _signed(event: ConsentSigned, at: datetime) -> FiledConsent:
    return FiledConsent(
        id=HYPOTHETICAL,
        performer_id=str(event.performer_id),
        production_id=str(event.production_id),
        replica_type=event.replica_type,
        terms=event.terms,
        status=ConsentStatus.ACTIVE.value,
        ended_at=None,
        entry_uid=None,
        recorded_at=at,
        is_in_log=True,
    )


def _changed(
    records: Records, consent_id: UUID, change: Callable[[FiledConsent], FiledConsent | None]
) -> Records:
    """`records` with one consent as `change` leaves it; None takes it out."""
    changed: dict[UUID, tuple[FiledConsent, ...]] = {}
    for who, filed in records.consents.items():
        new = [change(one) if one.id == str(consent_id) else one for one in filed]
        changed[who] = tuple(one for one in new if one is not None)
    return replace(records, consents=changed)
