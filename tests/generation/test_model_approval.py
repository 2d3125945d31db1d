"""Bringing models into a studio."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from accounts.values import Role
from audit.queries import entries_about
from core.clock import now
from core.tenancy import tenant
from generation.errors import ModelVersionTaken
from generation.model_queries import model_page
from generation.models import ModelRelease
from generation.operations.models import NewModel, approve_model
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.takes import a_model_release

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


@pytest.mark.django_db
def test_what_is_on_file_about_the_same_weights_is_brought_up_to_date() -> None:
    admin = a_member(Role.ADMIN)
    first = approve_model(BUILT_IN, actor=admin, at=now())

    again = approve_model(replace(BUILT_IN, on_file=("audit", "region")), actor=admin, at=now())

    assert again.id == first.id
    with tenant(admin.organisation_id):
        assert ModelRelease.objects.get(id=first.id).on_file == ["audit", "region"]


@pytest.mark.django_db
def test_other_weights_need_another_version() -> None:
    admin = a_member(Role.ADMIN)
    known = a_model_release(admin, name="Built-in", version="1", lock_sha256="0" * 64)

    with pytest.raises(ModelVersionTaken, match="Built-in 1"):
        approve_model(BUILT_IN, actor=admin, at=now())

    with tenant(admin.organisation_id):
        assert ModelRelease.objects.get(id=known.id).lock_sha256 == "0" * 64


@pytest.mark.usefixtures("committed_db")
def test_each_approval_is_logged_with_the_digest_of_the_weights() -> None:
    admin = a_member(Role.ADMIN)
    card = approve_model(BUILT_IN, actor=admin, at=now())

    integrate_all()

    (line,) = entries_about(admin.organisation_id, f"model:{card.id}")
    assert (line.type, line.actor) == ("generation.model.approved", admin.label)
    assert line.fields["model_sha256"] == card.lock_sha256
    (record,) = model_page(admin.organisation_id, card.id).records
    assert line.fields["content_sha256"] == record.content_sha256
