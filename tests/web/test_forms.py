"""Every form of every page, as each role: nothing is chosen beforehand, and every field says what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.test import override_settings

from accounts.models.organisation import Organisation
from accounts.values import Role
from core.tenancy import tenant
from tests.accounts.test_isolation_of_addresses import OF_NOBODY, _addresses
from tests.factories.accounts import a_member
from tests.factories.requests import a_browser
from tests.factories.world import World, a_world
from tests.web.read_forms import Control, FoundForm, forms_of

# Choices that stand chosen, each with why that agrees to nothing on anybody's behalf. By page and field.
CHOSEN = {
    ("*/facts", "*"): "filled with what is on record; what is left as it is does not change",
    ("models/*", "*"): "filled with what is on file; what is left as it is does not change",
    (
        "offers/*/terms",
        "*",
    ): "the terms on the table; the other side answers each of them",
    ("legal/what-if*", "*"): "supposes an event and writes nothing",
    ("reports/kinds/*", "schedule-cadence"): "how often a report is made",
    ("reports/kinds/*", "schedule-covers"): "which days a report is of",
    ("sequences/*/storyboard/new", "model"): "as of one take",
    ("shots/*/takes/new", "model"): "the newest model that was approved for this studio",
    ("owed/calendars", "saturday_and_sunday"): "the days of a calendar, which are entered to be read",
}


@pytest.fixture
def world(committed_db: None, tmp_path: Path) -> Iterator[World]:
    with override_settings(MEDIA_FOLDER=tmp_path / "media", KEYS_FOLDER=tmp_path / "keys"):
        yield a_world("Aurora", tmp_path)


def _pages(world: World) -> Iterator[tuple[str, str, list[FoundForm]]]:
    """Route, role and forms. As everything at once first; then as each role, of what had a form."""
    organisation = _organisation(world)
    with_forms = []
    browser = a_browser(world.actor)
    for address in _addresses():
        if address.route.startswith("v1/"):
            continue
        path = address.path(world.arguments | OF_NOBODY)
        if found := _forms(browser, path):
            with_forms.append((address.route, path))
            yield address.route, "every role", found
    for role in Role:
        browser = a_browser(a_member(role, organisation=organisation))
        for route, path in with_forms:
            yield route, role.value, _forms(browser, path)


def _organisation(world: World) -> Organisation:
    with tenant(world.organisation_id):
        found: Organisation = Organisation._base_manager.get(id=world.organisation_id)
    return found


def _forms(browser: object, path: str) -> list[FoundForm]:
    answer = browser.get(path)  # type: ignore[attr-defined]  # a test client
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html") or answer.streaming:
        # A file that is sent stays open until then.
        answer.close()
        return []
    # The menu of the bar stands on every page and has no field.
    return [form for form in forms_of(answer.content.decode()) if form.controls]


def _is_allowed(route: str, control: Control) -> tuple[str, str] | None:
    plain = re.sub(r"<(?:\w+:)?(\w+)>", "*", route)
    for place, name in CHOSEN:
        fits = re.fullmatch(re.escape(place).replace(r"\*", ".*"), plain)
        if fits and name in ("*", control.name):
            return place, name
    return None


# It furnishes a whole studio and looks at every page as each role: the one walk that no single page's test replaces.
def test_no_form_chooses_for_anybody_and_every_field_says_what_it_is(world: World) -> None:
    chosen, nameless, needed = set(), set(), set()
    routes = set()
    for route, role, found in _pages(world):
        routes.add(route)
        for control in (one for form in found for one in form.controls):
            if not control.label:
                nameless.add((route, control.name))
            if control.is_choice and control.chosen and not control.is_disabled:
                if (why := _is_allowed(route, control)) is None:
                    chosen.add((route, control.name, tuple(control.chosen), role))
                else:
                    needed.add(why)

    assert len(routes) > 40, "The walk has lost its pages."
    assert not nameless, "\n".join(str(one) for one in sorted(nameless))
    assert not chosen, "\n".join(str(one) for one in sorted(chosen))
    assert needed == CHOSEN.keys(), "Not needed any more: " + str(CHOSEN.keys() - needed)


def _form_classes(of: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for one in of.__subclasses__():
        yield one
        yield from _form_classes(one)


def test_every_day_goes_to_the_browser_as_browsers_read_it() -> None:
    # Reading the addresses imports every page, and so every form.
    assert list(_addresses())
    widgets = [
        (f"{form.__module__}.{form.__name__}.{name}", one.widget)
        for form in _form_classes()
        if form.__module__.partition(".")[0]
        in {"accounts", "audit", "productions", "licensing", "generation", "provenance"}
        for name, one in getattr(form, "base_fields", {}).items()
        if isinstance(one.widget, forms.DateInput | forms.DateTimeInput)
    ]

    wrong = [
        name
        for name, widget in widgets
        if widget.format
        != {"date": "%Y-%m-%d", "datetime-local": "%Y-%m-%dT%H:%M"}.get(str(widget.input_type), widget.format)
        or (isinstance(widget, forms.DateInput) and widget.format != "%Y-%m-%d")
    ]

    assert len(widgets) > 20
    assert not wrong, wrong


def test_the_reader_sees_what_a_browser_would_send() -> None:
    (form,) = forms_of(
        '<form method="post"><label for="a">Kind</label><select id="a" name="a"><option value="x">X</option></select>'
        '<select name="b"><option value="">Choose</option><option value="y">Y</option></select>'
        '<label><input type="checkbox" name="c" checked> Agreed</label>'
        '<input type="hidden" name="d" value="1"></form>'
    )

    assert [(one.name, one.label, one.chosen) for one in form.controls] == [
        ("a", "Kind", ["x"]),
        ("b", "", []),
        ("c", "Agreed", ["on"]),
    ]
