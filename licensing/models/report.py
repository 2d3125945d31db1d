"""Reports that were made, and when others are to be made."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.reporting.words import Cadence, Covers, ReportSight, ScheduleEnd


class ReportSchedule(TenantModel):
    """A report that is made again and again. Only its next period and its end are ever written.

    It is made with the sight of whoever set it up, as it is on the day. `told`: for whom it is made beside them.
    `next_from` is the first day of the next period, `due_on` the day after it, both in UTC.
    """

    id = key()
    code = models.CharField(max_length=40)
    scope = models.JSONField()
    cadence = word(Cadence)
    covers = word(Covers)
    told = ArrayField(models.UUIDField(), default=list)
    next_from = models.DateField()
    due_on = models.DateField()
    set_up_at = models.DateTimeField()
    set_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = word(ScheduleEnd, unknown=True)

    class Meta:
        ordering = ["-set_up_at"]
        constraints = [
            of_one_organisation("reportschedule"),
            known("reportschedule", "cadence", Cadence),
            known("reportschedule", "covers", Covers),
            known("reportschedule", "ended_because", ScheduleEnd),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("next_from")), name="licensing_reportschedule_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because__isnull=True)
                | Q(ended_at__isnull=False, ended_because__isnull=False),
                name="licensing_reportschedule_ended_because",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(ended_at__isnull=True), name="licensing_reportschedule_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}, {self.cadence}"


class ReportRun(TenantModel):
    """A report as it was made. Append-only; its files lie under their digests.

    `period_from` and `period_until` are of the scope, or of the schedule's period. `not_recorded` counts cells that
    hold nothing because nothing is recorded. The three columns of the log say where its newest signed checkpoint
    stood; null where there was none. `missed`: how many earlier periods of the schedule it stands for.
    """

    id = key()
    code = models.CharField(max_length=40)
    scope = models.JSONField()
    period_from = models.DateField(null=True)
    period_until = models.DateField(null=True)
    schedule = models.ForeignKey(ReportSchedule, on_delete=models.PROTECT, related_name="runs", null=True)
    missed = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    actor = models.CharField(max_length=120)
    sight = word(ReportSight)
    rows = models.PositiveIntegerField()
    not_recorded = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    csv_sha256 = digest()
    csv_bytes = models.PositiveBigIntegerField()
    pdf_sha256 = digest()
    pdf_bytes = models.PositiveBigIntegerField()
    log_origin = models.CharField(max_length=120, null=True)  # noqa: DJ001 - no log is not a log without a name
    log_size = models.PositiveBigIntegerField(default=0)
    log_root = models.CharField(max_length=64)
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            of_one_organisation("reportrun"),
            known("reportrun", "sight", ReportSight),
            # However many workers find a schedule due, its report of a period is made once.
            models.UniqueConstraint(
                fields=["schedule", "period_from"],
                condition=Q(schedule__isnull=False),
                name="licensing_reportrun_once_a_period",
            ),
            models.CheckConstraint(
                condition=Q(schedule__isnull=True) | Q(period_from__isnull=False, period_until__isnull=False),
                name="licensing_reportrun_scheduled_period",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "made_at"], name="licensing_reportrun_made")]

    def __str__(self) -> str:
        return f"{self.code} of {self.made_at}"
