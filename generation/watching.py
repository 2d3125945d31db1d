"""Looking at a take until nothing more changes by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

from generation.queries import TakeCard, take_card
from generation.values import TakeState

_LOOK_EVERY_S = 0.5


def watched(organisation_id: UUID, take_id: UUID, *, longest_s: float) -> Iterator[TakeCard]:
    """The take each time it has changed, first as it is; it ends when the take is settled, in review or time is up.

    Raises:
        NoSuchTake: none of this organisation has the id.
    """
    until = time.monotonic() + longest_s
    shown: TakeCard | None = None
    while True:
        card = take_card(organisation_id, take_id)
        if card != shown:
            shown = card
            yield card
        if card.is_settled or card.state is TakeState.AWAITING_REVIEW or time.monotonic() > until:
            return
        time.sleep(_LOOK_EVERY_S)
