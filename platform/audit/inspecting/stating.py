"""Whether what statements of non-use say of the log is so: that it held so many entries of each type, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator

from audit.entry_types import USES, EntryType
from audit.inspecting.findings import Problem
from audit.inspecting.snapshot import Reader

_ISSUED = """
    SELECT o.origin, e.origin_id, e.index, e.production_id, e.body
    FROM audit_entry e JOIN audit_logorigin o ON o.id = e.origin_id
    WHERE e.type = %s ORDER BY e.origin_id, e.index
"""
_COUNTED = """
    SELECT coalesce(max(counter), 0) FROM audit_entry
    WHERE origin_id = %s AND type = %s AND production_id IS NOT DISTINCT FROM %s AND index < %s
"""


def inspect_statements(reader: Reader) -> Iterator[Problem]:
    """Statements that say another number than the log's own. That numbers have no gap is looked at elsewhere."""
    for origin, origin_id, index, production_id, body in reader.log.execute(
        _ISSUED, [str(EntryType.STATEMENT_ISSUED)]
    ).fetchall():
        try:
            fields = json.loads(body)["entry"]["fields"]
            size, counters = fields["size"], fields["counters"]
            stated = list(zip(USES, counters, strict=True))
        except (ValueError, KeyError, TypeError):
            continue  # of another kind, or unreadable, which is found where it is read
        for entry_type, number in stated:
            row = reader.log.execute(_COUNTED, [origin_id, str(entry_type), production_id, size]).fetchone()
            if row is not None and row[0] != number:
                what = (
                    f"entry {index} states that there were {number} entries {entry_type}; there were {row[0]}"
                )
                yield Problem("statement", origin, what)
        if size > index:
            yield Problem(
                "statement", origin, f"entry {index} speaks of {size} entries that were not there yet"
            )
