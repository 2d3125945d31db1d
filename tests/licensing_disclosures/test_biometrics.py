"""The biometric register: the second table of report 14."""

from __future__ import annotations

from pathlib import Path

from django.test import override_settings

from accounts.values import Role
from licensing.custody.destruction import destroy_asset
from licensing.custody.words import AssetKind
from tests.factories.accounts import a_member
from tests.factories.custody import an_asset
from tests.factories.licensing import a_consent, a_performer, an_engagement, counsel_confirms
from tests.factories.productions import a_production
from tests.factories.reports import rows_of


def test_tells_what_was_measured_on_whose_release_and_how_it_ended(
    committed_db: None, tmp_path: Path
) -> None:
    legal = a_member(Role.LEGAL, Role.PRODUCER)
    counsel_confirms(legal)
    production = a_production(legal)
    performer = a_performer(legal)
    an_engagement(legal, production, performer)
    consent = a_consent(legal, production, performer)

    with override_settings(MEDIA_FOLDER=tmp_path / "media", KEYS_FOLDER=tmp_path / "keys"):
        kept = an_asset(legal, consent.id, kind=AssetKind.SCAN)
        gone = an_asset(legal, consent.id, kind=AssetKind.SCAN)
        an_asset(legal, consent.id, kind=AssetKind.REFERENCE_IMAGE)
        destroy_asset(gone.id, actor=legal)
        rows = rows_of(legal, "disclosure_report_biometrics")

    assert [one["type"] for one in rows] == [f"scan {kept.id}", f"scan {gone.id}"]
    assert {one["release"] for one in rows} == {consent.document_sha256}
    assert rows[0]["destruction"] == "none"
    assert ";" in rows[1]["destruction"]
    assert all(one["retention"] for one in rows)
    assert performer.professional_name not in str(rows)
