"""A log as C2SP tlog-tiles serves it: the checkpoint, tiles of hashes and bundles of entries.

Everything here is named by the log's origin, whose 128 random bits are all that is asked for. It reaches as far as
the newest signed checkpoint: what nobody signed yet is nobody's to rely on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from audit.coverage import vouched_sql
from audit.merkle import HASH_BYTES
from audit.models import PLATFORM
from audit.tiles import TILE_HEIGHT, TILE_WIDTH
from core.tenancy import tenant

_PLACE = re.compile(r"(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?")
_LENGTH_BYTES = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Which tile of a level, and how many hashes of it: `TILE_WIDTH` or, where it is partial, fewer."""

    number: int
    width: int


@dataclass(frozen=True, slots=True)
class NamedLog:
    """A log that somebody named.

    Attributes:
        organisation_id: whose it is, not to be told.
        size: of its newest signed checkpoint.
    """

    id: UUID
    organisation_id: UUID
    origin: str
    size: int

    @property
    def is_platform(self) -> bool:
        return self.organisation_id == PLATFORM


def read_place(text: str) -> Place | None:
    """The place that the end of an address names, or None when it is not the one spelling of any.

    Examples: `000`, `x001/x234/067`, `000.p/7`.
    """
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    digits = found["number"].replace("x", "").replace("/", "")
    width = int(found["width"] or TILE_WIDTH)
    # The first group is there because it is needed.
    is_canonical = len(digits) == 3 or not digits.startswith("000")  # noqa: PLR2004 - digits of a group
    if not is_canonical or len(digits) > 18 or (found["width"] and width >= TILE_WIDTH):  # noqa: PLR2004 - 2**63 has 19
        return None
    return Place(int(digits), width)


def log_named(origin: str) -> NamedLog | None:
    """The log of this name, or None where there is none or nothing of it was signed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, organisation_id FROM audit_log_named_v1(%s)", [origin])
        row = cursor.fetchone()
    if row is None:
        return None
    row_id, organisation_id = row
    with tenant(organisation_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(size) FROM audit_checkpoint WHERE origin_id = %s AND note IS NOT NULL", [row_id]
        )
        size = cursor.fetchone()[0]
    return NamedLog(row_id, organisation_id, origin, size) if size else None


def checkpoint_of(log: NamedLog) -> str:
    """The newest checkpoint that enough witnesses cosigned, with their lines; until then the newest signed one."""
    with _reading(log) as cursor:
        cursor.execute(
            f"""
            SELECT size, note FROM audit_checkpoint c WHERE origin_id = %s AND note IS NOT NULL
            ORDER BY ({vouched_sql("c")}) DESC, size DESC LIMIT 1
            """,  # noqa: S608 - of our own code and settings
            [log.id],
        )
        size, note = cursor.fetchone()
        cursor.execute(
            "SELECT line FROM audit_cosignature WHERE origin_id = %s AND size = %s ORDER BY id",
            [log.id, size],
        )
        return str(note) + "".join(line for (line,) in cursor.fetchall())


def hashes_at(log: NamedLog, level: int, place: Place) -> bytes | None:
    """The hashes of a tile, or None where the signed tree has no such tile."""
    if not _is_signed(log, level, place):
        return None
    with _reading(log) as cursor:
        cursor.execute(
            "SELECT hashes FROM audit_tile WHERE origin_id = %s AND level = %s AND number = %s",
            [log.id, level, place.number],
        )
        row = cursor.fetchone()
    content = bytes(row[0])[: place.width * HASH_BYTES] if row else b""
    return content if len(content) == place.width * HASH_BYTES else None


def entries_at(log: NamedLog, place: Place) -> bytes | None:
    """The entries under a tile of level 0, each after its length in two bytes; None as for hashes."""
    if not _is_signed(log, 0, place):
        return None
    table = "audit_platformentry" if log.is_platform else "audit_entry"
    start = place.number * TILE_WIDTH
    with _reading(log) as cursor:
        cursor.execute(
            f"SELECT body FROM {table} WHERE origin_id = %s AND index >= %s AND index < %s ORDER BY index",  # noqa: S608 - one of two names
            [log.id, start, start + place.width],
        )
        bodies = [bytes(body) for (body,) in cursor.fetchall()]
    if len(bodies) != place.width:
        return None
    return b"".join(len(body).to_bytes(_LENGTH_BYTES, "big") + body for body in bodies)


def _is_signed(log: NamedLog, level: int, place: Place) -> bool:
    hashes = log.size >> TILE_HEIGHT * level
    return place.number * TILE_WIDTH + place.width <= hashes


@contextmanager
def _reading(log: NamedLog) -> Iterator[CursorWrapper]:
    with tenant(log.organisation_id), connection.cursor() as cursor:
        yield cursor
