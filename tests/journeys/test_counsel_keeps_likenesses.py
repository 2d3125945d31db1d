"""Counsel takes a picture into custody, destroys it, opens the case file of a Synthetic and looks at the strikes."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.clock import now
from tests.factories.custody import PNG
from tests.journeys.conftest import CHROMIUM, Visit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="No Chromium here: apt-get install chromium"),
]


def test_counsel_keeps_a_likeness_and_destroys_it(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.sign_in("counsel@lantern-gate.example")

    visit.open("/custody")
    visit.check()
    page.get_by_role("link", name="Take an asset into custody").click()
    visit.check()
    picture = tmp_path / "face.png"
    picture.write_bytes(PNG)
    page.locator("#id_consent").select_option(index=1)
    page.locator("#id_kind").select_option("reference_image")
    page.locator("#id_label").fill("Face, neutral")
    page.locator("#id_created").fill("2026-08-01")
    page.locator("#id_retention_until").fill((now() + timedelta(days=90)).date().isoformat())
    page.locator("#id_region").fill("US-CA")
    page.locator("#id_file").set_input_files(picture)
    page.get_by_role("button", name="Seal and keep it").click()
    expect(page.get_by_role("heading", name="Face, neutral")).to_be_visible()
    visit.check()
    _look(visit, "custody")

    page.get_by_role("button", name="Destroy this asset").click()
    expect(page.get_by_role("link", name="Download the attestation")).to_be_visible()
    visit.check()

    visit.open("/synthetics")
    page.locator("#id_production").select_option(index=1)
    page.locator("#id_role").fill("The Harbour Giant")
    page.locator("#id_why_human_role").fill("A fisherman, grown large.")
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("heading", name="The Harbour Giant")).to_be_visible()
    visit.check()
    _look(visit, "synthetic")

    visit.open("/strikes")
    visit.check()
    _look(visit, "strikes")


def _look(visit: Visit, name: str) -> None:
    """Keep a picture where somebody asks for one."""
    folder = os.environ.get("JOURNEY_PICTURES")
    if folder:
        visit.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
