"""How legal judged a finished file."""

from __future__ import annotations

from django.db import models

from accounts.models.tenancy import TenantModel
from generation.models.columns import key, known, person, word
from provenance.updating.definition import ReviewOutcome


class FileReview(TenantModel):
    """One judgement of one signed file. Append-only: written with the update of the file's credential that says so.

    Its id is the cause that the update names, and `salt` opens the commitment to it in the file.
    """

    id = key()
    take = models.ForeignKey("generation.Take", on_delete=models.PROTECT, related_name="+")
    outcome = word(ReviewOutcome)
    updated_file_id = models.UUIDField(unique=True, help_text="The copy whose credential says so.")
    manifest_id = models.CharField(max_length=60)
    file_sha256 = models.CharField(max_length=64, help_text="Of that copy.")
    media_key = models.CharField(max_length=120)
    salt = models.BinaryField()
    reviewed_by = person()
    reviewed_at = models.DateTimeField()

    class Meta:
        ordering = ["-reviewed_at"]
        constraints = [known("filereview", "outcome", ReviewOutcome)]

    def __str__(self) -> str:
        return f"{self.outcome} of {self.take_id}"
