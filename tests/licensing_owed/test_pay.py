"""From a signed take to money that was paid, and everything that is refused on the way."""

from __future__ import annotations

import threading
from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.values import Role
from core.ids import new_id
from core.tenancy import tenant
from licensing.models.ledger import Account, Posting, PostingLine
from licensing.operations.ledger import NewPayment, assess, record_payment, reverse
from licensing.operations.obligations import Service, serve, waive
from licensing.owed.errors import (
    AlreadyAssessed,
    AmountUnknown,
    FormulaUnfit,
    ObligationEnded,
    PaymentOnRecord,
    PaymentStands,
    PaymentUnfit,
    PayNotServed,
    PostingReversed,
)
from licensing.owed.values import ObligationState, RateKind, WaiverReason
from licensing.owed_queries import obligation_card, obligation_cards
from licensing.rate_queries import balances
from tests.factories.documents import a_colleague, an_authority
from tests.factories.licensing import DOCUMENT_SHA256
from tests.factories.owed import Payroll, a_payroll, a_rate, every_rate, opened

pytestmark = pytest.mark.usefixtures("committed_db")

# By hand: 2 days at 1,500.33, which is above the minimum; 23.5 % of 3,000.66 is 705.1551.
TWO_DAYS, PLAN = 300_066, 70_516


@pytest.fixture
def payroll(committed_db: None) -> Payroll:
    return a_payroll()


def _payment(performer: int = TWO_DAYS, plan: int = PLAN, reference: str = "PR-1") -> NewPayment:
    return NewPayment(
        performer_minor=performer,
        plan_minor=plan,
        currency="USD",
        paid_on=date(2026, 11, 20),
        payroll_reference=reference,
    )


def test_without_rates_the_days_are_owed_and_no_amount_is_posted(payroll: Payroll) -> None:
    card = opened(payroll)

    assert (card.rule_id, card.formulas, card.units) == ("PAY-02", ("ebdr_same_picture",), {"days": 2})
    assert card.amount is None
    assert any("day minimum" in one and "to be entered from the rate sheet" in one for one in card.missing)
    assert balances(payroll.legal) == ()


def test_with_every_rate_confirmed_the_amount_is_posted_as_the_take_is_signed(payroll: Payroll) -> None:
    every_rate(payroll)

    card = opened(payroll)

    assert card.amount is not None
    assert (card.amount.amount_minor, card.amount.plan_minor) == (TWO_DAYS, PLAN)
    assert card.amount.inputs["contract_daily_minor"] == 150_033
    assert card.state is ObligationState.OPEN


def test_an_amount_that_waited_is_posted_when_its_last_rate_is_confirmed(payroll: Payroll) -> None:
    card = opened(payroll)
    every_rate(payroll)

    after = obligation_card(card.id, actor=payroll.legal)

    assert after.due_minor == TWO_DAYS + PLAN


def test_a_second_take_is_a_further_use_and_no_second_pay(payroll: Payroll) -> None:
    every_rate(payroll)
    first, second = opened(payroll), opened(payroll)

    assert first.id == second.id
    assert len(second.uses) == 2
    assert second.due_minor == TWO_DAYS + PLAN


def test_the_same_take_told_twice_changes_nothing(payroll: Payroll) -> None:
    take = new_id()
    opened(payroll, effect_id=take)

    assert len(opened(payroll, effect_id=take).uses) == 1


def test_what_was_paid_in_parts_is_done_when_nothing_is_due(payroll: Payroll) -> None:
    every_rate(payroll)
    card = opened(payroll)

    part = record_payment(card.id, _payment(performer=100_000, plan=0), actor=payroll.legal)
    rest = record_payment(card.id, _payment(200_066, PLAN, "PR-2"), actor=payroll.legal)

    assert (part.state, part.due_minor) == (ObligationState.OPEN, 200_066 + PLAN)
    assert (rest.state, rest.due_minor) == (ObligationState.DONE, 0)


@pytest.mark.parametrize(
    ("payment", "refusal"),
    [
        (_payment(performer=TWO_DAYS + 1), PaymentUnfit),
        (_payment(performer=0, plan=0), PaymentUnfit),
        (_payment(performer=-1, plan=1), PaymentUnfit),
    ],
)
def test_a_payment_that_does_not_fit_is_refused(
    payroll: Payroll, payment: NewPayment, refusal: type[Exception]
) -> None:
    every_rate(payroll)
    card = opened(payroll)

    with pytest.raises(refusal):
        record_payment(card.id, payment, actor=payroll.legal)

    assert obligation_card(card.id, actor=payroll.legal).paid_minor == 0


def test_a_payroll_reference_counts_once(payroll: Payroll) -> None:
    every_rate(payroll)
    card = opened(payroll)
    record_payment(card.id, _payment(performer=1, plan=0), actor=payroll.legal)

    with pytest.raises(PaymentOnRecord):
        record_payment(card.id, _payment(performer=1, plan=0), actor=payroll.legal)


def test_an_amount_is_corrected_by_reversal_alone(payroll: Payroll) -> None:
    every_rate(payroll)
    card = opened(payroll)
    assert card.amount is not None
    assert card.amount.posting_id is not None

    with pytest.raises(AlreadyAssessed):
        assess(card.id, actor=payroll.legal, units={"days": 3})
    reverse(card.amount.posting_id, reason="Three days, not two.", actor=payroll.legal)
    after = assess(card.id, actor=payroll.legal, units={"days": "2.5"}, document_sha256=DOCUMENT_SHA256)

    assert after.amount is not None
    assert after.amount.amount_minor == 3 * 150_033
    assert [one.is_live for one in after.amounts] == [False, True]
    with pytest.raises(PostingReversed):
        reverse(card.amount.posting_id, reason="Again.", actor=payroll.legal)


def test_an_amount_with_payments_is_not_reversed_under_them(payroll: Payroll) -> None:
    every_rate(payroll)
    card = opened(payroll)
    paid = record_payment(card.id, _payment(), actor=payroll.legal)
    assert card.amount is not None
    assert card.amount.posting_id is not None

    with pytest.raises(PaymentStands):
        reverse(card.amount.posting_id, reason="A mistake.", actor=payroll.legal)
    undone = reverse(paid.payments[0].posting_id, reason="The bank sent it back.", actor=payroll.legal)

    assert (undone.state, undone.due_minor) == (ObligationState.OPEN, TWO_DAYS + PLAN)


def test_units_and_formulas_of_another_rule_are_refused(payroll: Payroll) -> None:
    card = opened(payroll)

    with pytest.raises(FormulaUnfit):
        assess(card.id, actor=payroll.legal, units={"words": 10})
    with pytest.raises(FormulaUnfit):
        assess(card.id, actor=payroll.legal, formula="commercial")
    with pytest.raises(AmountUnknown) as refused:
        assess(card.id, actor=payroll.legal)
    assert len(refused.value.missing) == 3


def test_rates_in_two_currencies_come_to_no_amount(payroll: Payroll) -> None:
    a_rate(payroll)
    a_rate(payroll, RateKind.CONTRACT_DAILY, currency="GBP", performer_id=payroll.performer.id)
    a_rate(payroll, RateKind.PLAN_PERCENT, amount=0, category="any")

    card = opened(payroll)

    assert card.amount is None
    assert card.missing == ("one currency; the rates are in GBP and USD",)


def test_pay_is_paid_and_not_served(payroll: Payroll) -> None:
    card = opened(payroll)

    with pytest.raises(PayNotServed):
        serve(
            card.id,
            Service(document_sha256=DOCUMENT_SHA256, served_on=date(2026, 11, 1), served_to="payroll"),
            actor=payroll.legal,
        )


def test_a_waived_obligation_takes_no_money_and_ends_once(payroll: Payroll) -> None:
    every_rate(payroll)
    card = opened(payroll)
    waive(card.id, reason_code=WaiverReason.CREDITOR_AGREED, reason="Paid in kind.", actor=payroll.legal)

    with pytest.raises(ObligationEnded):
        record_payment(card.id, _payment(), actor=payroll.legal)
    with pytest.raises(ObligationEnded):
        waive(card.id, reason_code=WaiverReason.NOT_OWED, reason="Again.", actor=payroll.legal)


def test_who_may_sign_for_the_performer_sees_what_they_are_owed_and_nothing_else(payroll: Payroll) -> None:
    opened(payroll)
    performer, stranger = (a_colleague(payroll.legal, Role.PERFORMER) for _ in range(2))
    an_authority(payroll.legal, payroll.performer, performer)

    assert len(obligation_cards(performer)) == 1
    assert obligation_cards(stranger) == ()


class TestTheDatabase:
    @pytest.fixture
    def account_id(self, payroll: Payroll) -> UUID:
        every_rate(payroll)
        opened(payroll)
        with tenant(payroll.organisation_id):
            account: Account = Account.objects.get(kind="studio_cost")
            return account.id

    def _post(self, payroll: Payroll, account_id: UUID, *lines: tuple[str, int, int]) -> None:
        obligation = obligation_cards(payroll.legal)[0].id
        with tenant(payroll.organisation_id):
            from core.clock import now

            posting = Posting.objects.create(
                kind="paid", obligation_id=obligation, content_sha256="0" * 64, posted_at=now(), actor="t"
            )
            for position, (currency, debit, credit) in enumerate(lines):
                PostingLine.objects.create(
                    posting=posting,
                    position=position,
                    account_id=account_id,
                    currency=currency,
                    debit_minor=debit,
                    credit_minor=credit,
                )

    @pytest.mark.parametrize(
        "lines",
        [
            (),
            (("USD", 5, 0),),
            (("USD", 5, 0), ("USD", 0, 4)),
            (("USD", 5, 0), ("EUR", 0, 5)),
            (("USD", 5, 0), ("USD", 0, 5), ("EUR", 1, 0)),
        ],
    )
    def test_commits_no_posting_that_does_not_balance_in_each_currency(
        self, payroll: Payroll, account_id: UUID, lines: tuple[tuple[str, int, int], ...]
    ) -> None:
        with pytest.raises(IntegrityError, match="debits and credits"):
            self._post(payroll, account_id, *lines)

    def test_commits_one_that_does(self, payroll: Payroll, account_id: UUID) -> None:
        self._post(payroll, account_id, ("USD", 5, 0), ("USD", 0, 5))

    @pytest.mark.parametrize("table", ["posting", "postingline", "assessment", "account", "obligation"])
    @pytest.mark.parametrize(
        "statement", ["UPDATE {} SET organisation_id = organisation_id", "DELETE FROM {}"]
    )
    def test_lets_nobody_edit_or_delete(
        self, payroll: Payroll, account_id: UUID, table: str, statement: str
    ) -> None:
        with (
            tenant(payroll.organisation_id),
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(f"licensing_{table}"))

    def test_adds_no_line_to_a_posting_of_another_transaction(
        self, payroll: Payroll, account_id: UUID
    ) -> None:
        with tenant(payroll.organisation_id):
            posting = Posting.objects.get()
        with (
            pytest.raises(IntegrityError, match="all its lines at once"),
            tenant(payroll.organisation_id),
        ):
            PostingLine.objects.create(
                posting=posting,
                position=9,
                account_id=account_id,
                currency="USD",
                debit_minor=1,
                credit_minor=0,
            )


def test_of_many_payments_at_once_no_more_than_what_is_due_is_taken(payroll: Payroll) -> None:
    every_rate(payroll)
    card = opened(payroll)
    outcomes: list[str] = []

    def pay(number: int) -> None:
        try:
            record_payment(
                card.id, _payment(performer=120_000, plan=0, reference=f"PR-{number}"), actor=payroll.legal
            )
            outcomes.append("paid")
        except PaymentUnfit:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(outcomes) == ["paid"] * 2 + ["refused"] * 4
    assert sum(one.credit_minor - one.debit_minor for one in balances(payroll.legal)) == 0


def test_two_takes_that_finish_at_once_open_one_obligation(payroll: Payroll) -> None:
    every_rate(payroll)
    failures: list[BaseException] = []

    def sign() -> None:
        try:
            opened(payroll)
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert failures == []
    (card,) = [one for one in obligation_cards(payroll.legal) if one.is_pay]
    assert len(card.uses) == 4
    assert card.due_minor == TWO_DAYS + PLAN
