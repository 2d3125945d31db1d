"""Statements recompute to the cent, also over random histories; a changed one does not."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.values import Role
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core.clock import now
from licensing.operations.ledger import NewPayment, assess, record_payment, reverse
from licensing.operations.statements import issue_statement
from licensing.owed.errors import AlreadyAssessed, NotYoursToSee, PaymentStands, PaymentUnfit, PeriodUnfit
from licensing.owed.statement_csv import COLUMNS, statement_csv
from licensing.owed_queries import obligation_card
from licensing.rate_queries import balances, posting_cards, statement_bytes, statement_card
from tests.factories.documents import a_colleague, an_authority
from tests.factories.owed import Payroll, a_payroll, every_rate, opened
from tests.licensing_owed.test_formulas import ROOT, recomputing

pytestmark = pytest.mark.usefixtures("committed_db")

PERIOD: dict[str, Any] = {"period_from": date(2020, 1, 1), "period_until": date(2100, 1, 1)}


@pytest.fixture
def payroll(committed_db: None) -> Payroll:
    payroll = a_payroll()
    every_rate(payroll)
    return payroll


def _pay(payroll: Payroll, obligation: Any, minor: int, reference: str) -> None:  # noqa: ANN401 - an id
    new = NewPayment(
        performer_minor=minor,
        plan_minor=0,
        currency="USD",
        paid_on=date(2026, 11, 20),
        payroll_reference=reference,
    )
    record_payment(obligation, new, actor=payroll.legal)


def _tool(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    # Isolated: nothing of the project and nothing that was installed is in reach.
    return subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "tools/recompute_statement.py", file, *options],
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_is_recomputed_by_one_file_with_nothing_installed(payroll: Payroll, tmp_path: Path) -> None:
    card = opened(payroll)
    _pay(payroll, card.id, 100_000, "PR-1")
    statement = issue_statement(performer_id=payroll.performer.id, actor=payroll.legal, **PERIOD)
    file = tmp_path / "statement.json"
    file.write_bytes(statement_bytes(statement.id, actor=payroll.legal))

    told = _tool(file, "--sha256", statement.sha256, "--json")

    assert told.returncode == 0, told.stdout
    assert json.loads(told.stdout) == {"amounts": 1, "differences": []}
    assert {row["account"]: row["due_minor"] for row in statement.content["closing"]} == {
        "performer": 200_066,
        "plan": 70_516,
    }


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("postings", 0, "amount", "amount_minor"), 300_065, "amount_minor"),
        (("postings", 0, "amount", "plan_minor"), 1, "plan_minor"),
        (("postings", 0, "amount", "inputs", "days"), 1, "amount_minor"),
        (("postings", 0, "amount", "rates", 0, "amount"), 1, "input"),
        (("postings", 0, "amount", "formula"), "of_our_own", "no published formula"),
        (("postings", 0, "lines", 0, "debit_minor"), 1, "debits in USD"),
        (("closing", 0, "due_minor"), 0, "closing balance"),
        (("opening",), [{"account": "performer", "currency": "USD", "due_minor": 7}], "closing balance"),
    ],
)
def test_whatever_is_changed_in_an_export_is_told(
    payroll: Payroll, tmp_path: Path, path: tuple[Any, ...], value: object, told: str
) -> None:
    opened(payroll)
    statement = issue_statement(performer_id=payroll.performer.id, actor=payroll.legal, **PERIOD)
    content = json.loads(json.dumps(statement.content))
    at = content
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    file = tmp_path / "statement.json"
    file.write_text(json.dumps(content))

    answer = _tool(file, "--sha256", statement.sha256)

    assert answer.returncode == 1
    assert told in answer.stdout
    assert "SHA-256" in answer.stdout


@pytest.mark.parametrize("content", ["", "[]", '{"v": 2}', '{"v": 1}', '{"v": 1, "postings": [{}]}'])
def test_what_is_no_statement_is_refused_without_a_traceback(tmp_path: Path, content: str) -> None:
    file = tmp_path / "statement.json"
    file.write_text(content)

    told = _tool(file)

    assert (told.returncode, "Traceback" in told.stderr) == (2, False)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("use"), st.just(0)),
        st.tuples(st.just("assess"), st.integers(0, 40)),
        st.tuples(st.just("pay"), st.integers(1, 200_000)),
        st.tuples(st.just("reverse"), st.integers(0, 9)),
    ),
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_over_random_histories_the_ledger_balances_and_every_statement_recomputes(
    payroll: Payroll, acts: list[tuple[str, int]]
) -> None:
    card = opened(payroll)
    for kind, number in acts:
        if kind == "use":
            opened(payroll)
        elif kind == "assess":
            with _suppressed(AlreadyAssessed):
                assess(card.id, units={"days": number}, actor=payroll.legal)
        elif kind == "pay":
            with _suppressed(PaymentUnfit):
                _pay(payroll, card.id, number, f"PR-{len(posting_cards(payroll.legal))}")
        else:
            live = [
                one for one in posting_cards(payroll.legal) if one.kind != "reversed" and not one.is_reversed
            ]
            if live:
                with _suppressed(PaymentStands):
                    reverse(live[number % len(live)].id, reason="A slip.", actor=payroll.legal)

    sums = balances(payroll.legal)
    assert sum(one.credit_minor - one.debit_minor for one in sums) == 0
    due = {one.account: one.credit_minor - one.debit_minor for one in sums}
    assert due.get("performer", 0) + due.get("plan", 0) == (
        obligation_card(card.id, actor=payroll.legal).due_minor or 0
    )
    for whom in (payroll.performer.id, None):
        statement = issue_statement(performer_id=whom, actor=payroll.legal, **PERIOD)
        content = statement_bytes(statement.id, actor=payroll.legal)
        assert recomputing().recompute(content, sha256=statement.sha256).differences == []


class _suppressed:  # noqa: N801 - reads as contextlib's own, and lets nothing else pass
    def __init__(self, *kinds: type[Exception]) -> None:
        self.kinds = kinds

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> bool:
        return kind is not None and issubclass(kind, self.kinds)


def test_the_unions_table_has_the_columns_of_its_report(payroll: Payroll) -> None:
    opened(payroll)
    statement = issue_statement(actor=payroll.legal, **PERIOD)

    lines = statement_csv(statement.content).splitlines()

    assert lines[0].split(",") == list(COLUMNS)
    assert "ebdr_same_picture" in lines[1]
    assert "ebdr_scan" in lines[1]


def test_a_cell_that_a_spreadsheet_would_run_is_quoted() -> None:
    content = {
        "postings": [],
        "assessed_to_nothing": [],
        "not_posted": [
            {"performer": "=1+1", "production": "A", "rule": "PAY-02", "units": {}, "missing": []}
        ],
    }

    assert "'=1+1" in statement_csv(content)


def test_a_period_that_ends_before_it_begins_is_refused(payroll: Payroll) -> None:
    with pytest.raises(PeriodUnfit):
        issue_statement(actor=payroll.legal, period_from=date(2026, 2, 1), period_until=date(2026, 2, 1))


def test_a_performer_reads_their_own_statement_and_not_the_unions(payroll: Payroll) -> None:
    opened(payroll)
    performer = a_colleague(payroll.legal, Role.PERFORMER)
    an_authority(payroll.legal, payroll.performer, performer)
    own = issue_statement(performer_id=payroll.performer.id, actor=payroll.legal, **PERIOD)
    unions = issue_statement(actor=payroll.legal, **PERIOD)

    assert statement_card(own.id, actor=performer).sha256 == own.sha256
    with pytest.raises(NotYoursToSee):
        statement_card(unions.id, actor=performer)


def test_the_check_of_the_log_finds_every_posting_and_statement_in_it(payroll: Payroll) -> None:
    card = opened(payroll)
    _pay(payroll, card.id, 5, "PR-1")
    reverse(posting_cards(payroll.legal)[0].id, reason="A slip.", actor=payroll.legal)
    issue_statement(actor=payroll.legal, **PERIOD)

    report = inspect_logs(at=now(), reconcilers=registered(), processes=1)

    assert [(problem.kind, problem.what) for problem in report.problems] == []
