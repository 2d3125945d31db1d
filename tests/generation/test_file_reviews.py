"""Legal judges a finished file, and a copy of it says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import DatabaseError, transaction
from pytest_django import Settings

from accounts.models import Organisation
from accounts.values import Actor, Role
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core.canonical import canonical_bytes
from core.clock import now
from core.digests import commitment_hex, sha256_hex_of_file
from core.ids import new_id
from core.tenancy import tenant
from generation.errors import FileNotReviewable, NoSuchTake, OwnTakeReviewed
from generation.file_reviews import file_reviews_of
from generation.models import FileReview
from generation.operations.file_reviews import review_file
from generation.operations.takes import request_take
from generation.queries import TakeCard, take_files
from provenance import c2pa_gateway, keys
from provenance.readings import Reading
from provenance.stated import stated_in
from provenance.updating.definition import ReviewOutcome
from provenance.values import CredentialState
from provenance.verifying import verify_file
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, a_studio, an_order_for, rendered
from tests.tampered_rows import tampered


@pytest.fixture
def studio(committed_db: None, pristine_model: Path) -> Studio:
    return a_studio(pristine_model)


@pytest.fixture
def take(studio: Studio) -> TakeCard:
    asked = request_take(an_order_for(studio), actor=studio.producer, idempotency_key=str(new_id()))
    return rendered(asked, studio)


@pytest.fixture
def counsel(studio: Studio) -> Actor:
    with tenant(studio.organisation_id):
        organisation = Organisation.objects.get(id=studio.organisation_id)
    return a_member(Role.LEGAL, organisation=organisation)


def _read(video: Path) -> Reading:
    return c2pa_gateway.read(video, anchors=keys.load_trust_list(configured.KEYS_FOLDER, at=now()).anchors)


def test_the_copy_tells_the_judgement_and_the_first_file_stays_what_it_was(
    studio: Studio, take: TakeCard, counsel: Actor
) -> None:
    original = take_files(studio.organisation_id, take.id).video

    card = review_file(take.id, ReviewOutcome.APPROVED, actor=counsel)

    stated = stated_in(_read(card.path))
    with tenant(studio.organisation_id):
        salt = bytes(FileReview.objects.get(id=card.id).salt)
    judged = {"review": str(card.id), "take": str(take.id), "outcome": "approved"}
    assert verify_file(card.path).state is CredentialState.TRUSTED
    assert [one.outcome for one in stated.reviews] == ["approved"]
    assert stated.reviews[0].case_commitment_hex == commitment_hex(canonical_bytes(judged), salt=salt)
    assert stated.disclosure is not None
    assert stated.disclosure.human_oversight == "human_validated"
    assert sha256_hex_of_file(card.path) == card.file_sha256
    assert stated_in(_read(original)).reviews == ()


def test_a_second_judgement_keeps_the_first_one(studio: Studio, take: TakeCard, counsel: Actor) -> None:
    review_file(take.id, ReviewOutcome.APPROVED, actor=counsel)

    second = review_file(take.id, ReviewOutcome.REFUSED, actor=counsel)

    assert [one.outcome for one in stated_in(_read(second.path)).reviews] == ["refused", "approved"]
    assert [one.outcome for one in file_reviews_of(studio.organisation_id, take.id)] == [
        "refused",
        "approved",
    ]
    integrate_all()
    assert _problems() == []
    with tampered(
        "generation_filereview", "UPDATE generation_filereview SET outcome = 'approved_with_limits'"
    ):
        assert len(_problems()) == 2
    with tampered("generation_filereview", "DELETE FROM generation_filereview"):
        assert all("not on record" in what for what in _problems())
        assert len(_problems()) == 2


def _problems() -> list[str]:
    return [one.what for one in inspect_logs(at=now(), reconcilers=registered()).problems]


def test_where_strangers_reach_us_the_copy_bears_our_receipt(
    studio: Studio, take: TakeCard, counsel: Actor, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://films.example.org"

    card = review_file(take.id, ReviewOutcome.APPROVED, actor=counsel)

    receipt = _read(card.path).assertion("c2pa.repository-receipt")
    assert receipt is not None
    assert receipt["@type"] == "org.c2pa.repository-receipt"


class TestRefused:
    def test_whoever_asked_for_the_take(self, studio: Studio, take: TakeCard) -> None:
        with pytest.raises(OwnTakeReviewed):
            review_file(take.id, ReviewOutcome.APPROVED, actor=studio.producer)

    def test_a_take_without_a_file(self, studio: Studio, counsel: Actor) -> None:
        asked = request_take(an_order_for(studio), actor=studio.producer, idempotency_key=str(new_id()))

        with pytest.raises(FileNotReviewable):
            review_file(asked.id, ReviewOutcome.APPROVED, actor=counsel)

    def test_another_studio(self, take: TakeCard) -> None:
        with pytest.raises(NoSuchTake):
            review_file(take.id, ReviewOutcome.APPROVED, actor=a_member(Role.LEGAL))

    def test_changing_a_judgement(self, studio: Studio, take: TakeCard, counsel: Actor) -> None:
        review_file(take.id, ReviewOutcome.APPROVED, actor=counsel)

        with pytest.raises(DatabaseError), transaction.atomic(), tenant(studio.organisation_id):
            FileReview.objects.update(outcome="refused")


def test_the_api_and_the_page_judge_show_and_give_the_copy(
    studio: Studio, take: TakeCard, counsel: Actor
) -> None:
    client, address = an_api_client(counsel), f"/v1/takes/{take.id}/file-reviews"
    browser, page = a_browser(counsel), f"/takes/{take.id}/file-reviews"

    judged = client.post(address, {"outcome": "approved_with_limits"}, format="json")
    sent = browser.post(page, {"outcome": "approved"})

    assert judged.status_code == 201, judged.content
    assert sent.status_code == 302, sent.text
    assert [one["outcome"] for one in client.get(address).json()] == ["approved", "approved_with_limits"]
    copied = b"".join(client.get(judged.headers["Location"]).streaming_content)  # type: ignore[attr-defined]  # it streams
    card = file_reviews_of(studio.organisation_id, take.id)[1]
    assert copied == card.path.read_bytes()
    shown = browser.get(page).text
    assert "Approved with limits" in shown
    assert f"{page}/{card.id}/file" in shown
    assert page in browser.get(f"/takes/{take.id}").text
    assert (
        an_api_client(studio.producer).post(address, {"outcome": "approved"}, format="json").status_code
        == 403
    )
