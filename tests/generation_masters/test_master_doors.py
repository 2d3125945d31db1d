"""Masters by page, API and command: the same acts, for those who deliver."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command

from accounts.values import Role
from core.ids import new_id
from generation.mastering.queries import masters_of_take
from generation.mastering.values import MasterFormat, MasterState
from generation.queries import TakeCard
from tests.factories.accounts import a_membership, a_user
from tests.factories.deliveries import a_signed_take
from tests.factories.masters import a_master, worked_on
from tests.factories.requests import a_browser
from tests.factories.takes import Studio

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def take(studio: Studio) -> TakeCard:
    """Signed, with nobody in it and its frames not kept."""
    return a_signed_take(studio)


def test_a_page_asks_shows_and_hands_out(studio: Studio, take: TakeCard) -> None:
    browser = a_browser(studio.producer)

    form = browser.get(f"/takes/{take.id}/masters/new").text
    asked = browser.post(
        f"/takes/{take.id}/masters/new", {"key": str(new_id()), "format": "prores_422_hq", "fps": ""}
    )

    assert "signed 8-bit H.264" in form
    assert asked.status_code == 302
    (card,) = masters_of_take(studio.organisation_id, take.id)
    assert "It waits for a worker" in browser.get(f"/takes/{take.id}").text
    done = worked_on(card, studio)
    page = browser.get(f"/takes/{take.id}").text
    assert "yuv422p10le" in page
    assert "no more shades than that has" in page
    assert "data-live-done" in browser.get(f"/takes/{take.id}/masters").text
    got = browser.get(f"/masters/{done.id}/file")
    assert got["Content-Type"] == "video/quicktime"
    assert len(b"".join(got.streaming_content)) == done.size_bytes  # type: ignore[attr-defined]


def test_the_api_asks_and_tells(studio: Studio, take: TakeCard) -> None:
    browser, key = a_browser(studio.producer), str(new_id())
    body = json.dumps({"format": "hevc_10", "fps": "24000/1001"})

    asked = browser.post(
        f"/v1/takes/{take.id}/masters",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )

    assert asked.status_code == 202, asked.content
    told = browser.get(asked["Location"]).json()
    assert (told["state"], told["fps"], told["made_of"]) == ("queued", "24000/1001", "signed_file")
    early = browser.get(f"{asked['Location']}/file")
    assert (early.status_code, early.json()["type"].rpartition("/")[2]) == (409, "master-not-ready")
    (card,) = masters_of_take(studio.organisation_id, take.id)
    worked_on(card, studio)
    assert browser.get(asked["Location"]).json()["facts"]["codec_tag"] == "hvc1"


@pytest.mark.parametrize("body", [{"format": "betamax"}, {"format": "h264", "fps": "23.976"}, {}])
def test_what_is_no_master_is_refused_with_the_field(
    studio: Studio, take: TakeCard, body: dict[str, str]
) -> None:
    answer = a_browser(studio.producer).post(
        f"/v1/takes/{take.id}/masters",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": str(new_id())},
    )

    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_whoever_does_not_deliver_gets_none(studio: Studio, take: TakeCard) -> None:
    artist = a_membership(a_user(), studio.organisation_id, Role.ARTIST)
    card = a_master(studio, take.id, MasterFormat.H264)
    browser = a_browser(artist)

    assert browser.get(f"/takes/{take.id}/masters/new").status_code == 403
    assert browser.get(f"/masters/{card.id}/file").status_code == 403
    assert "Make a master" not in browser.get(f"/takes/{take.id}").text


def test_the_command_asks_and_lists(studio: Studio, take: TakeCard) -> None:
    who = ["--organisation", str(studio.organisation_id), "--as", str(studio.producer.user_id)]

    asked = _told("make", str(take.id), "--format", "dnxhr_hqx", "--fps", "25", *who)
    (card,) = masters_of_take(studio.organisation_id, take.id)
    worked_on(card, studio)
    listed = _told("list", str(take.id), *who)

    assert asked["masters"][0]["state"] == "queued"
    assert (card.format, card.fps) == (MasterFormat.DNXHR_HQX, Fraction(25))
    (one,) = listed["masters"]
    assert one["state"] == MasterState.SIGNED
    assert one["facts"]["codec"] == "dnxhd"
    assert one["file"].endswith(f"{one['sha256']}.mov")


def _told(*arguments: str) -> dict[str, list[dict[str, Any]]]:  # any JSON
    output = io.StringIO()
    call_command("masters", *arguments, "--json", stdout=output)
    told: dict[str, list[dict[str, Any]]] = json.loads(output.getvalue().splitlines()[-1])
    return told
