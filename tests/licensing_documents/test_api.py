from __future__ import annotations

from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from accounts.values import Actor, Role
from audit.checkpoint import NoteKey
from core.clock import now
from core.digests import sha256_hex
from core.ids import new_id
from licensing.documents.receipt import verify_receipt
from licensing.performer_cards import PerformerCard
from productions.queries import ProductionCard
from tests.factories.documents import (
    a_colleague,
    a_rider,
    a_scan,
    an_authority,
    an_unsigned_pdf,
    rider_terms,
    signed_by_both,
    with_text_added,
)
from tests.factories.licensing import DOCUMENT_SHA256, a_consent, a_performer, terms
from tests.factories.requests import an_api_client

pytestmark = pytest.mark.usefixtures("committed_db")

PROBLEM = "application/problem+json"


@pytest.fixture
def client(legal: Actor) -> APIClient:
    return an_api_client(legal)


def _is_problem(answer: Any, slug: str, status: int) -> dict[str, Any]:  # noqa: ANN401 - DRF's response
    document: dict[str, Any] = answer.json()
    assert answer["Content-Type"] == PROBLEM, document
    assert (document["type"].rpartition("/")[2], answer.status_code) == (slug, status)
    return document


def _upload(client: APIClient, pdf: bytes, production: ProductionCard, performer: PerformerCard) -> Any:  # noqa: ANN401
    file = BytesIO(pdf)
    file.name = "whatever.pdf"
    fields = {"file": file, "production_id": str(production.id), "performer_id": str(performer.id)}
    return client.post("/v1/consent-documents", fields, format="multipart")


def test_a_rider_goes_its_whole_way(
    legal: Actor, client: APIClient, production: ProductionCard, ana: PerformerCard
) -> None:
    person = a_colleague(legal, Role.PERFORMER)
    authority = client.post(
        f"/v1/performers/{ana.id}/signing-authorities",
        {
            "person_id": str(person.user_id),
            "signer_role": "performer",
            "document_sha256": DOCUMENT_SHA256,
            "valid_from": now().date().isoformat(),
        },
    )
    assert authority.status_code == 201, authority.json()
    prepared = client.post(
        "/v1/riders",
        {
            "production_id": str(production.id),
            "performer_id": str(ana.id),
            "replica_type": "ebdr_scan",
            "terms": rider_terms(),
        },
    )
    assert prepared.status_code == 201, prepared.json()
    rider, read = prepared.json(), {"terms_sha256": prepared.json()["terms_sha256"]}
    assert prepared["Location"] == f"/v1/riders/{rider['id']}"

    assert (
        client.post(f"/v1/riders/{rider['id']}/studio-signature", read).json()["state"]
        == "awaiting_performer"
    )
    signed = an_api_client(person).post(f"/v1/riders/{rider['id']}/performer-signature", read)
    assert signed.json()["state"] == "signed"
    file = client.get(f"/v1/riders/{rider['id']}/file")
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith("attachment")
    assert sha256_hex(file.content) == signed.json()["document_sha256"]
    consent = client.post(f"/v1/riders/{rider['id']}/consent")
    assert consent.status_code == 201, consent.json()
    assert consent.json()["document_sha256"] == signed.json()["document_sha256"]
    assert client.get("/v1/riders").json()["results"][0]["state"] == "on_record"
    # The performer holds their own receipt.
    receipt = an_api_client(person).get(f"/v1/consents/{consent.json()['id']}/receipt").json()
    content = verify_receipt(receipt["note"], key=NoteKey.from_vkey(receipt["key"]))
    assert content["countersign"]["terms"] == consent.json()["terms"]
    assert "Ana" not in receipt["note"]


class TestBadInput:
    def test_a_pdf_changed_after_signing(
        self, client: APIClient, production: ProductionCard, ana: PerformerCard, tmp_path: Path
    ) -> None:
        changed = with_text_added(signed_by_both(an_unsigned_pdf(), tmp_path))

        problem = _is_problem(_upload(client, changed, production, ana), "document-altered", 422)

        assert "changed after this signature" in problem["complaints"][0]

    def test_a_signature_without_authority(
        self, legal: Actor, client: APIClient, production: ProductionCard, ana: PerformerCard
    ) -> None:
        rider = a_rider(legal, production, ana)
        read = {"terms_sha256": rider.terms_sha256}
        producer = an_api_client(a_colleague(legal, Role.PRODUCER))

        refused = producer.post(f"/v1/riders/{rider.id}/studio-signature", read)
        assert _is_problem(refused, "signer-without-authority", 403)["side"] == "studio"
        client.post(f"/v1/riders/{rider.id}/studio-signature", read)
        pretender = an_api_client(a_colleague(legal, Role.PERFORMER))
        refused = pretender.post(f"/v1/riders/{rider.id}/performer-signature", read)
        assert _is_problem(refused, "signer-without-authority", 403)["side"] == "performer"

    def test_a_policy_with_unknown_operands(
        self, legal: Actor, client: APIClient, production: ProductionCard, ana: PerformerCard
    ) -> None:
        consent = a_consent(legal, production, ana)
        policy = client.get(f"/v1/consents/{consent.id}/odrl").json()
        back = client.post("/v1/odrl/terms", {"policy": policy})
        assert back.status_code == 200, back.json()
        assert back.json()["terms"] == consent.terms

        policy["permission"][0]["constraint"][0]["leftOperand"] = "payAmount"
        problem = _is_problem(client.post("/v1/odrl/terms", {"policy": policy}), "odrl-not-understood", 422)

        assert problem["name"] == "payAmount"
        assert problem["path"] == "$.permission[0].constraint[0].leftOperand"

    @pytest.mark.parametrize(
        ("changes", "path"),
        [
            ({"valid_until": "2020-01-01"}, "terms.valid_until"),
            ({"scenes": ["*", "42"]}, "terms.intended_use.scenes"),
            ({"business_reason_at": False}, "terms.business_reason_at"),
        ],
    )
    def test_contradictory_terms(
        self,
        changes: dict[str, Any],
        path: str,
        client: APIClient,
        production: ProductionCard,
        ana: PerformerCard,
    ) -> None:
        order = {
            "production_id": str(production.id),
            "performer_id": str(ana.id),
            "replica_type": "ebdr_scan",
            "terms": rider_terms(**changes),
        }

        assert _is_problem(client.post("/v1/riders", order), "terms-contradict", 422)["path"] == path

    def test_what_is_no_document(
        self, client: APIClient, production: ProductionCard, ana: PerformerCard
    ) -> None:
        _is_problem(_upload(client, b"hello", production, ana), "document-unreadable", 422)
        _is_problem(
            _upload(client, b"%PDF-" + b"0" * (21 * 2**20), production, ana), "document-too-large", 413
        )
        _is_problem(client.post("/v1/consent-documents", {}, format="multipart"), "document-missing", 400)

    def test_a_second_person_confirms(
        self, legal: Actor, client: APIClient, production: ProductionCard, ana: PerformerCard
    ) -> None:
        document = _upload(client, a_scan(), production, ana).json()
        assert document["state"] == "unsigned"
        read = client.post(
            f"/v1/consent-documents/{document['id']}/transcriptions",
            {"replica_type": "ebdr_scan", "terms": terms()},
        ).json()
        (transcription,) = read["transcriptions"]
        path = f"/v1/transcriptions/{transcription['id']}"
        answer = {"terms_sha256": transcription["terms_sha256"], "agrees": True}

        _is_problem(client.post(f"{path}/check", answer), "checked-by-the-same-person", 403)
        _is_problem(client.post(f"{path}/consent", {}), "transcription-unconfirmed", 409)
        second = an_api_client(a_colleague(legal, Role.LEGAL))
        assert second.post(f"{path}/check", answer).status_code == 200
        assert client.post(f"{path}/consent", {}).status_code == 201
        assert client.get(f"/v1/consent-documents/{document['id']}/file").content == a_scan()


class TestReceipts:
    def test_only_legal_and_the_performers_side_hold_them(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        consent = a_consent(legal, production, ana)
        other = a_colleague(legal, Role.PERFORMER)
        an_authority(legal, a_performer(legal, "Bo Tannhaus Ekwall"), other)

        for part in ("receipt", "odrl", "training-mining"):
            path = f"/v1/consents/{consent.id}/{part}"
            assert an_api_client(performer).get(path).status_code == 200
            assert an_api_client(legal).get(path).status_code == 200
            for stranger in (other, a_colleague(legal, Role.PRODUCER)):
                _is_problem(an_api_client(stranger).get(path), "consent-unknown", 404)

    def test_the_command_writes_and_checks_one(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, tmp_path: Path
    ) -> None:
        consent = a_consent(legal, production, ana)
        path, said = tmp_path / "receipt.txt", StringIO()

        call_command(
            "consent", "receipt", str(consent.id), "-o", str(path), organisation=legal.organisation_id
        )
        call_command("consent", "check", str(path), stdout=said)

        assert str(consent.receipt_id) in said.getvalue()
        path.write_text(path.read_text().replace("ebdr_scan", "icdr", 1))
        with pytest.raises(CommandError, match="false"):
            call_command("consent", "check", str(path))
        with pytest.raises(CommandError, match="no such consent"):
            call_command("consent", "receipt", str(new_id()), organisation=legal.organisation_id)

    def test_the_profile_can_be_read(self, client: APIClient) -> None:
        assert client.get("/v1/odrl/profile").json()["profile"] == "urn:countersign:odrl:1"
