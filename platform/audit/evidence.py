"""Entries of a log with everything that proves them, gathered for an evidence bundle.

All entries are proved under one checkpoint, the best vouched for. Where the platform's log or a time-stamping
authority has seen another checkpoint of the same log, the proof that one of the two grew out of the other goes along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count

from audit.errors import LogNotReady
from audit.merkle import inclusion_spans
from audit.models import Checkpoint, Cosignature, Entry, LogOrigin, Tile, Timestamp
from audit.platform_log import PlatformProof, platform_proof
from audit.queries import EntryLine, entries_about, entries_of, line_of
from audit.stored_tree import consistency_proof
from audit.subjects import Opening, digits, opening
from audit.tiles import TileId, span_hash, tiles_of_spans
from core.canonical import Canonical
from core.tenancy import tenant

# Time stamps that are taken along, the earliest ones.
_MOST_STAMPS = 3


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Something that entries may be about, `<kind>:<uuid>`, and the performer whose key it may be committed with."""

    subject: str
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StampEvidence:
    """A time stamp (TimeStampResp) and the signed checkpoint, without cosignatures, that it is over."""

    reply: bytes
    note: str
    growth: list[str]


@dataclass(frozen=True, slots=True)
class PlatformEvidence:
    """The proof that a checkpoint of the log stands in the platform's log."""

    found: PlatformProof
    growth: list[str]


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """What `tools/verify_evidence.py` reads of a log.

    Attributes:
        entries: by place, each with index, leaf, proof and what opens its commitments (None: nothing does).
        note: the signed checkpoint with the lines of the witnesses that cosigned it.
        platform: None while the platform's log holds no checkpoint that covers all entries.
        stamps: of checkpoints that cover all entries; empty: not time-stamped.
    """

    entries: list[dict[str, Canonical]]
    note: str
    platform: PlatformEvidence | None
    stamps: tuple[StampEvidence, ...]


def lines_about(
    organisation_id: UUID, mentioned: Mentioned, *, types: Collection[str]
) -> tuple[EntryLine, ...]:
    """Entries of these types about what is `mentioned`, in the order of the log.

    When the key of a person was erased, nobody can tell by its subject which entry was about them. An entry that
    names the same identifier in a field is found all the same.
    """
    found = [
        line
        for line in entries_about(organisation_id, mentioned.subject, person_id=mentioned.person_id)
        if line.type in types
    ]
    if not found:
        identifier = mentioned.subject.partition(":")[2]
        with tenant(organisation_id):
            rows = entries_of(organisation_id).filter(type__in=list(types)).order_by("origin_id", "index")
            found = [line for line in map(line_of, rows) if identifier in line.fields.values()]
    return tuple(found)


def log_evidence(
    organisation_id: UUID, origin: str, *, places: Collection[int], mentioned: Collection[Mentioned]
) -> LogEvidence:
    """The entries at `places` of the log `origin`, proved; commitments to what is `mentioned` are opened.

    Raises:
        LogNotReady: no signed checkpoint covers them all yet.
    """
    covering = max(places)
    with tenant(organisation_id):
        log = LogOrigin.objects.get(origin=origin)
        head = _best_checkpoint(log, covering=covering)
        rows = list(Entry.objects.filter(origin=log, index__in=places).order_by("index"))
        proofs = _proofs(log, [row.index for row in rows], size=head.size)
        openings = {
            digits(one.commitment): one
            for about in mentioned
            for person_id in {None, about.person_id}
            if (one := opening(organisation_id, about.subject, person_id=person_id))
        }
        cosigned = Cosignature.objects.filter(origin=log, size=head.size).order_by("witness")
        return LogEvidence(
            entries=[
                {
                    "index": row.index,
                    "leaf": bytes(row.body).decode(),
                    "opening": _openings_in(bytes(row.body).decode(), openings),
                    "proof": proof,
                }
                for row, proof in zip(rows, proofs, strict=True)
            ],
            note=f"{head.note}{''.join(line.line for line in cosigned)}",
            platform=_platform(log, size=head.size, covering=covering),
            stamps=tuple(_stamps(log, size=head.size, covering=covering)),
        )


def _best_checkpoint(log: LogOrigin, *, covering: int) -> Checkpoint:
    """The newest of the checkpoints that most witnesses cosigned, or simply the newest that is signed."""
    signed = Checkpoint.objects.filter(origin=log, size__gt=covering, note__isnull=False)
    cosigned = (
        Cosignature.objects.filter(origin=log, size__gt=covering)
        .values("size")
        .annotate(witnesses=Count("id"))
        .order_by("-witnesses", "-size")
        .first()
    )
    best = signed.filter(size=cosigned["size"]).first() if cosigned else None
    found = best or signed.order_by("-size").first()
    if found is None:
        raise LogNotReady(
            "The log has not yet confirmed everything that the bundle must prove. Try again in a moment."
        )
    return found


def _proofs(log: LogOrigin, places: Sequence[int], *, size: int) -> list[list[Canonical]]:
    spans = [inclusion_spans(index=place, size=size) for place in places]
    numbers: dict[int, set[int]] = defaultdict(set)
    for tile in {tile for one in spans for tile in tiles_of_spans(one)}:
        numbers[tile.level].add(tile.number)
    tiles = {
        TileId(row.level, row.number): bytes(row.hashes)
        for level, wanted in numbers.items()
        for row in Tile.objects.filter(origin=log, level=level, number__in=sorted(wanted))
    }
    return [[span_hash(span, tiles).hex() for span in one] for one in spans]


def _openings_in(leaf: str, openings: dict[str, Opening]) -> list[Canonical] | None:
    found: list[Canonical] = [
        {"about": one.subject, "key": one.subject_key.hex(), "salt": one.salt.hex()}
        for committed, one in sorted(openings.items())
        if committed in leaf
    ]
    return found or None


def _growth(log: LogOrigin, one: int, other: int) -> list[str]:
    """The proof that the smaller of two trees of a log is the beginning of the larger one."""
    with connection.cursor() as cursor:
        hashes = consistency_proof(cursor, log.id, old_size=min(one, other), new_size=max(one, other))
    return [item.hex() for item in hashes]


def _platform(log: LogOrigin, *, size: int, covering: int) -> PlatformEvidence | None:
    found = platform_proof(log.origin, size=covering + 1)
    return PlatformEvidence(found, _growth(log, size, found.size)) if found else None


def _stamps(log: LogOrigin, *, size: int, covering: int) -> Iterator[StampEvidence]:
    for stamp in Timestamp.objects.filter(origin=log, size__gt=covering).order_by("stated_at")[:_MOST_STAMPS]:
        stamped = Checkpoint.objects.filter(origin=log, size=stamp.size, note__isnull=False).first()
        if stamped is not None and stamped.note is not None:
            yield StampEvidence(bytes(stamp.token), stamped.note, _growth(log, size, stamp.size))
