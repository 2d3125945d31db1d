"""Bringing models into a studio."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from accounts.values import Role
from core.clock import now
from core.tenancy import tenant
from generation.errors import ModelVersionTaken
from generation.models import ModelRelease
from generation.operations.models import NewModel, approve_model
from tests.factories.accounts import a_member
from tests.factories.takes import a_model_release

pytestmark = pytest.mark.django_db

BUILT_IN = NewModel(
    name="Built-in",
    version="1",
    folder="generation/builtin_model",
    licence="Apache-2.0",
    data_statement="Drawn shapes.",
    on_file=("audit",),
    terms_changed=False,
    talent_enhancement=False,
    unowned_training_data=False,
    trained_for_project=False,
    on_market_since=date(2026, 11, 23),
)


def test_what_is_on_file_about_the_same_weights_is_brought_up_to_date() -> None:
    admin = a_member(Role.ADMIN)
    first = approve_model(BUILT_IN, actor=admin, at=now())

    again = approve_model(replace(BUILT_IN, on_file=("audit", "region")), actor=admin, at=now())

    assert again.id == first.id
    with tenant(admin.organisation_id):
        assert ModelRelease.objects.get(id=first.id).on_file == ["audit", "region"]


def test_other_weights_need_another_version() -> None:
    admin = a_member(Role.ADMIN)
    known = a_model_release(admin, name="Built-in", version="1", lock_sha256="0" * 64)

    with pytest.raises(ModelVersionTaken, match="Built-in 1"):
        approve_model(BUILT_IN, actor=admin, at=now())

    with tenant(admin.organisation_id):
        assert ModelRelease.objects.get(id=known.id).lock_sha256 == "0" * 64
