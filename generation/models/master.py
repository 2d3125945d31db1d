"""Masters of signed takes, and the frames they are made from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from generation.mastering.values import (
    MASTER_IN_WORK,
    MasterFailure,
    MasterFormat,
    MasterSource,
    MasterState,
)
from generation.models.columns import is_digest, key, known, of_one_organisation, person, word
from generation.models.delivery import Recipient
from generation.models.take import Take

_OPEN = sorted(one.value for one in (*MASTER_IN_WORK, MasterState.QUEUED))
_WORKED_ON = sorted(one.value for one in MASTER_IN_WORK)


class KeptFrames(TenantModel):
    """The model's own frames of a take, without loss, in a file of the media store. Append-only."""

    id = key()
    take = models.OneToOneField(Take, on_delete=models.PROTECT, related_name="kept_frames")
    media_key = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    frames = models.PositiveIntegerField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [is_digest("keptframes", "file_sha256"), of_one_organisation("keptframes")]

    def __str__(self) -> str:
        return f"Frames of take {self.take_id}"


class Master(TenantModel):
    """One signed take in another format: the row is the job, with a lease and a fence.

    `decision` is the newest one, of the door that was passed last. `source` with its digest is what the pictures come
    from. `facts` are what was read back of the finished file. A signed one changes no more: a trigger sees to it. One
    with a `recipient` bears a watermark of its own and is delivered to nobody else.
    """

    id = key()
    take = models.ForeignKey(Take, on_delete=models.PROTECT, related_name="masters")
    format = word(MasterFormat)
    fps = models.CharField(max_length=20, help_text="Exact, such as 24000/1001.")
    cameras = models.JSONField(
        null=True, help_text="What was said of the camera; of a hand-off for 3D alone."
    )
    source = word(MasterSource)
    source_sha256 = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    requested_by = person(unknown=True)
    recipient = models.ForeignKey(
        Recipient,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="For whom alone it is marked; null: for anybody, and bears no mark of its own.",
    )
    decision = models.ForeignKey("licensing.Decision", on_delete=models.PROTECT, related_name="+")
    state = word(MasterState)

    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveBigIntegerField(default=0)
    woken_at = models.DateTimeField(null=True)
    frames_done = models.PositiveIntegerField(default=0)
    seconds_per_frame = models.FloatField(null=True, help_text="Of this attempt so far.")
    cancel_requested_at = models.DateTimeField(null=True)
    cancel_requested_by = person(unknown=True)

    failure_code = word(MasterFailure, unknown=True)
    failure_message = models.TextField(blank=True)
    asset_id = models.UUIDField(null=True, unique=True, help_text="Of the signed file.")
    facts = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at", "-id"]
        indexes = [
            models.Index(fields=["organisation", "take"], name="generation_master_of_take"),
            models.Index(
                fields=["requested_at"], name="generation_master_open", condition=Q(state__in=_OPEN)
            ),
        ]
        constraints = [
            of_one_organisation("master"),
            known("master", "format", MasterFormat),
            known("master", "source", MasterSource),
            known("master", "state", MasterState),
            is_digest("master", "source_sha256"),
            models.CheckConstraint(
                condition=Q(format=MasterFormat.HANDOFF_3D.value, cameras__isnull=False)
                | ~Q(format=MasterFormat.HANDOFF_3D.value) & Q(cameras__isnull=True),
                name="generation_master_cameras_of_handoff",
            ),
            models.UniqueConstraint(
                fields=["organisation", "idempotency_key"], name="generation_master_key_once"
            ),
            models.CheckConstraint(
                condition=Q(state=MasterState.SIGNED.value, asset_id__isnull=False)
                | ~Q(state=MasterState.SIGNED.value) & Q(asset_id__isnull=True),
                name="generation_master_signed_has_asset",
            ),
            models.CheckConstraint(
                condition=Q(state=MasterState.FAILED.value, failure_code__isnull=False)
                | ~Q(state=MasterState.FAILED.value) & Q(failure_code__isnull=True),
                name="generation_master_failed_has_code",
            ),
            models.CheckConstraint(
                condition=~Q(state=MasterState.CANCELLED.value) | Q(cancel_requested_at__isnull=False),
                name="generation_master_cancelled_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_WORKED_ON, lease_until__isnull=False)
                | ~Q(state__in=_WORKED_ON) & Q(lease_until__isnull=True),
                name="generation_master_worked_on_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"Master {self.format} ({self.state})"
