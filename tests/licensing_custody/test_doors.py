"""The API and the pages of custody, case files and strikes; and a real take as the job."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts.models.user import User
from accounts.values import Actor, Role
from core.clock import now
from core.tenancy import tenant
from generation.claims import ClaimLost, claim
from generation.likeness_jobs import TakeJob
from generation.models import Take
from licensing.custody import files
from licensing.custody.reading import asset_card, asset_cards
from licensing.custody.release import release_for_job
from licensing.operations.gate import decide_use
from licensing.performer_cards import ConsentCard, PerformerCard
from licensing.strike_queries import strike_cards, suspended_consents
from productions.queries import ProductionCard
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.custody import MARK, PNG, an_asset
from tests.factories.licensing import an_order
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import a_take, expire_lease

pytestmark = pytest.mark.usefixtures("committed_db")


def _said(consent: ConsentCard) -> dict[str, str]:
    return {
        "kind": "reference_image",
        "label": "Face, neutral",
        "region": "US-CA",
        "retention_until": (now() + timedelta(days=90)).date().isoformat(),
    }


def test_an_asset_goes_through_the_api(legal: Actor, consent: ConsentCard, folders: Path) -> None:
    api = an_api_client(legal)
    fields = _said(consent) | {"consent_id": str(consent.id), "created_at": "2026-08-01T10:00:00Z"}
    taken = api.post(
        "/v1/custody-assets", fields | {"file": SimpleUploadedFile("ana.png", PNG)}, format="multipart"
    )
    assert taken.status_code == 201, taken.content
    where = taken["Location"]

    access = api.post(f"{where}/access", {"person_id": str(legal.user_id), "allowed": True}, format="json")
    copied = api.post(f"{where}/copies", {"place": "Scan house"}, format="json")
    listed = api.get("/v1/custody-assets").json()["results"]
    destroyed = api.post(f"{where}/destruction")

    assert (access.json()["access"], copied.status_code) == ([str(legal.user_id)], 200)
    assert [one["id"] for one in listed] == [taken.json()["id"]]
    assert destroyed.json()["state"] == "destroyed"
    assert [one["act"] for one in api.get(f"{where}/events").json()] == [
        "received",
        "access_given",
        "copy_recorded",
        "destroyed",
        "file_removed",
    ]
    assert api.get(f"{where}/attestation").json()["note"].startswith("{")
    assert len(api.get("/v1/custody-log").json()) == 1
    again = api.post(f"{where}/destruction")
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[-1]) == (409, "custody-asset-destroyed")
    assert not [path for path in folders.rglob("*") if path.is_file() and MARK in path.read_bytes()]


def test_bad_uploads_are_refused_by_name_and_leave_nothing(
    legal: Actor, consent: ConsentCard, folders: Path
) -> None:
    api = an_api_client(legal)
    fields = _said(consent) | {"consent_id": str(consent.id), "created_at": "2026-08-01T10:00:00Z"}

    def sent(**more: object) -> tuple[int, str]:
        answer = api.post("/v1/custody-assets", fields | more, format="multipart")
        return answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]

    assert sent() == (422, "custody-asset-refused")
    assert sent(other=SimpleUploadedFile("a", PNG)) == (422, "custody-asset-refused")
    assert sent(file=SimpleUploadedFile("a", b"no picture")) == (422, "custody-asset-refused")
    assert sent(file=SimpleUploadedFile("a", PNG), built_from="x")[0] == 400
    with override_settings(CUSTODY_LARGEST_BYTES=100):
        assert sent(file=SimpleUploadedFile("a", PNG)) == (413, "custody-asset-too-large")
    assert not [path for path in (folders / "media" / "custody").rglob("*") if path.is_file()]


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.ARTIST, Role.PERFORMER])
def test_who_asks_for_takes_does_not_read_custody(legal: Actor, consent: ConsentCard, role: Role) -> None:
    asset = an_asset(legal, consent.id)
    other = a_membership(a_user(), legal.organisation_id, role)

    assert an_api_client(other).get("/v1/custody-assets").status_code == 403
    assert an_api_client(other).post(f"/v1/custody-assets/{asset.id}/destruction").status_code == 403
    assert a_browser(other).get(f"/custody/{asset.id}").status_code == 403


def test_an_asset_goes_through_the_pages(legal: Actor, consent: ConsentCard) -> None:
    browser = a_browser(legal)
    fields = _said(consent) | {"consent": str(consent.id), "created": "2026-08-01"}

    empty = browser.post("/custody/new", fields)
    taken = browser.post("/custody/new", fields | {"file": SimpleUploadedFile("ana.png", PNG)}, follow=True)

    assert empty.status_code == 400
    assert b"field named file" in empty.content
    assert taken.status_code == 200
    [asset] = asset_cards(legal)
    page = f"/custody/{asset.id}"
    assert b"Nobody yet" in browser.get(page).content
    stranger = a_member(Role.LEGAL)
    unknown = browser.post(f"{page}/access", {"person": str(stranger.user_id), "allowed": "yes"})
    assert unknown.status_code == 400
    browser.post(f"{page}/access", {"person": str(legal.user_id), "allowed": "yes"})
    name, listed = _name_of(legal), browser.get(page).content.decode()
    assert f"<dt>May have it used</dt><dd>{name}</dd>" in listed
    assert f": {name}. <span" in listed
    auditor = (
        a_browser(a_membership(a_user(), legal.organisation_id, Role.AUDITOR)).get(page).content.decode()
    )
    assert f"<dt>May have it used</dt><dd>{legal.user_id}</dd>" in auditor
    assert f": {name}. <span" not in auditor
    twice = browser.post(f"{page}/access", {"person": str(legal.user_id), "allowed": "yes"})
    assert twice.status_code == 400
    browser.post(f"{page}/copies", {"place": "Scan house"})
    gone = browser.post(f"{page}/destroy", follow=True).content.decode()
    assert "Download the attestation" in gone
    assert "Scan house" in gone
    assert browser.get(f"{page}/attestation")["Content-Disposition"].startswith("attachment")
    assert b"Destroyed on" in browser.get("/custody").content


def _name_of(actor: Actor) -> str:
    assert actor.user_id is not None
    return str(User.objects.get(id=actor.user_id))


def test_a_page_without_its_token_hands_nothing_in(legal: Actor, consent: ConsentCard, folders: Path) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = a_browser(legal).cookies
    fields = _said(consent) | {"consent": str(consent.id), "created": "2026-08-01"}

    forged = browser.post("/custody/new", fields | {"file": SimpleUploadedFile("ana.png", PNG)})

    assert forged.status_code == 403
    assert asset_cards(legal) == ()
    assert not [path for path in (folders / "media" / "custody").rglob("*") if path.is_file()]


def test_a_take_gets_an_asset_while_its_claim_lives(
    legal: Actor, production: ProductionCard, ana: PerformerCard, consent: ConsentCard
) -> None:
    asset = an_asset(legal, consent.id)
    decided = decide_use(an_order(legal, production, ana), actor=legal).id
    assert decided is not None
    take = a_take(legal)
    with tenant(legal.organisation_id):
        Take.objects.filter(id=take.id).update(decision_id=decided)
    first = claim(take.id, legal.organisation_id, worker="worker-1@test")
    assert first is not None
    expire_lease(take)

    with pytest.raises(ClaimLost):
        release_for_job(asset.id, job=TakeJob(first), decision_id=decided)
    second = claim(take.id, legal.organisation_id, worker="worker-2@test")
    assert second is not None
    with pytest.raises(ClaimLost):
        release_for_job(asset.id, job=TakeJob(first), decision_id=decided)
    with release_for_job(asset.id, job=TakeJob(second), decision_id=decided) as released:
        assert bytes(released.read()) == PNG
    assert files.path_of(legal.organisation_id, asset.id).exists()
    assert asset_card(asset.id, actor=legal).state == "held"


def test_a_strike_suspends_by_page_and_gives_everything_back_as_it_was(
    legal: Actor, production: ProductionCard, ana: PerformerCard, consent: ConsentCard
) -> None:
    union = a_membership(a_user(), legal.organisation_id, Role.UNION_REP)
    agreement = str(production.agreement)
    order = an_order(legal, production, ana)
    before = decide_use(order, actor=legal)
    assert before.permitted
    assert (
        a_browser(a_membership(a_user(), legal.organisation_id, Role.ARTIST))
        .post("/strikes", {"agreement": agreement, "active": "yes"})
        .status_code
        == 403
    )

    begun = a_browser(union).post("/strikes", {"agreement": agreement, "active": "yes"}, follow=True)

    assert "Suspends 1 consent" in begun.content.decode()
    assert suspended_consents(legal.organisation_id) == {consent.id}
    assert b"Suspended by a strike" in a_browser(legal).get(f"/performers/{ana.id}").content
    assert not decide_use(order, actor=legal).permitted
    assert a_browser(union).post("/strikes", {"agreement": agreement, "active": "yes"}).status_code == 400

    a_browser(union).post("/strikes", {"agreement": agreement, "active": "no"})

    after = decide_use(order, actor=legal)
    assert (after.outcome, after.reasons, after.consent_ids) == (
        before.outcome,
        before.reasons,
        before.consent_ids,
    )
    assert suspended_consents(legal.organisation_id) == frozenset()
    [strike] = strike_cards(legal.organisation_id)
    assert strike.ended_at is not None
