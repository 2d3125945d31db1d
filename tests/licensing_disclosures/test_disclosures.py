from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from audit.inspection import inspect_logs
from audit.queries import entries_about
from core import clock
from core.tenancy import tenant
from licensing.disclosures.errors import (
    DisclosureNotPossible,
    DisclosureNotStanding,
    NoSuchDisclosure,
    NoSuchWording,
)
from licensing.disclosures.queries import disclosure_page, disclosures_recorded, due_disclosures
from licensing.disclosures.wording import wording_book
from licensing.operations.disclosures import place_disclosure, withdraw_disclosure
from licensing.places import is_territory
from licensing.rulebook.book import rule_book
from productions.errors import NoSuchProduction
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.disclosures import PROOF, WORDS, a_due_disclosure, an_approval, placed
from tests.licensing_disclosures.conftest import Film


class TestRowsOnFile:
    def test_name_rules_and_territories_that_exist(self) -> None:
        book = wording_book()

        date.fromisoformat(book.edition)
        for row in book.rows.values():
            assert row.rule_id in rule_book().entries
            assert is_territory(row.territory)
            assert row.law
            assert row.grade

    def test_say_that_their_words_are_the_houses(self) -> None:
        assert "proposed by the house, to be approved by counsel" in wording_book().house

    def test_with_no_words_say_why(self) -> None:
        for row in wording_book().rows.values():
            assert row.wording or row.note, row.id
            assert not row.wording or row.has_words, row.id

    def test_offer_a_way_for_every_kind_that_a_rule_takes(self) -> None:
        kinds = {row.kind for row in wording_book().of_rule("EU-02")}

        assert kinds == {"end_credit", "on_screen", "eu_icon_full", "eu_icon_partial", "eu_icon_deepfake"}

    def test_propose_no_text_for_china(self) -> None:
        assert all(not row.wording for row in wording_book().of_rule("CN-01"))

    @pytest.mark.parametrize(
        ("territories", "rules"),
        [
            (("DE",), {"EU-02", "DOC-01"}),
            (("US",), {"NY-03", "CA-03", "DOC-01"}),
            (("US-NY",), {"NY-03", "DOC-01"}),
            (("CN",), {"CN-01", "DOC-01"}),
            (("WORLD",), {"EU-02", "NY-03", "CA-03", "CN-01", "DOC-01"}),
        ],
    )
    def test_are_those_of_the_places_reached(self, territories: tuple[str, ...], rules: set[str]) -> None:
        assert {row.rule_id for row in wording_book().seen_in(territories)} == rules


class TestCounsel:
    def test_approves_words_that_count_once_they_are_placed(self, film: Film) -> None:
        approval = an_approval(film.counsel, film.id)
        assert (approval.stands, approval.is_recorded) == (True, False)
        assert disclosures_recorded(film.organisation_id, film.id, territories=["DE"]) == ()

        card = placed(film.producer, approval)

        assert card.is_recorded
        assert disclosures_recorded(film.organisation_id, film.id, territories=["DE"]) == ("end_credit",)

    @pytest.mark.parametrize(
        ("territories", "counts"), [(("US",), False), (("FR", "US"), True), (("WORLD",), True)]
    )
    def test_is_heard_in_its_own_territory_alone(
        self,
        film: Film,
        territories: tuple[str, ...],
        counts: bool,  # noqa: FBT001 - a parameter
    ) -> None:
        placed(film.producer, an_approval(film.counsel, film.id))

        assert bool(disclosures_recorded(film.organisation_id, film.id, territories=territories)) is counts

    def test_saying_the_same_again_changes_nothing(self, film: Film) -> None:
        assert an_approval(film.counsel, film.id) == an_approval(film.counsel, film.id)

    def test_puts_another_wording_in_its_place_and_the_old_counts_no_longer(self, film: Film) -> None:
        before = placed(film.producer, an_approval(film.counsel, film.id))
        after = an_approval(film.counsel, film.id, text="Other words.")

        assert after.stands
        assert disclosures_recorded(film.organisation_id, film.id, territories=["DE"]) == ()
        with pytest.raises(DisclosureNotStanding):
            placed(film.producer, before, place="Elsewhere")

    def test_takes_an_approval_back(self, film: Film) -> None:
        approval = placed(film.producer, an_approval(film.counsel, film.id))
        withdrawn = withdraw_disclosure(approval.id, actor=film.counsel)

        assert (withdrawn.withdrawn, withdrawn.stands) == (True, False)
        assert disclosures_recorded(film.organisation_id, film.id, territories=["DE"]) == ()
        for gone in (approval, withdrawn):
            with pytest.raises(DisclosureNotStanding):
                withdraw_disclosure(gone.id, actor=film.counsel)

        assert an_approval(film.counsel, film.id).stands

    def test_approves_each_language_by_itself(self, film: Film) -> None:
        german = an_approval(film.counsel, film.id, language="de", text="Mit KI erzeugt.")

        assert german.stands
        assert an_approval(film.counsel, film.id).stands

    def test_approves_a_picture_without_words(self, film: Film) -> None:
        icon = an_approval(film.counsel, film.id, wording="eu-02-icon-full", language="", text="")

        assert (icon.kind, icon.text) == ("eu_icon_full", "")

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"text": " "}, "text"),
            ({"text": "x" * 2001}, "text"),
            ({"language": ""}, "language"),
            ({"language": "English"}, "language"),
            ({"wording": "eu-02-icon-full"}, "text"),
            ({"wording": "eu-02-icon-full", "text": ""}, "language"),
        ],
    )
    def test_is_told_what_is_missing(self, film: Film, fields: dict[str, str], field: str) -> None:
        with pytest.raises(DisclosureNotPossible) as refused:
            an_approval(film.counsel, film.id, **fields)
        assert refused.value.field == field

    def test_finds_no_row_that_is_not_on_file(self, film: Film) -> None:
        with pytest.raises(NoSuchWording):
            an_approval(film.counsel, film.id, wording="mars-01")

    def test_of_another_studio_finds_nothing(self, film: Film) -> None:
        approval = an_approval(film.counsel, film.id)
        stranger = a_member()

        with pytest.raises(NoSuchProduction):
            an_approval(stranger, film.id)
        with pytest.raises(NoSuchDisclosure):
            placed(stranger, approval)
        with pytest.raises(NoSuchDisclosure):
            withdraw_disclosure(approval.id, actor=stranger)
        assert disclosures_recorded(stranger.organisation_id, film.id, territories=["DE"]) == ()


class TestPlacing:
    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"place": " "}, "place"),
            ({"document_sha256": "ab"}, "document_sha256"),
            ({"placed_on": clock.now().date() + timedelta(days=2)}, "placed_on"),
        ],
    )
    def test_needs_a_place_a_proof_and_a_day_that_has_come(
        self, film: Film, changed: dict[str, object], field: str
    ) -> None:
        facts = {"place": "End credits", "document_sha256": PROOF, "placed_on": date(2026, 11, 20)} | changed

        with pytest.raises(DisclosureNotPossible) as refused:
            place_disclosure(an_approval(film.counsel, film.id).id, actor=film.producer, **facts)  # type: ignore[arg-type]  # by name
        assert refused.value.field == field

    def test_twice_in_one_place_is_refused(self, film: Film) -> None:
        approval = placed(film.producer, an_approval(film.counsel, film.id))

        with pytest.raises(DisclosureNotPossible, match="on record already"):
            placed(film.producer, approval)
        assert len(placed(film.producer, approval, place="Trailer").placings) == 2


class TestWhatIsDue:
    def test_comes_of_decisions_and_is_met_by_one_way(self, film: Film) -> None:
        decision_id = a_due_disclosure(film.producer, film.id)

        (due,) = due_disclosures(film.organisation_id, film.id)
        assert (due.rule_id, due.kinds, due.territories) == ("EU-02", ("end_credit", "on_screen"), ("DE",))
        assert due.decisions == (decision_id,)
        assert {way.row.kind for way in due.ways} == {"end_credit", "on_screen"}
        assert not due.is_recorded

        placed(film.producer, an_approval(film.counsel, film.id))
        (due,) = due_disclosures(film.organisation_id, film.id)
        assert due.is_recorded

    def test_is_narrowed_to_the_places_asked_for(self, film: Film) -> None:
        a_due_disclosure(film.producer, film.id)
        a_due_disclosure(
            film.producer, film.id, rule="NY-03", kinds=("ad_conspicuous",), territories=("US-NY",)
        )

        def rules(*territories: str) -> set[str]:
            return {
                one.rule_id for one in due_disclosures(film.organisation_id, film.id, territories=territories)
            }

        assert rules() == rules("WORLD") == {"EU-02", "NY-03"}
        assert rules("EU") == {"EU-02"}
        assert rules("US") == {"NY-03"}
        assert rules("JP") == set()

    def test_asked_for_in_no_stated_territory_is_due_everywhere(self, film: Film) -> None:
        a_due_disclosure(film.producer, film.id, territories=())

        assert len(due_disclosures(film.organisation_id, film.id, territories=("JP",))) == 1

    def test_proposes_the_houses_words_with_the_title(self, film: Film) -> None:
        page = disclosure_page(film.organisation_id, film.id)

        proposed = {line.row.id: line.proposed for line in page.lines}
        assert [language for language, _ in proposed["eu-02-end-credit"]] == ["en", "de", "fr", "es"]
        assert all(film.title in text for _, text in proposed["eu-02-end-credit"])
        assert proposed["cn-01-explicit"] == proposed["eu-02-icon-full"] == ()

    def test_of_another_studio_finds_nothing(self, film: Film) -> None:
        with pytest.raises(NoSuchProduction):
            due_disclosures(a_member().organisation_id, film.id)


class TestTheRecord:
    def test_stands_in_the_log_without_the_words(self, film: Film) -> None:
        approval = placed(film.producer, an_approval(film.counsel, film.id))
        integrate_all()

        approved, stood = entries_about(film.organisation_id, f"disclosure:{approval.id}")
        assert (approved.type, stood.type) == ("licensing.disclosure.approved", "licensing.disclosure.placed")
        assert (approved.fields["kind"], approved.fields["state"]) == ("end_credit", "approved")
        assert WORDS not in str(approved.fields)
        assert stood.fields["document_sha256"] == PROOF

    def test_agrees_with_the_log(self, film: Film) -> None:
        withdraw_disclosure(placed(film.producer, an_approval(film.counsel, film.id)).id, actor=film.counsel)
        integrate_all()

        assert [one for one in inspect_logs(at=clock.now()).problems if "disclosure" in one.what] == []

    @pytest.mark.parametrize("table", ["disclosureapproval", "disclosureplacing"])
    @pytest.mark.parametrize("act", ["UPDATE licensing_{} SET id = id", "DELETE FROM licensing_{}"])
    def test_only_grows(self, film: Film, table: str, act: str) -> None:
        placed(film.producer, an_approval(film.counsel, film.id))

        with (
            tenant(film.organisation_id),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act.format(table))
