"""Stating that nothing of a production touched a performer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from accounts.values import Actor
from audit.non_use import write_non_use_bundle
from audit.non_use_found import NonUse
from core import clock
from licensing.queries import performer_card
from productions.queries import production_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class NonUseOrder:
    """What is to be stated; `since` belongs to the period, `until` does not."""

    performer_id: UUID
    production_id: UUID
    since: datetime
    until: datetime


def state_non_use(order: NonUseOrder, target: BinaryIO, *, actor: Actor, everybody: bool) -> UUID:
    """Write a signed statement with all that proves it to `target`; gives its identifier.

    Args:
        order: what is to be stated.
        target: stands at its beginning.
        actor: whoever asks; stands in the log.
        everybody: False where the asker may not know of performers whom only legal sees.

    Raises:
        licensing.errors.UnknownPerformer, productions.errors.NoSuchProduction: not here, or not for the asker.
        audit.errors.UseFound, audit.errors.NonUseNotProvable, audit.errors.LogNotReady: see there.
    """
    performer_card(actor.organisation_id, order.performer_id, everybody=everybody)
    production_facts(actor.organisation_id, order.production_id)
    asked = NonUse(
        organisation_id=actor.organisation_id,
        production_id=order.production_id,
        performer_id=order.performer_id,
        since=order.since,
        until=order.until,
    )
    return write_non_use_bundle(asked, target, actor=actor.label, at=clock.now())
