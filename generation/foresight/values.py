"""The answer to "what if", as pages, the API and the export give it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from licensing.foresight.events import Event
from licensing.foresight.money import NotArising, Recomputed, Standing

NO_ADVICE = (
    "Computed by the rulebook from what is on record, for people to weigh. It is no legal advice, and nothing was "
    "written or stopped."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What is supposed to happen, and when; `at` None: now. `production_id` None: all productions."""

    event: Event
    at: datetime | None = None
    production_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Takes, by what they are doing."""

    awaiting_review: int = 0
    queued: int = 0
    running: int = 0
    signed: int = 0

    @property
    def total(self) -> int:
        return self.awaiting_review + self.queued + self.running + self.signed


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotLine:
    """One shot. `stops` and `opens` are what the event changes, `stays` is what it leaves as it is."""

    shot_id: UUID
    code: str
    production_id: UUID
    production: str
    stops: Tally
    opens: Tally
    stays: int

    @property
    def takes(self) -> int:
        return self.stops.total + self.opens.total + self.stays


@dataclass(frozen=True, slots=True, kw_only=True)
class FlippedTake:
    """A take whose answer would be another one. `pull`: it is signed and would no longer stand."""

    id: UUID
    number: int
    state: str
    shot_id: UUID
    shot: str
    production: str
    before: str
    after: str
    rules: tuple[str, ...]
    why: str

    @property
    def pull(self) -> bool:
        return self.state == "signed"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that would speak against takes it lets pass today."""

    rule_id: str
    cure: str
    takes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """A delivery that would be worth something else. `before` and `after` are words of what a delivery is worth.

    `valid_until` is the last day of its term; None is without end.
    """

    id: UUID
    take_id: UUID
    take_number: int
    shot: str
    production: str
    recipient: str
    recipient_kind: str
    media: tuple[str, ...]
    territories: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    delivered_at: datetime
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """Where signed takes that would no longer stand were cleared to go, and what of all deliveries would change."""

    takes: int
    media: tuple[str, ...]
    territories: tuple[str, ...]
    deliveries: tuple[DeliveryLine, ...]

    @property
    def counted(self) -> Mapping[str, int]:
        """How many deliveries would be worth what."""
        # A template that asks a Counter for `items` is given a count.
        return dict(Counter(one.after for one in self.deliveries))


@dataclass(frozen=True, slots=True, kw_only=True)
class DescendedTake:
    """A take that comes of a consent through an asset in custody or through pictures of another take.

    Attributes:
        comes_of: the assets and takes it was made with, or, where it is not rendered yet, asks for.
        stops: the rules would stop it as well, so that it is among the flipped ones.
        cannot_be_made: it asks for an asset that is destroyed with the consent, whatever the rules say.
        deliveries: how many files of it would stay out without cover of that consent, which nothing recalls.
    """

    id: UUID
    number: int
    state: str
    shot_id: UUID
    shot: str
    production: str
    comes_of: tuple[str, ...]
    stops: bool
    cannot_be_made: bool
    deliveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """What comes of a consent that is supposed to end, besides what its own decision makes of each take.

    Attributes:
        assets: held in custody and destroyed with the consent; `adapters` of them are adapters.
        trainings: not finished, and resting on it.
        takes: the latest first.
        deliveries: active by their own decision before and after, of files that come of it: nothing recalls them.
    """

    assets: int = 0
    adapters: int = 0
    trainings: int = 0
    takes: tuple[DescendedTake, ...] = ()
    deliveries: tuple[DeliveryLine, ...] = ()

    @property
    def signed(self) -> int:
        return sum(one.state == "signed" for one in self.takes)

    @property
    def signed_and_stand(self) -> int:
        """Signed, and the rules would let them pass all the same."""
        return sum(one.state == "signed" and not one.stops for one in self.takes)

    @property
    def cannot_be_made(self) -> int:
        return sum(one.cannot_be_made for one in self.takes)

    @property
    def is_any(self) -> bool:
        return bool(self.assets or self.trainings or self.takes or self.deliveries)


@dataclass(frozen=True, slots=True)
class ActLine:
    """One thing to do. `terms`: what a consent would have to say; None where it is no consent."""

    words: str
    terms: Mapping[str, object] | None
    takes: int
    is_tried: bool


@dataclass(frozen=True, slots=True)
class RepairStep:
    """With these acts, by number in the list of acts, so many takes go on. `is_exact`: no others do more."""

    acts: tuple[int, ...]
    takes: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class LeastRepair:
    """`of`: how many takes stop. Each step is the best that so many acts can do."""

    of: int
    acts: tuple[ActLine, ...]
    steps: tuple[RepairStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Money is in minor units. `render_seconds`: what signed takes that fall took to render, as measured."""

    render_seconds: float
    standing: tuple[Standing, ...]
    not_arising: tuple[NotArising, ...]
    recomputed: tuple[Recomputed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an event would do, by what was on record at `computed_at`, when the log had `log_size` entries.

    Attributes:
        at: the moment every answer is given for.
        takes: how many takes were looked at.
        questions: how many different questions they were made of; `weighed` of them the event can touch.
        unreadable: takes whose question today's vocabulary cannot read; a person looks at these.
        stood_not: takes that would not pass at that moment anyway.
        descent: what comes of the consent that ends; empty for every other event.
        listed: the flipped takes, the latest first, at most as many as asked for.
    """

    asked: WhatIf
    words: str
    at: datetime
    computed_at: datetime
    log_origin: str | None
    log_size: int
    takes: int
    questions: int
    weighed: int
    unreadable: int
    stood_not: int
    stops: Tally
    opens: Tally
    shots: tuple[ShotLine, ...]
    rules: tuple[RuleLine, ...]
    pulled: Pulled
    descent: Descent
    repair: LeastRepair
    costs: Costs
    listed: tuple[FlippedTake, ...]
    says: str = field(default=NO_ADVICE)

    @property
    def flipped(self) -> int:
        return self.stops.total + self.opens.total
