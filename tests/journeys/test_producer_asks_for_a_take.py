"""What `manage.py demo` does, done by hand in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import CHROMIUM, Visit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="No Chromium here: apt-get install chromium"),
]

# Two cores that do something else as well need their time.
RENDERED_MS = 600_000

CONSENTING, OTHER = "Isaura Quillmere", "Bramwell Oystergate"


def _sign_in(visit: Visit) -> None:
    visit.open("/")
    visit.check()
    visit.sign_in("producer@lantern-gate.example")


def _open_new_take(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="Productions").first.click()
    page.get_by_role("link", name="The Tidewright").click()
    visit.check()
    page.get_by_role("link", name="TW-0120").click()
    visit.check()
    page.get_by_role("link", name="New take").click()
    visit.check()


def _fill_in(page: Page, *, performer: str) -> None:
    page.get_by_label("Prompt", exact=True).fill("a red ball moves left over the sea")
    page.get_by_label("Photorealistic").select_option("No")
    page.get_by_label("Nothing sensitive in it").check()
    page.get_by_label("Performer optional").select_option(performer)
    page.get_by_label("What is made of the performer").select_option("Employment-based replica (no scan)")
    page.get_by_label("Replaces work in person").select_option("No")
    for field, word in (
        ("use", "generate_new_performance"),
        ("purpose", "this_production"),
        ("output_status", "temp"),
        ("synthetic_role", "none"),
    ):
        page.locator(f"#id_{field}").select_option(word)
    page.get_by_label("Territories").fill("US")
    page.get_by_label("Languages").fill("en")
    page.get_by_label("Theatrical").check()
    page.get_by_label("SVOD").check()


def _plays(page: Page) -> bool:
    """Whether the video on the page really moves on."""
    moved: bool = page.locator("video").evaluate(
        """async (video) => {
            await video.play();
            const ended = performance.now() + 15000;
            while (performance.now() < ended && !(video.currentTime > 0 && video.videoWidth > 0))
                await new Promise((next) => setTimeout(next, 50));
            video.pause();
            return video.currentTime > 0 && video.duration > 0.5;
        }"""
    )
    return moved


def test_a_consented_take_is_made_signed_and_verified_and_its_twin_refused(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.page
    _sign_in(visit)
    visit.check()

    _open_new_take(visit)
    _fill_in(page, performer=CONSENTING)
    page.get_by_role("button", name="Ask for the take").click()
    expect(page.get_by_role("heading", name="Take 1")).to_be_visible()

    # The page follows the worker by itself; nobody reloads it.
    expect(page.locator("video")).to_be_visible(timeout=RENDERED_MS)
    visit.check()
    assert _plays(page)
    decision = page.get_by_role("region", name="Decision")
    expect(decision).to_contain_text("allow with duties")
    expect(decision).to_contain_text("PAY-02")
    credential = page.get_by_role("region", name="Credential")
    expect(credential).to_contain_text("trusted")
    expect(page.get_by_role("region", name="Understood words")).to_contain_text("red")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download", exact=True).click()
    copy = tmp_path / "copy.mp4"
    download.value.save_as(copy)
    page.get_by_role("link", name="Verify", exact=True).click()
    page.get_by_label("The file").set_input_files(copy)
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("This file is what it says it is")).to_be_visible()
    visit.check()

    _open_new_take(visit)
    _fill_in(page, performer=OTHER)
    page.get_by_role("button", name="Ask for the take").click()
    refusal = page.get_by_role("region", name="Decision")
    expect(refusal).to_contain_text("TVT-01")
    expect(refusal).to_contain_text("What would cure it:")
    expect(refusal).to_contain_text("sign a separate rider")
    expect(page.locator("video")).to_have_count(0)
    visit.check()

    page.get_by_role("link", name="TW-0120").click()
    expect(page.get_by_role("list", name="Takes").get_by_role("listitem")).to_have_count(2)
    visit.check()


def test_every_page_can_be_read_by_everybody_on_any_screen(visit: Visit) -> None:
    page = visit.page
    _sign_in(visit)

    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 850})
        for path in (
            *("/productions", "/productions/new", "/performers", "/rulebook", "/log/", "/verify"),
            *("/tokens", "/organisations", "/problems/role-missing"),
        ):
            visit.open(path)
            visit.check()
            overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert overflow <= 0, f"{path} is wider than a screen of {width} pixels"


def test_the_keyboard_reaches_the_content_and_the_menu(visit: Visit) -> None:
    page = visit.page
    _sign_in(visit)

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"

    menu = page.locator("summary", has_text="Lantern Gate Pictures")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()

    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
