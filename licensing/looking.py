"""Who an order is about and what is on record about them, now or then. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from licensing.asking import OnRecord, look_up
from licensing.asking_then import look_back, names_then
from licensing.moments import Moment
from licensing.registers import known_names
from licensing.screening import Certainty, NameHit, Registry
from licensing.values import UseOrder


@dataclass(frozen=True, slots=True)
class Met:
    """Who the prompts name: `sure` for certain, `questions` perhaps, and neither cast nor sure."""

    sure: tuple[NameHit, ...]
    questions: tuple[NameHit, ...]

    @property
    def named(self) -> tuple[UUID, ...]:
        return tuple(hit.performer_id for hit in self.sure)


def look(order: UseOrder, job: UUID | None = None) -> tuple[Met, OnRecord]:
    """What is on record, in one round trip; a second one when names were registered since this process looked.

    What `job` holds of a consent's limits is its own and not counted.

    Raises:
        productions.errors.NoSuchProduction: there is no such production here.
    """
    names = known_names()
    found = screened(order, names.registry)
    record = _looked_up(order, found, job)
    # Whoever was registered while we looked is looked for too.
    while record.register_stamp != names.stamp:
        names = known_names(at_least=record.register_stamp)
        met, found = found, screened(order, names.registry)
        if met == found and record.register_stamp == names.stamp:
            break
        record = _looked_up(order, found, job)
    return found, record


def look_again(order: UseOrder, moment: Moment) -> tuple[Met, OnRecord]:
    """What was on record at `moment`, names of that time included.

    Raises:
        productions.errors.NoSuchProduction: there is no such production here.
    """
    registry = known_names().registry
    found = screened(order, registry)
    if hits := {hit.performer_id for hit in (*found.sure, *found.questions)}:
        # A hit on one person depends on no other's names, so those of the people met are all it takes.
        found = screened(order, names_then(hits, moment, longest=registry.longest))
    people, met = _asked_about(order, found)
    return found, look_back(order.production_id, people, met=met, moment=moment)


def screened(order: UseOrder, registry: Registry) -> Met:
    """Whom the prompts of `order` name, of those on `registry`."""
    hits = registry.named_in(order.prompt)
    sure = tuple(hit for hit in hits if hit.certainty == Certainty.EXACT)
    settled = {hit.performer_id for hit in sure} | {member.performer_id for member in order.cast}
    # In a negative prompt a name asks for the opposite of a likeness; whether it is a trick, a person judges.
    doubtful = (
        *(hit for hit in hits if hit.certainty == Certainty.FUZZY),
        *registry.named_in(order.negative_prompt),
    )
    return Met(sure, tuple(hit for hit in doubtful if hit.performer_id not in settled))


def _looked_up(order: UseOrder, found: Met, job: UUID | None) -> OnRecord:
    people, met = _asked_about(order, found)
    return look_up(order.production_id, people, met=met, job=job)


def _asked_about(order: UseOrder, found: Met) -> tuple[set[UUID], set[UUID]]:
    """Whose likeness is in question, and whoever the prompts may name."""
    cast = {member.performer_id for member in order.cast}
    return {*cast, *found.named}, {hit.performer_id for hit in (*found.sure, *found.questions)}
