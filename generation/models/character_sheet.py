"""Which likenesses in custody takes of a character begin with. Pointers alone: neither table holds or opens any."""

from __future__ import annotations

from django.db import models

from accounts.models.tenancy import TenantModel
from generation.models.columns import key, of_one_organisation, person


class CharacterSheetEntry(TenantModel):
    """A reference picture or an adapter in custody, put on the sheet of a character. Append-only.

    `position` is given once: what is put on again stands last.
    """

    id = key()
    character = models.ForeignKey("productions.Character", on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey("licensing.CustodyAsset", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(help_text="Among all that was ever on the sheet, from 1.")
    put_on_at = models.DateTimeField()
    put_on_by = person()

    class Meta:
        ordering = ["character", "position"]
        constraints = [
            of_one_organisation("charactersheetentry"),
            models.UniqueConstraint(
                fields=["character", "position"], name="generation_charactersheetentry_place_once"
            ),
            models.CheckConstraint(
                condition=models.Q(position__gte=1), name="generation_charactersheetentry_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} on the sheet of {self.character_id}"


class CharacterSheetEnd(TenantModel):
    """It was taken off the sheet: no take begins with it from here on. Append-only."""

    id = key()
    entry = models.OneToOneField(CharacterSheetEntry, on_delete=models.PROTECT, related_name="end")
    taken_off_at = models.DateTimeField()
    taken_off_by = person()

    class Meta:
        ordering = ["-taken_off_at"]

    def __str__(self) -> str:
        return f"End of {self.entry_id}"
