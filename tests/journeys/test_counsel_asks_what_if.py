"""Counsel supposes that a consent ends and reads what would follow, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import CHROMIUM, Visit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="No Chromium here: apt-get install chromium"),
]


def test_counsel_supposes_that_a_consent_ends(visit: Visit) -> None:
    page = visit.page
    visit.sign_in("counsel@lantern-gate.example")

    visit.open("/legal")
    page.get_by_role("link", name="What if").click()
    visit.check()
    page.locator("#id_consent").select_option(index=0)
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("for people to weigh")).to_be_visible()
    visit.check()
    for tab in ("A strike", "Rules of the house", "A rate changes", "A day comes"):
        page.get_by_role("link", name=tab).click()
        visit.check()
