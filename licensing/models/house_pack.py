from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, of_one_organisation


class HousePack(TenantModel):
    """A signed pack of an organisation's own rules, as it came. Append-only: another edition is another row."""

    id = key()
    name = models.CharField(max_length=10)
    edition = models.PositiveIntegerField()
    note = models.TextField()
    sha256 = digest()
    staged_at = models.DateTimeField()
    staged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-edition"]
        constraints = [
            of_one_organisation("housepack"),
            models.UniqueConstraint(
                fields=["organisation", "edition"], name="licensing_housepack_edition_once"
            ),
            # What an activation copies of it is true.
            models.UniqueConstraint(fields=["id", "staged_by"], name="licensing_housepack_by"),
        ]

    def __str__(self) -> str:
        return f"{self.name}.{self.edition}"


class HousePackReplay(TenantModel):
    """What a pack would have changed in decisions on record. Append-only."""

    id = key()
    pack = models.ForeignKey(HousePack, on_delete=models.PROTECT, related_name="replays")
    book_sha256 = digest()
    since = models.DateTimeField()
    until = models.DateTimeField()
    decisions = models.PositiveIntegerField()
    flipped = models.PositiveIntegerField()
    result = models.JSONField()
    replayed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-until"]
        constraints = [
            models.UniqueConstraint(fields=["id", "pack"], name="licensing_housepackreplay_of"),
        ]

    def __str__(self) -> str:
        return f"{self.flipped} of {self.decisions}"


class HousePackActivation(TenantModel):
    """From `activated_at` decisions are made by this pack too, until the next activation. Append-only.

    Whoever activates is not who staged: the database compares the two, on a copy that a foreign key keeps true.
    """

    id = key()
    pack = models.ForeignKey(HousePack, on_delete=models.PROTECT, related_name="activations")
    replay = models.ForeignKey(HousePackReplay, on_delete=models.PROTECT, related_name="+")
    activated_at = models.DateTimeField()
    activated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    staged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-activated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(activated_by=F("staged_by")), name="licensing_housepackactivation_two_people"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "activated_at"], name="licensing_housepack_active"),
        ]

    def __str__(self) -> str:
        return f"{self.pack_id} from {self.activated_at}"
