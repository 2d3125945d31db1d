from __future__ import annotations

import pytest

from accounts.models.membership import Membership
from accounts.values import Role
from core.tenancy import tenant
from tests.factories.accounts import a_member, a_membership, a_user, an_organisation
from tests.factories.productions import a_production
from tests.factories.requests import a_browser, an_api_client

pytestmark = pytest.mark.django_db


def test_a_person_switches_between_their_organisations() -> None:
    user = a_user()
    first = a_membership(user, an_organisation(name="Aurora").id, Role.PRODUCER)
    second = a_membership(user, an_organisation(name="Borealis").id, Role.PRODUCER)
    a_production(first, title="Northern Lights")
    client = a_browser(first)
    assert "Northern Lights" in client.get("/productions").text

    answer = client.post("/organisations", {"organisation": str(second.organisation_id)})

    assert answer.status_code == 302
    assert "Northern Lights" not in client.get("/productions").text


@pytest.mark.parametrize("named", ["", "not-an-id", "foreign"])
def test_nobody_switches_to_an_organisation_that_is_not_theirs(named: str) -> None:
    foreign = an_organisation()
    client = a_browser(a_member())

    answer = client.post("/organisations", {"organisation": str(foreign.id) if named == "foreign" else named})

    assert answer.status_code == 403
    assert foreign.name not in answer.text


def test_a_person_whose_organisation_let_them_go_chooses_another_one() -> None:
    user = a_user()
    former = a_membership(user, an_organisation(name="Aurora").id, Role.PRODUCER)
    a_membership(user, an_organisation(name="Borealis").id, Role.PRODUCER)
    client = a_browser(former)
    assert client.get("/productions").status_code == 200
    with tenant(former.organisation_id):
        Membership.objects.filter(user_id=user.pk).delete()

    answer = client.get("/productions")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/organisations")
    assert "Borealis" in client.get("/organisations").text


def test_a_person_in_no_organisation_is_told_what_to_do() -> None:
    user = a_user()
    client = a_browser(a_member())
    client.force_login(user)

    assert "Ask its administrator" in client.get("/productions").text
    assert "You belong to no organisation yet" in client.get("/organisations").text


def test_the_api_lists_ones_own_organisations_with_the_roles_there() -> None:
    actor = a_member(Role.PRODUCER, Role.LEGAL)
    an_organisation()

    (card,) = an_api_client(actor).get("/v1/organisations").json()

    assert card["id"] == str(actor.organisation_id)
    assert card["roles"] == ["legal", "producer"]
