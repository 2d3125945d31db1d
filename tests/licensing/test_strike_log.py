from __future__ import annotations

from accounts.values import Role
from licensing.operations.strikes import begin_strike, end_strike
from licensing.values import Agreement
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.log_readers import newest_entries


def test_the_log_tells_when_a_strike_began_and_ended_and_who_called_it(committed_db: None) -> None:
    actor = a_member(Role.UNION_REP)
    begun = begin_strike(Agreement.SAG_TVT_2026, actor=actor)
    ended = end_strike(Agreement.SAG_TVT_2026, actor=actor)

    integrate_all()

    lines = newest_entries(actor.organisation_id).entries[::-1]
    assert [(one.type, one.at) for one in lines] == [
        ("licensing.strike.begun", begun),
        ("licensing.strike.ended", ended),
    ]
    assert {one.actor for one in lines} == {actor.label}
    assert {one.fields["agreement"] for one in lines} == {"sag_tvt_2026"}
