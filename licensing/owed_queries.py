"""What is read of obligations: who may see which, what state they are in, when they are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from licensing.assessing import Known, formulas_for, known_amount
from licensing.doors import SEES_EVERYBODY, SEES_OWED
from licensing.errors import UnknownPerformer
from licensing.models.document import SigningAuthority
from licensing.models.ledger import Assessment, Payment
from licensing.models.owed import CalendarYear, Obligation, ObligationEnd, ObligationUse
from licensing.models.performer import Performer
from licensing.names import Visibility
from licensing.owed.calendars import BusinessCalendar, YearOfDays
from licensing.owed.clocks import CalendarOfAgreement, due_of
from licensing.owed.errors import NoSuchObligation, NotYoursToSee
from licensing.owed.formulas import FORMULAS
from licensing.owed.values import EndKind, ObligationState, Payee
from licensing.owed_cards import (
    AmountCard,
    CalendarCard,
    EndCard,
    HolidayCard,
    ObligationCard,
    OwedDesk,
    PaymentCard,
    UseCard,
)
from licensing.values import DutyKind

_SOON = timedelta(days=14)


def obligation_cards(actor: Actor, *, performer_id: UUID | None = None) -> tuple[ObligationCard, ...]:
    """Obligations that the actor may see, in the order they were opened."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = _seen_by(actor)
        return _cards(rows if performer_id is None else rows.filter(performer_id=performer_id))


def owed_for(effect_id: UUID, *, actor: Actor) -> tuple[ObligationCard, ...]:
    """What a take, a delivery or a training made owed, as far as the actor may see."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return _cards(_seen_by(actor).filter(uses__effect_id=effect_id))


def obligation_card(obligation_id: UUID, *, actor: Actor) -> ObligationCard:
    """One obligation.

    Raises:
        NoSuchObligation: there is none of this id here, or it is not this actor's to see.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        cards = _cards(_seen_by(actor).filter(id=obligation_id))
    if not cards:
        raise NoSuchObligation("There is no such obligation here.")
    return cards[0]


def owed_desk(actor: Actor) -> OwedDesk:
    """What needs somebody now, and what will within two weeks."""
    cards, soon = obligation_cards(actor), clock.now() + _SOON
    open_ones = [card for card in cards if card.state in (ObligationState.OPEN, ObligationState.LATE)]
    dated = sorted((card for card in open_ones if card.due_at), key=lambda card: card.due_at or soon)
    undated = [card for card in open_ones if card.due_at is None]
    return OwedDesk(
        late=tuple(card for card in dated if card.state is ObligationState.LATE),
        due_soon=tuple(
            card
            for card in dated
            if card.state is ObligationState.OPEN and card.due_at is not None and card.due_at <= soon
        ),
        unknown=tuple(card for card in undated if card.missing),
        undated=tuple(card for card in undated if not card.missing)
        + tuple(card for card in dated if card.due_at is not None and card.due_at > soon),
        closed=len(cards) - len(open_ones),
    )


def reminders(actor: Actor) -> tuple[ObligationCard, ...]:
    """What is late, then what falls due within two weeks."""
    desk = owed_desk(actor)
    return (*desk.late, *desk.due_soon)


def require_sight_of(actor: Actor, performer_id: UUID) -> str:
    """The performer's name, for whoever may see what is owed to them; inside the caller's transaction.

    Raises:
        UnknownPerformer: not here, or only legal may know.
        NotYoursToSee: the actor may not see anybody's pay.
    """
    mine = _bound_to(actor)
    row: Performer | None = Performer.objects.filter(id=performer_id).first()
    is_hidden = row is not None and row.visibility == Visibility.LEGAL_ONLY
    if row is None or (is_hidden and not actor.is_one_of(*SEES_EVERYBODY) and performer_id not in mine):
        raise UnknownPerformer(performer_id)
    if not actor.is_one_of(*SEES_OWED) and performer_id not in mine:
        raise NotYoursToSee("What this performer is owed is not yours to see.")
    return str(row.professional_name)


def require_sight_of_all(actor: Actor) -> None:
    """Raises NotYoursToSee for whoever sees at most what a performer of theirs is owed."""
    if not actor.is_one_of(*SEES_OWED):
        raise NotYoursToSee("Rates and ledger are for producers, legal, auditors and the union.")


def hidden_performers(actor: Actor) -> set[UUID]:
    """Performers of whom this actor may not know; inside the caller's transaction."""
    if actor.is_one_of(*SEES_EVERYBODY):
        return set()
    hidden = Performer.objects.filter(visibility=Visibility.LEGAL_ONLY).values_list("id", flat=True)
    return set(hidden) - _bound_to(actor)


def calendar_cards(actor: Actor) -> tuple[CalendarCard, ...]:
    """Every calendar that was entered; of one agreement and year the newest counts."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = list(CalendarYear.objects.prefetch_related("holidays"))
    newest = {(row.agreement, row.year): row.id for row in rows}
    return tuple(
        CalendarCard(
            id=row.id,
            agreement=row.agreement,
            year=row.year,
            weekend=tuple(row.weekend),
            time_zone=row.time_zone,
            source=row.source,
            document_sha256=row.document_sha256,
            entered_at=row.entered_at,
            holidays=tuple(HolidayCard(one.day, one.name) for one in row.holidays.all()),
            is_newest=newest[row.agreement, row.year] == row.id,
        )
        for row in rows
    )


def calendar_of(agreement: str) -> CalendarOfAgreement | None:
    """What an agreement counts business days on; None: nobody entered it. Call inside `core.tenancy.tenant`."""
    return _calendars().get(agreement)


def live_assessment(row: Obligation) -> Assessment | None:
    """The amount that stands: the latest assessment, unless its posting was reversed."""
    return live_of(Assessment.objects.select_related("posting__reversed_by").filter(obligation=row))


def live_of(assessments: Iterable[Assessment]) -> Assessment | None:
    """As `live_assessment`, of all the assessments of one obligation, their postings at hand."""
    latest = max(assessments, key=lambda one: (one.assessed_at, one.id), default=None)
    return latest if latest is not None and _is_live(latest) else None


def paid_on(row: Obligation) -> tuple[int, int]:
    """What was paid to the performer and to the plan, in minor units, reversed payments left out."""
    live = Payment.objects.filter(obligation=row, posting__reversed_by__isnull=True)
    pairs = list(live.values_list("performer_minor", "plan_minor"))
    return sum(one for one, _ in pairs), sum(plan for _, plan in pairs)


def _is_live(row: Assessment | Payment) -> bool:
    return row.posting is None or getattr(row.posting, "reversed_by", None) is None


def _bound_to(actor: Actor) -> set[UUID]:
    """The performers for whom this person may sign, themselves among them."""
    today = clock.now().date()
    rows = SigningAuthority.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        person_id=actor.user_id,
        revoked_at__isnull=True,
        valid_from__lte=today,
    )
    return set(rows.values_list("performer_id", flat=True))


def _seen_by(actor: Actor) -> QuerySet[Obligation]:
    rows: QuerySet[Obligation] = Obligation.objects.select_related(
        "production", "performer", "ended"
    ).prefetch_related(
        Prefetch("uses", ObligationUse.objects.order_by("at", "id")),
        Prefetch("assessments", Assessment.objects.select_related("posting__reversed_by")),
        Prefetch("payments", Payment.objects.select_related("posting__reversed_by")),
    )
    if actor.is_one_of(*SEES_OWED):
        return rows.exclude(performer_id__in=hidden_performers(actor))
    return rows.filter(performer_id__in=_bound_to(actor))


def _cards(rows: Iterable[Obligation]) -> tuple[ObligationCard, ...]:
    calendars, at = _calendars(), clock.now()
    return tuple(_card(row, calendars, at) for row in rows)


def _calendars() -> dict[str, CalendarOfAgreement]:
    newest: dict[str, dict[int, CalendarYear]] = {}
    for row in CalendarYear.objects.prefetch_related("holidays").order_by("year", "entered_at"):
        newest.setdefault(row.agreement, {})[row.year] = row
    return {
        agreement: CalendarOfAgreement(
            BusinessCalendar(
                {
                    year: YearOfDays(frozenset(row.weekend), frozenset(one.day for one in row.holidays.all()))
                    for year, row in years.items()
                }
            ),
            ZoneInfo(years[max(years)].time_zone),
        )
        for agreement, years in newest.items()
    }


def _card(row: Obligation, calendars: dict[str, CalendarOfAgreement], at: datetime) -> ObligationCard:
    due = due_of(
        row.due_word,
        opened_at=row.opened_at,
        clock_id=row.clock,
        since=row.clock_since,
        calendar=calendars.get(row.agreement or ""),
    )
    ended = getattr(row, "ended", None)
    uses = list(row.uses.all())
    assessments = list(row.assessments.all())
    card = ObligationCard(
        id=row.id,
        production_id=row.production_id,
        production_title=row.production.title if row.production else None,
        performer_id=row.performer_id,
        performer_name=row.performer.professional_name if row.performer else None,
        duty=row.duty,
        to_code=row.to_code,
        rule_id=row.rule_id,
        grade=row.grade,
        pack_edition=row.pack_edition,
        agreement=row.agreement,
        category=row.category,
        state=ObligationState.OPEN,
        due_at=due.at,
        due_words=due.words,
        opened_at=row.opened_at,
        decision_id=row.decision_id,
        note=row.note,
        units=uses[-1].units if uses else {},
        formulas=formulas_for(row) if row.duty in (DutyKind.PAY_PERFORMER, DutyKind.PAY_PLAN) else (),
        missing=(),
        uses=tuple(UseCard(one.decision_id, one.effect, one.effect_id, one.at) for one in uses),
        # Of several the last one stands, if it was not reversed.
        amounts=tuple(_amount_card(one, is_last=one is assessments[-1]) for one in assessments),
        payments=tuple(_payment_card(one) for one in row.payments.all()),
        end=_end_card(ended) if ended else None,
    )
    state = _state(card, at)
    is_open = state in (ObligationState.OPEN, ObligationState.LATE)
    return replace(card, state=state, missing=_missing(row, card) if is_open else ())


def _state(card: ObligationCard, at: datetime) -> ObligationState:
    if card.end is not None:
        return ObligationState.WAIVED if card.end.kind == EndKind.WAIVED else ObligationState.DONE
    if card.is_pay and card.due_minor == 0:
        return ObligationState.DONE
    return ObligationState.LATE if card.due_at is not None and at >= card.due_at else ObligationState.OPEN


def _missing(row: Obligation, card: ObligationCard) -> tuple[str, ...]:
    if not card.is_pay or card.amount is not None:
        return ()
    known = known_amount(row, formula=None, units={})
    return ("the amount to be posted",) if isinstance(known, Known) else known


def _amount_card(row: Assessment, *, is_last: bool) -> AmountCard:
    formula = FORMULAS[row.formula]
    to = ", to the plan" if formula.payee is Payee.PLAN and "plan" not in formula.words else ""
    return AmountCard(
        formula=row.formula,
        words=formula.words + to,
        rule_ids=tuple(row.rule_ids),
        edition=row.edition,
        grade=row.grade,
        inputs=row.inputs,
        rates=tuple(row.rates),
        rounding=row.rounding,
        residuals=row.residuals,
        currency=row.currency,
        amount_minor=row.amount_minor,
        plan_minor=row.plan_minor,
        posting_id=row.posting_id,
        assessed_at=row.assessed_at,
        is_live=is_last and _is_live(row),
    )


def _payment_card(row: Payment) -> PaymentCard:
    return PaymentCard(
        posting_id=row.posting_id,
        currency=row.currency,
        performer_minor=row.performer_minor,
        plan_minor=row.plan_minor,
        paid_on=row.paid_on,
        payroll_reference=row.payroll_reference,
        is_live=_is_live(row),
    )


def _end_card(row: ObligationEnd) -> EndCard:
    return EndCard(
        row.kind, row.at, row.document_sha256, row.served_on, row.served_to, row.reason_code, row.reason
    )
