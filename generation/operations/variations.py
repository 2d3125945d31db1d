"""Several takes of one request, with seeds of their own."""

from __future__ import annotations

from dataclasses import replace

from accounts.values import Actor
from generation.errors import RequestNotPossible
from generation.iterating.values import FROM_PICTURES, MOST_VARIATIONS, LineageKind, Origin, Parent
from generation.operations.takes import request_take
from generation.ordering import checked_key
from generation.queries import TakeCard
from generation.values import LARGEST_SEED, TakeOrder, TakeState


def request_variations(
    order: TakeOrder, count: int, *, actor: Actor, idempotency_key: str | None
) -> tuple[TakeCard, ...]:
    """Ask for `count` takes that differ in their seeds; each is decided for itself, as each is a use.

    The first is the request as it is, and the others are kept as its variations. Where the first is refused there
    are no others: they would be refused alike. A seed that is given is the first one's, and each next one is higher
    by one; otherwise each is drawn. The same request under the same key gives the same takes.

    Raises:
        RequestNotPossible: so many, or such seeds, are not to be had.
        As `request_take`.
    """
    if not 1 <= count <= MOST_VARIATIONS:
        raise RequestNotPossible(field="variations", allowed=f"from 1 to {MOST_VARIATIONS}, not {count}")
    if order.seed is not None and order.seed + count - 1 > LARGEST_SEED:
        raise RequestNotPossible(
            field="seed", allowed=f"at most {LARGEST_SEED - count + 1} for {count} takes"
        )
    key = checked_key(idempotency_key)
    first = request_take(order, actor=actor, idempotency_key=key)
    cards = [first]
    if first.state is TakeState.REFUSED:
        return (first,)
    for number in range(1, count):
        another = replace(
            order,
            seed=None if order.seed is None else order.seed + number,
            origin=_origin(order.origin, first),
        )
        cards.append(request_take(another, actor=actor, idempotency_key=checked_key(f"{key} +{number}")))
    return tuple(cards)


def _origin(asked: Origin | None, first: TakeCard) -> Origin:
    if asked is not None and asked.kind in FROM_PICTURES:
        return replace(asked, sibling=first.id)
    return Origin(kind=LineageKind.VARIATION, parents=(Parent(take_id=first.id),))
