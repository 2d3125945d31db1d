"""Entries of a log with everything that proves them, gathered for an evidence bundle.

All entries are proved under one checkpoint, the best vouched for. Where the platform's log or a time-stamping
authority has seen another checkpoint of the same log, they are proved under that one as well.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import connections
from django.db.models import Count

from audit.bundle import Member
from audit.checkpoint import NoteKey
from audit.errors import LogNotReady
from audit.log_key import public_key, statement_key
from audit.merkle import inclusion_spans
from audit.models import PLATFORM, Checkpoint, Cosignature, Entry, LogOrigin, Tile, Timestamp
from audit.platform_log import PlatformProof, platform_origin, platform_proof
from audit.queries import EntryLine, entries_about, entries_of, line_of
from audit.sequencer import LOG
from audit.subjects import Opening, digits, opening
from audit.tiles import TileId, span_hash, tiles_of_spans
from audit.timestamping import load_roots
from core.canonical import Canonical, canonical_bytes
from core.tenancy import tenant

_LOOK_EVERY_S = 0.1
# Time stamps that are taken along, the earliest ones.
_MOST_STAMPS = 3


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Something that entries may be about, `<kind>:<uuid>`, and the performer whose key it may be committed with."""

    subject: str
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StampEvidence:
    """A time stamp (TimeStampResp) and the signed checkpoint, without cosignatures, that it is over.

    `proofs` prove each entry of the bundle under that checkpoint.
    """

    reply: bytes
    note: str
    proofs: list[list[str]]


@dataclass(frozen=True, slots=True)
class PlatformEvidence:
    """The proof that a checkpoint of the log stands in the platform's log, and the entries' proofs under it."""

    found: PlatformProof
    proofs: list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustKeys:
    """Keys of logs as vkeys, and roots of time-stamping authorities as PEM."""

    logs: tuple[str, ...]
    platform_log: str | None
    witnesses: tuple[str, ...]
    witness_quorum: int
    tsa_anchors: tuple[str, ...]
    statements: tuple[str, ...]


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

    Witnesses and the platform's log are waited for a while; when they do not come, the evidence is given without.

    Raises:
        LogNotReady: no signed checkpoint covers the entries yet.
        TransactionManagementError: a transaction is open.
    """
    _wait_for_outsiders(organisation_id, origin, covering=max(places))
    covering = max(places)
    with tenant(organisation_id):
        log = LogOrigin.objects.get(origin=origin)
        head = _best_checkpoint(log, covering=covering)
        rows = list(Entry.objects.filter(origin=log, index__in=places).order_by("index"))
        indexes = [row.index for row in rows]
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
                    "proof": [*proof],
                }
                for row, proof in zip(rows, _proofs(log, indexes, size=head.size), strict=True)
            ],
            note=f"{head.note}{''.join(line.line for line in cosigned)}",
            platform=_platform(log, indexes),
            stamps=tuple(_stamps(log, indexes)),
        )


def log_members(log: LogEvidence) -> list[Member]:
    """What a bundle holds of a log, in its order."""
    members = [
        Member("log/entries.json", canonical_bytes(log.entries)),
        Member("log/checkpoint.txt", log.note.encode()),
    ]
    if log.platform is not None:
        found = log.platform.found
        place: dict[str, Canonical] = {
            "index": found.index,
            "leaf": found.leaf.decode(),
            "proof": [one.hex() for one in found.proof],
            "proofs": log.platform.proofs,
        }
        members += [
            Member("log/platform.json", canonical_bytes(place)),
            Member("log/platform-checkpoint.txt", found.note.encode()),
        ]
    stamps = list(enumerate(log.stamps, start=1))
    members += [
        Member(f"timestamps/{number}.json", canonical_bytes({"checkpoint": one.note, "proofs": one.proofs}))
        for number, one in stamps
    ]
    return members + [Member(f"timestamps/{number}.tsr", one.reply) for number, one in stamps]


def trust_keys() -> TrustKeys:
    """The keys of this installation that its evidence is checked with.

    Raises:
        LogNotReady: nothing was ever signed here.
    """
    key, statements = public_key(settings.KEYS_FOLDER), statement_key(settings.KEYS_FOLDER)
    if key is None:
        raise LogNotReady("No log of this installation has been signed yet, so there is no key to tell.")
    with connections[LOG].cursor() as cursor:
        cursor.execute(
            "SELECT origin FROM audit_logorigin WHERE organisation_id <> %s ORDER BY id", [PLATFORM]
        )
        origins = [origin for (origin,) in cursor.fetchall()]
    platform, roots = platform_origin(), settings.TIME_STAMPING.roots
    return TrustKeys(
        logs=tuple(NoteKey.of(origin, key).vkey() for origin in origins),
        platform_log=NoteKey.of(platform, key).vkey() if platform else None,
        witnesses=tuple(witness.key.vkey() for witness in settings.WITNESSES),
        witness_quorum=settings.WITNESS_QUORUM if settings.WITNESSES else 0,
        tsa_anchors=tuple(root.public_bytes(Encoding.PEM).decode() for root in load_roots(roots))
        if roots
        else (),
        statements=(statements.vkey(),) if statements else (),
    )


def _wait_for_outsiders(organisation_id: UUID, origin: str, *, covering: int) -> None:
    deadline = time.monotonic() + settings.LOG_WAIT_S
    while not _seen_outside(organisation_id, origin, covering=covering) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)


def _seen_outside(organisation_id: UUID, origin: str, *, covering: int) -> bool:
    with tenant(organisation_id):
        cosigned = (
            Cosignature.objects.filter(origin__origin=origin, size__gt=covering)
            .values("size")
            .annotate(witnesses=Count("id"))
            .filter(witnesses__gte=settings.WITNESS_QUORUM)
        )
        if settings.WITNESSES and not cosigned.exists():
            return False
    return platform_origin() is None or platform_proof(origin, size=covering + 1) is not None


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


def _proofs(log: LogOrigin, places: Sequence[int], *, size: int) -> list[list[str]]:
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


def _platform(log: LogOrigin, indexes: Sequence[int]) -> PlatformEvidence | None:
    found = platform_proof(log.origin, size=max(indexes) + 1)
    return PlatformEvidence(found, _proofs(log, indexes, size=found.size)) if found else None


def _stamps(log: LogOrigin, indexes: Sequence[int]) -> Iterator[StampEvidence]:
    covering = Timestamp.objects.filter(origin=log, size__gt=max(indexes)).order_by("stated_at")
    for stamp in covering[:_MOST_STAMPS]:
        stamped = Checkpoint.objects.filter(origin=log, size=stamp.size, note__isnull=False).first()
        if stamped is not None and stamped.note is not None:
            yield StampEvidence(bytes(stamp.token), stamped.note, _proofs(log, indexes, size=stamp.size))
