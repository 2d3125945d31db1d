"""Limits that were on record before uses became deliveries: the migration names how they are counted, and no more."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings

from licensing import migrations
from licensing.names import UsesAre
from licensing.operations.quotas import commit_quotas
from licensing.quotas import QuotaUnit
from tests.database import administrator
from tests.factories.quotas import Ground

pytestmark = pytest.mark.usefixtures("committed_db")


def _quota(owner: psycopg.Connection, consent_id: UUID) -> tuple[object, ...] | None:
    return owner.execute(
        "SELECT unit, most, used, reserved FROM licensing_quota WHERE consent_id = %s", [consent_id]
    ).fetchone()


def test_they_are_counted_by_takes_as_they_were_and_no_figure_is_touched() -> None:
    ground = Ground(most_uses=5, uses_are=UsesAre.SIGNED_TAKES)
    commit_quotas(ground.hold({QuotaUnit.TAKES_AS_USES: 2}), {QuotaUnit.TAKES_AS_USES: 2})
    ground.hold({QuotaUnit.TAKES_AS_USES: 1})
    folder = Path(migrations.__file__).parent / "sql"
    there, back = ((folder / f"uses_delivered_v1{way}.sql").read_bytes() for way in ("", ".down"))

    with (
        administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as owner,
        owner.transaction(force_rollback=True),
    ):
        # Whoever migrates owns the tables and sees the rows of nobody.
        owner.execute("SET LOCAL ROLE countersign_owner")
        owner.execute(back)
        owner.execute("RESET ROLE")
        before = _quota(owner, ground.consent.id)
        owner.execute("SET LOCAL ROLE countersign_owner")
        owner.execute(there)
        owner.execute("RESET ROLE")
        after = _quota(owner, ground.consent.id)

    assert before == ("uses", 5, 2, 1)
    assert after == ("takes_as_uses", 5, 2, 1)
