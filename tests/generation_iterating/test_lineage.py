"""Which takes a take came from: what the database keeps of it, whoever writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.values import Actor, Role
from core.ids import new_id
from core.tenancy import tenant
from generation.models import Take, TakeLineage
from generation.values import TakeState
from tests.factories.accounts import a_member
from tests.factories.takes import a_descent, a_take

FRAMES: dict[str, Any] = {
    "kind": "extend_after",
    "first_frame": 12,
    "end_frame": 17,
    "source_sha256": "ab" * 32,
}


def _signed(actor: Actor) -> Take:
    return a_take(actor, state=TakeState.SIGNED, asset_id=new_id(), video_key="ab/ab.mp4")


@pytest.mark.usefixtures("committed_db")
class TestTable:
    @pytest.mark.parametrize("act", ["UPDATE {} SET settings = '{{}}'", "DELETE FROM {}", "TRUNCATE {}"])
    def test_only_grows(self, act: str) -> None:
        actor = a_member(Role.PRODUCER)
        a_descent(a_take(actor), a_take(actor))
        with (
            tenant(actor.organisation_id),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act.format("generation_takelineage"))

    def test_takes_frames_of_a_signed_take(self) -> None:
        actor = a_member(Role.PRODUCER)
        row = a_descent(a_take(actor), _signed(actor), **FRAMES)
        assert (row.first_frame, row.end_frame) == (12, 17)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"end_frame": 18},
            {"end_frame": 12},
            {"source_sha256": ""},
            {"first_frame": None, "end_frame": None},
            {"kind": "variation"},
            {"kind": "wish"},
            {"position": 0},
        ],
    )
    def test_refuses_what_cannot_be(self, wrong: dict[str, Any]) -> None:
        actor = a_member(Role.PRODUCER)
        child, parent = a_take(actor), _signed(actor)
        with pytest.raises(DatabaseError), transaction.atomic():
            a_descent(child, parent, **{**FRAMES, **wrong})

    def test_refuses_frames_of_a_take_that_is_not_signed(self) -> None:
        actor = a_member(Role.PRODUCER)
        child, parent = a_take(actor), a_take(actor)
        with pytest.raises(DatabaseError), transaction.atomic():
            a_descent(child, parent, **FRAMES)

    def test_refuses_a_take_of_another_studio(self) -> None:
        child, parent = a_take(a_member(Role.PRODUCER)), a_take(a_member(Role.PRODUCER))
        with pytest.raises(DatabaseError), transaction.atomic():
            a_descent(child, parent)

    def test_goes_round_in_no_circle(self) -> None:
        actor = a_member(Role.PRODUCER)
        first, second, third = a_take(actor), a_take(actor), a_take(actor)
        a_descent(second, first)
        a_descent(third, second)
        with pytest.raises(DatabaseError), transaction.atomic():
            a_descent(first, third)
        with pytest.raises(DatabaseError), transaction.atomic():
            a_descent(first, first)

    def test_is_unseen_by_others(self) -> None:
        actor, stranger = a_member(Role.PRODUCER), a_member(Role.PRODUCER)
        a_descent(a_take(actor), a_take(actor))
        with tenant(stranger.organisation_id):
            assert not TakeLineage.objects.exists()
