"""Faces are compared with pictures in custody where the performer allowed that, and with no others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from django.conf import settings as configured
from PIL import Image
from pytest_django import Settings

from audit.entry_types import EntryType
from audit.queries import entries_about
from config.screen_environment import ScreenSetting
from core.digests import sha256_hex_of_file
from core.tenancy import tenant
from generation.screens.queries import ScreenCard
from generation.screens.recording import screen_file
from generation.screens.values import ScreenedFile, ScreenedKind, ScreenKind, ScreenOutcome, WhyNot
from generation.values import Screening
from licensing.custody.comparing import allow_comparison
from licensing.custody.errors import AssetRefused
from licensing.custody.reading import asset_events
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from tests.factories.custody import an_asset
from tests.factories.screened_films import a_film
from tests.factories.screens import png_of
from tests.factories.takes import Studio, a_studio, a_take, reread

RED, GREEN = (200, 40, 40), (40, 180, 60)


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    faces = ScreenSetting("faces", "tests.generation_screens.stand_ins.Patches")
    settings.ENVIRONMENT = replace(configured.ENVIRONMENT, screens=(faces,))
    return a_studio(pristine_model)


def test_a_face_is_compared_where_its_performer_allowed_it_and_flagged_where_it_has_no_consent(
    studio: Studio, tmp_path: Path
) -> None:
    organisation_id, counsel = studio.organisation_id, studio.producer
    take = a_take(counsel)
    red, green = (
        a_film(tmp_path / name, [np.full((64, 96, 3), colour, np.uint8)] * 3, fps=8)
        for name, colour in (("red.mp4", RED), ("green.mp4", GREEN))
    )

    def said(film: Path, *, expected: tuple[UUID, ...] = ()) -> ScreenCard:
        file = ScreenedFile(
            kind=ScreenedKind.TAKE,
            id=take.id,
            file_sha256=sha256_hex_of_file(film),
            production_id=studio.production.id,
        )
        report = screen_file(
            file, film, organisation_id=organisation_id, actor_label="worker:render-1", expected=expected
        )
        return report.of(ScreenKind.FACES)

    nothing = said(red)
    asset = an_asset(counsel, studio.consent.id, content=png_of(Image.new("RGB", (96, 96), RED)))
    unallowed = said(red)
    with pytest.raises(AssetRefused, match="SHA-256"):
        allow_comparison(asset.id, is_allowed=True, document_sha256="", actor=counsel)
    allow_comparison(asset.id, is_allowed=True, document_sha256="c0" * 32, actor=counsel)
    other = said(green)
    own = said(red, expected=(studio.consenting.id,))
    stranger = said(red)
    flagged = reread(take).screening
    events = [one.act for one in asset_events(asset.id, actor=counsel)]
    allow_comparison(asset.id, is_allowed=False, document_sha256="c1" * 32, actor=counsel)
    taken_back = said(red)
    allow_comparison(asset.id, is_allowed=True, document_sha256="c2" * 32, actor=counsel)
    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=counsel)
    withdrawn = said(red)

    assert [one.why for one in (nothing, unallowed, taken_back, withdrawn)] == [
        WhyNot.NOTHING_TO_COMPARE,
        WhyNot.NO_CONSENT_TO_COMPARE,
        WhyNot.NO_CONSENT_TO_COMPARE,
        WhyNot.NOTHING_TO_COMPARE,
    ]
    assert (other.outcome, own.outcome) == (ScreenOutcome.CLEAR, ScreenOutcome.CLEAR)
    assert stranger.in_words == "Faces: flagged (a performer who is not in its consents)"
    assert [one.performer_id for one in stranger.found] == [studio.consenting.id]
    assert flagged == Screening.FLAGGED
    assert events.count("compared") == 3
    with tenant(organisation_id):
        told = entries_about(organisation_id, f"custody:{asset.id}")
    assert EntryType.CUSTODY_COMPARED in {one.type for one in told}
