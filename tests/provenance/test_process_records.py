"""What a credential refers to: on what the take was made, fetched by its address and held against its digest."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from core import clock
from core.digests import sha256_hex
from provenance import c2pa_gateway, keys, queries
from provenance.readings import Reading
from provenance.values import CredentialState
from provenance.verifying import verify_file
from tests.factories.accounts import an_organisation
from tests.factories.signed_takes import sign_take
from tests.provenance.rubric_answers import CONFORMANCE, INTEGRITY, crjson_of, rubric_answers

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")

LABEL = "c2pa.external-reference"


def _signed(folder: Path) -> Path:
    return queries.path_of(sign_take(an_organisation().id, folder).key)


def _reading(video: Path, keys_folder: Path) -> Reading:
    return c2pa_gateway.read(video, anchors=keys.load_trust_list(keys_folder, at=clock.now()).anchors)


def test_a_credential_refers_to_its_commitments_and_the_proof_of_the_log_by_their_digest(
    tmp_path: Path, keys_folder: Path, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://films.example.org"

    video = _signed(tmp_path)

    reading = _reading(video, keys_folder)
    reference = reading.assertion(LABEL)
    assert reference is not None
    location = reference["location"]
    assert isinstance(location, dict)
    fetched = Client().get(urlsplit(location["url"]).path)
    assert fetched.status_code == 200
    assert sha256_hex(fetched.content) == base64.b64decode(location["hash"]).hex()
    assert len(fetched.content) == location["size"]
    told = json.loads(fetched.content)
    assert told["manifest"] == reading.manifest_id
    assert told["authorization"]["decision"] == "d" * 64
    assert told["log_proof"] == reading.assertion("org.countersign.log-proof")
    assert verify_file(video).state is CredentialState.TRUSTED


def test_the_reference_is_gathered_and_every_rubric_holds(
    tmp_path: Path, keys_folder: Path, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://films.example.org"

    video = _signed(tmp_path)

    crjson = crjson_of(video, keys.load_trust_list(keys_folder, at=clock.now()).anchors)
    gathered = crjson["manifests"][0]["claim.v2"]["gathered_assertions"]
    assert [one["url"].rpartition("/")[2] for one in gathered] == [LABEL]
    for rubric in (CONFORMANCE, INTEGRITY):
        assert [name for name, holds in rubric_answers(rubric, crjson).items() if not holds] == []


@pytest.mark.parametrize("base", [None, "http://127.0.0.1:8000", "https://localhost"])
def test_without_an_address_that_strangers_reach_there_is_nothing_to_refer_to(
    tmp_path: Path, keys_folder: Path, settings: Settings, base: str | None
) -> None:
    settings.PUBLIC_URL = base

    assert _reading(_signed(tmp_path), keys_folder).assertion(LABEL) is None


@pytest.mark.parametrize("digest", ["0" * 64, "..", "x"])
def test_a_digest_of_nothing_finds_nothing(digest: str) -> None:
    answer = Client().get(f"/v1/process-records/{digest}")

    assert answer.status_code == 404
