from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

# Imported where they are used: this file is read before Django is set up.
if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models.organisation import Organisation
    from accounts.values import Actor
    from licensing.decision_cards import DecisionCard
    from licensing.performer_cards import PerformerCard
    from licensing.values import UseOrder
    from productions.queries import ProductionCard


@dataclass(frozen=True, slots=True)
class Post:
    """A film in post: a recorded performance of Ana's is to be cleaned up, and its producer claims a basis."""

    organisation: Organisation
    producer: Actor
    counsel: Actor
    production: ProductionCard
    ana: PerformerCard
    shots: tuple[UUID, ...]

    @property
    def organisation_id(self) -> UUID:
        return self.producer.organisation_id

    def order(self, *cast: PerformerCard, **fields: Any) -> UseOrder:  # noqa: ANN401 - any field
        from licensing.stating import Stated
        from licensing.values import CastMember
        from tests.factories.licensing import an_order

        stated = fields.pop("stated", Stated(exempt_basis=("customary_post",)))
        whole: dict[str, Any] = {
            "use": "alter_recorded",
            "prompt": "The hum under the line is taken out.",
            "cast": tuple(
                CastMember(performer_id=one.id, replica_type="digital_alteration")
                for one in cast or (self.ana,)
            ),
            "shot_id": self.shots[0],
            "stated": stated,
        }
        return an_order(self.producer, self.production, self.ana, **whole | fields)

    def ask(self, order: UseOrder | None = None, **options: Any) -> DecisionCard:  # noqa: ANN401 - of the gate
        from licensing.operations.gate import decide_use

        actor = options.pop("actor", self.producer)
        return decide_use(order or self.order(), actor=actor, **options)


def a_post(**facts: Any) -> Post:  # noqa: ANN401 - any fact of the production
    from accounts.values import Role
    from tests.factories.accounts import a_member, an_organisation
    from tests.factories.licensing import a_performer, an_engagement, counsel_confirms
    from tests.factories.productions import a_production, a_sequence, a_shot

    organisation = an_organisation()
    producer = a_member(Role.PRODUCER, organisation=organisation)
    counsel = a_member(Role.LEGAL, organisation=organisation)
    counsel_confirms(counsel)
    production = a_production(producer, governing_law="US-WA", **facts)
    sequence = a_sequence(producer, production)
    ana = a_performer(counsel)
    an_engagement(producer, production, ana)
    shots = tuple(a_shot(producer, sequence, code=f"{number:03d}").id for number in (10, 20))
    return Post(organisation, producer, counsel, production, ana, shots)


@pytest.fixture
def post(committed_db: None) -> Post:
    return a_post()
