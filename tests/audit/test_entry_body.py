"""One entry, one spelling."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.entry_body import (
    MOST_BYTES,
    MOST_STATED_BYTES,
    BodyUnreadable,
    EntryBody,
    Leaf,
    leaf_bytes,
    read_body,
    read_leaf,
)
from audit.entry_types import EntryType
from audit.field_kinds import EntryRefused
from core.canonical import canonical_bytes

BODY = EntryBody(
    uid=UUID("018f0000-0000-7000-8000-0000000000aa"),
    organisation_id=UUID("018f0000-0000-7000-8000-000000000001"),
    entry_type=EntryType.RENDER_STARTED,
    at=datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC),
    actor="worker:render-1",
    subject=f"take:{'0a' * 32}",
    production_id=UUID("018f0000-0000-7000-8000-0000000000dd"),
    fields={
        "take": "018f0000-0000-7000-8000-0000000000bb",
        "attempt": 1,
        "fence": 2,
        "decision": "018f0000-0000-7000-8000-0000000000cc",
        "model_sha256": "ab" * 32,
    },
)
CONTENT = leaf_bytes(BODY.to_bytes(), counter=7)
# As the first release spelt it: no envelope, no counter, subjects by their identifiers.
OLD = (
    b'{"actor":"worker:render-1","at":"2026-11-23T12:00:00.000005Z",'
    b'"fields":{"take":"018f0000-0000-7000-8000-0000000000bb"},'
    b'"organisation":"018f0000-0000-7000-8000-000000000001",'
    b'"subject":"take:018f0000-0000-7000-8000-0000000000bb","type":"generation.take.cancelled",'
    b'"uid":"018f0000-0000-7000-8000-0000000000aa","v":1}'
)


def canonical(found: object) -> bytes:
    return json.dumps(found, sort_keys=True, separators=(",", ":")).encode()


def enveloped(**changes: object) -> bytes:
    """The leaf with another envelope, spelt canonically."""
    return canonical(json.loads(CONTENT) | changes)


def spelt(**changes: object) -> bytes:
    """The leaf of an entry that says something else, spelt canonically."""
    return enveloped(entry=json.loads(CONTENT)["entry"] | changes)


def test_what_is_written_is_read_back() -> None:
    assert read_leaf(CONTENT) == Leaf(BODY, 7)
    assert spelt() == CONTENT


def test_what_was_stated_stands_in_the_leaf_unchanged() -> None:
    assert b'{"counter":7,"entry":' + BODY.to_bytes() + b',"v":2}' == CONTENT
    assert canonical_bytes(json.loads(CONTENT)) == CONTENT


def test_an_entry_of_no_production_says_none() -> None:
    content = leaf_bytes(replace(BODY, production_id=None).to_bytes(), counter=1)

    assert b"production" not in content
    assert read_body(content).production_id is None


class TestVersionOne:
    def test_is_read_as_it_was_written(self) -> None:
        leaf = read_leaf(OLD)

        assert leaf.counter is None
        assert leaf.body.subject == "take:018f0000-0000-7000-8000-0000000000bb"
        assert leaf.body.to_bytes(version=1) == OLD

    @given(st.integers(0, len(OLD) - 1), st.integers(0, 7))
    def test_is_not_read_as_something_else(self, place: int, bit: int) -> None:
        changed = bytearray(OLD)
        changed[place] ^= 1 << bit

        try:
            body = read_body(bytes(changed))
        except BodyUnreadable:
            return
        assert body != read_body(OLD)
        assert body.to_bytes(version=1) == bytes(changed)

    def test_knows_no_production(self) -> None:
        with pytest.raises(BodyUnreadable):
            read_body(canonical(json.loads(OLD) | {"production": str(BODY.production_id)}))

    def test_stands_in_no_envelope(self) -> None:
        with pytest.raises(BodyUnreadable):
            read_body(leaf_bytes(OLD, counter=1))

    def test_is_written_no_more(self) -> None:
        with pytest.raises(EntryRefused, match="commitment"):
            replace(BODY, subject="take:018f0000-0000-7000-8000-0000000000bb").to_bytes()


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - hypothesis adds the zone
def test_an_instant_is_spelt_in_utc_whatever_its_zone(at: datetime) -> None:
    content = leaf_bytes(replace(BODY, at=at).to_bytes(), counter=1)

    assert read_body(content).at == at.astimezone(UTC)
    assert json.loads(content)["entry"]["at"].endswith("Z")


@given(st.integers(0, len(CONTENT) - 1), st.integers(0, 7))
def test_a_flipped_bit_never_reads_as_the_same_entry(place: int, bit: int) -> None:
    changed = bytearray(CONTENT)
    changed[place] ^= 1 << bit

    try:
        leaf = read_leaf(bytes(changed))
    except BodyUnreadable:
        return
    assert leaf != Leaf(BODY, 7)
    assert leaf.counter is not None
    assert leaf_bytes(leaf.body.to_bytes(), counter=leaf.counter) == bytes(changed)


@given(st.binary(max_size=300))
def test_no_bytes_are_misread(content: bytes) -> None:
    with pytest.raises(BodyUnreadable):
        read_body(content)


@pytest.mark.parametrize(
    "content",
    [
        CONTENT + b" ",
        b" " + CONTENT,
        CONTENT.replace(b'"v":2', b'"v": 2'),
        CONTENT.replace(b'"v":2', b'"v":2.0'),
        CONTENT.replace(b'"v":2', b'"v":2e0'),
        CONTENT.replace(b'"v":2', b'"v":true'),
        CONTENT.replace(b'"v":2', b'"v":2,"v":2'),
        CONTENT.replace(b'"fence":2', b'"fence":02'),
        CONTENT.replace(b'"fence":2', b'"fence":NaN'),
        CONTENT.replace(b"render-1", b"render-\\u0031"),
        CONTENT.replace(b'"actor"', b'"Actor"'),
        CONTENT.replace(b"000005Z", b"000005+00:00"),
        CONTENT.replace(b"000000000001", b"00000000000A"),
        CONTENT.replace(b'"counter":7', b'"counter":07'),
        CONTENT.replace(b'"counter":7', b'"counter":7,"counter":7'),
        enveloped(v=1),
        enveloped(v=3),
        enveloped(counter=0),
        enveloped(counter=-1),
        enveloped(counter=2**53),
        enveloped(counter=True),
        enveloped(counter="7"),
        enveloped(entry=None),
        enveloped(note="one member more"),
        BODY.to_bytes(),
        spelt(v=1),
        spelt(production=None),
        spelt(production="film-a"),
        spelt(subject="take:018f0000-0000-7000-8000-0000000000bb"),
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
        b"[" * 60_000,
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

    assert len(decided.to_bytes()) < MOST_STATED_BYTES
    assert len(leaf_bytes(b"", counter=2**53 - 1)) + MOST_STATED_BYTES <= MOST_BYTES
    with pytest.raises(EntryRefused):
        replace(decided, fields=dict(decided.fields) | {"rules": rules}).to_bytes()
