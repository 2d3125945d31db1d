from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.errors import NotAMember
from accounts.models.api_token import ApiToken
from accounts.models.organisation import Organisation
from accounts.operations.tokens import issue_token
from accounts.queries import tokens_of
from accounts.values import Actor, Role, process_actor
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from tests.factories.accounts import PASSWORD, a_member, a_membership, a_user, an_organisation, user_of
from tests.factories.requests import a_browser, an_api_client

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


def _slug(actor: Actor) -> str:
    with tenant(actor.organisation_id):
        return Organisation.objects.get().slug


def _bearer(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_credentials_become_a_token_that_works() -> None:
    actor = a_member()
    email = user_of(actor).email

    answer = APIClient().post(
        "/v1/tokens",
        {"email": email, "password": PASSWORD, "organisation": _slug(actor), "label": "render farm"},
    )

    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert _bearer(answer.json()["token"]).get("/v1/productions").status_code == 200


def test_a_person_of_one_organisation_need_not_name_it_and_one_of_two_must() -> None:
    user = a_user()
    a_membership(user, an_organisation().id, Role.PRODUCER)
    credentials = {"email": user.email, "password": PASSWORD}

    assert APIClient().post("/v1/tokens", credentials).status_code == 201
    a_membership(user, an_organisation().id, Role.PRODUCER)
    assert APIClient().post("/v1/tokens", credentials).status_code == 403


def test_a_token_is_had_for_no_foreign_organisation() -> None:
    actor, other = a_member(), a_member()
    email = user_of(actor).email

    answer = APIClient().post(
        "/v1/tokens", {"email": email, "password": PASSWORD, "organisation": _slug(other)}
    )

    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)


def test_wrong_credentials_get_401_as_a_problem() -> None:
    answer = APIClient().post("/v1/tokens", {"email": "ana@example.test", "password": "wrong"})

    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer.json()["type"].endswith("/problems/sign-in-refused")


def test_the_secret_is_not_kept() -> None:
    issued = issue_token(actor=a_member(), label="x", at=now())

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM accounts_apitoken t")
        assert issued.secret not in cursor.fetchone()[0]


def test_a_revoked_token_opens_nothing() -> None:
    actor = a_member()
    issued = issue_token(actor=actor, label="x", at=now())
    client = _bearer(issued.secret)

    answer = client.delete(f"/v1/tokens/{issued.card.token_key}")

    assert answer.status_code == 204
    assert client.get("/v1/productions").status_code == 401


def test_an_expired_token_opens_nothing() -> None:
    issued = issue_token(actor=a_member(), label="x", at=now(), lifetime=timedelta(seconds=-1))

    assert _bearer(issued.secret).get("/v1/productions").status_code == 401


def test_nobody_sees_or_revokes_anothers_token() -> None:
    actor = a_member()
    issued = issue_token(actor=actor, label="x", at=now())
    colleague = a_membership(a_user(), actor.organisation_id, Role.PRODUCER)

    answer = an_api_client(colleague).delete(f"/v1/tokens/{issued.card.token_key}")

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
    assert issued.card not in tokens_of(colleague)
    assert issued.card in tokens_of(actor)


def test_a_process_of_ours_gets_no_token() -> None:
    with pytest.raises(NotAMember):
        issue_token(actor=process_actor(organisation_id=new_id(), label="worker:1"), label="x", at=now())


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer nonsense", "Bearer \xff\xfe"])
def test_a_broken_header_is_refused_with_a_challenge(header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)

    answer = client.get("/v1/productions")

    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_the_page_shows_a_new_token_once_and_revokes_it() -> None:
    client = a_browser(a_member())

    shown = client.post("/tokens", {"label": "render farm"}).text
    key = ApiToken.objects.get().token_key

    assert shown.count("Copy the token now") == 1
    again = client.get("/tokens").text
    assert "Copy the token now" not in again
    assert "render farm" in again
    client.post(f"/tokens/{key}/revoke")
    assert not ApiToken.objects.exists()
