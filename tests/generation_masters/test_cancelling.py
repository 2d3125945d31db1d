"""A master is cancelled while it waits, while it is encoded and while it is signed, and nothing of it stays."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from audit.inspection import inspect_logs
from audit.queries import entries_about
from audit.reconciliation import registered
from core import clock
from core.tenancy import tenant
from generation.mastering import claims, making
from generation.mastering.claims import MasterClaim
from generation.mastering.errors import MasterNotCancellable
from generation.mastering.queries import master_card
from generation.mastering.values import MasterFormat, MasterState
from generation.models import Master
from generation.operations.masters import cancel_master
from generation.queries import TakeCard
from provenance.deriving.operations import sign_derivative
from tests.factories.audit import integrate_all
from tests.factories.masters import a_master, an_asked_master, worked_on
from tests.factories.requests import a_browser
from tests.factories.takes import Studio

pytestmark = pytest.mark.usefixtures("committed_db")


def test_what_waits_ends_at_once_and_what_is_signed_is_past_cancelling(
    studio: Studio, kept_take: TakeCard
) -> None:
    browser = a_browser(studio.producer)
    waiting, other = (an_asked_master(studio, kept_take.id, MasterFormat.H264) for _ in range(2))

    page = browser.get(f"/takes/{kept_take.id}").text
    assert f"/masters/{waiting.id}/cancel" in page
    assert browser.post(f"/masters/{waiting.id}/cancel").status_code == 302
    answer = browser.post(f"/v1/masters/{other.id}/cancel")
    again = browser.post(f"/v1/masters/{other.id}/cancel")

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert again.json() == answer.json()
    assert worked_on(waiting, studio).state is MasterState.CANCELLED
    assert "Nothing was kept of it" in browser.get(f"/takes/{kept_take.id}").text
    signed = a_master(studio, kept_take.id, MasterFormat.H264)
    assert (signed.share_done, signed.seconds_left) == (1.0, None)
    with pytest.raises(MasterNotCancellable):
        cancel_master(signed.id, actor=studio.producer)
    with pytest.raises(Exception, match="cancelled_was_asked"), tenant(studio.organisation_id):
        Master.objects.filter(id=waiting.id).update(cancel_requested_at=None)


def test_one_in_work_stops_leaves_nothing_and_stands_in_the_log(
    studio: Studio, kept_take: TakeCard, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_RENEWED_EVERY_S", 0.0)
    renew, sign, seen = claims.renewed, sign_derivative, []
    before = {path for path in settings.MEDIA_FOLDER.rglob("*") if path.is_file()}

    def renewed(claimed: MasterClaim, *, frames_done: int, seconds_per_frame: float | None = None) -> None:
        renew(claimed, frames_done=frames_done, seconds_per_frame=seconds_per_frame)
        seen.append(master_card(studio.organisation_id, claimed.master_id))
        if frames_done == 3:
            assert cancel_master(claimed.master_id, actor=studio.producer).cancel_requested

    monkeypatch.setattr(claims, "renewed", renewed)
    encoding = worked_on(an_asked_master(studio, kept_take.id, MasterFormat.PRORES_422_HQ), studio)

    assert (encoding.state, encoding.frames_done, encoding.asset_id) == (MasterState.CANCELLED, 4, None)
    assert [round(one.share_done * one.frames) for one in seen] == [1, 2, 3]
    assert seen[-1].seconds_left is not None
    monkeypatch.setattr(claims, "renewed", renew)

    def cancelled_then_signed(*args: object, **options: object) -> object:
        cancel_master(asked.id, actor=studio.producer)
        return sign(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "sign_derivative", cancelled_then_signed)
    asked = an_asked_master(studio, kept_take.id, MasterFormat.PRORES_422_HQ)
    assert worked_on(asked, studio).state is MasterState.CANCELLED
    assert {path for path in settings.MEDIA_FOLDER.rglob("*") if path.is_file()} == before

    integrate_all()
    ended = [
        one
        for one in entries_about(studio.organisation_id, f"take:{kept_take.id}")
        if one.type == "generation.master.ended"
    ]
    assert {one.actor for one in ended} == {studio.producer.label}
    assert len(ended) == 2
    report = inspect_logs(at=clock.now(), reconcilers=registered())
    assert [(problem.kind, problem.what) for problem in report.problems] == []
