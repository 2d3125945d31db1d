"""Trainings of adapters on the likeness of one performer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from generation.likeness_training.values import (
    RANKS,
    STEPS,
    TRAINING_IN_WORK,
    TrainingFailure,
    TrainingState,
)
from generation.models.columns import is_digest, key, known, of_one_organisation, person, word
from generation.models.take import ModelRelease
from licensing.values import Purpose

_OPEN = sorted(one.value for one in (*TRAINING_IN_WORK, TrainingState.QUEUED))
_WORKED_ON = sorted(one.value for one in TRAINING_IN_WORK)


class LikenessTraining(TenantModel):
    """One training: the row is the job, with a lease and a fence. What was asked never changes; see `trainings_v1`.

    `decision` is the newest one, of the door that was passed last. `losses` holds pairs of step and loss, thinned;
    `loss_before` and `loss_after` are of the same clips and noise without the adapter and with it. `adapter` is the
    asset in custody that came of it.
    """

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    performer = models.ForeignKey("licensing.Performer", on_delete=models.PROTECT, related_name="+")
    model = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    trigger = models.CharField(max_length=40)
    purpose = word(Purpose)
    rank = models.PositiveSmallIntegerField()
    steps = models.PositiveIntegerField()
    learning_rate = models.DecimalField(max_digits=7, decimal_places=6)
    seed = models.PositiveBigIntegerField()
    frames = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    fps = models.PositiveIntegerField()
    idempotency_key = models.CharField(max_length=200)
    request = models.JSONField()
    request_sha256 = models.CharField(max_length=64)
    requested_at = models.DateTimeField()
    requested_by = person()
    decision = models.ForeignKey("licensing.Decision", on_delete=models.PROTECT, related_name="+")
    state = word(TrainingState)

    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveBigIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    stage = models.CharField(max_length=40, blank=True)
    step = models.PositiveIntegerField(default=0)
    seconds_per_step = models.FloatField(null=True, help_text="Of this attempt so far.")
    losses = models.JSONField(default=list)
    cancel_requested_at = models.DateTimeField(null=True)
    cancel_requested_by = person(unknown=True)

    failure_code = word(TrainingFailure, unknown=True)
    failure_message = models.TextField(blank=True)
    adapter = models.OneToOneField(
        "licensing.CustodyAsset", on_delete=models.PROTECT, related_name="+", null=True
    )
    adapter_sha256 = models.CharField(max_length=64, blank=True)
    loss_before = models.FloatField(null=True)
    loss_after = models.FloatField(null=True)
    fingerprint = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at", "-id"]
        indexes = [
            models.Index(fields=["organisation", "production"], name="generation_training_of_prod"),
            models.Index(
                fields=["requested_at"], name="generation_training_open", condition=Q(state__in=_OPEN)
            ),
        ]
        constraints = [
            of_one_organisation("likenesstraining"),
            known("likenesstraining", "state", TrainingState),
            known("likenesstraining", "purpose", Purpose),
            is_digest("likenesstraining", "request_sha256"),
            models.CheckConstraint(
                condition=Q(rank__range=RANKS, steps__range=STEPS, learning_rate__gt=0, frames__gte=1)
                & Q(step__lte=F("steps")),
                name="generation_likenesstraining_terms",
            ),
            models.UniqueConstraint(
                fields=["organisation", "idempotency_key"], name="generation_likenesstraining_key_once"
            ),
            models.CheckConstraint(
                condition=Q(state=TrainingState.DONE.value, adapter__isnull=False)
                & ~Q(adapter_sha256="")
                & Q(loss_before__isnull=False, loss_after__isnull=False)
                | ~Q(state=TrainingState.DONE.value) & Q(adapter__isnull=True, adapter_sha256=""),
                name="generation_likenesstraining_done_has_adapter",
            ),
            models.CheckConstraint(
                condition=Q(state=TrainingState.FAILED.value, failure_code__isnull=False)
                | ~Q(state=TrainingState.FAILED.value) & Q(failure_code__isnull=True),
                name="generation_likenesstraining_failed_has_code",
            ),
            models.CheckConstraint(
                condition=~Q(state=TrainingState.CANCELLED.value) | Q(cancel_requested_at__isnull=False),
                name="generation_likenesstraining_cancelled_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_WORKED_ON, lease_until__isnull=False)
                | ~Q(state__in=_WORKED_ON) & Q(lease_until__isnull=True),
                name="generation_likenesstraining_worked_on_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"Training {self.id} ({self.state})"


class LikenessSource(TenantModel):
    """One asset in custody that an adapter is trained on. Append-only: written with the training.

    `plain_sha256` is of the file as it was handed in; the asset itself may be destroyed later.
    """

    id = key()
    training = models.ForeignKey(LikenessTraining, on_delete=models.PROTECT, related_name="sources")
    asset = models.ForeignKey("licensing.CustodyAsset", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="Among the sources of the training, from 1.")
    plain_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["training", "position"]
        constraints = [
            models.UniqueConstraint(fields=["training", "position"], name="generation_likenesssource_place"),
            models.UniqueConstraint(fields=["training", "asset"], name="generation_likenesssource_once"),
            is_digest("likenesssource", "plain_sha256"),
        ]

    def __str__(self) -> str:
        return f"Source {self.position} of {self.training_id}"
