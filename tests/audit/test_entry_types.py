import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.entry_fields import FIELDS, allowed_fields
from audit.entry_types import USES, EntryType
from audit.field_kinds import EntryRefused, Kind
from core.canonical import Canonical

TAKE = "018f0000-0000-7000-8000-0000000000aa"
GOOD: dict[Kind, Canonical] = {
    Kind.IDENTIFIER: TAKE,
    Kind.SHA256: "ab" * 32,
    Kind.CODE: "allow_with_duties",
    Kind.EDITION: "2026-11-22",
    Kind.RULE: "TVT-01",
    Kind.MANIFEST: "urn:c2pa:dbee4867-f862-40f4-b26a-cbdbf45692f2",
    Kind.TOKEN_HEAD: "0123456789abcde",
    Kind.NUMBER: 3,
    Kind.NUMBERS: [3, 0, 12],
    Kind.RULES: ["TVT-01", "NFX-02", "GATE-COUNSEL"],
    Kind.COMMITMENT: "cd" * 32,
    Kind.COMMITMENTS: ["cd" * 32, "ef" * 32],
}
PERSONAL = [
    "Ana Lopez",
    "Ana-Lopez",
    "ANA-LOPEZ",
    "ana.lopez",
    "ana@example.com",
    "1987-03-14",
    "+49 30 1234567",
    "Ana",
    "ANA",
    "Zoë",
    "a\nb",
    "",
    " ",
    "x" * 200,
]


def good_fields(entry_type: EntryType) -> dict[str, Canonical]:
    known = FIELDS[entry_type]
    return {name: GOOD[kind] for name, kind in {**known.required, **known.optional}.items()}


def test_every_type_has_a_schema() -> None:
    assert set(FIELDS) == set(EntryType)


@pytest.mark.parametrize("entry_type", EntryType)
class TestEveryType:
    def test_is_named_app_noun_verbed(self, entry_type: EntryType) -> None:
        app, noun, verbed = entry_type.split(".")

        assert app in {"accounts", "licensing", "generation", "provenance", "productions", "audit"}
        assert noun.isidentifier()
        assert verbed.isidentifier()

    def test_carries_what_its_schema_names(self, entry_type: EntryType) -> None:
        fields = good_fields(entry_type)

        assert allowed_fields(entry_type, fields) == fields

    def test_lacks_nothing_required(self, entry_type: EntryType) -> None:
        for name in FIELDS[entry_type].required:
            with pytest.raises(EntryRefused, match=f"lacks the field {name}"):
                allowed_fields(entry_type, good_fields(entry_type) | {name: None})

    def test_carries_nothing_else(self, entry_type: EntryType) -> None:
        with pytest.raises(EntryRefused, match="no field performer_name"):
            allowed_fields(entry_type, good_fields(entry_type) | {"performer_name": TAKE})

    @pytest.mark.parametrize("text", PERSONAL)
    def test_has_no_field_that_a_name_or_address_fits(self, entry_type: EntryType, text: str) -> None:
        fields = good_fields(entry_type)
        for name in fields:
            with pytest.raises(EntryRefused):
                allowed_fields(entry_type, fields | {name: text})
            with pytest.raises(EntryRefused):
                allowed_fields(entry_type, fields | {name: [text]})

    @given(
        st.one_of(
            st.booleans(), st.integers(), st.dictionaries(st.text(), st.text()), st.lists(st.integers())
        )
    )
    def test_every_value_is_of_its_kind_or_refused(self, entry_type: EntryType, value: Canonical) -> None:
        fields = good_fields(entry_type)
        for name in fields:
            kind = FIELDS[entry_type].required.get(name) or FIELDS[entry_type].optional[name]
            match kind:
                case Kind.NUMBER:
                    fits = _is_number(value)
                case Kind.NUMBERS:
                    fits = isinstance(value, list) and len(value) <= 64 and all(map(_is_number, value))
                case Kind.RULES | Kind.COMMITMENTS:
                    fits = value == []
                case _:
                    fits = False
            if fits:
                assert allowed_fields(entry_type, fields | {name: value})[name] == value
            else:
                with pytest.raises(EntryRefused):
                    allowed_fields(entry_type, fields | {name: value})


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


@pytest.mark.parametrize(
    "edition", ["2026-11-22", "2026", "house_2026-11", "sag_tvt_2026", "house/2026-11-22.2"]
)
def test_a_pack_is_named_by_its_date(edition: str) -> None:
    fields = good_fields(EntryType.USE_DECIDED) | {"pack": edition}

    assert allowed_fields(EntryType.USE_DECIDED, fields)["pack"] == edition


def test_an_optional_field_may_be_left_out() -> None:
    fields = good_fields(EntryType.USE_DECIDED)

    assert "shot" not in allowed_fields(EntryType.USE_DECIDED, fields | {"shot": None})


def test_a_statement_of_non_use_speaks_of_every_type_that_names_performers() -> None:
    naming = {one for one, known in FIELDS.items() if "performers" in {*known.required, *known.optional}}

    assert naming - {*USES} == {
        EntryType.TAKE_REQUESTED,
        EntryType.CUSTODY_RECEIVED,
        EntryType.CUSTODY_DESTROYED,
        EntryType.OBLIGATION_OPENED,
        EntryType.PAY_STATEMENT_ISSUED,
        # What somebody found elsewhere is no use by the house.
        EntryType.FINDING_RECORDED,
        # The decision that counts it is the use.
        EntryType.BASIS_SIGNED_OFF,
        # Decided as a use each time, and nothing is trained on that custody has not released.
        EntryType.TRAINING_REQUESTED,
        EntryType.TRAINING_STARTED,
    }


def test_a_list_of_commitments_has_an_end() -> None:
    fields = good_fields(EntryType.USE_DECIDED)

    allowed_fields(EntryType.USE_DECIDED, fields | {"performers": ["cd" * 32] * 256})
    with pytest.raises(EntryRefused):
        allowed_fields(EntryType.USE_DECIDED, fields | {"performers": ["cd" * 32] * 257})


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(EntryRefused) as refusal:
        allowed_fields(EntryType.TAKE_CANCELLED, {"take": "Ana Lopez"})

    assert "Ana" not in str(refusal.value)
