"""Legal review: cases, what was done to them, approvals with their limits, second keys and who stands in for whom."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.models.decision import Decision
from licensing.models.document import SigningAuthority
from licensing.review.words import UNDECIDED, ReviewAct, StoredState
from licensing.values import Use

_UNDECIDED = sorted(state.value for state in UNDECIDED)


class ReviewCase(TenantModel):
    """One use that the rules would not clear by themselves. Of the row only state, assignee and dates are written.

    `order_sha256` is of what was asked, without when: while a case about it is undecided there is no second one.
    """

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    order_sha256 = digest()
    use = word(Use)
    rule_ids = ArrayField(models.CharField(max_length=40))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    state = word(StoredState)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "opened_at"]
        constraints = [
            of_one_organisation("reviewcase"),
            known("reviewcase", "use", Use),
            known("reviewcase", "state", StoredState),
            models.UniqueConstraint(
                fields=["organisation", "order_sha256"],
                condition=Q(state__in=_UNDECIDED),
                name="licensing_reviewcase_one_undecided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_UNDECIDED, closed_at__isnull=True)
                | (~Q(state__in=_UNDECIDED) & Q(closed_at__isnull=False)),
                name="licensing_reviewcase_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(assignee__isnull=True)
                | Q(requested_by__isnull=True)
                | ~Q(assignee=F("requested_by")),
                name="licensing_reviewcase_assignee_is_another",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "use", "state"], name="licensing_reviewcase_use")]

    def __str__(self) -> str:
        return f"Case {self.id}"


class ReviewCaseDecision(TenantModel):
    """A decision that a case is about: the one that opened it, and each that asked the same again. Append-only."""

    id = key()
    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="decisions")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="review")
    linked_at = models.DateTimeField()

    class Meta:
        ordering = ["linked_at"]

    def __str__(self) -> str:
        return f"{self.decision_id} in {self.case_id}"


class ReviewDelegation(TenantModel):
    """One person stands in for another in legal review, from one moment to another. Only its end is ever written."""

    id = key()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stand_in = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            of_one_organisation("reviewdelegation"),
            # What the copy of the person on an approval and a second key points at.
            models.UniqueConstraint(
                fields=["id", "person", "stand_in"], name="licensing_reviewdelegation_of"
            ),
            models.CheckConstraint(
                condition=~Q(stand_in=F("person")), name="licensing_reviewdelegation_two_people"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="licensing_reviewdelegation_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"Delegation {self.id}"


class ReviewEvent(TenantModel):
    """One thing somebody did to a case, or said about it. Append-only."""

    id = key()
    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="events")
    act = word(ReviewAct)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [known("reviewevent", "act", ReviewAct)]

    def __str__(self) -> str:
        return f"{self.act} of {self.case_id}"


class ReviewApproval(TenantModel):
    """What a lawyer approved, within which limits. Append-only: it ends at `valid_until` or with its case.

    `lifted` are the reasons it was given for, each with rule, outcome and digest of the message; no other is lifted.
    `use_sha256` is of the use without media, territories and length, which the limits bound. `pack_sha256` is of the
    rules it was given under; other rules ask anew.
    """

    id = key()
    case = models.OneToOneField(ReviewCase, on_delete=models.PROTECT, related_name="approval")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    use_sha256 = digest()
    pack_sha256 = digest()
    lifted = models.JSONField()
    needs_second_key = models.BooleanField()
    valid_until = models.DateTimeField()
    media = ArrayField(models.CharField(max_length=40))
    territories = ArrayField(models.CharField(max_length=40))
    most_takes = models.PositiveIntegerField(null=True)
    most_ms = models.PositiveBigIntegerField(null=True)
    conditions = ArrayField(models.TextField())
    document_sha256 = models.CharField(max_length=64, blank=True)
    limits_sha256 = digest()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(ReviewDelegation, on_delete=models.PROTECT, related_name="+", null=True)
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    approved_at = models.DateTimeField()
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-approved_at"]
        constraints = [
            of_one_organisation("reviewapproval"),
            # What a second key's copies of who approved point at.
            models.UniqueConstraint(fields=["id", "approved_by"], name="licensing_reviewapproval_by"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("approved_at")), name="licensing_reviewapproval_lasts"
            ),
            models.CheckConstraint(
                condition=Q(delegation__isnull=True, acting_for__isnull=True)
                | Q(delegation__isnull=False, acting_for__isnull=False),
                name="licensing_reviewapproval_acting_for",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "use_sha256"], name="licensing_approval_use")]

    def __str__(self) -> str:
        return f"Approval of {self.case_id}"


class ReviewSecondKey(TenantModel):
    """Somebody of the performer's side confirmed an approval. Append-only.

    `approved_by` is a copy, held true by a foreign key, so that one CHECK can demand two different people.
    """

    id = key()
    approval = models.OneToOneField(ReviewApproval, on_delete=models.PROTECT, related_name="second_key")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(ReviewDelegation, on_delete=models.PROTECT, related_name="+", null=True)
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="+", null=True)
    given_at = models.DateTimeField()
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(given_by=F("approved_by")), name="licensing_reviewsecondkey_two_people"
            ),
            models.CheckConstraint(
                condition=Q(delegation__isnull=True, acting_for__isnull=True)
                | Q(delegation__isnull=False, acting_for__isnull=False),
                name="licensing_reviewsecondkey_acting_for",
            ),
        ]

    def __str__(self) -> str:
        return f"Second key of {self.approval_id}"


class ReviewApprovalUse(TenantModel):
    """A decision that rests on an approval, and how much of its limits it takes. Append-only.

    A decision that repeats one which rests on the same approval takes nothing more.
    """

    id = key()
    approval = models.ForeignKey(ReviewApproval, on_delete=models.PROTECT, related_name="uses")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    takes = models.PositiveSmallIntegerField()
    ms = models.PositiveBigIntegerField()
    used_at = models.DateTimeField()

    class Meta:
        ordering = ["used_at"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "decision"], name="licensing_reviewapprovaluse_once"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} under {self.approval_id}"
