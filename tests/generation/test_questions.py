"""Questions beside takes: licences to train, transfers, sessions, and the workplace."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from accounts.values import Actor, Role
from core.tenancy import tenant
from licensing.models.decision import Decision
from licensing.names import KNOWN_TO_LEGAL, Visibility
from licensing.questions import ONLY_LEGAL_READS, QuestionKind, question_cards
from tests.factories.accounts import a_member
from tests.factories.documents import a_colleague
from tests.factories.licensing import a_consent, a_performer, an_engagement, counsel_confirms
from tests.factories.productions import a_production
from tests.factories.requests import a_browser, an_api_client

pytestmark = pytest.mark.usefixtures("committed_db")

SESSION: dict[str, Any] = {
    "replica_type": "ebdr_scan",
    "purpose": "this_production",
    "scenes": "42",
    "session_at": "2026-12-01T09:00",
    "place": "US-IL",
    "biometrics": ["face_geometry"],
    "written_notice_at": "yes",
    "written_notice_at_when": "2026-11-01T09:00",
    "written_release_at": "no",
    "retention_policy_public": "yes",
    "unrelated_use": "no",
    "set_security_only": "no",
    "nothing_sensitive": "on",
}


@pytest.fixture
def producer(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER)


@pytest.fixture
def legal(producer: Actor) -> Actor:
    actor = a_colleague(producer, Role.LEGAL)
    counsel_confirms(actor)
    return actor


def _decisions(actor: Actor) -> int:
    with tenant(actor.organisation_id):
        return int(Decision.objects.count())


def _transfer(production: UUID, performer: UUID, **said: str) -> dict[str, str]:
    return {
        "production": str(production),
        "performer": str(performer),
        "about": "The scan of the pilot, to Harbour Pictures.",
        "replica_type": "ebdr_scan",
        "purpose": "this_production",
        **said,
    }


class TestATransfer:
    def test_is_asked_and_stated_anew_and_both_stay(self, producer: Actor, legal: Actor) -> None:
        production, ana = a_production(producer), a_performer(legal)
        an_engagement(legal, production, ana)
        a_consent(legal, production, ana, uses=["transfer_replica"])
        browser = a_browser(producer)
        asked = _transfer(production.id, ana.id, union_asked_at="yes", union_asked_at_when="2026-11-03T10:00")

        first = browser.post("/questions/new/transfer", asked | {"union_answer": "pending"})

        page = browser.get(first["Location"]).text
        assert "The replica cannot pass on: the Union&#x27;s answer is pending" in page
        assert "<dt>Union&#x27;s answer</dt><dd>pending</dd>" in page
        again = f"/questions/new/transfer?again={first['Location'].rpartition('/')[2]}"
        assert again in page
        form = browser.get(again).text
        assert 'value="2026-11-03T10:00"' in form
        assert '<option value="pending" selected>' in form
        later = browser.post(
            "/questions/new/transfer", asked | {"union_answer": "approved", "assumed_in_writing": "yes"}
        )
        newest, oldest = question_cards(producer)
        assert (newest.is_latest, oldest.is_latest) == (True, False)
        assert newest.people == (ana.professional_name,)
        assert "TVT-21" not in browser.get(later["Location"]).text
        assert "asked anew since" in browser.get(f"/questions?production={production.id}").text
        assert first["Location"] in browser.get(later["Location"]).text
        assert first["Location"] in browser.get(f"/questions?performer={ana.id}&kind=transfer").text
        assert first["Location"] not in browser.get("/questions?kind=capture").text

    def test_that_is_only_looked_at_leaves_no_trace(self, producer: Actor, legal: Actor) -> None:
        production, ana = a_production(producer), a_performer(legal)
        sent = _transfer(production.id, ana.id, union_answer="refused", act="look")

        page = a_browser(producer).post("/questions/new/transfer", sent).text

        assert "Nothing of this is recorded" in page
        assert "TVT-21" in page
        assert "to Harbour Pictures" in page
        assert _decisions(producer) == 0

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"union_asked_at": "yes"}, "Say when"),
            ({"union_asked_at_when": "2026-11-03T10:00"}, "A time is given"),
            ({"union_asked_at": "no", "union_asked_at_when": "2026-11-03T10:00"}, "A time is given"),
            ({"about": " "}, "This field is required."),
            ({"about": "a\x07bell"}, "control character"),
            ({"purpose": ""}, "This field is required."),
        ],
    )
    def test_that_does_not_hold_together_is_told_beside_the_form(
        self, producer: Actor, legal: Actor, said: dict[str, str], told: str
    ) -> None:
        production, ana = a_production(producer), a_performer(legal)

        answer = a_browser(producer).post("/questions/new/transfer", _transfer(production.id, ana.id) | said)

        assert answer.status_code == 400
        assert told in answer.text
        assert _decisions(producer) == 0


def test_a_licence_to_train_is_refused_until_the_unions_were_told(producer: Actor, legal: Actor) -> None:
    production = a_production(producer)
    sent = {
        "production": str(production.id),
        "about": "Dailies of the ferry, to a maker of models.",
        "affiliated": "no",
        "for_pay": "yes",
        "public_commercial": "yes",
        "union_notice_at": "no",
    }

    page = a_browser(producer).post("/questions/new/training", sent, follow=True).text

    assert "has had no written notice of the training licence" in page
    assert "<dt>Performers&#x27; union told</dt><dd>known not to have happened</dd>" in page
    assert "WGA-02" in page


def test_a_session_is_asked_with_what_stands_on_paper(producer: Actor, legal: Actor) -> None:
    production, ana = a_production(producer), a_performer(legal)
    an_engagement(legal, production, ana)
    a_consent(legal, production, ana)
    browser = a_browser(producer)
    sent = {
        "production": str(production.id),
        "performer": str(ana.id),
        "about": "The head, neutral and smiling.",
        **SESSION,
    }

    page = browser.post("/questions/new/capture", sent, follow=True).text
    both = browser.post("/questions/new/capture", sent | {"nothing_measured": "on"})
    nowhere = browser.post("/questions/new/capture", sent | {"place": "Atlant"})

    assert "no written release stands before the session" in page
    assert "no written notice stands before the session" not in page
    assert "INT-01" not in page
    assert f"<dt>Session with</dt><dd>{ana.professional_name}</dd>" in page
    assert (both.status_code, nowhere.status_code) == (400, 400)
    (card,) = question_cards(producer, kind=QuestionKind.CAPTURE)
    form = browser.get(f"/questions/new/capture?again={card.decision_id}").text
    assert 'value="face_geometry" id="id_biometrics_0" checked' in form
    assert 'value="2026-12-01T09:00"' in form


class TestTheWorkplace:
    def test_is_asked_about_with_the_work(self, producer: Actor, legal: Actor) -> None:
        sent = {
            "production": str(a_production(producer).id),
            "about": "A first look at the harbour.",
            "use": "temp_previs",
            "purpose": "this_production",
            "ai_required_of_writer": "yes",
            "director_consulted": "no",
        }

        page = a_browser(producer).post("/questions/new/workplace", sent, follow=True).text

        assert "A writer is required to use AI." in page
        assert "The director was not consulted." in page
        assert [one.kind for one in question_cards(producer)] == [QuestionKind.WORKPLACE]

    def test_of_which_nothing_is_stated_is_no_question(self, producer: Actor) -> None:
        sent = {
            "production": str(a_production(producer).id),
            "about": "A first look.",
            "use": "temp_previs",
            "purpose": "this_production",
        }

        answer = a_browser(producer).post("/questions/new/workplace", sent)

        assert answer.status_code == 400
        assert "nothing is asked so far" in answer.text


class TestWhoLooks:
    def test_reads_and_does_not_ask_without_the_role(self, producer: Actor) -> None:
        auditor = a_browser(a_colleague(producer, Role.AUDITOR))

        page = auditor.get("/questions")

        assert page.status_code == 200
        assert "/questions/new" not in page.text
        assert auditor.get("/questions/new/transfer").status_code == 403

    def test_finds_the_way_from_production_and_performer(self, producer: Actor, legal: Actor) -> None:
        production, ana, browser = a_production(producer), a_performer(legal), a_browser(producer)

        assert f"/questions?production={production.id}" in browser.get(f"/productions/{production.id}").text
        assert f"/questions?performer={ana.id}" in browser.get(f"/performers/{ana.id}").text
        assert 'href="/questions"' in browser.get("/productions").text
        named = browser.get(f"/questions/new/capture?production={production.id}&performer={ana.id}").text
        assert all(f'<option value="{one.id}" selected>' in named for one in (production, ana))

    def test_is_not_told_whom_only_legal_sees(self, producer: Actor, legal: Actor) -> None:
        production = a_production(producer)
        hidden = a_performer(legal, "Cy Hidden", visibility=Visibility.LEGAL_ONLY)
        a_browser(legal).post("/questions/new/transfer", _transfer(production.id, hidden.id))
        (card,) = question_cards(producer)

        shown = a_browser(producer).get(f"/decisions/{card.decision_id}").text

        assert (card.people, card.about) == ((KNOWN_TO_LEGAL,), ONLY_LEGAL_READS)
        assert "Cy Hidden" not in shown
        assert "Cy Hidden" in a_browser(legal).get(f"/decisions/{card.decision_id}").text
        assert a_browser(producer).get(f"/questions?performer={hidden.id}").status_code == 404

    def test_of_another_house_finds_nothing(self, producer: Actor, legal: Actor) -> None:
        production, ana = a_production(producer), a_performer(legal)
        a_browser(legal).post("/questions/new/transfer", _transfer(production.id, ana.id))
        (card,) = question_cards(producer)
        stranger = a_browser(a_member(Role.LEGAL))

        assert stranger.get(f"/questions/new/transfer?again={card.decision_id}").status_code == 404
        assert stranger.get("/questions/new/transfer?again=no-id").status_code == 404
        assert "Nothing was asked yet" in stranger.get("/questions").text

    def test_by_the_api_finds_the_same(self, producer: Actor, legal: Actor) -> None:
        production, ana = a_production(producer), a_performer(legal)
        a_browser(legal).post("/questions/new/transfer", _transfer(production.id, ana.id))
        client = an_api_client(producer)

        (told,) = client.get("/v1/decisions", {"kind": "transfer", "production_id": str(production.id)}).data[
            "results"
        ]

        (card,) = question_cards(producer)
        assert (told["decision_id"], told["is_latest"]) == (str(card.decision_id), True)
        assert client.get("/v1/decisions", {"kind": "capture"}).data["results"] == []
        assert client.get("/v1/decisions", {"kind": "gossip"}).status_code == 400
