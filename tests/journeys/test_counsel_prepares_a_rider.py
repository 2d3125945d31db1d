"""Counsel makes a rider of terms, reads it and signs for the studio, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import CHROMIUM, Visit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="No Chromium here: apt-get install chromium"),
]


def test_counsel_prepares_a_rider_and_signs_for_the_studio(visit: Visit) -> None:
    page = visit.page
    visit.sign_in("counsel@lantern-gate.example")

    visit.open("/riders")
    visit.check()
    page.get_by_role("link", name="Hand in a signed PDF").click()
    visit.check()
    visit.open("/riders")
    page.get_by_role("link", name="New rider").click()
    visit.check()
    # By their identifiers: many labels of the vocabulary begin with the same word.
    page.locator("#id_production").select_option("The Tidewright")
    page.locator("#id_performer").select_option("Bramwell Oystergate")
    page.locator("#id_replica_type").select_option("Employment-based replica (no scan)")
    page.locator("#id_intended_use__description").fill("The replica walks along the quay and says nothing.")
    page.get_by_label("SVOD", exact=True).check()
    page.locator("#id_form_kind").select_option("Separate rider")
    page.locator("#id_signer_role").select_option("Performer")
    page.get_by_role("button", name="Prepare the rider").click()
    expect(page.get_by_role("heading", name="Rider of Bramwell Oystergate")).to_be_visible()
    expect(page.get_by_text("Shown in these media: SVOD.")).to_be_visible()
    visit.check()

    reads = page.get_by_label(re.compile("I have read these terms"))
    expect(reads).not_to_be_checked()
    reads.check()
    page.get_by_role("button", name="Sign for the studio").click()
    expect(page.get_by_text("Signed for the studio")).to_be_visible()
    expect(page.get_by_text("or who is verified to act for them, signs next")).to_be_visible()
    visit.check()
