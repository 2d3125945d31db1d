"""A take is remixed in a browser: the form begins with what was asked, the family grows, two takes play together."""

from __future__ import annotations

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


def test_a_take_is_remixed_and_compared_with_what_it_came_from(visit: Visit) -> None:
    page = visit.page
    _sign_in(visit)
    _open_new_take(visit)
    _fill_in(page, performer=CONSENTING)
    page.get_by_role("button", name="Ask for the take").click()
    expect(page.locator("video")).to_be_visible(timeout=RENDERED_MS)

    page.get_by_role("link", name="Remix").click()
    visit.check()
    expect(page.get_by_label("What it is made from")).to_contain_text(CONSENTING)
    page.get_by_label("Prompt", exact=True).fill("a blue ball moves left over the desert")
    page.get_by_label("What is made of the performer").select_option("Employment-based replica (no scan)")
    page.get_by_role("button", name="Ask for the take").click()
    family = page.get_by_role("region", name="Family")
    expect(family).to_contain_text("Remix")
    expect(page.locator("video")).to_be_visible(timeout=RENDERED_MS)
    visit.check()

    family.get_by_role("link", name="Compare").first.click()
    expect(page.get_by_role("heading", name="Differences")).to_be_visible()
    expect(page.locator("ins", has_text="red")).to_be_visible()
    visit.check()
    together = page.evaluate(
        """async () => {
            const [first, second] = document.querySelectorAll("video");
            await first.play();
            for (let i = 0; i < 200 && second.paused; i++) await new Promise((next) => setTimeout(next, 50));
            return !second.paused;
        }"""
    )
    assert together
