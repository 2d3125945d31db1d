"""What the tables say of custody, of case files and of the register is what the log says."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.values import Actor
from audit.inspection import inspect_logs
from audit.reconciliation import Acts, registered
from core.clock import now
from licensing import agreeing_reconciling, owed_reconciling, reconciling
from licensing.custody.destruction import destroy_asset
from licensing.names import ChangeReason
from licensing.operations.register_changes import Restatement, restate_performer
from licensing.performer_cards import ConsentCard, PerformerCard
from licensing.review import reconciling as review_reconciling
from licensing.values import SubjectState
from tests.factories.audit import integrate_all
from tests.factories.custody import an_asset
from tests.factories.licensing import DOCUMENT_SHA256
from tests.tampered_rows import tampered


def test_no_kind_of_act_is_written_down_and_then_not_asked_about() -> None:
    described = {
        found.entry_type
        for module in (reconciling, agreeing_reconciling, owed_reconciling, review_reconciling)
        for found in vars(module).values()
        if isinstance(found, Acts)
    }

    assert described <= {acts.entry_type for acts in reconciling.RECONCILER.acts}


def _problems() -> list[str]:
    integrate_all()
    return [one.kind for one in inspect_logs(at=now(), reconcilers=registered()).problems]


@pytest.mark.usefixtures("committed_db")
def test_what_was_taken_in_destroyed_and_stated_has_its_entries(
    legal: Actor, ana: PerformerCard, consent: ConsentCard
) -> None:
    an_asset(legal, consent.id)
    gone = an_asset(legal, consent.id)
    destroy_asset(gone.id, actor=legal)
    died = Restatement(
        facts={"state": SubjectState.DECEASED_REPRESENTED},
        reason=ChangeReason.HAPPENED,
        document_sha256=DOCUMENT_SHA256,
        true_since=date(2026, 11, 2),
    )
    restate_performer(ana.id, died, actor=legal)
    assert _problems() == []

    with tampered("licensing_registerchange", "UPDATE licensing_registerchange SET reason = 'learned'"):
        assert _problems() != []
    with tampered(
        "licensing_custodyasset",
        "UPDATE licensing_custodyasset SET sealed_sha256 = repeat('0', 64) WHERE state = 'held'",
    ):
        assert _problems() != []
