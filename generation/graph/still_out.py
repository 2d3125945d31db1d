"""Everything that left the house and rests on a consent: where it is, until when, and what it is worth today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from generation.deliveries.standing import standings
from generation.deliveries.values import Standing, StandsToday
from generation.graph.errors import NoSuchNode
from generation.graph.naming import Reader, names_of
from generation.graph.sight import sight_of
from generation.graph.values import Direction, Frames, Node, NodeKind, Question, Reached, Walk
from generation.graph.walking import walk
from generation.models import Delivery, DeliveryRecall
from licensing.graph_names import RecordName, consent_holds

THROUGH = frozenset(
    {
        *(NodeKind.CONSENT, NodeKind.APPROVAL, NodeKind.REPLICA, NodeKind.DECISION, NodeKind.TRAINING),
        *(NodeKind.TAKE, NodeKind.MASTER, NodeKind.CREDENTIAL, NodeKind.DELIVERY),
    }
)
MOST = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OutLine:
    """One delivery that rests on what was asked of.

    `frames` are those of the file that do; None are all. `is_named`: the decision to deliver relies on it by name;
    otherwise the file comes of a take that does. `consent_stands`: of what was asked of. `told_at` and
    `acknowledged_at` are of a recall. Who is not of the house reads the kind of the recipient alone.
    """

    delivery_id: UUID
    recipient: str
    recipient_kind: str
    take_id: UUID
    take: str
    production: str
    frames: tuple[Frames, ...] | None
    num_frames: int
    media: tuple[str, ...]
    territories: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    delivered_at: datetime
    standing: Standing
    is_named: bool
    told_at: datetime | None
    acknowledged_at: datetime | None
    consent_stands: bool = True

    @property
    def outlives(self) -> bool:
        """It comes of a consent that has ended and that its own decision does not name: nothing recalls it."""
        return not self.consent_stands and not self.is_named and self.standing.state is StandsToday.ACTIVE

    @property
    def is_out(self) -> bool:
        """The recipient has it, as far as is on record: nobody has taken note of a recall."""
        return self.standing.state is not StandsToday.RECALLED or self.acknowledged_at is None

    @property
    def is_rightly_out(self) -> bool:
        return self.standing.state is StandsToday.ACTIVE and not self.outlives


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOut:
    """`takes`: how many takes rest on it, delivered or not."""

    node: Node
    name: RecordName
    lines: tuple[OutLine, ...]
    takes: int
    is_whole: bool

    @property
    def out(self) -> int:
        return sum(one.is_out for one in self.lines)

    @property
    def rightly(self) -> int:
        return sum(one.is_rightly_out for one in self.lines)

    @property
    def wrongly(self) -> int:
        return self.out - self.rightly

    @property
    def acknowledged(self) -> int:
        return len(self.lines) - self.out

    @property
    def by_state(self) -> Mapping[str, int]:
        return dict(Counter(one.standing.state.value for one in self.lines))


def still_out(node: Node, *, actor: Actor) -> StillOut:
    """Every delivery that rests on `node`, those that are out first, then by recipient.

    Raises:
        NoSuchNode: there is none of this id that the actor sees.
    """
    sight = sight_of(node, actor=actor)
    if sight is None:
        raise NoSuchNode("There is no such thing here, or it does not concern you.")
    asked = Question(node=node, directions=(Direction.DOWN,), most=MOST, through=THROUGH)
    with tenant(sight.organisation_id):
        found = walk(asked)
        reached = {one.node.id: one for one in found.nodes if sight.names(one.node)}
        lines = out_lines(sight.organisation_id, found, reached, sight.reader)
        name = names_of([node], sight.reader)[node]
        if node.kind is NodeKind.CONSENT and not consent_holds(node.id):
            lines = [replace(one, consent_stands=False) for one in lines]
    return StillOut(
        node=node,
        name=name,
        lines=tuple(sorted(lines, key=lambda one: (not one.is_out, one.recipient, one.delivered_at))),
        takes=sum(one.node.kind is NodeKind.TAKE for one in reached.values()),
        is_whole=found.is_whole,
    )


def out_lines(
    organisation_id: UUID, found: Walk, reached: Mapping[UUID, Reached], reader: Reader
) -> list[OutLine]:
    """The deliveries among `reached`, in no order. Call inside `core.tenancy.tenant`."""
    ids = [one.node.id for one in reached.values() if one.node.kind is NodeKind.DELIVERY]
    rows = list(
        Delivery.objects.filter(id__in=ids).select_related("recipient", "take__shot__sequence__production")
    )
    worth = standings(organisation_id, rows)
    recalls = {
        row.delivery_id: row
        for row in DeliveryRecall.objects.filter(delivery_id__in=ids)
        .select_related("acknowledgement")
        .prefetch_related("notices")
    }
    named = _named_in(found)
    return [_line(row, reached[row.id], worth[row.id], recalls.get(row.id), named, reader) for row in rows]


def _named_in(found: Walk) -> frozenset[UUID]:
    """Decisions that rely on a consent, an approval or an asset that was asked of, and not by a take alone."""
    return frozenset(edge.child.id for edge in found.edges if edge.child.kind is NodeKind.DECISION)


def _line(
    row: Delivery,
    reached: Reached,
    standing: Standing,
    recall: DeliveryRecall | None,
    named: frozenset[UUID],
    reader: Reader,
) -> OutLine:
    shot = row.take.shot
    acknowledgement = getattr(recall, "acknowledgement", None) if recall else None
    return OutLine(
        delivery_id=row.id,
        recipient=f"a {row.recipient.kind}" if reader.outside else row.recipient.name,
        recipient_kind=row.recipient.kind,
        take_id=row.take_id,
        take="a take" if reader.outside else f"{shot.code} take {row.take.number}",
        production=shot.sequence.production.title,
        frames=reached.frames,
        num_frames=row.take.num_frames,
        media=tuple(row.media),
        territories=tuple(row.territories),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        delivered_at=row.delivered_at,
        standing=standing,
        is_named=row.decision_id in named,
        told_at=max((one.sent_at for one in recall.notices.all()), default=None) if recall else None,
        acknowledged_at=acknowledgement.acknowledged_at if acknowledgement else None,
    )
