from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from config.api_schema import with_problems
from tests.factories.accounts import a_member
from tests.factories.requests import a_browser


@pytest.fixture
def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # typed in part
    found: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # as above
    return found


def test_the_schema_is_drawn_without_a_guess(schema: dict[str, Any]) -> None:
    assert schema["paths"]
    assert [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache] == []


def test_every_operation_says_how_it_refuses(schema: dict[str, Any]) -> None:
    operations = [operation for path in schema["paths"].values() for operation in path.values()]

    assert all("application/problem+json" in one["responses"]["default"]["content"] for one in operations)


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(schema: dict[str, Any]) -> None:
    operations = [operation for path in schema["paths"].values() for operation in path.values()]

    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
    assert [one["operationId"] for one in operations if not one.get("description")] == []


def test_an_answer_that_is_described_stays_as_it_is() -> None:
    described = {"paths": {"/x": {"get": {"responses": {"default": "mine"}}}}}

    assert with_problems(described)["paths"]["/x"]["get"]["responses"] == {"default": "mine"}


@pytest.mark.django_db
def test_the_documentation_comes_from_our_own_server_alone() -> None:
    page = a_browser(a_member()).get("/v1/docs").text

    assert "swagger-ui" in page
    assert "https://" not in page
