"""The public check in a real browser: with scripts it shows how far a file has got, and it works without them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.factories import tampering
from tests.factories.provenance import SignedVideo
from tests.journeys.conftest import CHROMIUM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="No Chromium here: apt-get install chromium"),
    pytest.mark.usefixtures("committed_db", "media_folder"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def film(signed_video: SignedVideo, settings: Settings, tmp_path: Path) -> Path:
    settings.KEYS_FOLDER = signed_video.keys_folder
    path = tmp_path / "film.mp4"
    path.write_bytes(signed_video.content)
    return path


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_a_stranger_hands_in_a_film_and_takes_the_report_along(
    browser: Browser, live_server: LiveServer, film: Path, scripts: str
) -> None:
    page = browser.new_page(java_script_enabled=scripts == "on")
    page.goto(f"{live_server.url}/verify")
    page.get_by_label("The file").set_input_files(film)
    page.get_by_role("button", name="Verify").click()

    expect(page.get_by_role("heading", name="This file is what it says it is")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Authorised when it was made")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download this report as JSON").click()
    assert json.loads(Path(taken.value.path()).read_text())["state"] == "trusted"
    if scripts == "on":
        assert not Axe().run(page).response["violations"]
    page.close()


def test_a_second_file_is_handed_in_from_the_answer(
    browser: Browser, live_server: LiveServer, film: Path, signed_video: SignedVideo
) -> None:
    page = browser.new_page()
    page.goto(f"{live_server.url}/verify")
    page.get_by_label("The file").set_input_files(film)
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_label("Another file")).to_be_visible(timeout=60_000)
    film.write_bytes(tampering.flipped_in_box(signed_video.content, b"mdat"))
    page.get_by_label("Another file").set_input_files(film)
    page.get_by_role("button", name="Verify").click()

    expect(page.get_by_role("heading", name="This file was changed after it was signed")).to_be_visible(
        timeout=60_000
    )
    expect(page.get_by_role("heading", name="Authorised when it was made")).to_have_count(0)
    page.close()


def test_a_file_that_is_too_large_is_not_even_sent(
    browser: Browser, live_server: LiveServer, film: Path
) -> None:
    page = browser.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(f"{live_server.url}/verify")
    page.locator("form[data-upload]").evaluate("form => form.dataset.largest = 1048576")
    film.write_bytes(b"\0" * 2 * 2**20)
    page.get_by_label("The file").set_input_files(film)
    page.get_by_role("button", name="Verify").click()

    expect(page.get_by_text("The file has 2 MB; at most 1 MB are verified here.")).to_be_visible()
    expect(page.get_by_role("button", name="Verify")).to_be_enabled()
    assert "POST" not in sent
    page.close()
