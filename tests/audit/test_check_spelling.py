"""The quick comparison of an entry with its columns never lets through what the slow one would not."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.entry_body import EntryBody, leaf_bytes
from audit.entry_fields import FIELDS
from audit.entry_types import EntryType
from audit.field_kinds import Kind
from audit.inspecting.spelling import Stored, look_closer, says_the_same
from core.canonical import Canonical
from core.clock import rfc3339

HEX = "0123456789abcdef" * 4
UID = UUID("018f0000-0000-7000-8000-000000000001")
VALUES: dict[Kind, Canonical] = {
    Kind.IDENTIFIER: str(UID),
    Kind.SHA256: HEX,
    Kind.COMMITMENT: HEX,
    Kind.CODE: "allow_with_duties",
    Kind.EDITION: "2026-10",
    Kind.RULE: "CA-12",
    Kind.MANIFEST: f"urn:c2pa:{UID}",
    Kind.TOKEN_HEAD: "0123456789abcde",
    Kind.NUMBER: 42,
    Kind.NUMBERS: [42, 0],
    Kind.RULES: ["CA-12", "GATE-NAMES"],
    Kind.COMMITMENTS: [HEX, HEX[::-1]],
}


def stored(body: bytes, said: EntryBody, *, counter: int = 7) -> Stored:
    return Stored(
        uid=str(said.uid),
        organisation_id=str(said.organisation_id),
        place=3,
        leaf_hash=b"",
        type=str(said.entry_type),
        actor=said.actor,
        subject=said.subject,
        production_id=str(said.production_id) if said.production_id else None,
        counter=counter,
        at=said.at.replace(tzinfo=None),
        body=body,
    )


def an_entry(entry_type: EntryType, *, optional: bool = True, production: bool = True) -> EntryBody:
    known = FIELDS[entry_type]
    kinds = {**known.required, **(known.optional if optional else {})}
    return EntryBody(
        uid=UID,
        organisation_id=UUID(int=UID.int + 1),
        entry_type=entry_type,
        at=datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC),
        actor=f"user:{UID}",
        subject=f"take:{HEX}",
        fields={name: VALUES[kind] for name, kind in kinds.items()},
        production_id=UID if production else None,
    )


@pytest.mark.parametrize("entry_type", EntryType)
@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("production", [False, True])
class TestEveryType:
    def test_passes_the_quick_comparison(
        self, entry_type: EntryType, *, optional: bool, production: bool
    ) -> None:
        said = an_entry(entry_type, optional=optional, production=production)
        row = stored(leaf_bytes(said.to_bytes(), counter=7), said)

        assert says_the_same(row)
        assert look_closer(row) is None

    def test_passes_it_in_version_1(self, entry_type: EntryType, *, optional: bool, production: bool) -> None:
        said = an_entry(entry_type, optional=optional, production=False)

        assert says_the_same(stored(said.to_bytes(version=1), said)) is True
        assert production or look_closer(stored(said.to_bytes(version=1), said)) is None


SAID = an_entry(EntryType.USE_DECIDED)
BODY = leaf_bytes(SAID.to_bytes(), counter=7)
# What could stand in a body or a column instead of something of its own.
PIECES = [
    b'"',
    b"\\",
    b"}",
    b"{",
    b",",
    b":",
    b" ",
    b"0",
    b"7",
    b"a",
    b"\xc3\xa9",
    b'","at":"',
    b'"v":2}',
    b"\x00",
    b"-",
]
COLUMNS = ["uid", "organisation_id", "type", "actor", "subject", "production_id"]


class TestOtherwise:
    @given(start=st.integers(0, len(BODY)), length=st.integers(0, 40), piece=st.sampled_from([b"", *PIECES]))
    def test_bytes_that_pass_would_pass_the_slow_comparison(
        self, start: int, length: int, piece: bytes
    ) -> None:
        row = stored(BODY[:start] + piece + BODY[start + length :], SAID)

        # Other fields of the right kind may stand there: that they are others shows in the leaf's hash.
        assert not says_the_same(row) or look_closer(row) is None

    @given(
        column=st.sampled_from(COLUMNS),
        start=st.integers(0, 80),
        length=st.integers(0, 4),
        piece=st.sampled_from([piece.decode() for piece in PIECES]),
    )
    def test_other_columns_never_pass(self, column: str, start: int, length: int, piece: str) -> None:
        row = stored(BODY, SAID)
        was = getattr(row, column)
        changed = was[:start] + piece + was[start + length :]

        assert says_the_same(row._replace(**{column: changed})) == (changed == was)

    @pytest.mark.parametrize("column", COLUMNS)
    def test_a_column_cannot_pass_for_its_neighbour(self, column: str) -> None:
        row = stored(BODY, SAID)
        at = getattr(row, column)
        rest = BODY.decode().partition(at)[2]

        for length in range(1, len(rest)):
            assert not says_the_same(row._replace(**{column: at + rest[:length]}))

    def test_another_counter_does_not_pass(self) -> None:
        row = stored(BODY, SAID, counter=8)

        assert not says_the_same(row)
        assert look_closer(row) == ("columns", "is stored as something it does not say")

    def test_another_time_does_not_pass(self) -> None:
        row = stored(BODY, SAID)._replace(at=datetime(2026, 11, 23, 12, 0, 0, 6))  # noqa: DTZ001 - as it is read

        assert not says_the_same(row)
        assert look_closer(row) is not None

    def test_no_field_is_called_as_what_stands_around_the_fields(self) -> None:
        around = {"actor", "at", "fields", "organisation", "subject", "type", "uid", "counter", "entry", "v"}

        assert not around & {name for known in FIELDS.values() for name in (*known.required, *known.optional)}

    def test_the_time_in_these_tests_is_spelt_as_in_entries(self) -> None:
        assert rfc3339(SAID.at).encode() in BODY
