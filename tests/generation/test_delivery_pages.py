"""Delivering by page and API, and what the holder of a link sees: the same doors, the same refusals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models.organisation import Organisation
from accounts.values import Actor, Role
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.cards import RecipientCard
from generation.deliveries.queries import deliveries_of_take
from generation.queries import TakeCard
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.deliveries import a_delivery, a_recipient, a_signed_take
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, a_studio

pytestmark = pytest.mark.usefixtures("committed_db")

SAID: dict[str, Any] = {
    "purpose": "this_production",
    "output_status": "final",
    "shown_in": ["theatrical", "svod"],
    "territories": "US",
    "languages": "en",
    "valid_from": "2026-11-01",
    "valid_until": "2028-10-31",
    "disclosure_1": "end_credit",
    "wording_1": "Made with AI.",
    "placement_1": "End titles",
}
BODY: dict[str, Any] = {
    "purpose": "this_production",
    "media": ["theatrical", "svod"],
    "territories": ["US"],
    "languages": ["en"],
    "valid_from": "2026-11-01",
    "disclosures": [{"kind": "end_credit", "wording": "Made with AI.", "placement": "End titles"}],
}


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    return a_studio(pristine_model)


@pytest.fixture
def take(studio: Studio) -> TakeCard:
    return a_signed_take(studio, studio.consenting)


@pytest.fixture
def recipient(studio: Studio) -> RecipientCard:
    return a_recipient(studio.producer)


def _colleague(studio: Studio, *roles: Role) -> Actor:
    return a_membership(a_user(), studio.organisation_id, *roles)


def _withdraw(studio: Studio) -> None:
    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def _say(client: Client, take: TakeCard, recipient: RecipientCard, **changes: Any) -> Any:  # noqa: ANN401 - the test client's answer
    said = {**SAID, "key": str(new_id()), "recipient": str(recipient.id), **changes}
    return client.post(f"/takes/{take.id}/deliveries/new", said)


class TestTheForm:
    def test_shows_the_verdict_first_and_then_delivers(
        self, studio: Studio, take: TakeCard, recipient: RecipientCard
    ) -> None:
        browser = a_browser(studio.producer)
        offered = _text(browser, f"/takes/{take.id}/deliveries/new")

        tried = _say(browser, take, recipient, shown_in=["social"], **{"try": "1"})
        before = deliveries_of_take(studio.organisation_id, take.id)
        sent = _say(browser, take, recipient)

        (card,) = deliveries_of_take(studio.organisation_id, take.id)
        assert recipient.name in offered
        assert "TVT-05" in tried.content.decode()
        assert "Nothing of this is recorded" in tried.content.decode()
        assert before == ()
        assert sent["Location"] == f"/deliveries/{card.id}"
        assert card.disclosures[0].wording == "Made with AI."

    def test_refused_tells_every_reason_beside_what_was_typed(
        self, studio: Studio, take: TakeCard, recipient: RecipientCard
    ) -> None:
        answer = _say(a_browser(studio.producer), take, recipient, shown_in=["social"])

        text = answer.content.decode()
        assert answer.status_code == 400
        assert "TVT-05" in text
        assert "Made with AI." in text
        assert deliveries_of_take(studio.organisation_id, take.id) == ()

    def test_is_for_those_who_deliver(self, studio: Studio, take: TakeCard, recipient: RecipientCard) -> None:
        artist = a_browser(_colleague(studio, Role.ARTIST))

        assert _say(artist, take, recipient).status_code == 403
        assert "Deliver this take" not in _text(artist, f"/takes/{take.id}")
        assert "Deliver this take" in _text(a_browser(studio.producer), f"/takes/{take.id}")


class TestTheApi:
    def test_delivers_lists_and_shows(self, studio: Studio, take: TakeCard) -> None:
        client = an_api_client(studio.producer)
        to = client.post(
            "/v1/recipients", {"name": "Northern", "kind": "broadcaster", "contact": "a@northern.example"}
        ).json()
        path, body = f"/v1/takes/{take.id}/deliveries", BODY | {"recipient": to["id"]}

        tried = client.post(f"{path}?dry_run=1", body).json()
        made = client.post(path, body, headers={"Idempotency-Key": "one"})
        again = client.post(path, body, headers={"Idempotency-Key": "one"})

        assert (tried["permitted"], tried["marks"]) == (True, ["c2pa"])
        assert (made.status_code, made["Location"]) == (201, f"/v1/deliveries/{made.json()['id']}")
        assert again.json()["id"] == made.json()["id"]
        shown = client.get(made["Location"]).json()
        assert (shown["standing"]["state"], shown["recall"]) == ("active", None)
        assert [event["act"] for event in shown["events"]] == ["delivered"]
        listed = client.get(f"/v1/deliveries?production={studio.production.id}").json()
        assert [one["id"] for one in listed["results"]] == [shown["id"]]
        assert client.get(f"/v1/deliveries?production={new_id()}").json()["results"] == []

    def test_refuses_with_a_problem_that_names_decision_and_reasons(
        self, studio: Studio, take: TakeCard, recipient: RecipientCard
    ) -> None:
        body = BODY | {"recipient": str(recipient.id), "media": ["social"]}
        answer = an_api_client(studio.producer).post(
            f"/v1/takes/{take.id}/deliveries", body, headers={"Idempotency-Key": "one"}
        )

        problem = answer.json()
        assert (answer.status_code, problem["type"].rsplit("/", 1)[1]) == (403, "delivery-refused")
        assert "TVT-05" in {reason["rule"] for reason in problem["reasons"]}
        assert problem["decision"]

    @pytest.mark.parametrize("kind", ["c2pa", "watermark"])
    def test_takes_no_mark_by_anybodys_word(
        self, studio: Studio, take: TakeCard, recipient: RecipientCard, kind: str
    ) -> None:
        body = BODY | {"recipient": str(recipient.id)}
        body["disclosures"] = [{"kind": kind, "wording": "x", "placement": "y"}]

        answer = an_api_client(studio.producer).post(f"/v1/takes/{take.id}/deliveries?dry_run=1", body)

        assert answer.status_code == 400

    def test_shows_contacts_to_those_who_deliver_and_nobody_else(
        self, studio: Studio, recipient: RecipientCard
    ) -> None:
        seen = {
            role: an_api_client(_colleague(studio, role)).get("/v1/recipients").json()[0]["contact"]
            for role in (Role.PRODUCER, Role.PERFORMER)
        }

        assert seen == {Role.PRODUCER: recipient.contact, Role.PERFORMER: ""}

    def test_of_another_house_finds_nothing(self, studio: Studio, take: TakeCard) -> None:
        delivery = a_delivery(studio, take)
        stranger = an_api_client(a_member(*Role))

        for path in (f"deliveries/{delivery.id}", f"takes/{take.id}/deliveries"):
            assert stranger.get(f"/v1/{path}").status_code == 404
        assert stranger.get("/v1/deliveries").json()["results"] == []


class TestTheRecipient:
    def test_needs_no_account_and_sees_one_delivery_alone(self, studio: Studio, take: TakeCard) -> None:
        delivery, other = a_delivery(studio, take), a_delivery(studio, take)
        client = an_api_client(studio.producer)
        issued = client.post(f"/v1/deliveries/{delivery.id}/links", {"hours": 24}).json()
        path = issued["url"].removeprefix("http://testserver")
        stranger = Client()

        page, file = _text(stranger, path), stranger.get(f"{path}/file")
        told = stranger.get(f"/v1{path}").json()

        with tenant(studio.organisation_id):
            studio_name = Organisation.objects.get().name
        content = b"".join(file.streaming_content)  # type: ignore[attr-defined]  # of a streamed answer
        assert studio_name in page
        assert delivery.recipient.name in page
        assert other.recipient.name not in page
        assert studio.consenting.professional_name not in page
        assert (file.status_code, content[4:8]) == (200, b"ftyp")
        assert studio.production.title not in file["Content-Disposition"]
        assert (told["may_fetch"], told["standing"]["state"]) == (True, "active")
        assert stranger.get(f"/deliveries/{delivery.id}").status_code == 302

    def test_is_told_of_the_recall_takes_note_and_learns_what_may_stay(
        self, studio: Studio, take: TakeCard
    ) -> None:
        delivery = a_delivery(studio, take)
        browser, stranger = a_browser(studio.producer), Client()
        made = browser.post(f"/deliveries/{delivery.id}/links", {"days": "14"}).content.decode()
        found = re.search(r"http://testserver(/handouts/[\w-]+)", made)
        assert found is not None
        path = found[1]
        assert path not in _text(browser, f"/deliveries/{delivery.id}")
        _withdraw(studio)

        recalled, refused = _text(stranger, path), stranger.get(f"{path}/file")
        browser.post(
            f"/deliveries/{delivery.id}/recall/notices", {"channel": "email", "sent_at": "2020-01-01T00:00"}
        )
        browser.post(f"/deliveries/{delivery.id}/recall/retention", {"words": "One sealed archive copy."})
        noted = stranger.post(f"{path}/acknowledgement", {"said_by": "Rights desk", "words": "Done."})
        after = _text(stranger, path)
        inside = _text(browser, f"/deliveries/{delivery.id}")

        assert "It was recalled" in recalled
        assert "has said nothing of it yet" in recalled
        assert "Download the file" not in recalled
        assert refused.status_code == 403
        assert noted["Location"] == path
        assert "One sealed archive copy." in after
        assert "You took note of the recall" in after
        assert "by the link" in inside
        # The notice that was said to be sent before the recall was not taken.
        assert "was not told yet" in inside

    def test_with_a_revoked_link_sees_nothing(self, studio: Studio, take: TakeCard) -> None:
        client = an_api_client(studio.producer)
        issued = client.post(f"/v1/deliveries/{a_delivery(studio, take).id}/links", {"hours": 24}).json()
        client.post(f"/v1/delivery-links/{issued['link']['id']}/revocation")
        path = issued["url"].removeprefix("http://testserver")

        assert {Client().get(f"{before}{path}").status_code for before in ("", "/v1")} == {404}
        assert Client().get(f"/v1{path}/file").status_code == 404

    def test_who_calls_back_is_counsel(self, studio: Studio, take: TakeCard) -> None:
        delivery = a_delivery(studio, take)
        producer = an_api_client(_colleague(studio, Role.PRODUCER))
        path = f"/v1/deliveries/{delivery.id}/recall"

        refused = producer.post(path, {"reason": "Because."})
        done = an_api_client(_colleague(studio, Role.LEGAL)).post(path, {"reason": "The cut was changed."})

        assert refused.status_code == 403
        assert (done.status_code, done.json()["standing"]["state"]) == (200, "recalled")
        assert producer.post(f"{path}/retention", {"words": "All of it."}).status_code == 403


class TestVerifying:
    def test_tells_anybody_what_stands_today_and_names_nobody(self, studio: Studio, take: TakeCard) -> None:
        client = an_api_client(studio.producer)
        video = client.get(f"/v1/takes/{take.id}/video")
        content = b"".join(video.streaming_content)  # type: ignore[attr-defined]  # of a streamed answer
        delivery = a_delivery(studio, take)

        def today() -> dict[str, Any]:
            from django.core.files.uploadedfile import SimpleUploadedFile

            answer = Client().post("/v1/verifications", {"file": SimpleUploadedFile("x.mp4", content)})
            said: dict[str, Any] = answer.json()["authorization"]["today"]
            return said

        before = today()
        _withdraw(studio)
        after = today()

        assert (before["state"], after["state"]) == ("active", "withdrawn")
        assert after["since"]
        for name in (studio.consenting.professional_name, delivery.recipient.name, studio.production.title):
            assert name not in str(after)
