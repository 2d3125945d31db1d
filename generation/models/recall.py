"""Taking deliveries back: that they were recalled, who was told and how, and what may lawfully stay."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from generation.deliveries.values import NoticeChannel, RecallCause
from generation.models.columns import SHA256, key, known, of_one_organisation, person, word
from generation.models.delivery import Delivery, DeliveryLink


class DeliveryRecall(TenantModel):
    """That a delivery was recalled, once. Append-only.

    A withdrawal recalls by itself and at once; this row and its entry in the log write it down. `effective_at` is
    when what it rests on ended. `recalled_by` only where somebody of legal called it back.
    """

    id = key()
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="recall")
    cause = word(RecallCause)
    reason = models.CharField(max_length=500, blank=True, help_text="In the words of who called it back.")
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recalled_by = person(unknown=True)

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            of_one_organisation("deliveryrecall"),
            known("deliveryrecall", "cause", RecallCause),
            models.CheckConstraint(
                condition=Q(effective_at__lte=F("recorded_at")), name="generation_deliveryrecall_in_order"
            ),
            models.CheckConstraint(
                condition=Q(cause=RecallCause.STUDIO.value, recalled_by__isnull=False) & ~Q(reason="")
                | ~Q(cause=RecallCause.STUDIO.value) & Q(recalled_by__isnull=True, reason=""),
                name="generation_deliveryrecall_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"Recall of {self.delivery_id}"


class RecallNotice(TenantModel):
    """That a recipient was told of a recall, by the word of a person: how, when, with what proof. Append-only."""

    id = key()
    recall = models.ForeignKey(DeliveryRecall, on_delete=models.PROTECT, related_name="notices")
    channel = word(NoticeChannel)
    sent_at = models.DateTimeField()
    proof_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the paper that proves the sending; empty: there is none."
    )
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = person()

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            of_one_organisation("recallnotice"),
            known("recallnotice", "channel", NoticeChannel),
            models.CheckConstraint(
                condition=Q(sent_at__lte=F("recorded_at")), name="generation_recallnotice_in_order"
            ),
            models.CheckConstraint(
                condition=Q(proof_sha256="") | Q(proof_sha256__regex=SHA256),
                name="generation_recallnotice_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice by {self.channel} at {self.sent_at}"


class RecallAcknowledgement(TenantModel):
    """That the recipient has taken note of a recall, once: by its link, or as somebody here recorded. Append-only."""

    id = key()
    recall = models.OneToOneField(DeliveryRecall, on_delete=models.PROTECT, related_name="acknowledgement")
    link = models.ForeignKey(DeliveryLink, on_delete=models.PROTECT, related_name="+", null=True)
    said_by = models.CharField(max_length=200, help_text="Who acknowledged, by their own word.")
    words = models.CharField(max_length=1000, blank=True)
    acknowledged_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = person(unknown=True)

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            of_one_organisation("recallacknowledgement"),
            models.CheckConstraint(condition=~Q(said_by=""), name="generation_recallacknowledgement_by"),
            models.CheckConstraint(
                condition=Q(link__isnull=True, recorded_by__isnull=False)
                | Q(link__isnull=False, recorded_by__isnull=True),
                name="generation_recallacknowledgement_one_way",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__lte=F("recorded_at")),
                name="generation_recallacknowledgement_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Acknowledged at {self.acknowledged_at}"


class RetentionWords(TenantModel):
    """What may lawfully stay with a recipient after a recall, in counsel's words. Append-only; the newest counts."""

    id = key()
    recall = models.ForeignKey(DeliveryRecall, on_delete=models.PROTECT, related_name="retention")
    words = models.TextField(max_length=4000)
    stated_at = models.DateTimeField()
    stated_by = person()

    class Meta:
        ordering = ["stated_at", "id"]
        constraints = [
            of_one_organisation("retentionwords"),
            models.CheckConstraint(condition=~Q(words=""), name="generation_retentionwords_said"),
        ]

    def __str__(self) -> str:
        return f"Stated at {self.stated_at}"
