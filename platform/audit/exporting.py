"""A search as a file: CSV for a spreadsheet, JSON lines for a program. Both in the order of the log, of any length.

The JSON lines of a whole log are enough to compute its root again: each carries the exact text that was hashed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from audit.entry_words import title_of
from audit.reader import Reader
from audit.searching import FoundEntry, Search, walk_entries
from core.clock import rfc3339

COLUMNS = (
    *("origin", "index", "counter", "what", "type", "at", "recorded_at", "actor", "subject", "production"),
    *("uid", "leaf_hash", "body"),
)
# A cell that begins so is a formula to a spreadsheet, which would run it on the machine of whoever opens the file.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LINES_AT_ONCE = 200


def csv_of(reader: Reader, search: Search) -> Iterator[bytes]:
    """The search as CSV (RFC 4180) in UTF-8, with a head line.

    Raises:
        LogNotForRole: `reader` may not export.
    """
    reader.require_export()
    return _joined(_csv_lines(walk_entries(reader, search)))


def json_lines_of(reader: Reader, search: Search) -> Iterator[bytes]:
    """The search as one JSON object a line, in UTF-8.

    The leaf of an entry is SHA-256 over a zero byte and the UTF-8 bytes of its `body`.

    Raises:
        LogNotForRole: `reader` may not export.
    """
    reader.require_export()
    return _joined(_json_line(entry) for entry in walk_entries(reader, search))


def _csv_lines(entries: Iterable[FoundEntry]) -> Iterator[str]:
    yield _csv_line(COLUMNS)
    for entry in entries:
        members = _members(entry)
        yield _csv_line([_harmless(members[column]) for column in COLUMNS])


def _csv_line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _harmless(value: object) -> object:
    """`value`, with an apostrophe in front where a spreadsheet would compute it.

    Source: OWASP, CSV injection.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _json_line(entry: FoundEntry) -> str:
    members = _members(entry)
    del members["what"]
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")) + "\n"


def _members(entry: FoundEntry) -> dict[str, object]:
    line = entry.line
    return {
        "origin": line.origin,
        "index": line.index,
        "counter": line.counter,
        "what": title_of(line.type),
        "type": line.type,
        "at": rfc3339(line.at),
        "recorded_at": rfc3339(line.recorded_at),
        "actor": line.actor,
        "subject": line.subject,
        "production": str(line.production_id) if line.production_id else None,
        "uid": str(line.uid),
        "leaf_hash": line.leaf_hash_hex,
        # Bytes that are no text were never ours; the check reports them, and their leaf will not fit.
        "body": entry.body.decode(errors="replace"),
    }


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines in pieces worth sending: one a piece would spend more on sending than on reading."""
    pending: list[str] = []
    for line in lines:
        pending.append(line)
        if len(pending) == _LINES_AT_ONCE:
            yield "".join(pending).encode()
            pending.clear()
    if pending:
        yield "".join(pending).encode()
