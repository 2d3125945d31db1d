"""What counsel signed off and buyers approved in writing, with its history; and what of it still stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from audit.coverage import covered_sql
from core import clock
from core.tenancy import tenant
from licensing.models.sign_off import BasisSignOff, BuyerApproval
from licensing.signing_off.cards import (
    BuyerApprovalCard,
    SignOffCard,
    buyer_approval_card_of,
    sign_off_card_of,
)
from licensing.signing_off.errors import NoSuchSignOff
from productions.queries import ProductionCard, production_card, production_list, shot_cards


@dataclass(frozen=True, slots=True)
class ProductionPapers:
    """Everything on record of one production, the latest first; what was taken back or replaced stays in it."""

    production: ProductionCard
    sign_offs: tuple[SignOffCard, ...]
    approvals: tuple[BuyerApprovalCard, ...]


def papers_of_production(organisation_id: UUID, production_id: UUID) -> ProductionPapers:
    """The sign-offs and written approvals of a production.

    Raises:
        productions.errors.NoSuchProduction: none of this organisation has the id.
    """
    production = production_card(organisation_id, production_id)
    with tenant(organisation_id):
        here = Q(production_id=production_id)
        return ProductionPapers(production, sign_off_cards(here), buyer_approval_cards(here))


def papers_of_everything(organisation_id: UUID) -> tuple[ProductionPapers, ...]:
    """The same of every production that has any, by title."""
    found = (papers_of_production(organisation_id, one.id) for one in production_list(organisation_id))
    return tuple(one for one in found if one.sign_offs or one.approvals)


def sign_off_card(organisation_id: UUID, sign_off_id: UUID) -> SignOffCard:
    """One sign-off.

    Raises:
        NoSuchSignOff: none of this organisation has the id.
    """
    with tenant(organisation_id):
        cards = sign_off_cards(Q(id=sign_off_id))
    if not cards:
        raise NoSuchSignOff("There is no such sign-off here.")
    return cards[0]


def buyer_approval_card(organisation_id: UUID, approval_id: UUID) -> BuyerApprovalCard:
    """One written approval.

    Raises:
        NoSuchSignOff: none of this organisation has the id.
    """
    with tenant(organisation_id):
        cards = buyer_approval_cards(Q(id=approval_id))
    if not cards:
        raise NoSuchSignOff("There is no such written approval here.")
    return cards[0]


def sign_off_cards(wanted: Q) -> tuple[SignOffCard, ...]:
    """Those that `wanted` names, the latest first. Call inside `core.tenancy.tenant`."""
    rows = list(
        BasisSignOff.objects.filter(wanted)
        .select_related("signed_by", "superseded_by")
        .annotate(in_log=_in_log("licensing_basissignoff"))
        .order_by("-signed_at", "-id")
    )
    codes, today = _codes(rows), _today()
    return tuple(sign_off_card_of(row, codes=codes, today=today, is_in_log=row.in_log) for row in rows)


def buyer_approval_cards(wanted: Q) -> tuple[BuyerApprovalCard, ...]:
    """Those that `wanted` names, the latest first. Call inside `core.tenancy.tenant`."""
    rows = list(
        BuyerApproval.objects.filter(wanted)
        .select_related("recorded_by", "superseded_by")
        .annotate(in_log=_in_log("licensing_buyerapproval"))
        .order_by("-recorded_at", "-id")
    )
    codes, today = _codes(rows), _today()
    return tuple(buyer_approval_card_of(row, codes=codes, today=today, is_in_log=row.in_log) for row in rows)


def papers_end(paper_ids: Collection[UUID]) -> dict[UUID, tuple[bool, datetime]]:
    """Of these papers, those that ended or will: whether they were taken back, and when they end.

    A day's end is its last moment in UTC; one that was replaced ends when the later one was recorded. Call inside
    `core.tenancy.tenant`.
    """
    found: dict[UUID, tuple[bool, datetime]] = {}
    signed = BasisSignOff.objects.filter(id__in=paper_ids).select_related("superseded_by")
    for row in signed:
        later = getattr(row, "superseded_by", None)
        found[row.id] = (later.revoked, later.signed_at) if later else (False, _end_of(row.valid_until))
    approved = BuyerApproval.objects.filter(id__in=paper_ids).select_related("superseded_by")
    for one in approved:
        after = getattr(one, "superseded_by", None)
        if after:
            found[one.id] = (after.withdrawn, after.recorded_at)
        elif one.valid_until:
            found[one.id] = (False, _end_of(one.valid_until))
    return found


def papers_stand(paper_ids: Collection[UUID], production_id: UUID, *, hold: bool = False) -> bool:
    """Whether all of these papers still hold; `hold` keeps them until the caller's transaction is over."""
    if not paper_ids:
        return True
    if hold:
        one_at_a_time(production_id, shared=True)
    at = clock.now()
    return all(ends > at for _, ends in papers_end(paper_ids).values())


def one_at_a_time(production_id: UUID, *, shared: bool = False) -> None:
    """Let nobody else sign or take back a paper of the production until this transaction is over.

    `shared`: what stands is only read, by any number of transactions at once.
    """
    lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [f"papers of {production_id}"])


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def _codes(rows: Iterable[BasisSignOff | BuyerApproval]) -> dict[UUID, str]:
    cards = shot_cards({shot for row in rows for shot in row.shots})
    return {shot_id: f"{card.sequence_code} {card.code}" for shot_id, card in cards.items()}


def _in_log(table: str) -> RawSQL:
    return RawSQL(covered_sql(f"{table}.entry_uid"), [], output_field=BooleanField())  # noqa: S611 - our own


def _today() -> date:
    return clock.now().astimezone(UTC).date()
