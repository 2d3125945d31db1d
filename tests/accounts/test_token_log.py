from __future__ import annotations

from accounts.operations.tokens import issue_token, revoke_token
from audit.queries import entries_about
from core.clock import now
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all


def test_issue_and_end_of_a_token_are_logged_by_its_head_alone(committed_db: None) -> None:
    actor = a_member()
    issued = issue_token(actor=actor, label="render farm", at=now())
    revoke_token(issued.card.token_key, actor=actor, at=now())
    integrate_all()

    lines = entries_about(actor.organisation_id, f"user:{actor.user_id}")

    assert [line.type for line in lines] == ["accounts.token.issued", "accounts.token.revoked"]
    assert all(line.fields == {"token_key": issued.card.token_key} for line in lines)
