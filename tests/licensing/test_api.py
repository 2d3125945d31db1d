from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.values import Actor, Role
from licensing.names import Visibility
from licensing.queries import consent_card
from productions.queries import ProductionCard
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.licensing import (
    DOCUMENT_SHA256,
    a_consent,
    a_performer,
    an_engagement,
    counsel_confirms,
    terms,
    unknown_id,
)
from tests.factories.productions import a_production
from tests.factories.requests import an_api_client

pytestmark = pytest.mark.usefixtures("committed_db")

PROBLEM = "application/problem+json"
MODEL = {
    "name": "house-video",
    "version": "1.4.0",
    "on_file": [
        "no_training_on_inputs",
        "retention",
        "region",
        "sub_processors",
        "output_rights",
        "training_data_statement",
        "ip_indemnity",
        "audit",
        "terms_snapshot",
    ],
    "terms_changed": False,
    "talent_enhancement": False,
    "unowned_training_data": False,
    "trained_for_project": False,
    "on_market_since": "2026-03-01",
}


@pytest.fixture
def actor(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER, Role.LEGAL)


@pytest.fixture
def client(actor: Actor) -> APIClient:
    return an_api_client(actor)


@pytest.fixture
def production(actor: Actor) -> ProductionCard:
    return a_production(actor, governing_law="US-WA")


def _question(production: ProductionCard, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "production_id": str(production.id),
        "use": "stunt_safety_double",
        "purpose": "this_production",
        "output_status": "final",
        "media": ["theatrical"],
        "territories": ["US"],
        "languages": ["en"],
        "scenes": ["42"],
        "synthetic_role": "none",
        "photoreal": True,
        "sensitive": [],
        "replaces_in_person_work": False,
        "prompt": "A figure slips on the wet roof and falls.",
        "model": MODEL,
        **changes,
    }


def test_from_registration_to_withdrawal(actor: Actor, client: APIClient, production: ProductionCard) -> None:
    counsel_confirms(actor)
    registered = client.post(
        "/v1/performers",
        {
            "professional_name": "Ana Ruiz Calder",
            "state": "living_adult",
            "domicile": "US-WA",
            "aliases": [{"text": "Ana Calder"}],
            "identifiers": [{"scope": "isni", "value": "0000000121032683"}],
        },
        format="json",
    )
    ana = registered.json()
    client.post(f"/v1/performers/{ana['id']}/aliases", {"text": "La Calder", "kind": "alias"}, format="json")
    engaged = client.post(
        f"/v1/productions/{production.id}/engagements",
        {
            "performer_id": ana["id"],
            "category": "principal",
            "engaged_at": "2026-08-03T10:00:00-07:00",
            "contract_date": "2026-08-03",
            "representation": "union_cba_covers_replica",
            "union_covered": True,
            "employed_on_project": True,
            "recognisable": True,
            "replica_from": str(production.id),
            "estimated_days": 2,
        },
        format="json",
    )
    recorded = client.post(
        "/v1/consents",
        {
            "production_id": str(production.id),
            "performer_id": ana["id"],
            "replica_type": "ebdr_scan",
            "terms": terms(),
            "document_sha256": DOCUMENT_SHA256,
        },
        format="json",
    )
    cast = [{"performer_id": ana["id"], "replica_type": "ebdr_scan"}]
    allowed = client.post("/v1/decisions", _question(production, cast=cast), format="json")
    withdrawn = client.post(f"{recorded['Location']}/withdrawal", {"reason": "performer_wish"}, format="json")
    refused = client.post("/v1/decisions", _question(production, cast=cast), format="json")

    assert [registered.status_code, engaged.status_code, recorded.status_code] == [201, 201, 201]
    assert client.get(registered["Location"]).json()["aliases"][-1]["text"] == "La Calder"
    assert client.get(f"/v1/productions/{production.id}/engagements").json()[0]["union_covered"] is True
    assert allowed.status_code == 201
    assert allowed.json()["outcome"] == "allow_with_duties"
    assert allowed.json()["permitted"] is True
    assert client.get(allowed["Location"]).json() == allowed.json()
    assert withdrawn.json()["status"] == "withdrawn"
    assert refused.json()["outcome"] == "deny_until"
    assert refused.json()["reasons"][0]["cure"]
    assert client.get("/v1/consents").json()["results"][0]["status"] == "withdrawn"


def test_a_dry_run_is_answered_and_not_recorded(client: APIClient, production: ProductionCard) -> None:
    answer = client.post("/v1/decisions", _question(production, dry_run=True), format="json")

    assert answer.status_code == 200
    assert answer.json()["id"] is None
    assert answer.json()["outcome"] == "allow"


@pytest.mark.parametrize(
    ("change", "status", "slug"),
    [
        ({"prompt": ""}, 422, "prompt-empty"),
        ({"prompt": "a" * 4001}, 422, "prompt-too-long"),
        ({"prompt": "a\x1bb"}, 422, "prompt-unprintable"),
        ({"prompt": "a\x00b"}, 400, "invalid-request"),
        ({"territories": ["Mars"]}, 422, "facts-unreadable"),
        ({"use": "resurrect"}, 400, "invalid-request"),
        ({"production_id": str(unknown_id())}, 404, "production-unknown"),
        (
            {"cast": [{"performer_id": str(unknown_id()), "replica_type": "icdr"}]},
            404,
            "performer-unknown",
        ),
        ({"model": {**MODEL, "trained_for_project": True}}, 400, "invalid-request"),
        ({"cast": [{"performer_id": "me", "replica_type": "icdr"}]}, 400, "invalid-request"),
    ],
)
def test_a_bad_question_is_a_problem(
    change: dict[str, Any], status: int, slug: str, client: APIClient, production: ProductionCard
) -> None:
    answer = client.post("/v1/decisions", _question(production, **change), format="json")

    assert answer.status_code == status
    assert answer["Content-Type"] == PROBLEM
    assert answer.json()["type"].endswith(f"/problems/{slug}")


def test_unreadable_terms_name_their_path(
    actor: Actor, client: APIClient, production: ProductionCard
) -> None:
    order = {
        "production_id": str(production.id),
        "performer_id": str(a_performer(actor).id),
        "replica_type": "ebdr_scan",
        "terms": {"intended_use": {"media": ["vhs"]}},
        "document_sha256": DOCUMENT_SHA256,
    }

    answer = client.post("/v1/consents", order, format="json")

    assert answer.status_code == 422
    assert answer.json()["path"] == "terms.intended_use.media[0]"


def test_an_overlapping_consent_is_a_conflict(
    actor: Actor, client: APIClient, production: ProductionCard
) -> None:
    ana = a_performer(actor)
    consent = a_consent(actor, production, ana)
    order = {
        "production_id": str(production.id),
        "performer_id": str(ana.id),
        "replica_type": "ebdr_scan",
        "terms": terms(),
        "document_sha256": DOCUMENT_SHA256,
    }

    assert client.post("/v1/consents", order, format="json").status_code == 409
    replaced = client.post("/v1/consents", {**order, "supersedes": str(consent.id)}, format="json")
    assert replaced.status_code == 201
    assert client.get(f"/v1/consents/{consent.id}").json()["status"] == "superseded"


def test_counsel_confirms_and_the_rulebook_says_so(client: APIClient) -> None:
    confirmation = {"counsel": "R. Lindqvist", "document_sha256": DOCUMENT_SHA256}

    one = client.post("/v1/rules/TVT-01/confirmation", confirmation, format="json")
    every = client.post("/v1/rules/confirmation", confirmation, format="json")
    unknown = client.post("/v1/rules/TVT-99/confirmation", confirmation, format="json")

    assert one.status_code == 201
    assert len(every.json()) > 40
    assert unknown.status_code == 404
    rules = client.get("/v1/rules").json()["rules"]
    assert len(rules) == 65
    assert {rule["id"] for rule in rules if rule["needs_confirmation"] and not rule["confirmed_at"]} == set()


def test_a_strike_is_switched_on_and_off(client: APIClient) -> None:
    on = client.post("/v1/strikes", {"agreement": "sag_tvt_2026", "active": True}, format="json")
    again = client.post("/v1/strikes", {"agreement": "sag_tvt_2026", "active": True}, format="json")
    listed = client.get("/v1/strikes").json()
    off = client.post("/v1/strikes", {"agreement": "sag_tvt_2026", "active": False}, format="json")

    assert on.json() == listed == {"agreements": ["sag_tvt_2026"]}
    assert again.status_code == 409
    assert off.json() == {"agreements": []}


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        (Role.AUDITOR, "post", "/v1/performers"),
        (Role.ARTIST, "post", "/v1/consents"),
        (Role.PRODUCER, "post", "/v1/consents"),
        (Role.PRODUCER, "post", "/v1/rules/confirmation"),
        (Role.PRODUCER, "post", "/v1/strikes"),
        (Role.PERFORMER, "post", "/v1/decisions"),
    ],
)
def test_a_role_that_may_not_is_told_which_may(role: Role, method: str, path: str) -> None:
    answer = getattr(an_api_client(a_member(role)), method)(path, {}, format="json")

    assert answer.status_code == 403
    assert answer.json()["roles"]


# Not even a performer's role: no sign-in is bound to a performer's record, so it would end anybody's consent.
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEGAL, Role.ADMIN}))
def test_nobody_but_legal_ends_a_consent_of_the_house(
    role: Role, actor: Actor, production: ProductionCard
) -> None:
    consent = a_consent(actor, production, a_performer(actor))
    member = a_membership(a_user(), actor.organisation_id, role)

    answer = an_api_client(member).post(
        f"/v1/consents/{consent.id}/withdrawal", {"reason": "performer_wish"}, format="json"
    )

    assert answer.status_code == 403
    assert set(answer.json()["roles"]) == {"legal", "admin"}
    assert consent_card(actor.organisation_id, consent.id).status == "active"


@pytest.mark.parametrize("role", [Role.LEGAL, Role.ADMIN])
def test_legal_records_the_withdrawal_a_performer_gave(
    role: Role, actor: Actor, production: ProductionCard
) -> None:
    consent = a_consent(actor, production, a_performer(actor))
    member = a_membership(a_user(), actor.organisation_id, role)

    answer = an_api_client(member).post(
        f"/v1/consents/{consent.id}/withdrawal", {"reason": "performer_wish"}, format="json"
    )

    assert answer.status_code == 200
    assert answer.json()["status"] == "withdrawn"


def test_strangers_see_nothing(actor: Actor, production: ProductionCard) -> None:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    consent = a_consent(actor, production, ana)
    stranger = an_api_client(a_member(Role.LEGAL))

    assert APIClient().get("/v1/performers").status_code == 401
    assert stranger.get("/v1/performers").json()["results"] == []
    assert stranger.get(f"/v1/performers/{ana.id}").status_code == 404
    assert stranger.get(f"/v1/consents/{consent.id}").status_code == 404
    assert stranger.get(f"/v1/productions/{production.id}/engagements").status_code == 404
    assert stranger.get(f"/v1/decisions/{unknown_id()}").status_code == 404


def test_whom_only_legal_sees_is_no_business_of_a_producer(
    actor: Actor, client: APIClient, production: ProductionCard
) -> None:
    hidden = a_performer(actor, visibility=Visibility.LEGAL_ONLY)
    producer = an_api_client(a_membership(a_user(), actor.organisation_id, Role.PRODUCER))

    assert client.get(f"/v1/performers/{hidden.id}").status_code == 200
    assert producer.get(f"/v1/performers/{hidden.id}").status_code == 404
    assert producer.get("/v1/performers").json()["count"] == 0
    spelling = {"text": "Ana Calder"}
    assert producer.post(f"/v1/performers/{hidden.id}/aliases", spelling, format="json").status_code == 404
    consent = a_consent(actor, production, hidden)
    assert producer.get("/v1/consents").json()["count"] == 0
    assert producer.get(f"/v1/consents/{consent.id}").status_code == 404
    assert client.get(f"/v1/consents/{consent.id}").status_code == 200
