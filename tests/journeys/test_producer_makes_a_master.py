"""A take with its frames kept, and a master of it, made by hand in a browser and by the worker behind it."""

from __future__ import annotations

import os
from pathlib import Path

import av
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import CHROMIUM, Visit
from tests.journeys.test_producer_asks_for_a_take import (
    CONSENTING,
    RENDERED_MS,
    _fill_in,
    _open_new_take,
    _sign_in,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="No Chromium here: apt-get install chromium"),
]


def test_a_master_is_made_while_somebody_watches(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    _sign_in(visit)
    _open_new_take(visit)
    _fill_in(page, performer=CONSENTING)
    page.get_by_label("Keep the frames for masters").check()
    page.get_by_role("button", name="Ask for the take").click()
    expect(page.locator("video")).to_be_visible(timeout=RENDERED_MS)

    page.get_by_role("link", name="Make a master").click()
    visit.check()
    expect(page.get_by_text("own frames were kept")).to_be_visible()
    page.locator("#id_format").select_option("prores_422_hq")
    page.locator("#id_fps").select_option("24000/1001")
    _look(visit, "new-master")
    page.get_by_role("button", name="Make the master").click()

    # The page follows the worker by itself; nobody reloads it.
    masters = page.get_by_role("region", name="Masters")
    _look(visit, "master-waiting")
    expect(masters.get_by_role("link", name="Download ProRes 422 HQ")).to_be_visible(timeout=RENDERED_MS)
    expect(masters).to_contain_text("24000/1001 a second")
    expect(masters).to_contain_text("16 bits a channel")
    visit.check()
    _look(visit, "master")
    with page.expect_download() as download:
        masters.get_by_role("link", name="Download ProRes 422 HQ").click()
    copy = tmp_path / "copy.mov"
    download.value.save_as(copy)
    with av.open(str(copy)) as container:
        assert container.streams.video[0].codec_context.codec_tag == "apch"
    page.get_by_role("link", name="Verify", exact=True).click()
    page.get_by_label("The file").set_input_files(copy)
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("This file is what it says it is")).to_be_visible()
    _look(visit, "master-verified")
    visit.check()


def _look(visit: Visit, name: str) -> None:
    """Keep a picture where somebody asks for one."""
    folder = os.environ.get("JOURNEY_PICTURES")
    if folder:
        visit.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
