"""What was told to those who recorded, held against what the log holds in the end. Knows no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from audit.merkle import CompactRange


class Recorded(NamedTuple):
    """An entry that somebody recorded. `ended` None: whether it was committed is not known."""

    uid: UUID
    organisation_id: UUID
    began: float
    ended: float | None


class StoredEntry(NamedTuple):
    """A leaf as it is stored; of the platform's log without what counts it."""

    place: int
    leaf: bytes
    uid: UUID | None = None
    counted_by: tuple[str, UUID | None] | None = None
    counter: int = 0


class Signed(NamedTuple):
    """A size and a root that somebody committed to."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class StoredLog:
    """All that is stored of one log, in the order of its places."""

    origin: str
    organisation_id: UUID
    entries: Sequence[StoredEntry]
    checkpoints: Sequence[Signed]


@dataclass(slots=True)
class Judgement:
    """How much of everything there was, and how much of it was wrong. No `wrong` is allowed.

    Attributes:
        wrong: by what it is: `lost` was acknowledged and is not there, `doubled` is there more than once, `phantom`
            was never recorded or was rolled back, `gap` and `counter` are places and counters that are not
            contiguous, `order` stands behind what was begun after its commit, `root` was committed to and the stored
            entries lead elsewhere.
    """

    acknowledged: int = 0
    unknown: int = 0
    unknown_in_log: int = 0
    entries: int = 0
    roots: int = 0
    wrong: Counter[str] = field(default_factory=Counter)


def judged(
    recorded: Collection[Recorded], logs: Sequence[StoredLog], signed: Collection[Signed]
) -> Judgement:
    """Compare everything.

    Args:
        recorded: every entry whose commit was acknowledged or whose fate is not known.
        logs: of every organisation, and the platform's.
        signed: whatever else was ever committed to, such as every line of the signer's memory.
    """
    found = Judgement()
    known = {one.uid: one for one in recorded}
    found.acknowledged = sum(one.ended is not None for one in recorded)
    found.unknown = len(recorded) - found.acknowledged
    seen: Counter[UUID] = Counter()
    roots: dict[str, dict[int, bytes]] = {}
    for log in logs:
        uids = [entry.uid for entry in log.entries if entry.uid is not None]
        seen.update(uids)
        found.entries += len(log.entries)
        _contiguous(log, found)
        _ordered([known[uid] for uid in uids if uid in known], found)
        roots[log.origin] = _roots(log)
        found.wrong["phantom"] += sum(
            uid not in known or known[uid].organisation_id != log.organisation_id for uid in uids
        )
    found.unknown_in_log = sum(one.ended is None and one.uid in seen for one in recorded)
    found.wrong["lost"] = sum(one.ended is not None and one.uid not in seen for one in recorded)
    found.wrong["doubled"] = sum(number - 1 for number in seen.values())
    promised = {one for log in logs for one in log.checkpoints} | set(signed)
    found.roots = len(promised)
    found.wrong["root"] = sum(not _holds(one, roots) for one in promised)
    found.wrong = +found.wrong
    return found


def _contiguous(log: StoredLog, found: Judgement) -> None:
    found.wrong["gap"] += sum(entry.place != place for place, entry in enumerate(log.entries))
    last: Counter[object] = Counter()
    for entry in log.entries:
        if entry.counted_by is not None:
            last[entry.counted_by] += 1
            found.wrong["counter"] += entry.counter != last[entry.counted_by]


def _ordered(entries: Sequence[Recorded], found: Judgement) -> None:
    """What was committed before another was begun stands before it."""
    earliest_end = float("inf")
    for entry in reversed(entries):
        found.wrong["order"] += earliest_end < entry.began
        if entry.ended is not None:
            earliest_end = min(earliest_end, entry.ended)


def _roots(log: StoredLog) -> dict[int, bytes]:
    """The root at every size, from the stored leaves alone."""
    tree = CompactRange.empty()
    roots = {0: tree.root()}
    for entry in log.entries:
        tree.append(entry.leaf)
        roots[tree.size] = tree.root()
    return roots


def _holds(promise: Signed, roots: Mapping[str, Mapping[int, bytes]]) -> bool:
    return roots.get(promise.origin, {}).get(promise.size) == promise.root
