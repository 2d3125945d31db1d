from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from accounts.values import Actor, Role
from core.clock import now
from licensing.document_queries import authority_cards, document_cards, rider_cards
from licensing.performer_cards import PerformerCard
from licensing.queries import consent_cards
from productions.queries import ProductionCard
from tests.factories.documents import a_colleague, a_rider, a_scan
from tests.factories.licensing import DOCUMENT_SHA256, terms
from tests.factories.requests import a_browser

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def browser(legal: Actor) -> Client:
    return a_browser(legal)


def _entered(stated: dict[str, Any]) -> dict[str, Any]:
    """The terms as somebody would put them into the form."""
    fields: dict[str, Any] = {}
    flat = {**stated, **{f"intended_use__{name}": one for name, one in stated["intended_use"].items()}}
    del flat["intended_use"]
    for name, value in flat.items():
        match value:
            case bool():
                fields[name] = "yes" if value else "no"
            case list() if name.endswith(("territories", "languages", "scenes")):
                fields[name] = ", ".join(value)
            case []:
                fields[name] = ["none"]
            case _:
                fields[name] = value
    return fields


def _of(production: ProductionCard, performer: PerformerCard) -> dict[str, str]:
    return {"production": str(production.id), "performer": str(performer.id)}


def test_a_rider_is_prepared_signed_and_put_on_record_by_hand(
    legal: Actor, browser: Client, production: ProductionCard, ana: PerformerCard, performer: Actor
) -> None:
    stated = terms()
    del stated["separately_signed_at"]
    assert b"Description" in browser.get("/riders/new").content
    prepared = browser.post(
        "/riders/new", _of(production, ana) | {"replica_type": "ebdr_scan"} | _entered(stated), follow=True
    )
    assert prepared.status_code == 200, re.findall(
        r"field-error.*?</ul>", prepared.content.decode(), re.DOTALL
    )
    (rider,) = rider_cards(legal)
    assert rider.terms == stated
    path, read = f"/riders/{rider.id}", {"terms_sha256": rider.terms_sha256, "read": "on"}

    text = browser.get(path).content.decode()
    assert "Sign for the studio" in text
    assert "checked" not in text
    assert "Shown in these media: theatrical, SVOD." in text
    assert browser.get(f"{path}/file")["Content-Type"] == "application/pdf"
    assert browser.post(f"{path}/studio-signature", {"terms_sha256": rider.terms_sha256}).status_code == 400
    assert rider_cards(legal)[0].state == "prepared"
    browser.post(f"{path}/studio-signature", read)
    assert "Sign for the performer" not in browser.get(path).content.decode()
    own = a_browser(performer)
    assert "Sign for the performer" in own.get(path).content.decode()
    own.post(f"{path}/performer-signature", read)
    assert "Put the consent on record" in browser.get(path).content.decode()
    done = browser.post(f"{path}/record", follow=True)

    assert "The consent is on record." in done.content.decode()
    (consent,) = consent_cards(legal.organisation_id)
    receipt = own.get(f"/consents/{consent.id}/receipt")
    assert receipt["Content-Disposition"].startswith("attachment")
    assert str(consent.receipt_id) in receipt.content.decode()


def test_what_the_rulebook_cannot_read_is_said_at_its_field(
    browser: Client, production: ProductionCard, ana: PerformerCard
) -> None:
    entered = _of(production, ana) | {"replica_type": "ebdr_scan"} | _entered(terms())

    answer = browser.post("/riders/new", entered | {"requested_at": "yesterday", "signer_role": "performer"})

    assert answer.status_code == 400
    assert "must be a time with an offset" in answer.content.decode()


def test_a_scan_is_read_by_two_people_and_put_on_record(
    legal: Actor, browser: Client, production: ProductionCard, ana: PerformerCard
) -> None:
    second = a_browser(a_colleague(legal, Role.LEGAL))
    file = BytesIO(a_scan())
    file.name = "scan.pdf"
    handed_in = browser.post("/consent-documents/new", _of(production, ana) | {"file": file}, follow=True)
    assert "carries no electronic signature" in handed_in.content.decode()
    (document,) = document_cards(legal)
    path = f"/consent-documents/{document.id}"
    browser.post(f"{path}/transcribe", {"replica_type": "ebdr_scan"} | _entered(terms()))
    (reading,) = document_cards(legal)[0].transcriptions
    assert reading.terms == terms()

    assert "Answer as the second person" not in browser.get(path).content.decode()
    assert "Answer as the second person" in second.get(path).content.decode()
    second.post(
        f"{path}/transcriptions/{reading.id}/check", {"terms_sha256": reading.terms_sha256, "agrees": "yes"}
    )
    browser.post(f"/transcriptions/{reading.id}/record")

    (consent,) = consent_cards(legal.organisation_id)
    assert consent.document_sha256 == document.sha256
    assert "The consent is on record." in browser.get(path).content.decode()


def test_a_file_that_is_refused_is_said_at_the_form(
    browser: Client, production: ProductionCard, ana: PerformerCard
) -> None:
    file = BytesIO(b"no pdf")
    file.name = "scan.pdf"

    answer = browser.post("/consent-documents/new", _of(production, ana) | {"file": file})

    assert answer.status_code == 400
    assert "It is not a PDF." in answer.content.decode()


def test_legal_verifies_and_ends_an_authority(legal: Actor, browser: Client, ana: PerformerCard) -> None:
    agent = a_colleague(legal, Role.REPRESENTATIVE)
    path = f"/performers/{ana.id}/signing-authorities"
    entered = {
        "person": str(agent.user_id),
        "signer_role": "agent_with_power",
        "acts": ["answer", "sign"],
        "document_sha256": DOCUMENT_SHA256,
        "valid_from": now().date().isoformat(),
    }

    assert "Nobody can sign" in browser.get(path).content.decode()
    assert "Agent with power" in browser.post(path, entered, follow=True).content.decode()
    (authority,) = authority_cards(ana.id, actor=legal)
    browser.post(f"/signing-authorities/{authority.id}/end")

    assert authority_cards(ana.id, actor=legal)[0].revoked_at is not None


def test_others_may_look_but_find_nothing_to_press(
    legal: Actor, production: ProductionCard, ana: PerformerCard
) -> None:
    rider = a_rider(legal, production, ana)
    producer = a_browser(a_colleague(legal, Role.PRODUCER))

    assert "New rider" not in producer.get("/riders").content.decode()
    assert "Sign for the studio" not in producer.get(f"/riders/{rider.id}").content.decode()
    assert producer.get("/riders/new").status_code == 403
