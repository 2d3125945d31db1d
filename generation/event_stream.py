"""The events of a take as they come: server-sent events (WHATWG HTML, section 9.2) of rows that are kept anyway.

A stream holds one of the few threads of the web server, so there are few of them in a process, each for a short
while: whoever looks on comes again with the number of the last event, and misses none.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, Self
from uuid import UUID

from generation.errors import EventStreamsTaken
from generation.queries import TakeCard, TakeEventCard, take_card, take_events
from generation.values import IN_WORK, EventKind, TakeState

MOST_STREAMS = 2
"""In one process of the web server, which has five threads or more."""
LONGEST_S = 25.0
_LOOK_EVERY_S = 0.5
_STILL_HERE_EVERY_S = 5.0
_COME_AGAIN_MS = 1000
_COME_AGAIN_S = 5

_slots = threading.BoundedSemaphore(MOST_STREAMS)


class EventStream(Iterator[bytes]):
    """What is sent of a take's events after the one numbered `after`, until nothing more comes or time is up.

    Its place is taken when it is made, and given back by `close`, which Django calls whatever becomes of the answer.

    Args:
        organisation_id: whose take it is.
        take_id: the take.
        after: the last event that the other side has; 0 for none.
        said: an event as the API says it.

    Raises:
        NoSuchTake: none of this organisation has the id.
        EventStreamsTaken: as many as may be are looked at.
    """

    def __init__(
        self,
        organisation_id: UUID,
        take_id: UUID,
        *,
        after: int,
        said: Callable[[TakeEventCard], dict[str, Any]],
        longest_s: float = LONGEST_S,
    ) -> None:
        take_card(organisation_id, take_id)
        if not _slots.acquire(blocking=False):
            raise EventStreamsTaken(retry_after_s=_COME_AGAIN_S)
        self._closed = False
        self._parts = self._written(organisation_id, take_id, after, said, time.monotonic() + longest_s)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        return next(self._parts)

    def close(self) -> None:
        """Give the place back, once."""
        self._parts.close()
        if not self._closed:
            self._closed = True
            _slots.release()

    def _written(
        self,
        organisation_id: UUID,
        take_id: UUID,
        after: int,
        said: Callable[[TakeEventCard], dict[str, Any]],
        until: float,
    ) -> Generator[bytes, None, None]:
        yield f"retry: {_COME_AGAIN_MS}\n\n".encode()
        spoke_at = time.monotonic()
        shown: tuple[str, int] | None = None
        while True:
            # The card is read first: an event that comes between is sent before the end is told.
            card = take_card(organisation_id, take_id)
            page = take_events(organisation_id, take_id, after=after)
            for event in page.events:
                after, shown, spoke_at = event.id, (event.stage, event.step), time.monotonic()
                yield _part(event.kind, event.id, said(event) | {"seconds_left": _left(event)})
            if page.next_after is not None:
                continue
            if card.state in IN_WORK and card.step and shown != (card.stage, card.step):
                # Between the events that are kept. It bears the number of the last of these: nothing is missed by it.
                shown, spoke_at = (card.stage, card.step), time.monotonic()
                yield _part(EventKind.PROGRESS, after, _progress(card))
            if card.is_settled or card.state is TakeState.AWAITING_REVIEW:
                yield _part("end", after, {"state": card.state.value})
                return
            now = time.monotonic()
            if now > until:
                return
            if now - spoke_at > _STILL_HERE_EVERY_S:
                # Also how it is noticed that nobody listens any more.
                spoke_at = now
                yield b": still here\n\n"
            time.sleep(_LOOK_EVERY_S)


def nothing_follows(organisation_id: UUID, take_id: UUID, *, after: int) -> bool:
    """Whether a take is settled and the other side has its last event.

    Raises:
        NoSuchTake: none of this organisation has the id.
    """
    card = take_card(organisation_id, take_id)
    return card.is_settled and not take_events(organisation_id, take_id, after=after, limit=1).events


def _progress(card: TakeCard) -> dict[str, Any]:
    return {
        "state": card.state.value,
        "stage": card.stage,
        "step": card.step,
        "stage_steps": card.stage_steps,
        "seconds_per_step": card.seconds_per_step,
        "seconds_left": card.seconds_left,
        "preview": f"/v1/takes/{card.id}/preview" if card.has_preview else None,
    }


def _left(event: TakeEventCard) -> int | None:
    if event.seconds_per_step is None or event.step >= event.stage_steps:
        return None
    return round(event.seconds_per_step * (event.stage_steps - event.step))


def _part(kind: str, number: int, told: dict[str, Any]) -> bytes:
    # JSON has no line breaks of its own, and a line is what a part is made of.
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps(told)}\n\n".encode()
