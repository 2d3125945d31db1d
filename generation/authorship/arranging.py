"""A cut changed by one step, and what a new cut changed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from core.canonical import Canonical
from generation.authorship.values import Cut, CutItem

Occurrence = tuple[UUID, int]


def placed(cut: Cut, item: CutItem) -> Cut:
    """With `item` at the end."""
    return replace(cut, items=(*cut.items, item))


def moved(cut: Cut, position: int, *, by: int) -> Cut:
    """With the item at `position` (from 1) moved by so many places; at either end it stays there."""
    items = list(cut.items)
    item = items.pop(position - 1)
    items.insert(min(max(position - 1 + by, 0), len(items)), item)
    return replace(cut, items=tuple(items))


def trimmed(cut: Cut, position: int, *, first_frame: int, end_frame: int) -> Cut:
    items = list(cut.items)
    items[position - 1] = replace(items[position - 1], first_frame=first_frame, end_frame=end_frame)
    return replace(cut, items=tuple(items))


def removed(cut: Cut, position: int) -> Cut:
    return replace(cut, items=cut.items[: position - 1] + cut.items[position:])


def changes(before: Cut, after: Cut) -> list[dict[str, Canonical]]:
    """What of `before` became otherwise in `after`, item by item; one source twice counts as two items."""
    old, new = dict(_occurrences(before.items)), dict(_occurrences(after.items))
    kept_before = [one for one in old if one in new]
    kept_after = [one for one in new if one in old]
    found: list[dict[str, Canonical]] = []
    found += [{"change": "placed", **new[one].to_json()} for one in new if one not in old]
    found += [{"change": "removed", **old[one].to_json()} for one in old if one not in new]
    found += [{"change": "trimmed", **new[one].to_json()} for one in kept_after if new[one] != old[one]]
    found += [
        {"change": "moved", **new[one].to_json(), "from": kept_before.index(one) + 1, "to": place}
        for place, one in enumerate(kept_after, 1)
        if kept_before.index(one) + 1 != place
    ]
    if before.reel != after.reel:
        found.append({"change": "reel_named", "reel": after.reel})
    if before.start_frame != after.start_frame:
        found.append({"change": "start_set", "start_frame": after.start_frame})
    return found


def _occurrences(items: Sequence[CutItem]) -> Iterator[tuple[Occurrence, CutItem]]:
    seen: Counter[UUID] = Counter()
    for item in items:
        yield (item.source_id, seen[item.source_id]), item
        seen[item.source_id] += 1
