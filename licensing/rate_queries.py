"""What is read of rates, the ledger and statements."""

from __future__ import annotations

import json
from uuid import UUID

from django.db.models import QuerySet, Sum

from accounts.values import Actor
from core.tenancy import tenant
from licensing.models.ledger import PayStatement, Posting, PostingLine
from licensing.models.owed import Rate
from licensing.owed.errors import NoSuchPosting, NoSuchRate, NoSuchStatement
from licensing.owed_cards import (
    BalanceCard,
    PostingCard,
    PostingLineCard,
    RateCard,
    StatementCard,
)
from licensing.owed_queries import hidden_performers, require_sight_of, require_sight_of_all


def rate_cards(actor: Actor) -> tuple[RateCard, ...]:
    """Every rate that was entered, those nobody confirmed and those that ended too.

    Raises:
        NotYoursToSee: the actor may not see rates.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        require_sight_of_all(actor)
        return tuple(_rate_card(row) for row in _rates(actor))


def rate_card(rate_id: UUID, *, actor: Actor) -> RateCard:
    """One rate.

    Raises:
        NoSuchRate: there is none of this id here.
        NotYoursToSee: the actor may not see rates.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        require_sight_of_all(actor)
        row = _rates(actor).filter(id=rate_id).first()
        if row is None:
            raise NoSuchRate("There is no such rate here.")
        return _rate_card(row)


def posting_cards(actor: Actor) -> tuple[PostingCard, ...]:
    """The journal, the latest posting first.

    Raises:
        NotYoursToSee: the actor may not see the ledger.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        require_sight_of_all(actor)
        return tuple(_posting_card(row) for row in _postings(actor))


def posting_card(posting_id: UUID, *, actor: Actor) -> PostingCard:
    """One posting.

    Raises:
        NoSuchPosting: there is none of this id here.
        NotYoursToSee: the actor may not see the ledger.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        require_sight_of_all(actor)
        row = _postings(actor).filter(id=posting_id).first()
        if row is None:
            raise NoSuchPosting("There is no such posting here.")
        return _posting_card(row)


def balances(actor: Actor) -> tuple[BalanceCard, ...]:
    """What stands in each account, in each currency apart; debits and credits over all of them are equal.

    Raises:
        NotYoursToSee: the actor may not see the ledger.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        require_sight_of_all(actor)
        rows = (
            PostingLine.objects.exclude(account__performer_id__in=hidden_performers(actor))
            .values(
                "account__kind",
                "account__performer_id",
                "account__performer__professional_name",
                "currency",
            )
            .annotate(debits=Sum("debit_minor"), credits=Sum("credit_minor"))
            .order_by("account__kind", "account__performer__professional_name", "currency")
        )
        return tuple(
            BalanceCard(
                row["account__kind"],
                row["account__performer_id"],
                row["account__performer__professional_name"],
                row["currency"],
                row["debits"],
                row["credits"],
            )
            for row in rows
        )


def statement_cards(actor: Actor, *, performer_id: UUID | None = None) -> tuple[StatementCard, ...]:
    """Statements that were issued, the latest first; of one performer, or all of them.

    Raises:
        NotYoursToSee, UnknownPerformer: not this actor's to see.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = PayStatement.objects.select_related("performer")
        if performer_id is not None:
            require_sight_of(actor, performer_id)
            rows = rows.filter(performer_id=performer_id)
        else:
            require_sight_of_all(actor)
            rows = rows.exclude(performer_id__in=hidden_performers(actor))
        return tuple(_statement_card(row) for row in rows)


def statement_card(statement_id: UUID, *, actor: Actor) -> StatementCard:
    """One statement.

    Raises:
        NoSuchStatement: there is none of this id here.
        NotYoursToSee, UnknownPerformer: not this actor's to see.
    """
    return _statement_card(_statement(statement_id, actor))


def statement_bytes(statement_id: UUID, *, actor: Actor) -> bytes:
    """The bytes a statement's digest in the log is of. Raises as `statement_card`."""
    return bytes(_statement(statement_id, actor).content)


def _statement(statement_id: UUID, actor: Actor) -> PayStatement:
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: PayStatement | None = (
            PayStatement.objects.select_related("performer").filter(id=statement_id).first()
        )
        if row is None:
            raise NoSuchStatement("There is no such statement here.")
        if row.performer_id is None:
            require_sight_of_all(actor)
        else:
            require_sight_of(actor, row.performer_id)
        return row


def _statement_card(row: PayStatement) -> StatementCard:
    return StatementCard(
        id=row.id,
        kind=row.kind,
        performer_id=row.performer_id,
        performer_name=row.performer.professional_name if row.performer else None,
        period_from=row.period_from,
        period_until=row.period_until,
        sha256=row.sha256,
        issued_at=row.issued_at,
        content=json.loads(bytes(row.content)),
    )


def _rates(actor: Actor) -> QuerySet[Rate]:
    rows: QuerySet[Rate] = Rate.objects.select_related("confirmation", "performer")
    return rows.exclude(performer_id__in=hidden_performers(actor))


def _rate_card(row: Rate) -> RateCard:
    confirmation = getattr(row, "confirmation", None)
    return RateCard(
        id=row.id,
        agreement=row.agreement,
        category=row.category,
        kind=row.kind,
        performer_id=row.performer_id,
        performer_name=row.performer.professional_name if row.performer else None,
        production_id=row.production_id,
        currency=row.currency,
        amount=row.amount,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        source=row.source,
        grade=row.grade,
        document_sha256=row.document_sha256,
        entered_at=row.entered_at,
        entered_by_id=row.entered_by_id,
        confirmed_at=confirmation.confirmed_at if confirmation else None,
        confirmed_by_id=confirmation.confirmed_by_id if confirmation else None,
        withdrawn_at=row.withdrawn_at,
    )


def _postings(actor: Actor) -> QuerySet[Posting]:
    rows: QuerySet[Posting] = (
        Posting.objects.select_related("reversed_by")
        .prefetch_related("lines__account")
        .order_by("-posted_at", "-id")
    )
    return rows.exclude(obligation__performer_id__in=hidden_performers(actor))


def _posting_card(row: Posting) -> PostingCard:
    return PostingCard(
        row.id,
        row.kind,
        row.obligation_id,
        row.reverses_id,
        getattr(row, "reversed_by", None) is not None,
        row.reason,
        row.content_sha256,
        row.posted_at,
        tuple(
            PostingLineCard(
                line.account.kind,
                line.account.performer_id,
                line.currency,
                line.debit_minor,
                line.credit_minor,
            )
            for line in row.lines.all()
        ),
    )
