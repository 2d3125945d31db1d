"""Amounts and payments go into the ledger: postings that balance, corrected by reversal alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import canonical_bytes
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from licensing.assessing import Known, known_amount
from licensing.models.ledger import Account, Assessment, Payment, Posting, PostingLine
from licensing.models.owed import Obligation, ObligationEnd
from licensing.owed.errors import (
    AlreadyAssessed,
    AmountUnknown,
    NoSuchObligation,
    NoSuchPosting,
    NotAPayDuty,
    ObligationEnded,
    PaymentOnRecord,
    PaymentStands,
    PaymentUnfit,
    PostingReversed,
)
from licensing.owed.formulas import FORMULAS, ROUNDING
from licensing.owed.values import AccountKind, EndKind, Payee, PostingKind
from licensing.owed_cards import ObligationCard
from licensing.owed_queries import live_assessment, obligation_card, paid_on
from licensing.values import DutyKind

_PAY = (DutyKind.PAY_PERFORMER, DutyKind.PAY_PLAN)


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a posting."""

    account: AccountKind
    currency: str
    debit_minor: int = 0
    credit_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """What payroll paid. `performer_minor` to the performer, `plan_minor` to the plan."""

    performer_minor: int
    plan_minor: int
    currency: str
    paid_on: date
    payroll_reference: str


def assess(
    obligation_id: UUID,
    *,
    actor: Actor,
    formula: str | None = None,
    units: Mapping[str, int | str] | None = None,
    document_sha256: str = "",
) -> ObligationCard:
    """Compute what an obligation comes to and post it.

    Args:
        obligation_id: a duty to pay.
        actor: who says so.
        formula: which of the rule's formulas holds, where the duty leaves it open.
        units: days, words and the like that the duty leaves open, or more of them than it estimated.
        document_sha256: the paper the units were taken from.

    Raises:
        NoSuchObligation, NotAPayDuty, ObligationEnded: nothing to assess.
        AlreadyAssessed: an amount stands; reverse its posting first.
        AmountUnknown: figures are missing; the refusal names each.
        FormulaUnfit: not a formula of this rule, or not a unit of this formula.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _payable(obligation_id)
        if live_assessment(row) is not None:
            raise AlreadyAssessed("The amount stands in the ledger. Reverse its posting to assess anew.")
        known = known_amount(row, formula=formula, units=units or {})
        if not isinstance(known, Known):
            raise AmountUnknown(known)
        _post_assessment(row, known, at=clock.now(), actor_label=actor.label, document_sha256=document_sha256)
    return obligation_card(obligation_id, actor=actor)


def assess_if_known(row: Obligation, *, at: datetime, actor_label: str) -> bool:
    """Post the amount of `row` where every figure is known; inside the caller's transaction."""
    if row.duty not in _PAY or not row.formula:
        return False
    _lock(row.id)
    if ObligationEnd.objects.filter(obligation=row).exists() or live_assessment(row) is not None:
        return False
    known = known_amount(row, formula=None, units={})
    if not isinstance(known, Known):
        return False
    _post_assessment(row, known, at=at, actor_label=actor_label, document_sha256="")
    return True


def record_payment(obligation_id: UUID, new: NewPayment, *, actor: Actor) -> ObligationCard:
    """Record that payroll paid.

    Raises:
        NoSuchObligation, NotAPayDuty, ObligationEnded: nothing to pay.
        PaymentUnfit: nothing was assessed, or it is more than is due, or another currency.
        PaymentOnRecord: the payroll reference is on record for it already.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _payable(obligation_id)
        assessed = live_assessment(row)
        if assessed is None:
            raise PaymentUnfit("Nothing was assessed yet, so there is nothing to set a payment against.")
        _check_payment(assessed, paid_on(row), new)
        if Payment.objects.filter(obligation=row, payroll_reference=new.payroll_reference).exists():
            raise PaymentOnRecord(f"Payroll reference {new.payroll_reference} is on record here already.")
        at = clock.now()
        lines = [
            Line(AccountKind.PERFORMER, new.currency, debit_minor=new.performer_minor),
            Line(AccountKind.PLAN, new.currency, debit_minor=new.plan_minor),
            Line(AccountKind.CLEARING, new.currency, credit_minor=new.performer_minor + new.plan_minor),
        ]
        posting = post(row, PostingKind.PAID, lines, at=at, actor_label=actor.label)
        payment = Payment.objects.create(
            obligation=row,
            posting=posting,
            currency=new.currency,
            performer_minor=new.performer_minor,
            plan_minor=new.plan_minor,
            paid_on=new.paid_on,
            payroll_reference=new.payroll_reference,
            recorded_at=at,
            recorded_by_id=actor.user_id,
        )
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.PAYMENT_RECORDED,
            actor=actor.label,
            subject=f"obligation:{row.id}",
            fields={
                "payment": str(payment.id),
                "obligation": str(row.id),
                "posting_sha256": posting.content_sha256,
            },
            at=at,
            production_id=row.production_id,
            person_id=row.performer_id,
        )
    return obligation_card(obligation_id, actor=actor)


def reverse(posting_id: UUID, *, reason: str, actor: Actor) -> ObligationCard:
    """Undo a posting by its mirror image; the posting itself stays.

    Raises:
        NoSuchPosting: not here.
        PostingReversed: it was reversed already, or is a reversal.
        PaymentStands: it is an amount on which payments stand.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: Posting | None = Posting.objects.select_related("obligation").filter(id=posting_id).first()
        if row is None:
            raise NoSuchPosting("There is no such posting here.")
        _lock(row.obligation_id)
        if row.kind == PostingKind.REVERSED or Posting.objects.filter(reverses=row).exists():
            raise PostingReversed("This posting was reversed already, or is a reversal itself.")
        if row.kind == PostingKind.ASSESSED and any(paid_on(row.obligation)):
            raise PaymentStands("Something was paid on this amount. Reverse the payments first.")
        mirrored = [
            Line(AccountKind(line.account.kind), line.currency, line.credit_minor, line.debit_minor)
            for line in row.lines.select_related("account").all()
        ]
        post(
            row.obligation,
            PostingKind.REVERSED,
            mirrored,
            at=clock.now(),
            actor_label=actor.label,
            reverses=row,
            reason=reason,
        )
        obligation_id = row.obligation_id
    return obligation_card(obligation_id, actor=actor)


def post(
    obligation: Obligation,
    kind: PostingKind,
    lines: Sequence[Line],
    *,
    at: datetime,
    actor_label: str,
    reverses: Posting | None = None,
    reason: str = "",
) -> Posting:
    """Write one posting with its lines and log it, inside the caller's transaction; empty lines are left out."""
    performer_id = obligation.performer_id
    rows = []
    for line in lines:
        if not line.debit_minor and not line.credit_minor:
            continue
        account = _account(obligation.organisation_id, line.account, performer_id)
        rows.append((account, line))
    content = posting_content(
        [(line.account.value, line.currency, line.debit_minor, line.credit_minor) for _, line in rows]
    )
    posting: Posting = Posting.objects.create(
        kind=kind,
        obligation=obligation,
        reverses=reverses,
        reason=reason,
        content_sha256=sha256_hex(content),
        posted_at=at,
        actor=actor_label,
    )
    PostingLine.objects.bulk_create(
        PostingLine(
            organisation_id=obligation.organisation_id,
            posting=posting,
            position=position,
            account=account,
            currency=line.currency,
            debit_minor=line.debit_minor,
            credit_minor=line.credit_minor,
        )
        for position, (account, line) in enumerate(rows)
    )
    trail.record(
        organisation_id=obligation.organisation_id,
        entry_type=EntryType.LEDGER_POSTED,
        actor=actor_label,
        subject=f"obligation:{obligation.id}",
        fields={
            "posting": str(posting.id),
            "obligation": str(obligation.id),
            "kind": kind.value,
            "posting_sha256": posting.content_sha256,
        },
        at=at,
        production_id=obligation.production_id,
        person_id=performer_id,
    )
    return posting


def posting_content(lines: Sequence[tuple[str, str, int, int]]) -> bytes:
    """The one spelling of a posting's lines, in their order: account kind, currency, debit, credit."""
    return canonical_bytes([list(line) for line in lines])


def _post_assessment(
    row: Obligation, known: Known, *, at: datetime, actor_label: str, document_sha256: str
) -> None:
    owed, formula = known.owed, FORMULAS[known.formula]
    total = owed.amount_minor + owed.plan_minor
    posting = None
    if total:
        to_plan = owed.plan_minor + (owed.amount_minor if formula.payee is Payee.PLAN else 0)
        lines = [
            Line(AccountKind.STUDIO_COST, known.currency, debit_minor=total),
            Line(AccountKind.PERFORMER, known.currency, credit_minor=total - to_plan),
            Line(AccountKind.PLAN, known.currency, credit_minor=to_plan),
        ]
        posting = post(row, PostingKind.ASSESSED, lines, at=at, actor_label=actor_label)
    Assessment.objects.create(
        obligation=row,
        posting=posting,
        formula=known.formula,
        rule_ids=list(formula.rule_ids),
        edition=row.agreement or "none",
        grade=row.grade,
        inputs=dict(known.inputs),
        rates=list(known.rates),
        rounding=ROUNDING,
        residuals=formula.residuals,
        currency=known.currency,
        amount_minor=owed.amount_minor,
        plan_minor=owed.plan_minor,
        document_sha256=document_sha256,
        assessed_at=at,
        actor=actor_label,
    )


def _check_payment(assessed: Assessment, paid: tuple[int, int], new: NewPayment) -> None:
    to_plan = FORMULAS[assessed.formula].payee is Payee.PLAN
    owed_performer = 0 if to_plan else assessed.amount_minor
    owed_plan = assessed.plan_minor + (assessed.amount_minor if to_plan else 0)
    if new.currency != assessed.currency:
        raise PaymentUnfit(f"It is owed in {assessed.currency}, not in {new.currency}.")
    if new.performer_minor < 0 or new.plan_minor < 0 or not new.performer_minor + new.plan_minor:
        raise PaymentUnfit("A payment is of more than nothing.")
    if new.performer_minor > owed_performer - paid[0] or new.plan_minor > owed_plan - paid[1]:
        raise PaymentUnfit("This is more than is still due.")


def _payable(obligation_id: UUID) -> Obligation:
    row: Obligation | None = Obligation.objects.filter(id=obligation_id).first()
    if row is None:
        raise NoSuchObligation("There is no such obligation here.")
    if row.duty not in _PAY:
        raise NotAPayDuty("Only a duty to pay comes to an amount.")
    _lock(row.id)
    ended = ObligationEnd.objects.filter(obligation=row, kind=EndKind.WAIVED).first()
    if ended is not None:
        raise ObligationEnded(ended.kind)
    return row


def _lock(obligation_id: UUID) -> None:
    """Money acts on one obligation come one after the other; the row itself the application may not lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"owed:{obligation_id}"])


def _account(organisation_id: UUID, kind: AccountKind, performer_id: UUID | None) -> Account:
    whose = performer_id if kind is AccountKind.PERFORMER else None
    account: Account | None = Account.objects.filter(kind=kind, performer_id=whose).first()
    if account is None:
        try:
            with transaction.atomic():
                account = Account.objects.create(
                    id=new_id(), organisation_id=organisation_id, kind=kind, performer_id=whose
                )
        except IntegrityError:
            account = Account.objects.get(kind=kind, performer_id=whose)
    return account
