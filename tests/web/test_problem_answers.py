"""How refusals and defects look to programs and to people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client, override_settings
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.values import Role
from config.problem_types import GENERAL, PROBLEMS
from tests.factories.accounts import a_member, an_organisation
from tests.factories.requests import a_browser, an_api_client

PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "instance"}


@pytest.fixture
def no_database(committed_db: None) -> Iterator[None]:
    """The server is really not there: the socket's folder does not exist."""
    settings = connection.settings_dict
    host = settings["HOST"]
    connection.close()
    settings["HOST"] = "/nonexistent"
    yield
    connection.close()
    settings["HOST"] = host


@pytest.mark.django_db
class TestPrograms:
    def test_without_a_token_are_told_to_bring_one(self) -> None:
        answer = Client().get("/v1/productions")

        assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
        assert answer["WWW-Authenticate"] == "Bearer"
        assert answer.json().keys() >= MEMBERS

    def test_in_the_wrong_role_are_told_the_right_one(self) -> None:
        answer = an_api_client(a_member(Role.AUDITOR)).post("/v1/productions", {})

        assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
        assert answer.json()["type"] == "http://testserver/problems/role-missing"

    def test_on_a_wrong_path_get_a_problem_and_no_page(self) -> None:
        answer = an_api_client(a_member()).get("/v1/nothing-here")

        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
        assert answer.json()["instance"] == "/v1/nothing-here"

    def test_with_the_wrong_method_get_a_problem(self) -> None:
        answer = an_api_client(a_member()).put("/v1/productions", {})

        assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)

    def test_with_another_media_type_get_a_problem(self) -> None:
        answer = an_api_client(a_member()).post("/v1/productions", "<xml/>", content_type="application/xml")

        assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)

    def test_that_send_too_much_get_a_problem_before_it_is_read(self, settings: Settings) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

        answer = APIClient().post("/v1/tokens", {"email": "a@example.test", "password": "x" * 100})

        assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)
        assert answer.json()["type"].endswith("/problems/request-too-long")

    def test_that_nest_without_end_get_a_problem(self) -> None:
        answer = APIClient().post("/v1/tokens", "[" * 200_000, content_type="application/json")

        assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)

    @pytest.mark.parametrize(
        ("method", "path", "content_type"),
        [
            ("get", "/v1/nothing-here", "application/json"),
            ("get", "/v1/productions", "application/json"),
            ("patch", "/v1/tokens", "application/json"),
            ("post", "/v1/tokens", "application/xml"),
            ("post", "/v1/tokens", "application/json"),
        ],
    )
    def test_find_a_page_behind_the_type_of_every_refusal(
        self, method: str, path: str, content_type: str
    ) -> None:
        answer = APIClient().generic(method.upper(), path, "{", content_type=content_type)

        page = Client().get(answer.json()["type"].removeprefix("http://testserver"))

        assert page.status_code == 200

    def test_acting_for_an_organisation_that_is_not_theirs_are_told_so(self) -> None:
        client = a_browser(a_member())
        session = client.session
        session["organisation"] = str(an_organisation().id)
        session.save()

        answer = client.get("/v1/productions")

        assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)


@pytest.mark.django_db
class TestPeople:
    def test_on_a_wrong_path_get_a_page(self) -> None:
        answer = a_browser(a_member()).get("/nothing-here")

        assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert "There is nothing here for you" in answer.text

    def test_in_the_wrong_role_are_told_who_can_help(self) -> None:
        answer = a_browser(a_member(Role.AUDITOR)).get("/productions/new")

        assert answer.status_code == 403
        assert "<strong>producer</strong>" in answer.text

    def test_that_want_no_page_get_a_document(self) -> None:
        answer = Client(headers={"accept": "application/json"}).get("/nothing-here")

        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)

    @pytest.mark.parametrize("slug", sorted({problem.slug for problem in (*PROBLEMS.values(), *GENERAL)}))
    def test_find_a_page_for_every_kind_of_problem(self, slug: str) -> None:
        answer = Client().get(f"/problems/{slug}")

        assert answer.status_code == 200
        assert slug in answer.text

    @override_settings(DEBUG=False)
    def test_do_not_read_the_text_of_a_defect(self) -> None:
        client = a_browser(a_member())
        client.raise_request_exception = False
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("productions.pages.productions.production_list", _defect)
            page = client.get("/productions")
            document = client.get("/productions", headers={"accept": "application/json"})

        assert (page.status_code, document.status_code) == (500, 500)
        assert "a secret" not in page.text + document.text
        assert document["Content-Type"] == PROBLEM


def _defect(*_: object) -> None:
    raise RuntimeError("a secret")


def test_without_a_database_people_get_a_page_that_says_so(no_database: None) -> None:
    client = Client()
    client.cookies["sessionid"] = "somebody"

    answer = client.get("/productions")

    assert answer.status_code == 503
    assert "The database does not answer" in answer.text


def test_without_a_database_programs_get_a_problem(no_database: None) -> None:
    answer = Client(headers={"authorization": "Bearer abc"}).get("/v1/productions")

    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
    assert answer.json()["type"].endswith("/problems/database-unavailable")
