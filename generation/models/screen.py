"""What looked at which file, what it found, what it looks for, and what the house demands. All append-only."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from generation.models.columns import SHA256, is_digest, key, known, of_one_organisation, person, word
from generation.models.master import Master
from generation.models.take import Take
from generation.screens.values import Demand, PictureKind, ScreenKind, ScreenOutcome, ScreenStep, WhyNot

_FILES = ("take", "master", "reference", "custody_asset")


def _of_one(file: str) -> Q:
    return Q(**{f"{one}__isnull": one != file for one in _FILES})


class ScreenRun(TenantModel):
    """One look at one file by every screen there is. `content` is everything it says, as hashed and logged."""

    id = key()
    take = models.ForeignKey(Take, on_delete=models.PROTECT, related_name="+", null=True)
    master = models.ForeignKey(Master, on_delete=models.PROTECT, related_name="+", null=True)
    reference = models.ForeignKey(
        "provenance.ReferenceMedia", on_delete=models.PROTECT, related_name="+", null=True
    )
    custody_asset = models.ForeignKey(
        "licensing.CustodyAsset", on_delete=models.PROTECT, related_name="+", null=True
    )
    file_sha256 = models.CharField(
        max_length=64,
        blank=True,
        help_text="Of what was looked at, before it was signed or sealed; empty for a folder.",
    )
    setup_sha256 = models.CharField(
        max_length=64, help_text="Of screens, register and consents: the same finds the same."
    )
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    screened_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-screened_at", "-id"]
        indexes = [
            models.Index(fields=["take", "-screened_at"], name="generation_screenrun_take"),
            models.Index(fields=["master", "-screened_at"], name="generation_screenrun_master"),
            models.Index(fields=["reference", "-screened_at"], name="generation_screenrun_reference"),
            models.Index(fields=["custody_asset", "-screened_at"], name="generation_screenrun_custody"),
        ]
        constraints = [
            of_one_organisation("screenrun"),
            models.CheckConstraint(
                condition=Q(file_sha256="") | Q(file_sha256__regex=SHA256),
                name="generation_screenrun_file_sha256",
            ),
            is_digest("screenrun", "setup_sha256"),
            is_digest("screenrun", "content_sha256"),
            models.CheckConstraint(
                condition=_of_one("take")
                | _of_one("master")
                | _of_one("reference")
                | _of_one("custody_asset"),
                name="generation_screenrun_of_one_file",
            ),
        ]

    def __str__(self) -> str:
        return f"Look at {self.file_sha256[:12]}"


class ScreenRow(TenantModel):
    """What one screen said in one run."""

    id = key()
    run = models.ForeignKey(ScreenRun, on_delete=models.PROTECT, related_name="rows")
    kind = word(ScreenKind)
    outcome = word(ScreenOutcome)
    why = word(WhyNot, unknown=True)
    detail = models.CharField(max_length=300, blank=True)
    screen = models.CharField(max_length=120, blank=True, help_text="Empty: none looked.")
    version = models.CharField(max_length=60, blank=True)
    weights_sha256 = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    threshold = models.FloatField(null=True)
    peak = models.FloatField(null=True)
    peak_at_s = models.FloatField(null=True)
    frames = models.PositiveIntegerField()
    found = models.JSONField()

    class Meta:
        ordering = ["run", "kind"]
        constraints = [
            known("screenrow", "kind", ScreenKind),
            known("screenrow", "outcome", ScreenOutcome),
            models.UniqueConstraint(fields=["run", "kind"], name="generation_screenrow_once"),
            # Nothing that was not looked at is clear, whatever a program means to write.
            models.CheckConstraint(
                condition=Q(outcome=ScreenOutcome.NOT_EVALUATED.value, why__isnull=False)
                | ~Q(outcome=ScreenOutcome.NOT_EVALUATED.value)
                & Q(why__isnull=True, frames__gt=0, threshold__isnull=False)
                & ~Q(screen=""),
                name="generation_screenrow_looked",
            ),
            models.CheckConstraint(
                condition=Q(weights_sha256="") | Q(weights_sha256__regex=SHA256),
                name="generation_screenrow_weights",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.outcome}"


class ProtectedPicture(TenantModel):
    """A picture that belongs to others and may not be in a film by accident."""

    id = key()
    name = models.CharField(max_length=200, help_text="Stands in no log.")
    kind = word(PictureKind)
    holder = models.CharField(max_length=200, blank=True, help_text="Whose it is; stands in no log.")
    png = models.BinaryField(help_text="As it is looked for.")
    source_sha256 = models.CharField(max_length=64, help_text="Of the file as it was handed in.")
    added_at = models.DateTimeField()
    added_by = person()
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-added_at", "-id"]
        constraints = [
            of_one_organisation("protectedpicture"),
            known("protectedpicture", "kind", PictureKind),
            is_digest("protectedpicture", "source_sha256"),
            models.CheckConstraint(condition=~Q(name=""), name="generation_protectedpicture_named"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


class ProtectedPictureEnd(TenantModel):
    """It is not looked for any more, from here on."""

    id = key()
    picture = models.OneToOneField(ProtectedPicture, on_delete=models.PROTECT, related_name="end")
    reason = models.CharField(max_length=2000)
    ended_at = models.DateTimeField()
    ended_by = person()
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-ended_at"]
        constraints = [
            of_one_organisation("protectedpictureend"),
            models.CheckConstraint(condition=~Q(reason=""), name="generation_protectedpictureend_why"),
        ]

    def __str__(self) -> str:
        return f"End of {self.picture_id}"


class ScreenPolicy(TenantModel):
    """What the house demands of one kind of screen at one step. The latest row counts."""

    id = key()
    kind = word(ScreenKind)
    step = word(ScreenStep)
    demand = word(Demand)
    reason = models.CharField(max_length=2000)
    stated_at = models.DateTimeField()
    stated_by = person()
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-stated_at", "-id"]
        constraints = [
            known("screenpolicy", "kind", ScreenKind),
            known("screenpolicy", "step", ScreenStep),
            known("screenpolicy", "demand", Demand),
            models.CheckConstraint(condition=~Q(reason=""), name="generation_screenpolicy_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.step}: {self.demand}"


class InputAttestation(TenantModel):
    """That somebody answers for the use of a reference in view of what the screens said of it."""

    id = key()
    run = models.ForeignKey(ScreenRun, on_delete=models.PROTECT, related_name="attestations")
    kinds = ArrayField(models.CharField(max_length=40), help_text="Which screens' answers it answers for.")
    words = models.CharField(max_length=2000)
    attested_at = models.DateTimeField()
    attested_by = person()
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-attested_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="generation_inputattestation_said"),
        ]

    def __str__(self) -> str:
        return f"Attestation of {self.run_id}"
