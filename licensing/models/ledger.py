"""The ledger of what is owed and paid: accounts, postings that balance, and what each of them rests on."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from audit.models import CurrentTransaction, TransactionId
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.models.owed import Obligation
from licensing.models.performer import Performer
from licensing.owed.values import AccountKind, Currency, PostingKind, StatementKind


class Account(TenantModel):
    """One account. Append-only; its balance is the sum of its lines, in each currency apart."""

    id = key()
    kind = word(AccountKind)
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            of_one_organisation("account"),
            known("account", "kind", AccountKind),
            models.UniqueConstraint(
                fields=["organisation", "kind", "performer"],
                nulls_distinct=False,
                name="licensing_account_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=AccountKind.PERFORMER.value, performer__isnull=False)
                | ~Q(kind=AccountKind.PERFORMER.value) & Q(performer__isnull=True),
                name="licensing_account_of_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.performer_id or ''}".strip()


class Posting(TenantModel):
    """One entry of the journal. Append-only; a mistake is reversed, once, by a posting of its own.

    `content_sha256` is of its lines in their canonical spelling and stands in the log. The database refuses to commit
    one whose debits and credits differ in any currency.
    """

    id = key()
    kind = word(PostingKind)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="postings")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, related_name="reversed_by", null=True)
    reason = models.CharField(max_length=300, blank=True)
    content_sha256 = digest()
    posted_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    made_in = TransactionId(
        db_default=CurrentTransaction(), help_text="No other transaction adds a line to it."
    )

    class Meta:
        ordering = ["posted_at", "id"]
        constraints = [
            of_one_organisation("posting"),
            known("posting", "kind", PostingKind),
            models.CheckConstraint(
                condition=Q(kind=PostingKind.REVERSED.value, reverses__isnull=False) & ~Q(reason="")
                | ~Q(kind=PostingKind.REVERSED.value) & Q(reverses__isnull=True, reason=""),
                name="licensing_posting_reverses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class PostingLine(TenantModel):
    """One side of a posting: a debit or a credit. Append-only, and written with its posting alone."""

    id = key()
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    currency = models.CharField(max_length=3)
    debit_minor = models.BigIntegerField()
    credit_minor = models.BigIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "position"], name="licensing_postingline_once"),
            models.CheckConstraint(
                condition=Q(currency__in=[one.value for one in Currency]),
                name="licensing_postingline_currency",
            ),
            models.CheckConstraint(
                condition=Q(debit_minor__gt=0, credit_minor=0) | Q(debit_minor=0, credit_minor__gt=0),
                name="licensing_postingline_one_side",
            ),
        ]
        indexes = [models.Index(fields=["account", "currency"], name="licensing_postingline_account")]

    def __str__(self) -> str:
        return f"{self.debit_minor} / {self.credit_minor} {self.currency}"


class Assessment(TenantModel):
    """What an obligation comes to, with everything it was computed from. Append-only.

    `posting` null: it comes to nothing. An assessment counts until its posting is reversed, or, where it has none,
    until a later one stands.
    """

    id = key()
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="assessments")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="assessment", null=True)
    formula = models.CharField(max_length=40)
    rule_ids = ArrayField(models.CharField(max_length=24))
    edition = models.CharField(max_length=40)
    grade = models.CharField(max_length=24)
    inputs = models.JSONField()
    rates = models.JSONField(help_text="The rows the figures were taken from, as they stood.")
    rounding = models.CharField(max_length=120)
    residuals = models.CharField(max_length=80, blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    plan_minor = models.BigIntegerField()
    document_sha256 = models.CharField(max_length=64, blank=True)
    assessed_at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        ordering = ["assessed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor=0, plan_minor=0, posting__isnull=True)
                | Q(posting__isnull=False, amount_minor__gte=0, plan_minor__gte=0),
                name="licensing_assessment_posted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.formula}: {self.amount_minor} {self.currency}"


class Payment(TenantModel):
    """Payroll paid. Append-only; a payment that did not happen is undone by reversing its posting."""

    id = key()
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="payments")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="payment")
    currency = models.CharField(max_length=3)
    performer_minor = models.BigIntegerField()
    plan_minor = models.BigIntegerField()
    paid_on = models.DateField()
    payroll_reference = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(performer_minor__gte=0, plan_minor__gte=0)
                & (Q(performer_minor__gt=0) | Q(plan_minor__gt=0))
                & ~Q(payroll_reference=""),
                name="licensing_payment_of_something",
            ),
            models.UniqueConstraint(
                fields=["organisation", "obligation", "payroll_reference"], name="licensing_payment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Payment {self.payroll_reference}"


class PayStatement(TenantModel):
    """A statement as it was issued: `content` are the canonical bytes `sha256` is of. Append-only."""

    id = key()
    kind = word(StatementKind)
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+", null=True)
    period_from = models.DateField()
    period_until = models.DateField(help_text="The first day after it.")
    content = models.BinaryField()
    sha256 = digest()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            known("paystatement", "kind", StatementKind),
            models.CheckConstraint(
                condition=Q(kind=StatementKind.PERFORMER.value, performer__isnull=False)
                | Q(kind=StatementKind.UNION.value, performer__isnull=True),
                name="licensing_paystatement_of_whom",
            ),
            models.CheckConstraint(
                condition=Q(period_until__gt=models.F("period_from")), name="licensing_paystatement_period"
            ),
        ]

    def __str__(self) -> str:
        return f"Statement {self.id}"
