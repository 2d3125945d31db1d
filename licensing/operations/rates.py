"""Rates and calendars: entered by one person from a paper; a rate counts once a second person confirmed it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.tenancy import tenant
from licensing.errors import DigestMalformed, UnknownPerformer
from licensing.models.owed import CalendarHoliday, CalendarYear, Obligation, Rate, RateConfirmation
from licensing.models.performer import Performer
from licensing.operations.ledger import assess_if_known
from licensing.owed.calendars import FEDERAL_SOURCE, us_federal_holidays
from licensing.owed.errors import (
    CalendarUnfit,
    ConfirmedBySamePerson,
    NoSuchRate,
    RateConfirmedAlready,
    RateEnded,
    RateOverlaps,
    RateUnfit,
)
from licensing.owed.values import ANY_CATEGORY, Currency, Grade, RateKind
from licensing.owed_cards import CalendarCard, RateCard
from licensing.owed_queries import calendar_cards
from licensing.rate_queries import rate_card
from licensing.values import Agreement, PerformerCategory
from productions.queries import production_facts

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST_HOLIDAYS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRate:
    """`amount` in minor units of `currency`; of a percentage in basis points, with no currency."""

    agreement: Agreement
    category: str
    kind: RateKind
    currency: str
    amount: int
    valid_from: date
    valid_until: date | None
    source: str
    grade: Grade
    document_sha256: str
    performer_id: UUID | None = None
    production_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCalendar:
    """`holidays`: each day with its name. `federal`: those of 5 U.S.C. 6103 are added by rule."""

    agreement: Agreement
    year: int
    weekend: Sequence[int]
    holidays: Mapping[date, str]
    source: str
    document_sha256: str
    time_zone: str = "UTC"
    federal: bool = False


def enter_rate(new: NewRate, *, actor: Actor) -> RateCard:
    """Enter a figure from a rate sheet or a deal. No amount is computed with it before somebody else confirmed it.

    Raises:
        DigestMalformed: the sheet's digest is none.
        RateUnfit: parts of it contradict each other.
        RateOverlaps: another one holds on some of these days.
        UnknownPerformer, productions.errors.NoSuchProduction: not here.
    """
    _check(new)
    if new.production_id is not None:
        production_facts(actor.organisation_id, new.production_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        if new.performer_id and not Performer.objects.filter(id=new.performer_id).exists():
            raise UnknownPerformer(new.performer_id)
        at = clock.now()
        try:
            with transaction.atomic():
                row: Rate = Rate.objects.create(
                    agreement=new.agreement,
                    category=new.category,
                    kind=new.kind,
                    performer_id=new.performer_id,
                    production_id=new.production_id,
                    currency=new.currency,
                    amount=new.amount,
                    valid_from=new.valid_from,
                    valid_until=new.valid_until,
                    source=new.source,
                    grade=new.grade,
                    document_sha256=new.document_sha256,
                    entered_at=at,
                    entered_by_id=actor.user_id,
                )
        except IntegrityError as error:
            if "licensing_rate_one_at_a_time" not in str(error):
                raise
            raise RateOverlaps(
                "Another rate of this kind holds on some of these days. End it first, or withdraw it."
            ) from error
        _log(EntryType.RATE_ENTERED, row, actor=actor)
    return rate_card(row.id, actor=actor)


def confirm_rate(rate_id: UUID, *, actor: Actor) -> RateCard:
    """Say, as a second person, that a rate is what its paper says; amounts that waited for it are posted.

    Raises:
        NoSuchRate: not here.
        ConfirmedBySamePerson: the actor entered it.
        RateConfirmedAlready, RateEnded: nothing left to confirm.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rate(rate_id)
        if row.entered_by_id == actor.user_id:
            raise ConfirmedBySamePerson("You entered this rate. A second person compares it with the sheet.")
        if row.withdrawn_at is not None:
            raise RateEnded("This rate was withdrawn.")
        at = clock.now()
        try:
            with transaction.atomic():
                RateConfirmation.objects.create(
                    rate=row,
                    entered_by_id=row.entered_by_id,
                    confirmed_by_id=actor.user_id,
                    confirmed_at=at,
                )
        except IntegrityError as error:
            if not RateConfirmation.objects.filter(rate=row).exists():
                raise RateEnded("This rate was withdrawn.") from error
            raise RateConfirmedAlready("A second person confirmed this rate already.") from error
        _log(EntryType.RATE_CONFIRMED, row, actor=actor)
        waiting = Obligation.objects.filter(agreement=row.agreement, assessments__isnull=True)
        for obligation in waiting.exclude(formula="").order_by("opened_at", "id"):
            assess_if_known(obligation, at=at, actor_label=actor.label)
    return rate_card(rate_id, actor=actor)


def end_rate(rate_id: UUID, *, valid_until: date, actor: Actor) -> RateCard:
    """Say from which day on a rate holds no more. What was computed with it stays as it is.

    Raises:
        NoSuchRate: not here.
        RateUnfit: it would end before it begins.
        RateEnded: it has an end already.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rate(rate_id)
        if valid_until <= row.valid_from:
            raise RateUnfit("valid_until", "lies before the rate begins")
        if not Rate.objects.filter(id=rate_id, valid_until__isnull=True, withdrawn_at__isnull=True).update(
            valid_until=valid_until
        ):
            raise RateEnded("This rate has an end already.")
        _log(EntryType.RATE_ENDED, row, actor=actor)
    return rate_card(rate_id, actor=actor)


def withdraw_rate(rate_id: UUID, *, actor: Actor) -> RateCard:
    """Take back a rate that nobody has confirmed, such as one with a slip of the pen.

    Raises:
        NoSuchRate: not here.
        RateEnded: it was withdrawn already.
        RateConfirmedAlready: it counts; end it instead.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rate(rate_id)
        # As the confirmation does first, so that the one sees what the other did.
        Rate.objects.select_for_update().get(id=rate_id)
        if RateConfirmation.objects.filter(rate=row).exists():
            raise RateConfirmedAlready("A confirmed rate is ended from a day on, not withdrawn.")
        if not Rate.objects.filter(id=rate_id, withdrawn_at__isnull=True).update(withdrawn_at=clock.now()):
            raise RateEnded("This rate was withdrawn already.")
        _log(EntryType.RATE_ENDED, row, actor=actor)
    return rate_card(rate_id, actor=actor)


def enter_calendar(new: NewCalendar, *, actor: Actor) -> CalendarCard:
    """Enter the business days of an agreement in one year. A later entry of the same year takes its place.

    Raises:
        DigestMalformed: the paper's digest is none.
        CalendarUnfit: it is no calendar of that year.
    """
    holidays = dict(new.holidays)
    source = new.source
    if new.federal:
        holidays = us_federal_holidays(new.year) | holidays
        source = f"{new.source}; {FEDERAL_SOURCE}"
    _check_calendar(new, holidays)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        at = clock.now()
        row: CalendarYear = CalendarYear.objects.create(
            agreement=new.agreement,
            year=new.year,
            weekend=sorted(set(new.weekend)),
            time_zone=new.time_zone,
            source=source[:300],
            document_sha256=new.document_sha256,
            entered_at=at,
            entered_by_id=actor.user_id,
        )
        CalendarHoliday.objects.bulk_create(
            CalendarHoliday(organisation_id=actor.organisation_id, calendar=row, day=day, name=name)
            for day, name in sorted(holidays.items())
        )
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.CALENDAR_ENTERED,
            actor=actor.label,
            subject=f"calendar:{row.id}",
            fields={"calendar": str(row.id), "document_sha256": new.document_sha256},
            at=at,
        )
    return next(card for card in calendar_cards(actor) if card.id == row.id)


def _check(new: NewRate) -> None:
    if not _SHA256.fullmatch(new.document_sha256):
        raise DigestMalformed("The sheet's SHA-256 has 64 hexadecimal digits in lower case.")
    if new.category != ANY_CATEGORY and new.category not in {one.value for one in PerformerCategory}:
        raise RateUnfit("category", "is no category of performers")
    if new.kind.is_percent:
        if new.currency:
            raise RateUnfit("currency", "a percentage has none")
        if new.amount > 10_000:  # noqa: PLR2004 - basis points of the whole
            raise RateUnfit("amount", "is in basis points, at most 10000")
    elif new.currency not in {one.value for one in Currency}:
        raise RateUnfit("currency", "is needed for an amount")
    if new.kind.is_of_one_deal and new.performer_id is None and new.production_id is None:
        raise RateUnfit("performer_id", "a figure of one deal names its performer or its production")
    if new.valid_until is not None and new.valid_until <= new.valid_from:
        raise RateUnfit("valid_until", "lies before the rate begins")


def _check_calendar(new: NewCalendar, holidays: Mapping[date, str]) -> None:
    if not _SHA256.fullmatch(new.document_sha256):
        raise DigestMalformed("The paper's SHA-256 has 64 hexadecimal digits in lower case.")
    if not set(new.weekend) <= set(range(1, 8)) or len(set(new.weekend)) > 6:  # noqa: PLR2004 - days of a week
        raise CalendarUnfit("The weekend is days from 1, Monday, to 7, and leaves one to work on.")
    if len(holidays) > _MOST_HOLIDAYS:
        raise CalendarUnfit(f"More than {_MOST_HOLIDAYS} holidays in one year.")
    for day in holidays:
        if day.year != new.year:
            raise CalendarUnfit(f"{day.isoformat()} is not in {new.year}.", day=day)
    try:
        ZoneInfo(new.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CalendarUnfit(f"There is no time zone {new.time_zone}.") from error


def _rate(rate_id: UUID) -> Rate:
    row: Rate | None = Rate.objects.filter(id=rate_id).first()
    if row is None:
        raise NoSuchRate("There is no such rate here.")
    return row


def _log(entry_type: EntryType, row: Rate, *, actor: Actor) -> None:
    trail.record(
        organisation_id=row.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"rate:{row.id}",
        fields={"rate": str(row.id), "document_sha256": row.document_sha256},
        at=clock.now(),
        production_id=row.production_id,
        person_id=row.performer_id,
    )
