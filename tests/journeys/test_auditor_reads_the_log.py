"""An auditor looks for an entry, sees its proof, checks it in a terminal, and takes the log along."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import CHROMIUM, Visit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="No Chromium here: apt-get install chromium"),
]


def _sign_in(visit: Visit, email: str) -> None:
    visit.open("/sign-in")
    visit.page.get_by_label("E-mail address").fill(email)
    visit.page.get_by_label("Password").fill(visit.site.password(email))
    visit.page.get_by_role("button", name="Sign in").click()
    expect(visit.page.get_by_role("heading", name="Productions")).to_be_visible()


def test_an_auditor_finds_an_entry_checks_its_proof_and_takes_the_log_along(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.page
    _sign_in(visit, "auditor@lantern-gate.example")
    page.get_by_role("link", name="Log", exact=True).click()
    visit.check()

    page.get_by_label("What happened").select_option("A consent was recorded")
    page.get_by_role("button", name="Find entries").click()
    expect(page.get_by_role("heading", name="What was found")).to_be_visible()
    visit.check()
    page.get_by_role("link", name="A consent was recorded").first.click()

    expect(page.get_by_role("heading", name="A consent was recorded")).to_be_visible()
    expect(page.get_by_text("Proved.")).to_be_visible()
    expect(page.get_by_role("img", name="The path from the entry to the signed root")).to_be_visible()
    visit.check()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the command").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    command = str(page.evaluate("navigator.clipboard.readText()"))
    done = subprocess.run(
        ["sh", "-c", command.replace("python3", f"{sys.executable} -I", 1)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == f"Root: {page.locator('#expected-root').inner_text()}"

    page.get_by_role("link", name="Log", exact=True).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON lines").click()
    copy = tmp_path / "log.jsonl"
    download.value.save_as(copy)
    indexes = [json.loads(line)["index"] for line in copy.read_text().splitlines()]
    assert len(indexes) > 50
    assert indexes == list(range(len(indexes)))

    page.get_by_role("link", name="Health of the log").click()
    expect(page.get_by_role("heading", name="Signer", exact=True)).to_be_visible()
    visit.check()


def test_the_pages_of_the_log_can_be_read_on_any_screen(visit: Visit) -> None:
    page = visit.page
    _sign_in(visit, "auditor@lantern-gate.example")
    visit.open("/log/")
    entry = page.locator("tbody a").first.get_attribute("href")
    assert entry is not None

    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 850})
        for path in ("/log/", "/log/?type=licensing.strike.begun&production=x", entry, "/log/health"):
            visit.open(path)
            visit.check()
            overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert overflow <= 0, f"{path} is wider than a screen of {width} pixels"
