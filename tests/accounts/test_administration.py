from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import CompositePrimaryKey
from django.test import Client, override_settings
from django.urls import reverse

from accounts.values import Role
from core.tenancy import tenant
from tests.accounts.test_isolation_of_tables import CLOSED, OURS
from tests.factories.accounts import a_member
from tests.factories.requests import a_browser
from tests.factories.world import World, a_world

ELSEWHERE = {
    "audit_anchortrouble": "on the page of the log's health",
    "audit_platformentry": "public, under the address of the platform's log",
    "audit_subjectkey": "nowhere: keys are shown to nobody",
    "licensing_custodykey": "nowhere: keys are shown to nobody",
}
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models()]


@pytest.fixture
def world(committed_db: None, tmp_path: Path) -> Iterator[World]:
    with override_settings(MEDIA_FOLDER=tmp_path / "media", KEYS_FOLDER=tmp_path / "keys"):
        yield a_world("Aurora", tmp_path)


def test_every_model_of_ours_is_registered() -> None:
    # Django's administration cannot show a table whose key has two columns.
    readable = {
        model
        for model in MODELS
        if model._meta.db_table not in CLOSED.keys() | ELSEWHERE.keys()
        and not isinstance(model._meta.pk, CompositePrimaryKey)
    }

    assert readable <= admin.site._registry.keys()


def test_staff_see_their_own_organisations_rows_and_another_studios_staff_none(world: World) -> None:
    own = a_browser(world.actor)
    stranger = a_member(*Role, is_staff=True)
    # Two of them: administration repeats on the next page what was asked for in vain.
    other, opener = a_browser(stranger), a_browser(stranger)
    wrong = {}
    for model in admin.site._registry.keys() & set(MODELS):
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        changelist = reverse(f"admin:{label}_changelist")
        if own.get(changelist).status_code != 200:
            wrong[label] = "does not open for its own staff"
        text = other.get(changelist).text
        if seen := [mark for mark in world.marks if mark in text]:
            wrong[label] = f"shows {seen}"
        with tenant(world.organisation_id):
            row = model._default_manager.first()
        if row is None or label == "accounts_signinfailure":
            continue
        change = reverse(f"admin:{label}_change", args=[row.pk])
        if own.get(change).status_code != 200:
            wrong[label] = "has rows that do not open for its own staff"
        if (
            label not in {"licensing_rulepack", "provenance_statuslist"}
            and opener.get(change).status_code != 302
        ):
            wrong[label] = "opens a row of another organisation"

    assert not wrong


@pytest.mark.django_db
def test_administration_is_for_staff() -> None:
    assert a_browser(a_member(Role.ADMIN)).get("/admin/").status_code in {302, 403}
    assert Client().get("/admin/").status_code == 302


@pytest.mark.django_db
def test_staff_who_act_for_nobody_are_told_to_choose() -> None:
    browser = a_browser(a_member(is_staff=True))
    session = browser.session
    session["organisation"] = str(a_member().organisation_id)
    session.save()

    answer = browser.get("/admin/productions/production/")

    assert answer.status_code == 403
    assert "Choose an organisation" in answer.text
