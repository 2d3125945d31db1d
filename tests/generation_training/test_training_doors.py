"""The page, the API and the command for trainings."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from accounts.values import Role
from core.ids import new_id
from generation.likeness_training.curve import loss_curve
from generation.likeness_training.queries import trainings_of
from tests.factories.accounts import a_membership, a_user
from tests.factories.requests import a_browser
from tests.factories.trainings import Likeness, asked, worked_on

pytestmark = pytest.mark.usefixtures("committed_db")


def _body(likeness: Likeness, **fields: object) -> dict[str, object]:
    said: dict[str, object] = {
        "sources": [str(one.id) for one in likeness.sources],
        "name": "Ana, drawn",
        "trigger": "zorp",
        "purpose": "this_production",
        "rank": 4,
        "steps": 12,
        "learning_rate": "0.001",
        "seed": 1,
        "frames": 5,
    }
    return {**said, **fields}


def test_the_page_asks_shows_and_keeps_what_was_typed(likeness: Likeness) -> None:
    browser, production = a_browser(likeness.studio.producer), likeness.studio.production.id
    new = f"/productions/{production}/trainings/new"
    assert "Face, neutral (Ana Ruiz Calder" in browser.get(new).content.decode()
    typed = {**_body(likeness), "key": str(new_id()), "model": ""}

    refused = browser.post(new, {**typed, "trigger": "two words"})

    assert refused.status_code == 400
    assert "one word of 2 to 40 letters" in refused.content.decode()
    assert "Ana, drawn" in refused.content.decode()
    assert not trainings_of(production, actor=likeness.studio.producer)

    sent = browser.post(new, typed)

    (card,) = trainings_of(production, actor=likeness.studio.producer)
    assert sent["Location"] == f"/trainings/{card.id}"
    assert "It waits for a worker" in browser.get(sent["Location"]).content.decode()
    assert "Ana, drawn" in browser.get(f"/productions/{production}/trainings").content.decode()
    worked_on(card, likeness)
    done = browser.get(f"/trainings/{card.id}").content.decode()
    assert "Trained, checked and in custody" in done
    assert '<polyline class="loss-mean"' in done
    assert "data-live-reload" in browser.get(f"/trainings/{card.id}/state").content.decode()
    # A form that was sent already asks for another training only when it is sent once more.
    again = browser.post(new, {**typed, "steps": 13})
    assert "has asked for another training already" in again.content.decode()


def test_the_api_answers_what_the_page_does(likeness: Likeness) -> None:
    browser, production = a_browser(likeness.studio.producer), likeness.studio.production.id
    where = f"/v1/productions/{production}/trainings"

    def post(**fields: object) -> dict[str, object]:
        answer = browser.post(
            where,
            data=json.dumps(_body(likeness, **fields)),
            content_type="application/json",
            headers={"Idempotency-Key": str(new_id())},
        )
        told: dict[str, object] = answer.json()
        return {**told, "status": answer.status_code}

    first = post()
    assert (first["status"], first["state"]) == (202, "queued")
    assert post(frames=6)["status"] == 422
    assert post(sources=[str(new_id())])["status"] == 404
    assert post(rank=0)["status"] == 400
    cancelled = browser.post(f"/v1/trainings/{first['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert browser.post(f"/v1/trainings/{first['id']}/ask-again").status_code == 409
    assert [one["id"] for one in browser.get(where).json()] == [first["id"]]
    assert browser.get(f"/v1/trainings/{first['id']}").json()["sources"][0]["asset"] == str(
        likeness.sources[0].id
    )


def test_only_producers_ask_and_only_who_answers_for_it_sees_it(likeness: Likeness) -> None:
    organisation = likeness.studio.producer.organisation_id
    card = asked(likeness)
    for role, sees in ((Role.ARTIST, False), (Role.UNION_REP, True), (Role.AUDITOR, True)):
        browser = a_browser(a_membership(a_user(), organisation, role))
        assert (browser.get(f"/v1/trainings/{card.id}").status_code == 200) is sees
        assert browser.get(f"/productions/{likeness.studio.production.id}/trainings/new").status_code == 403
        assert browser.post(f"/v1/trainings/{card.id}/cancel").status_code == 403


def test_the_command_asks_and_lists(likeness: Likeness) -> None:
    producer = likeness.studio.producer
    who = [f"--organisation={producer.organisation_id}", f"--as={producer.user_id}", "--json"]

    def run(*words: str) -> dict[str, object]:
        out = io.StringIO()
        call_command("trainings", *words, *who, stdout=out)
        (one,) = json.loads(out.getvalue().splitlines()[-1])["trainings"]
        told: dict[str, object] = one
        return told

    production = str(likeness.studio.production.id)
    sources = [f"--source={one.id}" for one in likeness.sources]
    terms = ["--name=Ana, drawn", "--trigger=zorp", "--steps=12", "--frames=5"]

    card = run("ask", production, *sources, *terms)

    assert card["state"] == "queued"
    assert run("show", str(card["id"])) == card == run("list", production)
    assert run("cancel", str(card["id"]))["state"] == "cancelled"
    with pytest.raises(CommandError, match="from 1 to 64"):
        run("ask", production, *terms)
    with pytest.raises(CommandError, match="no number"):
        run("ask", production, *sources, *terms, "--learning-rate=much")


def test_a_curve_lies_within_its_frame() -> None:
    assert loss_curve([(1, 2.0)], 10) is None
    curve = loss_curve([(step, 2.0 / step) for step in range(1, 11)], 10)

    assert curve is not None
    for line in (curve.points, curve.smoothed):
        places = [tuple(map(float, one.split(","))) for one in line.split()]
        assert len(places) == 10
        assert all(curve.left <= x <= curve.right and 0 <= y <= curve.floor for x, y in places)
        assert places[0][1] < places[-1][1]
    assert "0.200" not in curve.text
