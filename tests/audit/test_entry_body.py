"""One entry, one spelling."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.entry_body import MOST_BYTES, BodyUnreadable, EntryBody, read_body
from audit.entry_types import EntryRefused, EntryType

BODY = EntryBody(
    uid=UUID("018f0000-0000-7000-8000-0000000000aa"),
    organisation_id=UUID("018f0000-0000-7000-8000-000000000001"),
    entry_type=EntryType.RENDER_STARTED,
    at=datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC),
    actor="worker:render-1",
    subject="take:018f0000-0000-7000-8000-0000000000bb",
    fields={
        "take": "018f0000-0000-7000-8000-0000000000bb",
        "attempt": 1,
        "fence": 2,
        "decision": "018f0000-0000-7000-8000-0000000000cc",
        "model_sha256": "ab" * 32,
    },
)
CONTENT = BODY.to_bytes()


def spelt(**changes: object) -> bytes:
    """The entry with other members, spelt canonically."""
    stated = json.loads(CONTENT) | changes
    return json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()


def test_what_is_written_is_read_back() -> None:
    assert read_body(CONTENT) == BODY
    assert spelt() == CONTENT


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - hypothesis adds the zone
def test_an_instant_is_spelt_in_utc_whatever_its_zone(at: datetime) -> None:
    content = replace(BODY, at=at).to_bytes()

    assert read_body(content).at == at.astimezone(UTC)
    assert json.loads(content)["at"].endswith("Z")


@given(st.integers(0, len(CONTENT) - 1), st.integers(0, 7))
def test_a_flipped_bit_never_reads_as_the_same_entry(place: int, bit: int) -> None:
    changed = bytearray(CONTENT)
    changed[place] ^= 1 << bit

    try:
        body = read_body(bytes(changed))
    except BodyUnreadable:
        return
    assert body != BODY
    assert body.to_bytes() == bytes(changed)


@given(st.binary(max_size=300))
def test_no_bytes_are_misread(content: bytes) -> None:
    with pytest.raises(BodyUnreadable):
        read_body(content)


@pytest.mark.parametrize(
    "content",
    [
        CONTENT + b" ",
        b" " + CONTENT,
        CONTENT.replace(b'"v":1', b'"v": 1'),
        CONTENT.replace(b'"v":1', b'"v":1.0'),
        CONTENT.replace(b'"v":1', b'"v":1e0'),
        CONTENT.replace(b'"v":1', b'"v":true'),
        CONTENT.replace(b'"v":1', b'"v":1,"v":1'),
        CONTENT.replace(b'"fence":2', b'"fence":02'),
        CONTENT.replace(b'"fence":2', b'"fence":NaN'),
        CONTENT.replace(b"render-1", b"render-\\u0031"),
        CONTENT.replace(b'"actor"', b'"Actor"'),
        CONTENT.replace(b"000005Z", b"000005+00:00"),
        CONTENT.replace(b"000000000001", b"00000000000A"),
        spelt(v=2),
        spelt(note="one member more"),
        spelt(fields=[]),
        spelt(fields={}),
        spelt(actor=None),
        spelt(at="2026-11-23"),
        spelt(type="generation.render.imagined"),
        spelt(uid="not-a-uuid"),
        b"null",
        b"[]",
        b"{}",
        b"\xef\xbb\xbf" + CONTENT,
    ],
)
def test_another_spelling_is_no_entry(content: bytes) -> None:
    with pytest.raises(BodyUnreadable):
        read_body(content)


def test_an_entry_fits_a_tile_of_entries() -> None:
    rules = [f"TVT-{number:04}" for number in range(257)]
    decided = replace(
        BODY,
        entry_type=EntryType.USE_DECIDED,
        fields={
            "decision": "018f0000-0000-7000-8000-0000000000cc",
            "outcome": "deny",
            "rules": rules[:256],
            "facts_sha256": "ab" * 32,
            "pack": "2026-11-22",
            "stage": "generate",
        },
    )

    assert len(decided.to_bytes()) < MOST_BYTES
    with pytest.raises(EntryRefused):
        replace(decided, fields=dict(decided.fields) | {"rules": rules}).to_bytes()
