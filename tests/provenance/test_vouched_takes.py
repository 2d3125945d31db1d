"""Takes signed with the proof of the log and a time stamp: what is recorded and seen, and what is left without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from pytest_django import Settings

from audit.errors import LogNotReady
from audit.queries import log_summary
from config.environment import TimeStamping
from core.tenancy import tenant
from provenance import queries
from provenance.errors import NoTimeStamp
from provenance.models import SignedAsset, SigningIntent
from provenance.values import LogPlace
from provenance.verifying import verify_file
from tests.factories.accounts import an_organisation
from tests.factories.audit import recorded
from tests.factories.log_readers import newest_entries
from tests.factories.signed_takes import sign_take
from tests.sequencing import SEQUENCER
from tests.timestamping import Behaviour, LocalAuthority, local_authority

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")


@pytest.fixture
def studio(committed_db: None) -> UUID:
    return an_organisation().id


@pytest.fixture
def authority(tmp_path: Path, settings: Settings) -> Iterator[LocalAuthority]:
    with local_authority(tmp_path / "tsa") as running:
        settings.TIME_STAMPING = TimeStamping((running.url,), running.folder / "roots.pem", 3600, "required")
        yield running


def _panel(studio: UUID, asset_id: UUID) -> str:
    card = queries.credential(studio, asset_id)
    return render_to_string("provenance/components/credential.html", {"credential": card})


def test_the_time_is_recorded_shown_and_proven_to_everybody(
    studio: UUID, authority: LocalAuthority, tmp_path: Path
) -> None:
    signed = sign_take(studio, tmp_path)

    answer = verify_file(queries.path_of(signed.key))
    assert signed.time_stamped_at is not None
    assert queries.signed_file_of_take(studio, queries.credential(studio, signed.asset_id).take_id) == signed
    assert answer.claims is not None
    assert answer.claims.signed_at is not None
    assert "by an outside authority" in _panel(studio, signed.asset_id)


def test_required_and_down_leaves_an_intent_and_no_file(
    studio: UUID, authority: LocalAuthority, media_folder: Path, tmp_path: Path
) -> None:
    authority.behaviour = Behaviour.ERROR

    with pytest.raises(NoTimeStamp) as refusal:
        sign_take(studio, tmp_path)

    assert refusal.value.extensions()["authorities"][0] == {  # type: ignore[index]  # a list of objects
        "url": authority.url,
        "reason": "answered with HTTP status 503",
    }
    assert [path for path in media_folder.rglob("*") if path.is_file()] == []
    with tenant(studio):
        assert (SigningIntent.objects.count(), SignedAsset.objects.count()) == (1, 0)


def test_preferred_and_down_is_signed_and_said_not_to_be_stamped(
    studio: UUID, authority: LocalAuthority, settings: Settings, tmp_path: Path
) -> None:
    settings.TIME_STAMPING = replace(settings.TIME_STAMPING, credentials="preferred")
    authority.behaviour = Behaviour.ERROR

    signed = sign_take(studio, tmp_path)

    answer = verify_file(queries.path_of(signed.key))
    assert signed.time_stamped_at is None
    assert answer.claims is not None
    assert answer.claims.signed_at is None
    assert "Not time-stamped" in _panel(studio, signed.asset_id)


def test_the_credential_proves_that_the_intent_stood_in_the_log_before(studio: UUID, tmp_path: Path) -> None:
    recorded(studio)
    recorded(studio)

    signed = sign_take(studio, tmp_path)

    answer = verify_file(queries.path_of(signed.key))
    origin = log_summary(studio).origin
    assert origin is not None
    assert answer.log_place == LogPlace(origin, 2, 3)
    (line,) = newest_entries(studio, entry_type="provenance.signing.intended").entries
    assert line.index == 2


def test_while_the_log_stands_still_nothing_is_signed(
    studio: UUID, media_folder: Path, settings: Settings, tmp_path: Path
) -> None:
    settings.LOG_WAIT_S = 0.3
    with SEQUENCER.held(), pytest.raises(LogNotReady):
        sign_take(studio, tmp_path)

    assert [path for path in media_folder.rglob("*") if path.is_file()] == []
    with tenant(studio):
        assert (SigningIntent.objects.count(), SignedAsset.objects.count()) == (1, 0)
