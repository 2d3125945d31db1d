"""What a consent limits, and what is held of it for work under way."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import key, known, of_one_organisation, word
from licensing.models.consent import Consent
from licensing.models.decision import Decision
from licensing.quotas import QuotaUnit, ReservationState


class Quota(TenantModel):
    """One limit of a consent's terms. Written by a trigger with the consent; a consent without limits has none.

    Amounts are whole uses and takes, and milliseconds of `seconds`. `reserved` is the sum of what is held, of holds
    whose time is over too, until somebody needs the room; see `licensing_hold_quotas_v1`.
    """

    id = key()
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="quotas")
    unit = word(QuotaUnit)
    most = models.PositiveBigIntegerField()
    used = models.PositiveBigIntegerField(default=0)
    reserved = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["consent", "unit"]
        constraints = [
            of_one_organisation("quota"),
            known("quota", "unit", QuotaUnit),
            models.UniqueConstraint(fields=["organisation", "consent", "unit"], name="licensing_quota_once"),
            models.CheckConstraint(condition=Q(most__gt=0), name="licensing_quota_allows_something"),
            models.CheckConstraint(
                condition=Q(used__gte=0) & Q(reserved__gte=0) & Q(most__gte=F("used") + F("reserved")),
                name="licensing_quota_not_overspent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} of {self.most} {self.unit}"


class QuotaReservation(TenantModel):
    """What one job holds of a quota. A job that is tried again holds by the same row under a higher `fence`.

    Whoever commits names the fence it was given: what was given back, or away, is no longer theirs to spend.
    """

    id = key()
    quota = models.ForeignKey(Quota, on_delete=models.PROTECT, related_name="reservations")
    job_id = models.UUIDField(help_text="The take, or whatever else is made.")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveBigIntegerField()
    spent = models.PositiveBigIntegerField(null=True)
    fence = models.PositiveBigIntegerField()
    state = word(ReservationState)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            known("quotareservation", "state", ReservationState),
            models.UniqueConstraint(fields=["quota", "job_id"], name="licensing_quotareservation_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="licensing_quotareservation_of_something"),
            models.CheckConstraint(
                condition=Q(state=ReservationState.COMMITTED.value, spent__isnull=False)
                | ~Q(state=ReservationState.COMMITTED.value) & Q(spent__isnull=True),
                name="licensing_quotareservation_spent_when_committed",
            ),
            models.CheckConstraint(
                condition=Q(state=ReservationState.HELD.value, settled_at__isnull=True)
                | ~Q(state=ReservationState.HELD.value) & Q(settled_at__isnull=False),
                name="licensing_quotareservation_settled_when",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "job_id"], name="licensing_reservation_of_job"),
            models.Index(
                fields=["quota", "expires_at"],
                condition=Q(state=ReservationState.HELD.value),
                name="licensing_reservation_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"
