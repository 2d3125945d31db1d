"""Takes of the shots of a sequence, asked for at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.values import Actor
from audit.errors import LogNotReady
from core.errors import StudioError
from generation.errors import RequestNotPossible
from generation.operations.takes import request_take
from generation.ordering import checked_key
from generation.queries import TakeCard
from generation.values import TakeOrder
from productions.queries import sequence_card

MOST_PANELS = 24


@dataclass(frozen=True, slots=True)
class AskedPanel:
    """What came of one shot: a take in some state, or why it cannot be asked for so."""

    shot_id: UUID
    take: TakeCard | None = None
    refusal: StudioError | None = None


def request_storyboard(
    sequence_id: UUID, orders: Sequence[TakeOrder], *, actor: Actor, idempotency_key: str | None
) -> tuple[AskedPanel, ...]:
    """Ask for a take of each shot that `orders` name, in their order; each is decided for itself, as each is a use.

    What cannot be asked for leaves the others as they are. The same request under the same key gives the same takes,
    and makes those again that could not be asked for before.

    Raises:
        productions.errors.NoSuchSequence: none of the actor's organisation has the id.
        RequestNotPossible: there are none or too many, a shot is named twice or is not of the sequence.
        IdempotencyKeyMissing: see there.
        LogNotReady: the log stands still; what was asked for before it did is kept, and the same request goes on.
    """
    key = checked_key(idempotency_key)
    shots = {shot.id for shot in sequence_card(actor.organisation_id, sequence_id).shots}
    named = [order.shot_id for order in orders]
    if not 1 <= len(named) <= MOST_PANELS:
        raise RequestNotPossible(field="panels", allowed=f"from 1 to {MOST_PANELS}, not {len(named)}")
    if len(set(named)) < len(named) or not shots.issuperset(named):
        raise RequestNotPossible(field="panels", allowed="shots of this sequence, each once")
    return tuple(_asked(order, actor=actor, key=checked_key(f"{key} {order.shot_id}")) for order in orders)


def _asked(order: TakeOrder, *, actor: Actor, key: str) -> AskedPanel:
    try:
        return AskedPanel(order.shot_id, request_take(order, actor=actor, idempotency_key=key))
    except LogNotReady:
        raise
    except StudioError as refusal:
        return AskedPanel(order.shot_id, refusal=refusal)
