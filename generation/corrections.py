"""What was decided while a production said what is about to be corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from accounts.values import Actor
from core.canonical import Canonical
from core.tenancy import tenant
from generation.models import Take
from licensing.decided_under import decided_under
from productions.corrections import changes
from productions.queries import production_facts
from productions.values import Correction, Fact


@dataclass(frozen=True, slots=True)
class DecidedUnder:
    """`takes`: how many in each state. `questions`: how many were asked beside takes. `fields`: what would change."""

    fields: tuple[str, ...]
    takes: Mapping[str, int]
    questions: int

    @property
    def total(self) -> int:
        return sum(self.takes.values())


def decided_before(production_id: UUID, new: Correction, *, actor: Actor) -> DecidedUnder:
    """What rests on the values that `new` would change. They keep the facts they were decided by.

    Raises:
        NoSuchProduction: none of the actor's organisation has the id.
    """
    facts = production_facts(actor.organisation_id, production_id)
    fields = tuple(changes(facts, new))
    with tenant(actor.organisation_id, user_id=actor.user_id):
        decisions, questions = decided_under(
            production_id, {name: _plain(getattr(facts, name)) for name in fields}
        )
        states = Take.objects.filter(decision_id__in=decisions).order_by("state").values_list("state")
        counted = dict(states.annotate(number=Count("id")))
    return DecidedUnder(fields, counted, questions)


def _plain(value: Fact) -> Canonical:
    return value.isoformat() if isinstance(value, date) else value
