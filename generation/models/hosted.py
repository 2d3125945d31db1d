"""What was sent to services that run models, and what came back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from generation.hosted.values import CallState
from generation.models.columns import is_digest, key, known, of_one_organisation, word
from generation.models.take import Take


class HostedCall(TenantModel):
    """One request for one take. What was sent stays as it was; what came of it is added once.

    The prompt itself stands in the take alone. `answer_*`, `credential_state` and what follows are of the film that
    came, as it lies in the media store: `absent` means that it bore no credential.
    """

    id = key()
    take = models.ForeignKey(Take, on_delete=models.PROTECT, related_name="hosted_calls")
    attempt = models.PositiveSmallIntegerField()
    idempotency_key = models.CharField(max_length=80)
    host = models.CharField(max_length=200)
    hosted_model = models.CharField(max_length=120)
    territory = models.CharField(max_length=8)
    sent_fields = models.JSONField(help_text="Names of what was sent, without the prompt's text.")
    sent_sha256 = models.CharField(max_length=64, help_text="Of everything that was sent.")
    prompt_sha256 = models.CharField(max_length=64)
    prompt_characters = models.PositiveIntegerField()
    sent_at = models.DateTimeField()
    job_id = models.CharField(max_length=200, blank=True, help_text="The service's own name for it.")
    state = word(CallState)
    ended_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True, help_text="Of the service, where it refused or gave up.")
    answer_key = models.CharField(max_length=120, blank=True)
    answer_sha256 = models.CharField(max_length=64, blank=True)
    answer_bytes = models.BigIntegerField(default=0)
    credential_state = models.CharField(max_length=16, blank=True)
    manifest_id = models.CharField(max_length=200, blank=True)
    signed_by = models.CharField(max_length=300, blank=True)
    stated_source_type = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            of_one_organisation("hostedcall"),
            known("hostedcall", "state", CallState),
            is_digest("hostedcall", "sent_sha256"),
            is_digest("hostedcall", "prompt_sha256"),
            models.UniqueConstraint(
                fields=["take"],
                condition=Q(state=CallState.OPEN.value),
                name="generation_hostedcall_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state=CallState.OPEN.value, ended_at__isnull=True)
                | ~Q(state=CallState.OPEN.value) & Q(ended_at__isnull=False),
                name="generation_hostedcall_ended",
            ),
            models.CheckConstraint(
                condition=Q(state=CallState.ANSWERED.value, answer_sha256__regex="^[0-9a-f]{64}$")
                | ~Q(state=CallState.ANSWERED.value) & Q(answer_sha256=""),
                name="generation_hostedcall_answered_has_film",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hosted_model} at {self.host} ({self.state})"
