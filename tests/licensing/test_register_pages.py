"""Whoever registers people does it on pages: as much as by the API, and refused in the same words."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.values import Actor, Role
from licensing.queries import consent_cards, engagements_of, performer_card, performers
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.documents import a_colleague
from tests.factories.licensing import DOCUMENT_SHA256, a_consent, a_performer, an_engagement
from tests.factories.productions import a_production
from tests.factories.requests import a_browser

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def legal(committed_db: None) -> Actor:
    return a_member(Role.LEGAL)


@pytest.fixture
def production(legal: Actor) -> ProductionCard:
    return a_production(legal)


class TestPages:
    def test_a_person_is_registered_with_names_and_numbers(self, legal: Actor) -> None:
        browser = a_browser(legal)
        new = {"professional_name": "Yuki Amano", "state": "living_adult", "domicile": "JP"}

        unsaid = browser.post("/performers/new", new)
        registered = browser.post("/performers/new", new | {"visibility": "organisation"})
        (card,) = performers(legal.organisation_id, everybody=True)
        named = browser.post(f"/performers/{card.id}/names/new", {"text": "天野ユキ", "kind": "script"})
        mistyped = browser.post(
            f"/performers/{card.id}/identifiers/new", {"scope": "isni", "value": "0000 0001 2103 2684"}
        )
        numbered = browser.post(
            f"/performers/{card.id}/identifiers/new", {"scope": "isni", "value": "0000 0001 2103 2683"}
        )

        assert (unsaid.status_code, registered.status_code, named.status_code) == (400, 302, 302)
        assert (mistyped.status_code, numbered.status_code) == (400, 302)
        assert "check character" in mistyped.content.decode()
        page = browser.get(f"/performers/{card.id}").content.decode()
        assert "天野ユキ" in page
        assert "0000000121032683" in page

    def test_an_engagement_gets_its_edition_and_is_completed_later(
        self, legal: Actor, production: ProductionCard
    ) -> None:
        browser, performer = a_browser(legal), a_performer(legal)
        address = f"/performers/{performer.id}/engagements/new"

        undated = browser.post(address, {"production": str(production.id), "agreement": "sag_ima"})
        recorded = browser.post(address, {"production": str(production.id), "agreement": "sag_tvt"})
        (found,) = engagements_of(legal.organisation_id, performer.id)
        entered = {"agreement": "sag_tvt_2026", "union_covered": "yes", "contract_date": "2026-08-03"}
        stated = browser.post(
            f"/engagements/{found.card.id}/facts",
            entered | {"reason": "learned", "document_sha256": DOCUMENT_SHA256},
        )

        assert (undated.status_code, recorded.status_code, stated.status_code) == (400, 302, 302)
        assert "Enter that date" in undated.content.decode()
        assert found.card.agreement == "sag_tvt_2026"
        (found,) = engagements_of(legal.organisation_id, performer.id)
        assert (found.card.union_covered, found.card.contract_date) == (True, date(2026, 8, 3))
        assert "3 August 2026" in browser.get(f"/performers/{performer.id}").content.decode()

    def test_what_is_left_as_it_stands_on_the_page_does_not_change(
        self, legal: Actor, production: ProductionCard
    ) -> None:
        browser, performer = a_browser(legal), a_performer(legal)
        engagement = an_engagement(legal, production, performer)
        address = f"/engagements/{engagement.id}/facts"
        page = browser.get(address).content.decode()
        assert 'value="2026-08-03"' in page
        shown = dict(re.findall(r'<input [^>]*name="([a-z_]+)"[^>]*value="([^"]*)"', page))
        for name, options in re.findall(r'<select name="([a-z_]+)".*?>(.*?)</select>', page, re.DOTALL):
            (shown[name],) = re.findall(r'value="([^"]*)" selected', options) or [""]

        sent = browser.post(address, shown | {"reason": "learned", "document_sha256": DOCUMENT_SHA256})

        assert sent.status_code == 400
        assert "says exactly this already" in sent.content.decode()

    def test_a_death_is_stated_once(self, legal: Actor) -> None:
        browser, performer = a_browser(legal), a_performer(legal, domicile="US-CA")
        address = f"/performers/{performer.id}/facts"
        entered = {
            "state": "deceased_represented",
            "domicile": "US-CA",
            "reason": "happened",
            "true_since": "2026-11-02",
            "document_sha256": DOCUMENT_SHA256,
        }

        first, second = browser.post(address, entered), browser.post(address, entered)

        assert (first.status_code, second.status_code) == (302, 400)
        assert "says exactly this already" in second.content.decode()
        assert performer_card(legal.organisation_id, performer.id, everybody=True).state == (
            "deceased_represented"
        )
        assert "2 November 2026" in browser.get(f"/performers/{performer.id}").content.decode()

    def test_a_file_names_its_bad_rows(self, legal: Actor) -> None:
        rows = "ref,professional_name,identifiers\n1,Ana,\n2,,\n3,Bo,isni=0000000121032684\n"
        browser = a_browser(legal)

        def sent(content: str) -> str:
            file = SimpleUploadedFile("people.csv", content.encode())
            return browser.post("/performers/import", {"file": file}).content.decode()

        page, wrong = sent(rows), sent("name\nAna\n")

        assert '<th scope="row">3</th><td>professional_name</td>' in page
        assert '<th scope="row">4</th><td>identifiers</td>' in page
        assert [one.professional_name for one in performers(legal.organisation_id, everybody=True)] == ["Ana"]
        assert "Columns nobody knows" in wrong

    def test_legal_enters_a_withdrawal_and_it_is_final(
        self, legal: Actor, production: ProductionCard
    ) -> None:
        performer = a_performer(legal)
        an_engagement(legal, production, performer)
        consent = a_consent(legal, production, performer)
        browser, address = a_browser(legal), f"/consents/{consent.id}/withdrawal"

        unsure = browser.post(address, {"reason": "performer_wish"})
        sure = browser.post(address, {"reason": "performer_wish", "sure": "on"})
        again = browser.post(address, {"reason": "performer_wish", "sure": "on"})

        assert (unsure.status_code, sure.status_code, again.status_code) == (400, 302, 409)
        assert [one.status for one in consent_cards(legal.organisation_id)] == ["withdrawn"]

    def test_nothing_is_chosen_beforehand(self, legal: Actor, production: ProductionCard) -> None:
        browser, performer = a_browser(legal), a_performer(legal)
        consent = a_consent(legal, production, performer)

        for address in (
            "/performers/new",
            f"/performers/{performer.id}/names/new",
            f"/performers/{performer.id}/identifiers/new",
            f"/performers/{performer.id}/engagements/new",
            f"/consents/{consent.id}/withdrawal",
        ):
            page = browser.get(address).content.decode()
            assert "checked" not in page
            assert page.count("selected") == page.count('<option value="" selected')

    def test_an_artist_reads_and_writes_nothing(self, legal: Actor, production: ProductionCard) -> None:
        performer = a_performer(legal)
        engagement = an_engagement(legal, production, performer)
        consent = a_consent(legal, production, performer)
        artist = a_browser(a_colleague(legal, Role.ARTIST))

        page = artist.get(f"/performers/{performer.id}").content.decode()
        assert "New engagement" not in page
        assert "Enter a withdrawal" not in page
        for address in (
            "/performers/new",
            "/performers/import",
            f"/performers/{performer.id}/facts",
            f"/engagements/{engagement.id}/facts",
            f"/consents/{consent.id}/withdrawal",
        ):
            assert artist.get(address).status_code == 403
