"""Takes as somebody may look at them: files and cards, held against what performers agreed to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from accounts.values import Actor
from generation.queries import TakeCard, TakeFiles, take_card, take_files
from licensing.who_may_look import hidden_decisions, require_sight


def files_to_look_at(take_id: UUID, *, actor: Actor) -> TakeFiles:
    """The files of a signed take, for somebody who wants to see them.

    Raises:
        licensing.errors.SightNotAgreed: a performer in it has not agreed that they look.
        generation.errors.NoSuchTake, generation.errors.VideoNotReady, audit.errors.LogNotReady: as `take_files`.
    """
    require_sight(take_card(actor.organisation_id, take_id).decision_id, actor=actor)
    return take_files(actor.organisation_id, take_id)


def with_what_may_be_seen(cards: Iterable[TakeCard], *, actor: Actor) -> tuple[TakeCard, ...]:
    """The cards, with those marked whose pictures the actor may not look at."""
    listed = tuple(cards)
    hidden = hidden_decisions({one.decision_id for one in listed}, actor=actor)
    return tuple(replace(one, is_hidden=one.decision_id in hidden) for one in listed)
