"""The whole product, started as a person starts it, and a browser that looks at it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from tests.embedded.watching import eventually

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
PATIENCE_MS = 30_000
# Signing in costs a slow hash, beside other tests on the same cores.
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True, slots=True)
class Site:
    """A running product with the demo's people in it."""

    address: str
    folder: Path

    def password(self, email: str) -> str:
        passwords: dict[str, str] = json.loads((self.folder / "keys" / "demo-accounts.json").read_text())
        return passwords[email]


@dataclass(slots=True)
class Visit:
    """A page of the browser. What it complains about is kept, and every look is also a check."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.site.address + path)

    def sign_in(self, email: str) -> None:
        """Sign in by the keyboard alone, from the front door, and wait for the productions."""
        self.open("/")
        # The browser gives the field its focus only once it has drawn the page.
        expect(self.page.get_by_label("E-mail address")).to_be_focused()
        self.page.keyboard.type(email)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(self.site.password(email))
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Productions")).to_be_visible()

    def check(self) -> None:
        """Nobody is kept out by how the page is built, and the browser has nothing to complain about."""
        # A link that was clicked leads to a page that may not be there yet.
        self.page.wait_for_load_state()
        barriers = [
            f"{found['id']} ({found['impact']}): {[node['html'] for node in found['nodes']]}"
            for found in Axe().run(self.page).response["violations"]
        ]
        assert not barriers, f"{self.page.url}: {barriers}"
        assert not self.complaints, f"{self.page.url}: {self.complaints}"

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="countersign-journey-"))
    # The database server may have to run as another account, which passes through.
    folder.chmod(0o711)
    port = _free_port()
    output = folder.with_suffix(".out")
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, str(settings.PROJECT_FOLDER / "manage.py"), "up"],
            env=own | {"COUNTERSIGN_DATA": str(folder), "COUNTERSIGN_PORT": str(port)},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        eventually(lambda: process.poll() is not None or "Open http://" in output.read_text(), within_s=180)
        assert "Open http://" in output.read_text(), output.read_text()
        yield Site(address=f"http://127.0.0.1:{port}", folder=folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(90)
        shutil.rmtree(folder, ignore_errors=True)
        output.unlink()


@pytest.fixture
def visit(site: Site) -> Iterator[Visit]:
    with sync_playwright() as playwright:
        # As root, as in a container, Chromium refuses to start with its own sandbox.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        visit = Visit(page=page, site=site)
        page.on("console", lambda message: visit.heard(message))  # noqa: PLW0108 - playwright marks what it is given
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        yield visit
        browser.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
