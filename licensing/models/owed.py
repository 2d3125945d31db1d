"""What became owed, how it ended, and what it is counted with: calendars and rates."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.models.decision import Decision
from licensing.models.performer import Performer
from licensing.owed.values import (
    Currency,
    DueWord,
    Effect,
    EndKind,
    Grade,
    RateKind,
    WaiverReason,
)
from licensing.values import Agreement, DutyKind


class Obligation(TenantModel):
    """One duty that became due. Append-only: what it comes to, its uses and its end are rows of their own.

    A duty of a decision is owed once for a production, a person and a rule, however many takes it is used in; each
    use is an `ObligationUse`. `to_code` is a union, the plan, the buyer or the public; empty for a performer.
    """

    id = key()
    production = models.ForeignKey(
        "productions.Production", on_delete=models.PROTECT, related_name="+", null=True
    )
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+", null=True)
    duty = word(DutyKind)
    to_code = models.CharField(max_length=40, blank=True)
    rule_id = models.CharField(max_length=24)
    grade = models.CharField(max_length=24)
    pack_edition = models.CharField(max_length=80)
    formula = models.CharField(max_length=40, blank=True)
    agreement = word(Agreement, unknown=True)
    category = models.CharField(max_length=40, blank=True)
    inputs = models.JSONField()
    due_word = word(DueWord)
    clock = models.CharField(max_length=40, blank=True)
    clock_since = models.DateTimeField(null=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", null=True)
    note = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            of_one_organisation("obligation"),
            known("obligation", "duty", DutyKind),
            known("obligation", "due_word", DueWord),
            models.UniqueConstraint(
                fields=["organisation", "production", "performer", "duty", "to_code", "rule_id", "formula"],
                condition=Q(decision__isnull=False),
                nulls_distinct=False,
                name="licensing_obligation_once",
            ),
            models.CheckConstraint(
                condition=Q(due_word=DueWord.CLOCK.value, clock_since__isnull=False) & ~Q(clock="")
                | ~Q(due_word=DueWord.CLOCK.value) & Q(clock="", clock_since__isnull=True),
                name="licensing_obligation_clock",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "performer"], name="licensing_obligation_performer")]

    def __str__(self) -> str:
        return f"{self.duty} by {self.rule_id}"


class ObligationUse(TenantModel):
    """One use an obligation is owed for. `effect_id`: the take, delivery, training or other thing that made it so."""

    id = key()
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="uses")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    effect = word(Effect)
    effect_id = models.UUIDField()
    inputs = models.JSONField()
    units = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            known("obligationuse", "effect", Effect),
            models.UniqueConstraint(fields=["obligation", "effect_id"], name="licensing_obligationuse_once"),
        ]

    def __str__(self) -> str:
        return f"{self.effect} {self.effect_id}"


class ObligationEnd(TenantModel):
    """How an obligation ended, once: served, with the paper that proves it, or waived by legal with a reason."""

    id = key()
    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="ended")
    kind = word(EndKind)
    at = models.DateTimeField()
    document_sha256 = models.CharField(max_length=64, blank=True)
    served_on = models.DateField(null=True)
    served_to = models.CharField(max_length=200, blank=True)
    reason_code = word(WaiverReason, unknown=True)
    reason = models.CharField(max_length=500, blank=True)
    actor = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            known("obligationend", "kind", EndKind),
            models.CheckConstraint(
                condition=Q(
                    kind=EndKind.SERVED.value, served_on__isnull=False, reason_code__isnull=True, reason=""
                )
                & ~Q(document_sha256="")
                & ~Q(served_to="")
                | Q(
                    kind=EndKind.WAIVED.value, reason_code__isnull=False, by__isnull=False, document_sha256=""
                )
                & ~Q(reason=""),
                name="licensing_obligationend_proved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"


class CalendarYear(TenantModel):
    """The business days of an agreement in one year, as somebody entered them. Append-only; the newest counts."""

    id = key()
    agreement = word(Agreement)
    year = models.PositiveSmallIntegerField()
    weekend = ArrayField(models.PositiveSmallIntegerField(), help_text="Days of the week; Monday is 1.")
    time_zone = models.CharField(max_length=40)
    source = models.CharField(max_length=300)
    document_sha256 = digest()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["agreement", "year", "entered_at"]
        constraints = [
            of_one_organisation("calendaryear"),
            known("calendaryear", "agreement", Agreement),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="licensing_calendaryear_year"),
            models.CheckConstraint(
                condition=Q(weekend__contained_by=[1, 2, 3, 4, 5, 6, 7], weekend__len__lte=6),
                name="licensing_calendaryear_weekend",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.year}"


class CalendarHoliday(TenantModel):
    """One holiday of a year. Append-only."""

    id = key()
    calendar = models.ForeignKey(CalendarYear, on_delete=models.PROTECT, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="licensing_calendarholiday_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Rate(TenantModel):
    """A dated figure of an agreement or a deal. It counts once a second person confirmed it.

    `amount` is in minor units, of a percentage in basis points; `valid_until` is the first day it no longer holds.
    Only its end, or its withdrawal before anybody confirmed it, is ever written into it. Rates of one kind that hold
    at the same time are refused by an EXCLUDE constraint.
    """

    id = key()
    agreement = word(Agreement)
    category = models.CharField(max_length=40)
    kind = word(RateKind)
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+", null=True)
    production = models.ForeignKey(
        "productions.Production", on_delete=models.PROTECT, related_name="+", null=True
    )
    currency = models.CharField(max_length=3, blank=True)
    amount = models.BigIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    source = models.CharField(max_length=300)
    grade = word(Grade)
    document_sha256 = digest()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["agreement", "kind", "category", "valid_from"]
        constraints = [
            of_one_organisation("rate"),
            # What a confirmation's copy of the person who entered it points at.
            models.UniqueConstraint(fields=["id", "entered_by"], name="licensing_rate_by"),
            known("rate", "agreement", Agreement),
            known("rate", "kind", RateKind),
            known("rate", "grade", Grade),
            models.CheckConstraint(condition=Q(amount__range=(0, 10**10)), name="licensing_rate_amount"),
            models.CheckConstraint(
                condition=Q(kind=RateKind.PLAN_PERCENT.value, currency="", amount__lte=10_000)
                | ~Q(kind=RateKind.PLAN_PERCENT.value) & Q(currency__in=[one.value for one in Currency]),
                name="licensing_rate_currency",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="licensing_rate_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[one.value for one in RateKind if one.is_of_one_deal])
                | Q(performer__isnull=False)
                | Q(production__isnull=False),
                name="licensing_rate_of_one_deal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.agreement} from {self.valid_from}"


class RateConfirmation(TenantModel):
    """A second person compared a rate with its sheet. Append-only.

    `entered_by` is a copy, held true by a foreign key, so that one CHECK can demand two different people.
    """

    id = key()
    rate = models.OneToOneField(Rate, on_delete=models.PROTECT, related_name="confirmation")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("entered_by")), name="licensing_rateconfirmation_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"Confirmed at {self.confirmed_at}"
