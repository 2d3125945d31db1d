"""Who serves the queue, whose turn it is, and whether it stands still."""

from __future__ import annotations

from django.db import models

from accounts.models.tenancy import TenantModel
from generation.models.columns import SHA256, key, known, person, word
from generation.serving.values import WorkerState


class Worker(models.Model):
    """A worker process as it last said of itself. It belongs to no organisation and names no take.

    A restarted worker has another name; rows of those long gone are removed by the next that starts.
    """

    id = key()
    name = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    state = word(WorkerState)
    state_since = models.DateTimeField()
    device = models.CharField(max_length=200, blank=True)
    vram_mb = models.PositiveIntegerField(null=True, help_text="Null: no device with memory of its own.")
    model_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the weights it holds; empty: none."
    )
    drain_asked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            known("worker", "state", WorkerState),
            models.CheckConstraint(
                condition=models.Q(model_sha256="") | models.Q(model_sha256__regex=SHA256),
                name="generation_worker_model_is_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueuePause(TenantModel):
    """That an organisation's takes wait. Ended, never removed; `by_house` one is not the organisation's to end."""

    id = key()
    by_house = models.BooleanField()
    reason = models.CharField(max_length=400)
    paused_at = models.DateTimeField()
    paused_by = person(unknown=True)
    resumed_at = models.DateTimeField(null=True)
    resumed_by = person(unknown=True)

    class Meta:
        ordering = ["-paused_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "by_house"],
                condition=models.Q(resumed_at__isnull=True),
                name="generation_queuepause_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"paused at {self.paused_at}"


class ProductionServed(TenantModel):
    """When a worker last took up a take of a production: whoever was served longest ago comes next."""

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    served_at = models.DateTimeField()

    class Meta:
        ordering = ["-served_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "production"], name="generation_productionserved_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.production_id} at {self.served_at}"


class TakeCap(TenantModel):
    """How many takes one person may have waiting or in work for a production. Append-only: the latest row holds."""

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    most = models.PositiveIntegerField(null=True, help_text="Null: no cap of its own.")
    set_at = models.DateTimeField()
    set_by = person(unknown=True)

    class Meta:
        ordering = ["-set_at", "-id"]
        indexes = [models.Index(fields=["production", "-set_at"], name="generation_takecap_latest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(most__isnull=True) | models.Q(most__gte=1),
                name="generation_takecap_at_least_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.most or 'no cap'} for {self.production_id}"
