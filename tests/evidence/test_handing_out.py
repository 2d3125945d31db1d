"""Who gets the evidence of a take, by which ways, and what they are told when there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.values import Role
from audit.bundle_words import README
from core.ids import new_id
from generation.operations.takes import request_take
from tests.evidence.bundles import failure, members_of, verifier
from tests.factories.accounts import a_membership, a_user
from tests.factories.evidence import take_of
from tests.factories.requests import a_browser
from tests.factories.takes import Studio, an_order_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_page_api_and_command_give_evidence_that_holds(studio: Studio, tmp_path: Path) -> None:
    take = take_of(studio)
    browser = a_browser(studio.producer)

    page = browser.get(f"/takes/{take}")
    by_page = browser.get(f"/takes/{take}/evidence")
    by_api = browser.get(f"/v1/takes/{take}/evidence")
    call_command("evidence", "export", take, "-o", str(tmp_path / "bundle.zip"))
    call_command("evidence", "export", take, "--without-video", "-o", str(tmp_path / "small.zip"))
    call_command("evidence", "trust", "-o", str(tmp_path / "TRUST.json"))

    trust = json.loads((tmp_path / "TRUST.json").read_text())
    assert f"/takes/{take}/evidence" in page.content.decode()
    assert by_page["Content-Disposition"].startswith("attachment")
    assert by_api["Content-Type"] == "application/zip"
    for bundle in (
        by_page.getvalue(),
        by_api.getvalue(),
        (tmp_path / "bundle.zip").read_bytes(),
        (tmp_path / "small.zip").read_bytes(),
    ):
        assert not failure(bundle, trust)
    assert "video/take.mp4" not in members_of((tmp_path / "small.zip").read_bytes())
    assert {path.name for path in tmp_path.iterdir()} == {"bundle.zip", "small.zip", "TRUST.json"}


@pytest.mark.parametrize("role", [Role.ARTIST, Role.PERFORMER, Role.REPRESENTATIVE, Role.UNION_REP])
def test_it_is_for_those_who_answer_for_a_production(studio: Studio, role: Role) -> None:
    somebody = a_membership(a_user(), studio.organisation_id, role)

    assert a_browser(somebody).get(f"/v1/takes/{new_id()}/evidence").status_code == 403


def test_an_unsigned_take_has_none(studio: Studio, tmp_path: Path) -> None:
    card = request_take(
        an_order_for(studio, studio.other), actor=studio.producer, idempotency_key=str(new_id())
    )

    answer = a_browser(studio.producer).get(f"/v1/takes/{card.id}/evidence")

    assert answer.status_code == 404
    assert "nothing to prove" in answer.json()["detail"]
    with pytest.raises(CommandError, match="nothing to prove"):
        call_command("evidence", "export", str(card.id), "-o", str(tmp_path / "bundle.zip"))
    assert not list(tmp_path.iterdir())


def test_the_text_in_every_bundle_is_the_one_the_verifier_knows() -> None:
    assert verifier.sha256(README.encode()) == verifier.README_SHA256
