"""Another studio sees nothing and changes nothing: every address of ours, found in the resolver itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from accounts.values import Role
from core.tenancy import tenant
from tests.accounts.test_isolation_of_tables import CLOSED, OPEN, all_tables
from tests.factories.accounts import a_member
from tests.factories.requests import a_browser
from tests.factories.world import World, a_world

# What everybody may ask for, and what it shows.
PUBLIC = {
    "": "leads to sign-in or to work",
    "favicon.ico": "a picture",
    "healthz": "that the process lives",
    "readyz": "that it can work",
    "problems/<slug:slug>": "what an error means",
    "sign-in": "the door",
    "v1/schema": "the API's description",
    "v1/docs": "the same for people",
    "v1/tokens": "POST alone: the door of programs; GET asks for a member",
    "verify": "the check of a file that the visitor brings",
    "v1/verifications": "the same for programs",
    "v1/verify": "the same",
    "v1/matches/byBinding": "C2PA's resolution: which of our credentials a soft binding leads to",
    "v1/matches/byContent": "the same by a film; POST alone",
    "v1/matches/byReference": "the same by an address; POST alone",
    "v1/manifests": "refuses whoever asks to store; POST alone",
    "v1/manifests/<str:manifest_id>": "the credential of a delivered file, for whoever knows its random name",
    "v1/manifests/<str:manifest_id>/receipts": "that it was taken in here, for whoever may have the manifest",
    "v1/bindings": "refuses whoever asks to store; POST alone",
    "v1/services/supportedAlgorithms": "by which algorithms one may ask",
    "v1/status-lists": "signed lists of what stands today: a number for each index, and no name",
    "v1/process-records/<str:record_sha256>": "commitments without a name, for whoever knows the digest of them",
    "v1/status-lists/keys": "the public keys they are checked with",
    "v1/status-lists/<uuid:list_id>": "one of them; who fetches it tells nobody which file they have",
    "handouts/<str:token>": "one delivery, for whoever holds its link",
    "handouts/<str:token>/file": "its file, likewise",
    "v1/handouts/<str:token>": "one delivery, for whoever holds its link",
    "v1/handouts/<str:token>/file": "its file, likewise",
    "v1/handouts/<str:token>/acknowledgement": "POST alone: taking note of its recall",
    "handouts/<str:token>/acknowledgement": "the same for people",
    "log/<log_name:origin>/checkpoint": "what a log has committed to, for whoever knows its random name",
    "log/<log_name:origin>/tile/<tile_level:level>/<tile_place:place>": "its hashes, likewise",
}
# Secrets that are the key themselves: whoever has one is meant to find what it opens, and no more of the studio.
KEYS = {"token", "manifest_id"}
# Addresses that answer nothing to whoever asks nothing.
WANT_A_QUESTION = {"v1/matches/byBinding", "v1/takes/<uuid:take_id>/comparison"}
# Addresses behind which something is only while a take is rendered.
FOR_A_WHILE = {"v1/takes/<uuid:take_id>/preview", "takes/<uuid:take_id>/preview"}
# Arguments that name nothing of any organisation.
OF_NOBODY = {
    "slug": "not-a-member",
    "rule_id": "TVT-05",
    "level": "0",
    "place": "000.p/1",
    "report_code": "consent_register",
}


@dataclass(frozen=True, slots=True)
class Address:
    route: str
    arguments: tuple[str, ...]

    @property
    def names_the_studios_own(self) -> bool:
        return any(name not in OF_NOBODY for name in self.arguments)

    def path(self, values: dict[str, str]) -> str:
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], self.route)


def _addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[Address]:
    """Every address outside administration, which has a test of its own."""
    for entry in (resolver or get_resolver()).url_patterns:
        assert isinstance(entry.pattern, RoutePattern)
        route = before + str(entry.pattern)
        if route == "admin/":
            continue
        if isinstance(entry, URLPattern):
            yield Address(route, tuple(entry.pattern.converters))
        else:
            yield from _addresses(entry, route)


@pytest.fixture(scope="module")
def world(committed_for_the_module: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    tmp_path = tmp_path_factory.mktemp("world")
    with override_settings(MEDIA_FOLDER=tmp_path / "media", KEYS_FOLDER=tmp_path / "keys"):
        yield a_world("Aurora", tmp_path)


def _rows(world: World) -> dict[str, str]:
    """A digest of all rows of the studio, by table."""
    digests: dict[str, str] = {}
    with tenant(world.organisation_id), connection.cursor() as cursor:
        for table in all_tables().keys() - OPEN.keys() - CLOSED.keys():
            cursor.execute(f"SELECT md5(string_agg(t::text, '\n' ORDER BY t::text)) FROM \"{table}\" t")  # noqa: S608 - names from the catalogue
            digests[table] = cursor.fetchone()[0]
    return digests


def _text(client: Client, path: str) -> tuple[int, str]:
    answer = client.get(path)
    # A streaming answer has no content of its own, and no stub says which one this is.
    parts = getattr(answer, "streaming_content", None) or [answer.content]
    return answer.status_code, b"".join(parts).decode("utf-8", "replace")


def test_every_argument_of_an_address_is_known_to_the_walk(world: World) -> None:
    known = world.arguments.keys() | OF_NOBODY.keys()

    missing = {
        (address.route, name) for address in _addresses() for name in address.arguments if name not in known
    }

    assert not missing, f"Teach tests/factories/world.py what these name: {sorted(missing)}"


def test_what_is_public_still_exists() -> None:
    assert PUBLIC.keys() <= {address.route for address in _addresses()}


def test_its_own_member_finds_something_behind_every_address(world: World) -> None:
    browser = a_browser(world.actor)
    wrong = {}
    for address in _addresses():
        status, _ = _text(browser, address.path(world.arguments | OF_NOBODY))
        if status >= 400 and status != 405 and address.route not in WANT_A_QUESTION | FOR_A_WHILE:
            wrong[address.route] = status

    assert not wrong


def test_another_studio_finds_nothing_behind_any_address(world: World) -> None:
    browser = a_browser(a_member(*Role))
    wrong = {}
    for address in _addresses():
        path = address.path(world.arguments | OF_NOBODY)
        status, text = _text(browser, path)
        # What the visitor asked for by its identifier may be repeated to them.
        opened = world.marks_behind_a_link if KEYS & set(address.arguments) else frozenset()
        seen = [mark for mark in world.marks if mark in text and mark not in path and mark not in opened]
        may_find = not address.names_the_studios_own or address.route in PUBLIC.keys() | WANT_A_QUESTION
        if seen or (not may_find and status not in {403, 404, 405}):
            wrong[address.route] = (status, seen)

    assert not wrong


def test_nobody_gets_anything_that_is_not_public(world: World) -> None:
    wrong = {}
    for address in _addresses():
        path = address.path(world.arguments | OF_NOBODY)
        answer = Client().get(path)
        to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/sign-in")
        if not to_sign_in and answer.status_code not in {401, 403, 405} and address.route not in PUBLIC:
            wrong[address.route] = answer.status_code

    assert not wrong


def test_another_studio_changes_nothing_behind_any_address(world: World) -> None:
    browser = a_browser(a_member(*Role))
    before = _rows(world)
    wrong = {}
    for address in _addresses():
        if not address.names_the_studios_own:
            continue
        path = address.path(world.arguments | OF_NOBODY)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = browser.generic(method, path, b"{}", content_type="application/json")
            if answer.status_code < 400:
                wrong[method, address.route] = answer.status_code

    assert not wrong
    assert _rows(world) == before
