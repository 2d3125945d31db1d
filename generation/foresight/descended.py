"""What comes of a consent that is supposed to end, by the graph. Call inside `core.tenancy.tenant`; writes nothing.

The rules answer for each take by its own decision. An adapter that was trained on a consent, or pictures of a take
made under it, are in takes whose own decision may rest on another one: these are told here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from generation.deliveries.values import StandsToday
from generation.foresight.delivered import delivery_line
from generation.foresight.hanging import HangingTake, takes_named
from generation.foresight.values import DeliveryLine, DescendedTake, Descent
from generation.graph.naming import Reader, names_of
from generation.graph.still_out import MOST, THROUGH, out_lines
from generation.graph.values import Direction, Node, NodeKind, Question, Walk
from generation.graph.walking import walk
from generation.likeness_training.values import TRAINING_FINAL
from generation.models import Delivery, LikenessTraining, TakeAdapter
from generation.values import TakeState
from licensing.custody.reading import held_among
from licensing.custody.words import AssetKind
from licensing.foresight.events import ConsentEnds, Event
from productions.queries import shot_cards

_OUTLIVES = (
    "It comes of a take that rests on this consent, and its own decision names another: nothing recalls it."
)


def descent_of(
    event: Event,
    *,
    organisation_id: UUID,
    production_id: UUID | None,
    reader: Reader,
    stops: Callable[[HangingTake], bool],
    changed: Collection[UUID],
) -> Descent:
    """What comes of the consent that `event` ends; empty for every other event.

    Args:
        event: what is supposed.
        organisation_id: whose.
        production_id: takes and deliveries of this one alone; None: of all.
        reader: who reads the names.
        stops: whether the rules would stop a take.
        changed: the deliveries that would be worth something else by their own decision.
    """
    if not isinstance(event, ConsentEnds):
        return Descent()
    start = Node(NodeKind.CONSENT, event.consent_id)
    found = walk(Question(node=start, directions=(Direction.DOWN,), most=MOST, through=THROUGH))
    reached = {one.node.id: one for one in found.nodes}
    of_kind: dict[NodeKind, set[UUID]] = defaultdict(set)
    for one in found.nodes:
        of_kind[one.node.kind].add(one.node.id)
    held = held_among(of_kind[NodeKind.REPLICA])
    behind = _behind(found)
    asking = _asking(held)
    takes = takes_named({*behind, *asking}, production_id=production_id)
    # What was rendered holds what it was made with; what was not has only asked for it.
    parents = {
        take.id: behind[take.id] | (set() if take.state == TakeState.SIGNED else asking[take.id])
        for take in takes
    }
    out = tuple(
        one.delivery_id
        for one in out_lines(organisation_id, found, reached, reader)
        if not one.is_named and one.standing.state is StandsToday.ACTIVE and one.delivery_id not in changed
    )
    deliveries = _deliveries(out, production_id)
    return Descent(
        assets=len(held),
        adapters=sum(kind == AssetKind.ADAPTER for kind in held.values()),
        trainings=_trainings(of_kind[NodeKind.TRAINING], production_id),
        takes=_lines(takes, parents, asking, deliveries, reader, stops),
        deliveries=deliveries,
    )


def _behind(found: Walk) -> dict[UUID, set[Node]]:
    """By take the assets and other takes that it was made of. What its decision alone names is not in it."""
    behind: dict[UUID, set[Node]] = defaultdict(set)
    for edge in found.edges:
        if edge.child.kind is NodeKind.TAKE and edge.parent.kind in (NodeKind.REPLICA, NodeKind.TAKE):
            behind[edge.child.id].add(edge.parent)
    return behind


def _asking(assets: Collection[UUID]) -> dict[UUID, set[Node]]:
    """By take the assets it was asked for with, released to it or not."""
    asking: dict[UUID, set[Node]] = defaultdict(set)
    for take_id, asset_id in TakeAdapter.objects.filter(asset_id__in=assets).values_list(
        "take_id", "asset_id"
    ):
        asking[take_id].add(Node(NodeKind.REPLICA, asset_id))
    return asking


def _trainings(ids: Collection[UUID], production_id: UUID | None) -> int:
    rows = LikenessTraining.objects.filter(id__in=ids).exclude(state__in=TRAINING_FINAL)
    return (rows.filter(production_id=production_id) if production_id else rows).count()


def _deliveries(ids: Collection[UUID], production_id: UUID | None) -> tuple[DeliveryLine, ...]:
    rows = Delivery.objects.filter(id__in=ids).select_related("recipient", "take__shot__sequence__production")
    if production_id is not None:
        rows = rows.filter(take__shot__sequence__production_id=production_id)
    stays = StandsToday.ACTIVE.value
    return tuple(
        delivery_line(row, before=stays, after=stays, reason=_OUTLIVES)
        for row in rows.order_by("recipient__name", "delivered_at", "id")
    )


def _lines(
    takes: Iterable[HangingTake],
    parents: Mapping[UUID, set[Node]],
    asking: Mapping[UUID, set[Node]],
    deliveries: Iterable[DeliveryLine],
    reader: Reader,
    stops: Callable[[HangingTake], bool],
) -> tuple[DescendedTake, ...]:
    takes = tuple(takes)
    shots = shot_cards({one.shot_id for one in takes})
    names = names_of({node for some in parents.values() for node in some}, reader)
    out = Counter(one.take_id for one in deliveries)
    return tuple(
        DescendedTake(
            id=take.id,
            number=take.number,
            state=take.state,
            shot_id=take.shot_id,
            shot=shots[take.shot_id].code,
            production=shots[take.shot_id].production_title,
            comes_of=tuple(sorted(names[node].title for node in parents[take.id] if node in names)),
            stops=stops(take),
            cannot_be_made=take.state != TakeState.SIGNED and take.id in asking,
            deliveries=out[take.id],
        )
        for take in takes
    )
