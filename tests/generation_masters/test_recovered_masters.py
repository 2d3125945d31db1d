"""A master whose credential was cut off is found again by its own pictures, and not only by those of its take."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from core.tenancy import tenant
from generation.mastering.cards import MasterCard
from generation.mastering.queries import master_path
from generation.mastering.values import MasterFormat, MasterState
from generation.queries import TakeCard, take_files
from provenance.models import AssetFingerprint, DerivedAsset
from provenance.values import CredentialState
from provenance.verifying import verify_file
from tests.database import administrator
from tests.factories import tampering
from tests.factories.masters import a_master
from tests.factories.takes import Studio

pytestmark = pytest.mark.usefixtures("committed_db")


def _master(studio: Studio, take: TakeCard, master_format: MasterFormat = MasterFormat.H264) -> MasterCard:
    card = a_master(studio, take.id, master_format)
    assert card.state is MasterState.SIGNED, card.failure_message
    return card


def _stripped(path: Path) -> bytes:
    return tampering.remuxed(path.read_bytes())


def _found(content: bytes, query: str = "") -> list[str]:
    answer = Client().post(f"/v1/matches/byContent{query}", content, content_type="video/mp4")
    assert answer.status_code == 200, answer.content
    return [match["manifestId"] for match in answer.json()["matches"]]


def _take_manifest(studio: Studio, take: TakeCard) -> str | None:
    return verify_file(take_files(studio.organisation_id, take.id).video).manifest_id


@pytest.mark.parametrize("query", ["", "?alg=io.iscc.v0"])
def test_content_leads_to_the_master_first_and_to_its_take(
    studio: Studio, kept_take: TakeCard, query: str
) -> None:
    card = _master(studio, kept_take)
    own = _take_manifest(studio, kept_take)

    of_master = _found(_stripped(master_path(studio.organisation_id, card.id)), query)
    of_take = _found(_stripped(take_files(studio.organisation_id, kept_take.id).video), query)

    assert of_master == [card.manifest_id, own]
    assert of_take == [own, card.manifest_id]


def test_a_verification_names_the_master(studio: Studio, kept_take: TakeCard, tmp_path: Path) -> None:
    card = _master(studio, kept_take)
    stripped = tmp_path / "stripped.mp4"
    stripped.write_bytes(_stripped(master_path(studio.organisation_id, card.id)))

    found = verify_file(stripped)

    assert (found.state, found.recovered) == (CredentialState.RECOVERED, card.manifest_id)


def test_its_credential_declares_its_own_iscc_which_leads_to_it(studio: Studio, kept_take: TakeCard) -> None:
    card = _master(studio, kept_take, MasterFormat.PRORES_422_HQ)

    with tenant(studio.organisation_id):
        row = AssetFingerprint.objects.get(derived__isnull=False)
        stated = DerivedAsset.objects.get(cause_id=card.id).statement["assertions"]
    declared = [one["data"] for one in stated if one["label"] == "c2pa.soft-binding"]
    actions = next(one["data"]["actions"] for one in stated if one["label"] == "c2pa.actions.v2")
    answer = Client().get("/v1/matches/byBinding", {"alg": "io.iscc.v0", "value": row.iscc}).json()

    assert [(one["alg"], one["blocks"][0]["value"]) for one in declared] == [("io.iscc.v0", row.iscc)]
    # A fingerprint is computed and changes no picture.
    assert "c2pa.watermarked.bound" not in [one["action"] for one in actions]
    assert answer["matches"][0] == {"manifestId": card.manifest_id, "similarityScore": 100}


def test_masters_signed_before_they_were_known_so_are_entered_once(
    studio: Studio, kept_take: TakeCard
) -> None:
    card = _master(studio, kept_take)
    _master(studio, kept_take, MasterFormat.PNG_SEQUENCE)
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM provenance_assetfingerprint")
    said = StringIO()

    call_command("fingerprints", "build", stdout=said)
    call_command("fingerprints", "build", stdout=said)

    assert said.getvalue().splitlines() == [
        "2 files entered into the fingerprint index.",
        "0 files entered into the fingerprint index.",
    ]
    assert _found(_stripped(master_path(studio.organisation_id, card.id)))[0] == card.manifest_id
