"""What members see of their own signed files: API, panel, administration."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import render_to_string
from rest_framework.test import APIClient

from accounts.values import Actor, Role
from core.ids import new_id
from provenance import queries
from provenance.values import SignedFile
from tests.factories.accounts import a_member
from tests.factories.provenance import take_statement
from tests.factories.requests import a_browser, an_api_client
from tests.factories.signed_takes import sign_take

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")


@pytest.fixture
def producer(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER, is_staff=True)


@pytest.fixture
def signed(producer: Actor, keys_folder: Path, media_folder: Path, tmp_path: Path) -> SignedFile:
    return sign_take(producer.organisation_id, tmp_path)


def test_a_member_reads_the_credential_of_a_file(producer: Actor, signed: SignedFile) -> None:
    response = an_api_client(producer).get(f"/v1/assets/{signed.asset_id}")

    answer = response.json()
    assert response.status_code == 200
    assert answer["id"] == str(signed.asset_id)
    assert answer["state"] == "trusted"
    assert answer["file_sha256"] == signed.sha256_hex
    assert answer["authorization"]["rule_pack"] == "house-2026.11"


def test_a_member_of_another_organisation_finds_nothing(signed: SignedFile) -> None:
    response = an_api_client(a_member()).get(f"/v1/assets/{signed.asset_id}")

    assert response.status_code == 404
    assert response.json()["type"].endswith("/problems/asset-unknown")


def test_a_stranger_is_turned_away(signed: SignedFile) -> None:
    response = APIClient().get(f"/v1/assets/{signed.asset_id}")

    assert response.status_code == 401


def test_an_unknown_id_is_not_there(producer: Actor) -> None:
    response = an_api_client(producer).get(f"/v1/assets/{new_id()}")

    assert response.status_code == 404


def test_the_panel_of_a_take_tells_its_credential(producer: Actor, signed: SignedFile) -> None:
    card = queries.credential_of_take(producer.organisation_id, take_statement().take_id)

    panel = render_to_string("provenance/components/credential.html", {"credential": card})

    assert signed.manifest_id in panel
    assert signed.sha256_hex in panel
    assert "trusted" in panel


@pytest.mark.parametrize("table", ["signedasset", "signingintent"])
def test_the_administration_shows_and_changes_nothing(
    producer: Actor, signed: SignedFile, table: str
) -> None:
    browser = a_browser(producer)
    shown = browser.get(f"/admin/provenance/{table}/")

    assert shown.status_code == 200
    assert signed.manifest_id in shown.content.decode()
    assert browser.get(f"/admin/provenance/{table}/add/").status_code == 403
