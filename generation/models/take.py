from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import models

from accounts.models.tenancy import TenantModel
from core.ids import new_id
from generation.authorship.models import Contribution, CutEdition, CutEntry
from generation.engines.camera_moves import LONGEST_NAME, LONGEST_WORDS
from generation.serving.values import RANKED, Priority
from generation.values import IN_WORK, EventKind, Screening, TakeState

# Django looks for models here.
__all__ = ["Contribution", "CutEdition", "CutEntry", "ModelRecord", "ModelRelease", "Take", "TakeEvent"]


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


class ModelRelease(TenantModel):
    """A model a studio has looked at: its locked folder and what is on file about who made it.

    A null answer means that nobody has said, which no rule takes for permission.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    version = models.CharField(max_length=60)
    folder = models.CharField(max_length=400, help_text="Absolute, or relative to the project's own folder.")
    lock_sha256 = models.CharField(max_length=64)
    host = models.CharField(
        max_length=200, blank=True, help_text="Of the service that runs it; empty: weights of its own."
    )
    licence = models.CharField(max_length=120)
    data_statement = models.TextField(max_length=4000, help_text="What it was trained on, and whose that is.")
    on_file = models.JSONField(
        null=True, blank=True, help_text="Vendor papers on file, by code; null: not asked."
    )
    terms_changed = models.BooleanField(null=True, blank=True)
    talent_enhancement = models.BooleanField(null=True, blank=True)
    unowned_training_data = models.BooleanField(null=True, blank=True)
    trained_for_project = models.CharField(  # noqa: DJ001 - null is unknown, the empty string is "for no project"
        max_length=60, null=True, blank=True
    )
    on_market_since = models.DateField(null=True, blank=True)
    ca_covered_provider = models.BooleanField(
        null=True, blank=True, help_text="Whether whoever runs it is a covered provider in California."
    )
    vendor = models.CharField(
        max_length=200, blank=True, help_text="Who made or sells it; empty: not recorded."
    )
    licence_tier = models.CharField(max_length=120, blank=True)
    terms_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the vendor's terms as kept.")
    region = models.CharField(max_length=120, blank=True, help_text="Where it runs.")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name", "version"], name="generation_modelrelease_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "id"], name="generation_modelrelease_in_organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(lock_sha256__regex="^[0-9a-f]{64}$"),
                name="generation_modelrelease_lock_is_digest",
            ),
            models.CheckConstraint(
                condition=models.Q(terms_sha256="") | models.Q(terms_sha256__regex="^[0-9a-f]{64}$"),
                name="generation_modelrelease_terms_are_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class ModelRecord(TenantModel):
    """What was on file about a model from one moment on, whole, as somebody stated it. Append-only.

    The columns of `ModelRelease` are those of the latest one.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, related_name="records")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        ordering = ["-stated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(content_sha256__regex="^[0-9a-f]{64}$"),
                name="generation_modelrecord_content_is_digest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.model_id} at {self.stated_at}"


class Take(TenantModel):
    """One try at a shot: what was asked, what was decided, how far it got and what came of it.

    Columns from `worker` to `cancel_requested_at` belong to whoever holds the lease. Every write of a worker names
    the `fence` it was given at its claim; a later claim raises the fence, so what a late worker writes meets no row.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shot = models.ForeignKey("productions.Shot", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    model = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    requested_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=200)
    request = models.JSONField(help_text="Everything that was asked, as hashed.")
    request_sha256 = models.CharField(max_length=64)
    decision = models.ForeignKey(
        "licensing.Decision", on_delete=models.PROTECT, related_name="+", help_text="The latest one."
    )
    state = models.CharField(max_length=16, choices=_choices(TakeState))

    prompt = models.TextField()
    negative_prompt = models.TextField(blank=True)
    camera_move = models.CharField(
        max_length=LONGEST_NAME, blank=True, help_text="As the model's folder names it."
    )
    camera_words = models.CharField(
        max_length=LONGEST_WORDS, blank=True, help_text="The words for it that are put before the prompt."
    )
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    num_frames = models.PositiveIntegerField()
    fps = models.PositiveSmallIntegerField()
    steps = models.PositiveSmallIntegerField()
    guidance_scale = models.DecimalField(max_digits=5, decimal_places=2)
    seed = models.BigIntegerField()
    delivered_width = models.PositiveIntegerField()
    delivered_height = models.PositiveIntegerField()
    understood = models.JSONField(null=True, help_text="Null where the model's vocabulary is open.")
    ignored = models.JSONField(default=list)

    priority = models.PositiveSmallIntegerField(
        default=Priority.NORMAL.rank, help_text="0 low, 1 normal, 2 high."
    )
    min_vram_mb = models.PositiveIntegerField(
        null=True, help_text="What its model says a device must hold for this size; null: not said."
    )
    not_before = models.DateTimeField(null=True, help_text="No worker takes it up by itself before.")

    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveBigIntegerField(default=0)
    woken_at = models.DateTimeField(null=True, help_text="When a worker was last told of it.")
    cancel_requested_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=16, blank=True)
    step = models.PositiveIntegerField(default=0)
    stage_steps = models.PositiveIntegerField(default=0)
    seconds_per_step = models.FloatField(null=True)
    preview_jpeg = models.BinaryField(
        null=True, help_text="What it looks like so far; unsigned, and gone when the attempt ends."
    )

    failure_code = models.CharField(max_length=32, blank=True)
    failure_message = models.TextField(blank=True)
    screening = models.CharField(
        max_length=16, choices=_choices(Screening), default=Screening.NOT_EVALUATED.value
    )
    seconds = models.JSONField(default=dict, help_text="Seconds by stage of the attempt that was signed.")
    fingerprint = models.JSONField(
        default=dict, help_text="What, besides spec and weights, the bytes depend on."
    )
    asset_id = models.UUIDField(null=True, unique=True)
    video_key = models.CharField(max_length=120, blank=True)
    poster_key = models.CharField(max_length=120, blank=True)
    contact_sheet_key = models.CharField(max_length=120, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at"]
        indexes = [
            models.Index(fields=["organisation", "shot", "number"], name="generation_take_of_shot"),
            # The sweeper's: few rows wait or are worked on at any time. Leases are not in it, so that renewing one
            # twice a second rewrites no index.
            models.Index(
                fields=["requested_at"],
                name="generation_take_open",
                condition=models.Q(state__in=[TakeState.QUEUED.value, *sorted(s.value for s in IN_WORK)]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "idempotency_key"], name="generation_take_key_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "shot", "number"], name="generation_take_number_once"
            ),
            models.UniqueConstraint(fields=["organisation", "id"], name="generation_take_in_organisation"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in TakeState]),
                name="generation_take_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__lt=len(RANKED)), name="generation_take_priority_known"
            ),
            models.CheckConstraint(
                condition=models.Q(camera_move="", camera_words="")
                | ~models.Q(camera_move="") & ~models.Q(camera_words=""),
                name="generation_take_camera_has_words",
            ),
            models.CheckConstraint(
                condition=models.Q(request_sha256__regex="^[0-9a-f]{64}$"),
                name="generation_take_request_is_digest",
            ),
            models.CheckConstraint(
                condition=models.Q(state=TakeState.SIGNED.value, asset_id__isnull=False)
                & ~models.Q(video_key="")
                | ~models.Q(state=TakeState.SIGNED.value) & models.Q(asset_id__isnull=True),
                name="generation_take_signed_has_asset",
            ),
            models.CheckConstraint(
                condition=models.Q(state=TakeState.FAILED.value) & ~models.Q(failure_code="")
                | ~models.Q(state=TakeState.FAILED.value) & models.Q(failure_code=""),
                name="generation_take_failed_has_code",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(s.value for s in IN_WORK), lease_until__isnull=False)
                | ~models.Q(state__in=sorted(s.value for s in IN_WORK)) & models.Q(lease_until__isnull=True),
                name="generation_take_worked_on_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"take {self.number} ({self.state})"


class TakeEvent(TenantModel):
    """What happened to a take, in order. Rows are added, never changed: a trigger and the grants see to it."""

    id = models.BigAutoField(primary_key=True)
    take = models.ForeignKey(Take, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=_choices(EventKind))
    state = models.CharField(max_length=16, choices=_choices(TakeState))
    attempt = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=16, blank=True)
    step = models.PositiveIntegerField(default=0)
    stage_steps = models.PositiveIntegerField(default=0)
    seconds_per_step = models.FloatField(null=True)
    code = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["take", "id"], name="generation_takeevent_order")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in EventKind]),
                name="generation_takeevent_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in TakeState]),
                name="generation_takeevent_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
