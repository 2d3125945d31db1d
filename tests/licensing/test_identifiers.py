"""What a register calls a person: spelled in one way, and refused where its scheme cannot have it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.values import Role
from licensing.errors import IdentifierMalformed, IdentifierTaken
from licensing.identifiers import MalformedIdentifier, check_character, identified
from licensing.operations.performers import NewIdentifier, add_identifier
from tests.factories.accounts import a_member
from tests.factories.licensing import a_performer
from tests.factories.requests import a_browser

ISNI = "0000000121032683"


class TestSpelling:
    @pytest.mark.parametrize(
        "written",
        [
            "0000 0001 2103 2683",
            "0000-0001-2103-2683",
            "https://isni.org/isni/0000000121032683",
            "ISNI 0000000121032683",
        ],
    )
    def test_an_isni_is_one_however_it_is_written(self, written: str) -> None:
        assert identified("ISNI", written) == ("isni", ISNI)

    @pytest.mark.parametrize(
        ("scope", "value", "read"),
        [
            ("ISNI", "000000021825009x", None),
            ("isni", "0000 0001 2103 268", None),
            ("ipn", "00 123 456", ("ipn", "00123456")),
            ("ipn", "12A", None),
            ("EIDR party", "https://doi.org/10.5237/9de2-db8a", ("eidr_party", "10.5237/9DE2-DB8A")),
            # A work's identifier is no party's.
            ("eidr_party", "10.5240/7791-8534-2C23-9030-8610-5", None),
            ("HAND", "doi:10.23/b77c-a6a1-d3e8-1e13-d6c7", ("hand", "10.23/B77C-A6A1-D3E8-1E13-D6C7")),
            ("hand", "10.23/B77C", None),
            ("union id", "SAG-AFTRA: 10293847", ("union_id", "sag-aftra:10293847")),
            ("union_id", "10293847", None),
            ("imdb", "nm0000001", ("imdb", "nm0000001")),
            ("im!db", "nm0000001", None),
            ("imdb", "  ", None),
        ],
    )
    def test_each_scheme_has_its_shape(self, scope: str, value: str, read: tuple[str, str] | None) -> None:
        if read is None:
            with pytest.raises(MalformedIdentifier):
                identified(scope, value)
        else:
            assert identified(scope, value) == read

    @given(st.integers(0, 10**15 - 1), st.integers(0, 15), st.integers(1, 9))
    def test_no_single_digit_of_an_isni_is_mistyped_unseen(self, number: int, place: int, by: int) -> None:
        digits = f"{number:015}"
        whole = digits + check_character(digits)
        assert identified("isni", whole) == ("isni", whole)
        if whole[place] == "X":
            return
        mistyped = f"{whole[:place]}{(int(whole[place]) + by) % 10}{whole[place + 1 :]}"

        with pytest.raises(MalformedIdentifier):
            identified("isni", mistyped)


@pytest.mark.usefixtures("committed_db")
class TestOnTheRegister:
    def test_one_person_is_not_entered_under_two_spellings(self) -> None:
        actor = a_member(Role.LEGAL)
        first, second = a_performer(actor, "Ana Ruiz"), a_performer(actor, "Bo Lind")
        add_identifier(first.id, NewIdentifier("isni", ISNI), actor=actor)

        card = add_identifier(first.id, NewIdentifier("ISNI", "0000 0001 2103 2683"), actor=actor)
        with pytest.raises(IdentifierTaken):
            add_identifier(second.id, NewIdentifier("Isni", "0000-0001-2103-2683"), actor=actor)

        assert [(one.scope, one.value) for one in card.identifiers] == [("isni", ISNI)]

    def test_a_mistyped_one_is_refused_and_nobody_is_registered(self) -> None:
        actor = a_member(Role.LEGAL)

        with pytest.raises(IdentifierMalformed, match="check character"):
            a_performer(actor, identifiers=(NewIdentifier("isni", "0000000121032684"),))

        listed = a_browser(actor).get("/v1/performers").json()
        assert listed["results"] == []

    def test_by_the_api(self) -> None:
        actor = a_member(Role.LEGAL)
        browser, performer = a_browser(actor), a_performer(actor)
        address = f"/v1/performers/{performer.id}/identifiers"

        wrong = browser.post(address, {"scope": "hand", "value": "10.23/1"}, content_type="application/json")
        right = browser.post(address, {"scope": "ipn", "value": "123"}, content_type="application/json")

        assert (wrong.status_code, wrong.json()["type"].rpartition("/")[2]) == (400, "identifier-malformed")
        assert right.json()["identifiers"] == [{"scope": "ipn", "value": "123"}]
