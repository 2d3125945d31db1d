"""What others say about checkpoints: lines of witnesses and tokens of time-stamping authorities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from cryptography import x509

from audit.anchoring import stamped_bytes
from audit.checkpoint import NoteError, parse_signature
from audit.inspecting.findings import Problem
from audit.inspecting.snapshot import Reader
from audit.timestamping import TimestampUntrusted, stamped_at

_TIME_BYTES = 8

_COSIGNATURES = """
    SELECT o.origin, s.size, s.witness, s.line, s.at, s.organisation_id = o.organisation_id, c.note IS NOT NULL
    FROM audit_cosignature s
    JOIN audit_logorigin o ON o.id = s.origin_id
    LEFT JOIN audit_checkpoint c ON c.origin_id = s.origin_id AND c.size = s.size
    ORDER BY s.id
"""
_TIMESTAMPS = """
    SELECT o.origin, t.size, t.token, t.stated_at, t.organisation_id = o.organisation_id, c.note
    FROM audit_timestamp t
    JOIN audit_logorigin o ON o.id = t.origin_id
    LEFT JOIN audit_checkpoint c ON c.origin_id = t.origin_id AND c.size = t.size
    ORDER BY t.id
"""


def inspect_testimony(reader: Reader, *, roots: Sequence[x509.Certificate]) -> list[Problem]:
    """Every line and token that is stored as something it does not say.

    Whether a line was signed by its witness is looked at where the witnesses are known, see `vouching`.

    Args:
        reader: one snapshot of the database.
        roots: what the certificates of authorities must lead to; without any their signatures are not looked at.
    """
    return [*_cosignatures(reader), *_timestamps(reader, roots)]


def _cosignatures(reader: Reader) -> Iterator[Problem]:
    for origin, size, witness, line, at, is_theirs, is_signed in reader.log.execute(_COSIGNATURES):
        try:
            name, _, content = parse_signature(line.removesuffix("\n"))
        except NoteError as error:
            yield Problem("cosignature", origin, f"checkpoint {size}: {error}")
            continue
        said = datetime.fromtimestamp(int.from_bytes(content[:_TIME_BYTES], "big") % 2**36, UTC)
        if not (is_theirs and is_signed) or (name, said) != (witness, at):
            what = f"a line of {witness} under checkpoint {size} is stored as something it does not say"
            yield Problem("cosignature", origin, what)


def _timestamps(reader: Reader, roots: Sequence[x509.Certificate]) -> Iterator[Problem]:
    for origin, size, token, stated_at, is_theirs, note in reader.log.execute(_TIMESTAMPS):
        if note is None or not is_theirs:
            yield Problem(
                "timestamp", origin, f"a time stamp is over checkpoint {size}, which was never signed"
            )
            continue
        try:
            said = stamped_at(token, content=stamped_bytes(note), roots=tuple(roots))
        except TimestampUntrusted as error:
            yield Problem("timestamp", origin, f"the time stamp over checkpoint {size}: {error}")
            continue
        if said != stated_at:
            what = f"the time stamp over checkpoint {size} is stored under another time than it states"
            yield Problem("timestamp", origin, what)
