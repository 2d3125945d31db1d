from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.models.performer import Performer
from licensing.names import ConsentEventKind, ConsentStatus, UsesAre, WithdrawalReason
from licensing.values import ReplicaType


class Consent(TenantModel):
    """One consent record as it was signed. It is never edited: it is superseded by another one, or withdrawn.

    `terms` holds the record in the words of the rulebook; `valid_from` and `valid_until` (the last day) are taken
    from it, for the database to keep active records from overlapping. A null bound is open there. `uses_are`: what is
    counted where the terms limit uses, by the words they were signed in.
    """

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="consents")
    replica_type = word(ReplicaType)
    terms = models.JSONField()
    terms_sha256 = digest()
    document_sha256 = digest()
    uses_are = word(UsesAre)
    receipt_id = models.UUIDField(unique=True)
    salt = models.BinaryField(max_length=32)
    entry_uid = models.UUIDField(
        null=True, help_text="Its entry in the log. Until the log covers it, the record counts for nothing."
    )
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    status = word(ConsentStatus)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            of_one_organisation("consent"),
            known("consent", "replica_type", ReplicaType),
            known("consent", "status", ConsentStatus),
            known("consent", "uses_are", UsesAre),
            models.CheckConstraint(
                condition=Q(status=ConsentStatus.WITHDRAWN.value, withdrawn_at__isnull=False)
                | (~Q(status=ConsentStatus.WITHDRAWN.value) & Q(withdrawn_at__isnull=True)),
                name="licensing_consent_withdrawn_when",
            ),
            ExclusionConstraint(
                name="licensing_consent_one_at_a_time",
                expressions=[
                    (F("organisation"), RangeOperators.EQUAL),
                    (F("production"), RangeOperators.EQUAL),
                    (F("performer"), RangeOperators.EQUAL),
                    (F("replica_type"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_until"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status=ConsentStatus.ACTIVE.value),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "performer"], name="licensing_consent_performer")]

    def __str__(self) -> str:
        return f"Consent {self.id}"


class ConsentEvent(TenantModel):
    """What happened to a consent record, and who did it. Append-only."""

    id = key()
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="events")
    kind = word(ConsentEventKind)
    reason_code = word(WithdrawalReason, unknown=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["at"]
        constraints = [known("consentevent", "kind", ConsentEventKind)]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"
