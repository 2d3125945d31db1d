from __future__ import annotations

from dataclasses import replace

import pytest
from rest_framework.test import APIClient

from accounts.values import Actor, Role
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.productions import a_production, a_sequence, a_shot
from tests.factories.requests import an_api_client

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"
ORDER = {"title": "The Night Ferry", "slug": "night-ferry", "project_code": "NF", "kind": "feature"}


@pytest.fixture
def producer() -> Actor:
    return a_member()


@pytest.fixture
def client(producer: Actor) -> APIClient:
    return an_api_client(producer)


def test_a_production_is_built_up_through_the_api(client: APIClient) -> None:
    production = client.post("/v1/productions", ORDER).json()
    sequence = client.post(f"/v1/productions/{production['id']}/sequences", {"code": "A"}).json()
    answer = client.post(f"/v1/sequences/{sequence['id']}/shots", {"code": "A010", "scene": "12"})
    client.post(f"/v1/productions/{production['id']}/characters", {"name": "The Pilot"})

    assert answer.status_code == 201
    assert client.get(answer["Location"]).json()["scene"] == "12"
    page = client.get(f"/v1/productions/{production['id']}").json()
    assert page["sequences"][0]["shots"][0]["code"] == "A010"
    assert page["facts"]["agreement"] is None
    assert client.get(f"/v1/sequences/{sequence['id']}/shots").json()[0]["code"] == "A010"
    assert client.get(f"/v1/productions/{production['id']}/characters").json()[0]["name"] == "The Pilot"


def test_a_list_comes_in_pages(client: APIClient, producer: Actor) -> None:
    for title in ("Aurora", "Borealis", "Corona"):
        a_production(producer, title=title)

    page = client.get("/v1/productions?limit=2").json()

    assert page["count"] == 3
    assert [card["title"] for card in page["results"]] == ["Aurora", "Borealis"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "soap"),
        ("project_code", "../etc"),
        ("governing_law", "Utopia"),
        ("title", ""),
        ("title", "with a \x00"),
        ("agreement", "handshake"),
        ("principal_photography_start", "soon"),
    ],
)
def test_a_wrong_field_is_named(client: APIClient, field: str, value: str) -> None:
    answer = client.post("/v1/productions", ORDER | {field: value})

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert list(answer.json()["errors"]) == [field]


def test_a_taken_code_is_a_conflict_that_names_the_field(client: APIClient) -> None:
    client.post("/v1/productions", ORDER)

    answer = client.post("/v1/productions", ORDER | {"slug": "another"})

    assert (answer.status_code, answer["Content-Type"]) == (409, PROBLEM)
    assert answer.json()["type"].endswith("/problems/code-taken")
    assert list(answer.json()["errors"]) == ["project_code"]


def test_a_body_that_is_no_json_is_refused(client: APIClient) -> None:
    answer = client.generic("POST", "/v1/productions", "{", content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_a_member_without_the_role_is_told_which_one_it_takes() -> None:
    answer = an_api_client(a_member(Role.PERFORMER)).post("/v1/productions", ORDER)

    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
    assert answer.json()["roles"] == ["admin", "producer"]


def test_an_artist_adds_shots(producer: Actor) -> None:
    sequence = a_sequence(producer)
    artist = a_membership(a_user(), producer.organisation_id, Role.ARTIST)

    answer = an_api_client(artist).post(f"/v1/sequences/{sequence.id}/shots", {"code": "A010"})

    assert answer.status_code == 201


def test_a_token_for_an_organisation_one_left_opens_nothing(producer: Actor) -> None:
    stranger = replace(a_member(), organisation_id=producer.organisation_id)

    answer = an_api_client(stranger).get("/v1/productions")

    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)


def test_what_is_another_organisations_is_not_there(client: APIClient) -> None:
    theirs = a_shot(a_member())

    for path in (
        f"/v1/productions/{theirs.production_id}",
        f"/v1/productions/{theirs.production_id}/sequences",
        f"/v1/productions/{theirs.production_id}/characters",
        f"/v1/sequences/{theirs.sequence_id}/shots",
        f"/v1/shots/{theirs.id}",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM), path
    for path, body in (
        (f"/v1/productions/{theirs.production_id}/sequences", {"code": "B"}),
        (f"/v1/productions/{theirs.production_id}/characters", {"name": "X"}),
        (f"/v1/sequences/{theirs.sequence_id}/shots", {"code": "B"}),
    ):
        assert client.post(path, body).status_code == 404, path
