"""A studio whose takes hang on two consents, for tests of "what if"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.values import Actor, Role
from core import clock
from core.ids import new_id
from generation.foresight.answering import what_if
from generation.foresight.values import Answer, WhatIf
from generation.models import Take
from generation.values import TakeState
from licensing.foresight.events import Event
from licensing.operations.gate import decide_use
from licensing.performer_cards import ConsentCard, PerformerCard
from productions.queries import ProductionCard, ShotCard
from tests.factories.accounts import a_member
from tests.factories.licensing import a_consent, a_performer, an_engagement, an_order, counsel_confirms
from tests.factories.productions import a_production, a_sequence, a_shot
from tests.factories.takes import a_take


@dataclass(frozen=True)
class Studio:
    actor: Actor
    film: ProductionCard
    shot: ShotCard
    ana: PerformerCard
    bo: PerformerCard
    consent: ConsentCard

    def take(self, *cast: PerformerCard, state: TakeState = TakeState.QUEUED, **asked: object) -> Take:
        """A take as it stands after its question was decided."""
        order = an_order(self.actor, self.film, *cast, shot_id=self.shot.id, **asked)
        card = decide_use(order, actor=self.actor)
        signed = {
            "asset_id": new_id(),
            "video_key": f"{'a' * 64}.mp4",
            "seconds": {"denoise": 4.5, "decode": 0.5},
        }
        worked_on = {"lease_until": clock.now() + timedelta(minutes=1)}
        return a_take(
            self.actor,
            state=state,
            shot_id=self.shot.id,
            decision_id=card.id,
            number=int(str(new_id().int)[-8:]),
            **(signed if state is TakeState.SIGNED else {}),
            **(worked_on if state is TakeState.RENDERING else {}),
        )

    def what_if(self, event: Event, at: datetime | None = None) -> Answer:
        return what_if(WhatIf(event=event, at=at), actor=self.actor)


def a_studio_that_asks() -> Studio:
    """Counsel confirmed the rules; Ana and Bo are engaged in one film and signed a consent each."""
    actor = a_member(Role.PRODUCER, Role.LEGAL)
    counsel_confirms(actor)
    film = a_production(actor, governing_law="US-WA")
    ana, bo = a_performer(actor, "Ana Ruiz Calder"), a_performer(actor, "Bo Tannhaus Ekwall")
    for one in (ana, bo):
        an_engagement(actor, film, one)
    consent = a_consent(actor, film, ana)
    a_consent(actor, film, bo)
    return Studio(actor, film, a_shot(actor, a_sequence(actor, film)), ana, bo, consent)
