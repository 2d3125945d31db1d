"""Statements: what was owed and paid in a period, with everything needed to recompute it, frozen and logged."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.values import Actor
from audit import subjects, trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from core.tenancy import tenant
from licensing.models.ledger import Assessment, PayStatement, Posting, PostingLine
from licensing.models.owed import Obligation, ObligationUse
from licensing.owed.errors import PeriodUnfit
from licensing.owed.values import AccountKind, PostingKind, StatementKind
from licensing.owed_cards import ObligationCard, StatementCard
from licensing.owed_queries import obligation_cards, require_sight_of
from licensing.rate_queries import statement_card

_VERSION = 1


def issue_statement(
    *, period_from: date, period_until: date, actor: Actor, performer_id: UUID | None = None
) -> StatementCard:
    """Issue a performer's statement, or with no performer named the union's use and pay ledger.

    It is given when the log covers its digest. The period is in days of UTC; `period_until` is the first day after.

    Raises:
        PeriodUnfit: the period is empty or not over.
        UnknownPerformer: not here.
        audit.errors.LogNotReady: it is issued; the log has not confirmed it yet.
    """
    at = clock.now()
    if period_from >= period_until:
        raise PeriodUnfit("The period ends before it begins.")
    begins, ends = (datetime.combine(day, time.min, UTC) for day in (period_from, period_until))
    cards = obligation_cards(actor, performer_id=performer_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        name = require_sight_of(actor, performer_id) if performer_id else None
        kind = StatementKind.PERFORMER if performer_id else StatementKind.UNION
        content = canonical_bytes(
            {
                "v": _VERSION,
                "kind": kind.value,
                "performer": {"id": str(performer_id), "name": name} if performer_id else None,
                "period": {"from": period_from.isoformat(), "until": period_until.isoformat()},
                "issued_at": at.isoformat(),
                "opening": _opening(begins, performer_id),
                "postings": _postings(begins, ends, performer_id),
                "assessed_to_nothing": _to_nothing(begins, ends, performer_id),
                "not_posted": [_not_posted(card) for card in cards if card.missing],
                "closing": _opening(ends, performer_id),
            }
        )
        row: PayStatement = PayStatement.objects.create(
            kind=kind,
            performer_id=performer_id,
            period_from=period_from,
            period_until=period_until,
            content=content,
            sha256=sha256_hex(content),
            issued_at=at,
            issued_by_id=actor.user_id,
        )
        uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.PAY_STATEMENT_ISSUED,
            actor=actor.label,
            subject=f"pay-statement:{row.id}",
            fields={
                "statement": str(row.id),
                "statement_sha256": row.sha256,
                "performers": subjects.performers(actor.organisation_id, [performer_id])
                if performer_id
                else None,
            },
            at=at,
            person_id=performer_id,
        )
    wait_until_covered(actor.organisation_id, [uid])
    return statement_card(row.id, actor=actor)


def _of(performer_id: UUID | None) -> Q:
    return Q(obligation__performer_id=performer_id) if performer_id else Q()


def _opening(at: datetime, performer_id: UUID | None) -> list[Canonical]:
    """What stood in performers' and the plan's accounts before `at`: what was owed and not yet paid."""
    rows = PostingLine.objects.filter(
        account__kind__in=[AccountKind.PERFORMER.value, AccountKind.PLAN.value], posting__posted_at__lt=at
    )
    if performer_id:
        rows = rows.filter(posting__obligation__performer_id=performer_id)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for kind, currency, debit, credit in rows.values_list(
        "account__kind", "currency", "debit_minor", "credit_minor"
    ):
        sums[kind, currency] += credit - debit
    return [
        {"account": kind, "currency": currency, "due_minor": due}
        for (kind, currency), due in sorted(sums.items())
    ]


def _postings(begins: datetime, ends: datetime, performer_id: UUID | None) -> list[Canonical]:
    rows = _rows(begins, ends, performer_id)
    return [_posting(row) for row in rows]


def _rows(begins: datetime, ends: datetime, performer_id: UUID | None) -> QuerySet[Posting]:
    rows: QuerySet[Posting] = Posting.objects.filter(
        _of(performer_id), posted_at__gte=begins, posted_at__lt=ends
    )
    return rows.select_related(
        "obligation__performer", "obligation__production", "assessment", "payment", "reverses"
    ).prefetch_related("lines__account", "reverses__lines__account", "obligation__uses__decision")


def _posting(row: Posting) -> Canonical:
    obligation = row.obligation
    stated: dict[str, Canonical] = {
        "posting": str(row.id),
        "kind": row.kind,
        "at": row.posted_at.isoformat(),
        "obligation": str(obligation.id),
        "performer": obligation.performer.professional_name if obligation.performer else None,
        "production": obligation.production.title if obligation.production else None,
        "duty": obligation.duty,
        "lines": _lines(row),
        "content_sha256": row.content_sha256,
    }
    match PostingKind(row.kind):
        case PostingKind.ASSESSED:
            stated["amount"] = _amount(row.assessment)
            stated["uses"] = [_use(use, obligation) for use in obligation.uses.all()]
        case PostingKind.PAID:
            stated["payment"] = {
                "paid_on": row.payment.paid_on.isoformat(),
                "payroll_reference": row.payment.payroll_reference,
                "performer_minor": row.payment.performer_minor,
                "plan_minor": row.payment.plan_minor,
                "currency": row.payment.currency,
            }
        case PostingKind.REVERSED:
            if row.reverses is None:
                raise RuntimeError("A reversal reverses nothing.")
            stated["reverses"] = {
                "posting": str(row.reverses_id),
                "kind": row.reverses.kind,
                "lines": _lines(row.reverses),
                "reason": row.reason,
            }
    return stated


def _lines(row: Posting) -> list[Canonical]:
    return [
        {
            "account": line.account.kind,
            "currency": line.currency,
            "debit_minor": line.debit_minor,
            "credit_minor": line.credit_minor,
        }
        for line in sorted(row.lines.all(), key=lambda line: line.position)
    ]


def _amount(row: Assessment) -> Canonical:
    return {
        "formula": row.formula,
        "rule_ids": list(row.rule_ids),
        "edition": row.edition,
        "grade": row.grade,
        "inputs": row.inputs,
        "rates": row.rates,
        "rounding": row.rounding,
        "residuals": row.residuals,
        "currency": row.currency,
        "amount_minor": row.amount_minor,
        "plan_minor": row.plan_minor,
    }


def _use(use: ObligationUse, obligation: Obligation) -> Canonical:
    asked = use.decision.asked
    cast = {one.get("performer_id"): one.get("replica_type") for one in asked.get("cast", [])}
    return {
        "use": str(use.effect_id),
        "effect": use.effect,
        "at": use.at.isoformat(),
        "shot": str(use.decision.shot_id) if use.decision.shot_id else None,
        "scenes": list(asked.get("scenes", [])),
        "replica": cast.get(str(obligation.performer_id)),
        "decision": str(use.decision_id),
        "consents": [str(one) for one in use.decision.consent_ids],
    }


def _to_nothing(begins: datetime, ends: datetime, performer_id: UUID | None) -> list[Canonical]:
    rows = Assessment.objects.filter(
        _of(performer_id), posting__isnull=True, assessed_at__gte=begins, assessed_at__lt=ends
    )
    return [{"obligation": str(row.obligation_id), "amount": _amount(row)} for row in rows]


def _not_posted(card: ObligationCard) -> Canonical:
    return {
        "obligation": str(card.id),
        "performer": card.performer_name,
        "production": card.production_title,
        "rule": card.rule_id,
        "units": dict(card.units),
        "missing": list(card.missing),
    }
