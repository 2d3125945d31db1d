"""The page, the API and the table of "what if" give the same answer to those who may ask, and to nobody else."""

from __future__ import annotations

import csv
import io

import pytest

from accounts.values import Role
from generation.values import TakeState
from licensing.owed.values import RateKind
from licensing.values import Agreement
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.licensing import unknown_id
from tests.factories.owed import DAY_MINIMUM, a_payroll, every_rate, opened
from tests.factories.requests import a_browser, an_api_client
from tests.factories.what_if import Studio, a_studio_that_asks

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def studio() -> Studio:
    return a_studio_that_asks()


def test_the_page_shows_what_falls_a_picture_and_the_repair(studio: Studio) -> None:
    studio.take(studio.ana, state=TakeState.SIGNED)
    browser = a_browser(studio.actor)

    empty = browser.get("/legal/what-if").content.decode()
    answer = browser.get("/legal/what-if", {"kind": "consent", "consent": str(studio.consent.id)})

    assert "Ana Ruiz Calder" in empty
    assert "would not stand" not in empty.partition("<main")[2].partition("<form")[0]
    page = answer.content.decode()
    assert answer.status_code == 200
    for said in ("Ana Ruiz Calder", "flips-signed", "1 act: 1 of 1 take", "no legal advice", "TVT-01"):
        assert said in page
    assert "What if" in browser.get("/legal").content.decode()


def test_the_page_refuses_in_words(studio: Studio) -> None:
    browser = a_browser(studio.actor)

    past = browser.get("/legal/what-if", {"kind": "day", "day": "2020-01-01"})
    none = browser.get("/legal/what-if", {"kind": "strike", "agreement": "sag_tvt_2026", "begins": "no"})

    assert (past.status_code, none.status_code) == (400, 400)
    assert "lies in the past" in past.content.decode()
    assert "No strike of" in none.content.decode()


def test_every_flipped_take_is_a_line_that_can_be_cited(studio: Studio) -> None:
    take = studio.take(studio.ana, state=TakeState.SIGNED)
    studio.take(studio.bo)

    answer = a_browser(studio.actor).get(
        "/legal/what-if/takes.csv", {"kind": "consent", "consent": str(studio.consent.id)}
    )

    (line,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert answer["Content-Type"].startswith("text/csv")
    assert (line["take"], line["pull"], line["before"]) == (str(take.id), "yes", "allow_with_duties")
    assert int(line["log_size"]) > 0


def test_the_api_answers_the_same(studio: Studio) -> None:
    take = studio.take(studio.ana, state=TakeState.SIGNED)
    client = an_api_client(studio.actor)
    asked = {"event": "consent_ends", "consent": str(studio.consent.id)}

    answer = client.post("/v1/what-if", asked, format="json")
    lines = client.post("/v1/what-if/takes", asked, format="json")

    body = answer.json()
    assert answer.status_code == 200
    assert (body["stops"]["signed"], body["listed"][0]["id"]) == (1, str(take.id))
    assert body["repair"]["steps"] == [{"acts": [0], "takes": 1, "is_exact": True}]
    assert str(take.id) in lines.content.decode()
    assert client.post("/v1/what-if", {**asked, "listed": 0}, format="json").json()["listed"] == []


@pytest.mark.parametrize(
    ("asked", "status", "slug"),
    [
        ({"event": "consent_ends"}, 422, "what-if-unfit"),
        ({"event": "consent_ends", "consent": str(unknown_id())}, 404, "consent-unknown"),
        ({"event": "strike_ends", "agreement": "sag_tvt_2026"}, 404, "strike-unknown"),
        ({"event": "time_passes", "at": "2020-01-01T00:00:00Z"}, 422, "what-if-unfit"),
        ({"event": "the_sky_falls"}, 400, "invalid-request"),
    ],
)
def test_what_cannot_be_supposed_says_why(
    studio: Studio, asked: dict[str, object], status: int, slug: str
) -> None:
    answer = an_api_client(studio.actor).post("/v1/what-if", asked, format="json")

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, slug)


def test_more_questions_than_one_answer_weighs_are_refused(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generation.foresight.answering.MOST_QUESTIONS", 1)
    studio.take(studio.ana)
    studio.take(studio.bo)
    client = an_api_client(studio.actor)
    asked = {"event": "strike_starts", "agreement": "sag_tvt_2026"}

    assert client.post("/v1/what-if", asked, format="json").json()["type"].endswith("what-if-too-large")


@pytest.mark.parametrize("role", [Role.ARTIST, Role.AUDITOR, Role.UNION_REP, Role.PERFORMER])
def test_only_those_who_answer_for_productions_may_ask(studio: Studio, role: Role) -> None:
    other = a_membership(a_user(), studio.actor.organisation_id, role)
    asked = {"event": "consent_ends", "consent": str(studio.consent.id)}

    assert a_browser(other).get("/legal/what-if").status_code == 403
    assert an_api_client(other).post("/v1/what-if", asked, format="json").status_code == 403


def test_another_studio_supposes_nothing_of_this_one(studio: Studio) -> None:
    asked = {"event": "consent_ends", "consent": str(studio.consent.id)}
    stranger = a_member(Role.LEGAL)

    assert an_api_client(stranger).post("/v1/what-if", asked, format="json").status_code == 404


def test_a_changed_rate_is_computed_with_the_formula_and_an_unknown_one_stays_to_be_entered() -> None:
    payroll = a_payroll()
    browser = a_browser(payroll.legal)
    asked = {
        "kind": "rate",
        "agreement": Agreement.SAG_TVT_2026.value,
        "category": "principal",
        "rate_kind": RateKind.DAY_MINIMUM.value,
        "amount": "9000.00",
        "currency": "USD",
        "valid_from": "2030-01-01",
    }
    opened(payroll)
    unknown = browser.get("/legal/what-if", asked).content.decode()
    every_rate(payroll)
    known = browser.get("/legal/what-if", asked).content.decode()

    assert "No amount on record rests on this figure" not in unknown
    assert "to be entered from the rate sheet" in unknown
    # Two days at the higher of contract day and minimum, and the plan's part of it.
    assert DAY_MINIMUM < 900_000
    assert "22,230.00" in known
    assert "the same work again" in known
