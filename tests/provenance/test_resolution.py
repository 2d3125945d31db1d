"""The C2PA Soft Binding Resolution API: shapes, who gets what, and how often a stranger may ask."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.values import Actor, Role
from provenance import queries, recovery
from provenance.operations import sign_take_file
from provenance.values import SignedFile
from tests.factories import films, tampering
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.films import a_film, encoded
from tests.factories.provenance import make_jpeg, take_statement
from tests.factories.requests import an_api_client

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder", "uncounted")
BY_BINDING, BY_CONTENT, BY_REFERENCE = (
    "/v1/matches/byBinding",
    "/v1/matches/byContent",
    "/v1/matches/byReference",
)
LEFT: set[str] = set()


def left_the_house(manifest_id: str) -> bool:
    """Whether a file that bears it was delivered, as these tests say."""
    return manifest_id in LEFT


@pytest.fixture
def uncounted() -> Iterator[None]:
    """Nobody has asked yet."""
    cache.clear()
    LEFT.clear()
    yield
    cache.clear()


@pytest.fixture
def producer(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER)


@pytest.fixture
def signed(
    producer: Actor, keys_folder: Path, media_folder: Path, tmp_path: Path, settings: Settings
) -> SignedFile:
    settings.LEFT_THE_HOUSE = "tests.provenance.test_resolution.left_the_house"
    return sign_take_file(
        organisation_id=producer.organisation_id,
        statement=take_statement(width=films.WIDTH, height=films.HEIGHT, frames=films.FRAMES),
        source=encoded(a_film(7), tmp_path / "source.mp4"),
        thumbnail_jpeg=make_jpeg(),
        actor="worker:render-1",
        publish_guard=lambda: None,
        after_signed=lambda _: None,
    )


@pytest.fixture
def iscc(producer: Actor, signed: SignedFile) -> str:
    return recovery.fingerprint_of_asset(producer.organisation_id, signed.asset_id).iscc


@pytest.fixture
def copy(signed: SignedFile) -> bytes:
    return tampering.remuxed(queries.path_of(signed.key).read_bytes())


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_algorithms_are_told(client: Client) -> None:
    answer = client.get("/v1/services/supportedAlgorithms").json()

    assert answer == {"watermarks": [], "fingerprints": [{"alg": "io.iscc.v0"}]}


@pytest.mark.parametrize("spell", [_b64, str])
def test_a_declared_binding_leads_to_its_manifest(
    spell: Callable[[str], str], client: Client, signed: SignedFile, iscc: str
) -> None:
    asked = {"alg": "io.iscc.v0", "value": spell(iscc)}

    by_get, by_post = (
        client.get(BY_BINDING, asked),
        client.post(BY_BINDING, asked, content_type="application/json"),
    )

    expected = {"matches": [{"manifestId": signed.manifest_id, "similarityScore": 100}]}
    assert (by_get.status_code, by_get.json()) == (200, expected)
    assert (by_post.status_code, by_post.json()) == (200, expected)


def test_an_unknown_binding_matches_nothing(client: Client, signed: SignedFile) -> None:
    none = "ISCC:EMDQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    assert client.get(BY_BINDING, {"alg": "io.iscc.v0", "value": _b64(none)}).json() == {"matches": []}


@pytest.mark.parametrize(
    ("asked", "status", "problem"),
    [
        ({"alg": "io.iscc.v0"}, 400, "invalid-request"),
        ({"alg": "io.iscc.v0", "value": "%%%"}, 400, "binding-malformed"),
        ({"alg": "io.iscc.v0", "value": _b64("ISCC:EMAQAAAAAAAAAAAA")}, 400, "binding-malformed"),
        ({"alg": "io.iscc.v0", "value": "ÿ"}, 400, "binding-malformed"),
        ({"alg": "com.example.mark", "value": "AA=="}, 400, "algorithm-unknown"),
        ({"alg": "io.iscc.v0", "value": "AA==", "maxResults": 0}, 400, "invalid-request"),
        ({"alg": "io.iscc.v0", "value": "A" * 5000}, 414, "request-uri-too-long"),
    ],
)
def test_bad_questions_are_told_what_is_wrong(
    asked: dict[str, str | int], status: int, problem: str, client: Client
) -> None:
    response = client.get(BY_BINDING, asked)

    assert response.status_code == status
    assert response.json()["type"].endswith(f"/problems/{problem}")


def test_content_leads_to_its_manifest(client: Client, signed: SignedFile, copy: bytes) -> None:
    answer = client.generic("POST", BY_CONTENT, copy, content_type="video/mp4").json()
    by_alg = client.generic("POST", f"{BY_CONTENT}?alg=io.iscc.v0", copy, content_type="video/mp4").json()

    assert [one["manifestId"] for one in answer["matches"]] == [signed.manifest_id]
    assert answer["matches"][0]["similarityScore"] >= 95
    assert by_alg["matches"][0]["manifestId"] == signed.manifest_id


def test_a_hint_puts_the_film_that_was_meant_first_and_finds_it_where_the_pictures_do_not(
    client: Client, signed: SignedFile, copy: bytes, iscc: str, tmp_path: Path
) -> None:
    hinted = f"{BY_CONTENT}?hintAlg=io.iscc.v0&hintValue={quote(_b64(iscc))}"
    other = encoded(a_film(99), tmp_path / "other.mp4").read_bytes()

    answers = [
        client.generic("POST", address, content, content_type="video/mp4").json()["matches"]
        for address, content in ((hinted, copy), (hinted, other), (BY_CONTENT, other))
    ]
    refused = [
        client.generic("POST", f"{BY_CONTENT}?{hint}", copy, content_type="video/mp4").status_code
        for hint in (
            "hintAlg=io.iscc.v0",
            "hintAlg=com.example.mark&hintValue=AA",
            "hintAlg=io.iscc.v0&hintValue=AA",
        )
    ]

    assert [[one["manifestId"] for one in found] for found in answers] == [
        [signed.manifest_id],
        [signed.manifest_id],
        [],
    ]
    assert refused == [400, 400, 400]


def test_content_that_is_no_film_is_refused(client: Client) -> None:
    text = client.generic("POST", BY_CONTENT, b"no film", content_type="text/plain")
    garbage = client.generic("POST", BY_CONTENT, b"no film", content_type="video/mp4")

    assert (text.status_code, garbage.status_code) == (415, 415)


def test_references_are_off_until_turned_on(client: Client) -> None:
    asked = {"referenceUrl": "https://films.example/a.mp4", "assetLength": 5}

    response = client.post(BY_REFERENCE, asked, content_type="application/json")

    assert response.status_code == 403
    assert response.json()["type"].endswith("/problems/references-off")


@pytest.mark.parametrize(
    "url",
    [
        "http://films.example/a.mp4",
        "https://127.0.0.1/a.mp4",
        "https://localhost/a.mp4",
        "https://10.0.0.8/a.mp4",
        "https://169.254.169.254/latest",
        "https://[::1]/a.mp4",
        "https://[::ffff:10.0.0.8]/a.mp4",
        "https://93.184.216.34:8443/a.mp4",
        "https://user@93.184.216.34/a.mp4",
    ],
)
def test_a_reference_leads_nowhere_inside(url: str, client: Client, settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, resolve_references=True)

    response = client.post(
        BY_REFERENCE, {"referenceUrl": url, "assetLength": 5}, content_type="application/json"
    )

    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/reference-refused")


def test_the_manifest_of_a_delivered_file_is_for_everybody(client: Client, signed: SignedFile) -> None:
    LEFT.add(signed.manifest_id)
    address = f"/v1/manifests/{signed.manifest_id}"

    response = client.get(address)
    upper = client.get(
        f"/v1/manifests/urn:c2pa:{signed.manifest_id[9:].upper()}", headers={"Accept": "application/c2pa"}
    )
    active = client.get(f"{address}?returnActiveManifest=true")

    assert (response.status_code, response["Content-Type"]) == (200, "application/c2pa")
    assert response.content in queries.path_of(signed.key).read_bytes()
    assert upper.content == response.content
    # Nothing went into this film, so its active manifest is all there is.
    assert active.content == response.content


def test_the_manifest_of_a_file_that_nobody_got_is_its_studios_alone(
    client: Client, signed: SignedFile, producer: Actor
) -> None:
    address = f"/v1/manifests/{signed.manifest_id}"

    stranger, other = client.get(address), an_api_client(a_member()).get(address)
    own = an_api_client(producer).get(address)

    assert (stranger.status_code, other.status_code, own.status_code) == (404, 404, 200)
    assert stranger.json()["type"].endswith("/problems/manifest-unknown")


def test_an_unknown_manifest_is_not_there(client: Client, signed: SignedFile) -> None:
    assert client.get(f"/v1/manifests/urn:c2pa:{UUID(int=1)}").status_code == 404
    assert client.get("/v1/manifests/nonsense").status_code == 404


def test_a_receipt_proves_that_the_manifest_was_taken_in_here(
    client: Client, signed: SignedFile, producer: Actor
) -> None:
    address = f"/v1/manifests/{signed.manifest_id}/receipts"
    integrate_all()
    hidden = client.get(address)
    LEFT.add(signed.manifest_id)

    receipt = client.get(address).json()

    assert hidden.status_code == 404
    assert receipt.pop("verified") is True
    assert (receipt["@type"], receipt["repository"]["manifestId"]) == (
        "org.c2pa.manifest-receipt",
        signed.manifest_id,
    )
    assert receipt["anchor"]["uri"].endswith(address)
    holds = client.post(address, receipt, content_type="application/json")
    assert (holds.status_code, holds.json()) == (200, {**receipt, "verified": True})
    proof = receipt["anchor"]["proof"]
    for changed, reason in (
        (
            {"repository": {**receipt["repository"], "manifestId": f"urn:c2pa:{UUID(int=1)}"}},
            "another manifest",
        ),
        ({"anchor": {**receipt["anchor"], "proof": {**proof, "leaf_hash": "0" * 64}}}, "another entry"),
        ({"anchor": {**receipt["anchor"], "proof": {"alg": "ES256", "value": "x"}}}, "not of the kind"),
        (
            {"anchor": {**receipt["anchor"], "proof": {**proof, "proof": _with_other_root(proof["proof"])}}},
            "",
        ),
    ):
        told = client.post(address, {**receipt, **changed}, content_type="application/json").json()
        assert told["verified"] is False
        assert reason in told["error"]
    statuses = [
        client.post(address, broken, content_type="application/json").status_code
        for broken in ({}, {**receipt, "@type": "org.c2pa.repository-receipt"}, {**receipt, "more": 1})
    ]
    assert statuses == [400, 400, 400]
    assert an_api_client(producer).get(address).json()["verified"] is True


def _with_other_root(text: str) -> str:
    """The proof with one character of the root in its checkpoint changed."""
    head, _, note = text.partition("\n\n")
    origin, size, root, *rest = note.split("\n")
    return head + "\n\n" + "\n".join((origin, size, ("B" if root[0] == "A" else "A") + root[1:], *rest))


def test_nothing_is_stored_or_removed_by_others(client: Client, signed: SignedFile) -> None:
    statuses = [
        client.generic("POST", "/v1/manifests", b"x", content_type="application/c2pa").status_code,
        client.delete(f"/v1/manifests/{signed.manifest_id}").status_code,
        client.post("/v1/bindings", {}, content_type="application/json").status_code,
        client.put("/v1/bindings", {}, content_type="application/json").status_code,
    ]

    assert statuses == [403, 403, 403, 403]


def test_a_stranger_may_ask_only_so_often_and_a_member_is_not_counted(
    client: Client, producer: Actor
) -> None:
    asked = {"alg": "io.iscc.v0", "value": "%"}
    answers = [client.get(BY_BINDING, asked).status_code for _ in range(121)]

    assert answers[:120] == [400] * 120
    assert answers[120] == 429
    assert an_api_client(producer).get(BY_BINDING, asked).status_code == 400
    assert client.get(BY_BINDING, asked, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 429
