"""A master for one recipient bears a watermark of its own, goes to nobody else, and tells whose copy it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from django.db import DatabaseError
from pytest_django import Settings

from audit.inspection import inspect_logs
from audit.queries import entries_about
from audit.reconciliation import registered
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries import asking
from generation.deliveries.errors import MarkedForAnother, NoSuchRecipient
from generation.mastering.errors import MasterNotPossible
from generation.mastering.marking import marked_picture
from generation.mastering.queries import master_card, master_path
from generation.mastering.values import MasterFailure, MasterFormat, MasterState
from generation.models import Master
from generation.operations.recalls import recall_delivery
from generation.queries import TakeCard, take_files
from provenance.models import AssetMark
from provenance.values import CredentialState, PublicState
from provenance.verifying import verify_file
from provenance.watermarks import provider
from provenance.watermarks.carrier import Carrier
from provenance.watermarks.provider import BUILT_IN_ALGORITHM, Marker
from tests.factories import films
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_recipient, a_signed_take
from tests.factories.masters import a_master, an_asked_master, worked_on
from tests.factories.requests import a_browser
from tests.factories.takes import Studio

pytestmark = pytest.mark.usefixtures("committed_db")
LEAST_PSNR_DB = 40.0


@pytest.fixture
def marking(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, watermark="builtin")


def test_deep_pictures_stay_forty_decibels_from_the_original_and_keep_their_levels() -> None:
    carrier, mark = Carrier(b"k" * 32), bytes.fromhex("0123456789abcdef")
    put = Marker(BUILT_IN_ALGORITHM, mark, lambda frame: carrier.marked(frame, mark))
    rng = np.random.default_rng(1)
    for frame in films.a_film(3, width=360, height=240)[:3]:
        # Sixteen bits: between two levels of eight lie others.
        deep = ((frame + rng.uniform(-0.5, 0.5, frame.shape)) / 255).clip(0, 1).astype(np.float32)

        changed = marked_picture(deep, put)

        psnr = -10 * np.log10(np.mean((changed.astype(np.float64) - deep) ** 2))
        assert psnr >= LEAST_PSNR_DB
        assert len(np.unique(changed)) > 256 * 4
        assert changed.min() >= 0
        assert changed.max() <= 1


@pytest.mark.usefixtures("marking")
class TestMarked:
    def test_it_goes_to_its_recipient_alone_and_a_stripped_copy_tells_whose_it_was(
        self, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take = a_signed_take(studio, studio.consenting, keep_for_mastering=True)
        north, south = (
            a_recipient(studio.producer, name) for name in ("Northern Lights", "Southern Cross Broadcast")
        )
        for_north, for_south = (
            a_master(studio, take.id, MasterFormat.PRORES_422_HQ, recipient_id=one.id)
            for one in (north, south)
        )
        assert (for_north.state, for_south.state) == (MasterState.SIGNED, MasterState.SIGNED), (
            for_north.failure_message
        )
        with pytest.raises(MarkedForAnother):
            a_delivery(studio, take, south, master_id=for_north.id)
        delivery = a_delivery(studio, take, north, master_id=for_north.id)
        other = a_delivery(studio, take, south, master_id=for_south.id)
        with tenant(studio.organisation_id):
            assert AssetMark.objects.filter(derived__isnull=False).count() == 2
        with monkeypatch.context() as careless:
            careless.setattr(asking, "master_card", lambda *_: replace(for_north, recipient_id=None))
            with pytest.raises(DatabaseError, match="marked for another"):
                a_delivery(studio, take, south, master_id=for_north.id)

        whole = verify_file(master_path(studio.organisation_id, for_north.id))
        # As a pirate has it: another codec, half the size, no credential.
        frames = films.decoded(master_path(studio.organisation_id, for_north.id))
        found = verify_file(films.encoded(films.scaled(frames, 0.5), tmp_path / "leak.mp4", fps=8, crf=28))

        assert whole.state is CredentialState.TRUSTED, whole.reasons
        assert (found.state, found.recovered) == (CredentialState.RECOVERED, for_north.manifest_id)
        assert found.match is not None
        assert found.match.algorithm == BUILT_IN_ALGORITHM
        self._told_to_the_studio_alone(studio, found.recovered, delivery.id, tmp_path)
        recall_delivery(delivery.id, reason="It leaked.", actor=studio.producer)
        today = [
            verify_file(master_path(studio.organisation_id, one.id)).today for one in (for_north, for_south)
        ]
        assert [one and one.state for one in today] == [PublicState.WITHDRAWN, PublicState.ACTIVE]
        assert other.is_marked
        integrate_all()
        report = inspect_logs(at=clock.now(), reconcilers=registered())
        assert [(problem.kind, problem.what) for problem in report.problems] == []
        asked = [
            one
            for one in entries_about(studio.organisation_id, f"take:{take.id}")
            if one.type == "generation.master.requested"
        ]
        assert {one.fields["recipient"] for one in asked} == {str(north.id), str(south.id)}

    def _told_to_the_studio_alone(
        self, studio: Studio, urn: str | None, delivery_id: object, folder: Path
    ) -> None:
        browser = a_browser(studio.producer)
        told = browser.get(f"/v1/copies/{urn}").json()
        assert (told["how"], told["made_for"]["name"]) == ("own_watermark", "Northern Lights")
        assert [one["id"] for one in told["deliveries"]] == [str(delivery_id)]
        page = browser.get(f"/copies/{urn}").text
        assert "Northern Lights" in page
        assert "Southern Cross" not in page
        with (folder / "leak.mp4").open("rb") as leak:
            public = browser.post("/verify", {"file": leak}).text
        assert f"/copies/{urn}" in public
        assert "Northern Lights" not in public
        stranger = a_browser(a_member())
        assert stranger.get(f"/copies/{urn}").status_code == 404
        assert stranger.get(f"/v1/copies/{urn}").json()["type"].endswith("/manifest-unknown")

    def test_the_mark_of_the_recipient_stands_over_the_takes_own_or_there_is_no_master(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take = a_signed_take(studio)
        browser, north = a_browser(studio.producer), a_recipient(studio.producer)
        with pytest.raises(MasterNotPossible, match="Choose a film"):
            an_asked_master(studio, take.id, MasterFormat.PNG_SEQUENCE, recipient_id=north.id)
        with pytest.raises(NoSuchRecipient):
            an_asked_master(studio, take.id, MasterFormat.H264, recipient_id=new_id())
        form = browser.get(f"/takes/{take.id}/masters/new?recipient={north.id}").text
        assert f'<option value="{north.id}" selected>' in form
        asked = browser.post(
            f"/v1/takes/{take.id}/masters",
            {"format": "h264", "recipient": str(north.id)},
            content_type="application/json",
            headers={"Idempotency-Key": str(new_id())},
        )
        assert (asked.status_code, asked.json()["recipient"]) == (202, str(north.id))
        with pytest.raises(DatabaseError, match="only grows"), tenant(studio.organisation_id):
            Master.objects.filter(take_id=take.id).update(recipient_id=None)

        card = worked_on(master_card(studio.organisation_id, UUID(asked.json()["id"])), studio)

        with tenant(studio.organisation_id):
            marks = {one.manifest_id: bytes(one.mark) for one in AssetMark.objects.all()}
        own = verify_file(take_files(studio.organisation_id, take.id).video).manifest_id
        assert card.state is MasterState.SIGNED, card.failure_message
        assert {own, card.manifest_id} == set(marks)
        assert len(set(marks.values())) == 2
        # A provider whose mark does not survive the encoder.
        monkeypatch.setattr(provider.BuiltIn, "marked", lambda _self, frame, _mark: frame)
        failed = a_master(studio, take.id, MasterFormat.H264, recipient_id=north.id)
        assert (failed.state, failed.failure_code) == (MasterState.FAILED, MasterFailure.MARK_UNREAD)
        with tenant(studio.organisation_id):
            assert AssetMark.objects.count() == 2


def test_where_films_are_not_marked_the_form_says_so(studio: Studio, take: TakeCard) -> None:
    north = a_recipient(studio.producer)

    page = a_browser(studio.producer).get(f"/takes/{take.id}/masters/new").text

    assert "puts no watermark into films" in page
    assert "Marked for one recipient" not in page
    with pytest.raises(MasterNotPossible, match="COUNTERSIGN_WATERMARK") as refused:
        an_asked_master(studio, take.id, MasterFormat.H264, recipient_id=north.id)
    assert refused.value.field == "recipient"


@pytest.fixture
def take(studio: Studio) -> TakeCard:
    return a_signed_take(studio)
