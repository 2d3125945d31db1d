"""To whom finished files go, on which decision, and what came of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from generation.deliveries.values import DeliveryAct, RecipientKind
from generation.models.columns import is_digest, key, known, of_one_organisation, person, word
from generation.models.take import Take
from licensing.values import Purpose


class Recipient(TenantModel):
    """A company that files are delivered to. `contact` is where notices go; it stands in no log and no manifest."""

    id = key()
    name = models.CharField(max_length=200)
    kind = word(RecipientKind)
    contact = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()
    created_by = person()

    class Meta:
        ordering = ["name"]
        constraints = [
            of_one_organisation("recipient"),
            known("recipient", "kind", RecipientKind),
            models.UniqueConstraint(fields=["organisation", "name"], name="generation_recipient_once"),
            models.CheckConstraint(condition=~Q(name=""), name="generation_recipient_named"),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryIntent(TenantModel):
    """What was about to be delivered, recorded and logged before anybody could have it. Append-only.

    An intent without a delivery was broken off: the log stood still, or what it rests on ended meanwhile.
    """

    id = key()
    delivery_id = models.UUIDField(unique=True)
    take = models.ForeignKey(Take, on_delete=models.PROTECT, related_name="+")
    asset_id = models.UUIDField()
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey("licensing.Decision", on_delete=models.PROTECT, related_name="+")
    request_sha256 = models.CharField(max_length=64)
    intended_at = models.DateTimeField()
    intended_by = person(unknown=True)

    class Meta:
        ordering = ["-intended_at"]
        constraints = [of_one_organisation("deliveryintent"), is_digest("deliveryintent", "request_sha256")]

    def __str__(self) -> str:
        return f"Delivery {self.delivery_id} (intended)"


class Delivery(TenantModel):
    """One signed file given to one recipient, on a decision for exactly that. Append-only.

    What it is worth today is computed from what the decision rests on, see `generation.deliveries.standing`. `marks`
    were found in the file when it was read back, and `disclosures` are the wordings on record. `entry_uid` is its
    entry in the log: until the log covers it, nobody gets the file.
    """

    id = key()
    intent = models.OneToOneField(DeliveryIntent, on_delete=models.PROTECT, related_name="+")
    take = models.ForeignKey(Take, on_delete=models.PROTECT, related_name="+")
    asset_id = models.UUIDField()
    master = models.ForeignKey(
        "generation.Master",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="Null: the take's own file.",
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey("licensing.Decision", on_delete=models.PROTECT, related_name="+")
    purpose = word(Purpose)
    media = ArrayField(models.CharField(max_length=40))
    territories = ArrayField(models.CharField(max_length=20))
    languages = ArrayField(models.CharField(max_length=80))
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, help_text="The last day; null: without end.")
    marks = ArrayField(models.CharField(max_length=40), help_text="Found in the file when it was read back.")
    marks_stripped = models.BooleanField()
    disclosures = models.JSONField(help_text="Kind, wording and placement of each.")
    file_sha256 = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=200)
    request = models.JSONField(help_text="Everything that was asked, as hashed.")
    request_sha256 = models.CharField(max_length=64)
    delivered_at = models.DateTimeField()
    delivered_by = person(unknown=True)
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-delivered_at", "-id"]
        indexes = [
            models.Index(fields=["organisation", "take"], name="generation_delivery_of_take"),
            models.Index(fields=["organisation", "recipient"], name="generation_delivery_to"),
        ]
        constraints = [
            of_one_organisation("delivery"),
            known("delivery", "purpose", Purpose),
            is_digest("delivery", "file_sha256"),
            is_digest("delivery", "request_sha256"),
            models.UniqueConstraint(
                fields=["organisation", "idempotency_key"], name="generation_delivery_key_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="generation_delivery_term_in_order",
            ),
            models.CheckConstraint(
                condition=Q(media__len__gte=1) & Q(territories__len__gte=1),
                name="generation_delivery_says_where",
            ),
        ]

    def __str__(self) -> str:
        return f"Delivery {self.id}"


class DeliveryLink(TenantModel):
    """A link by which a recipient without an account has one delivery. The token itself is stored nowhere.

    Only its end is ever written into it.
    """

    id = key()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = person()
    expires_at = models.DateTimeField(help_text="From then on the file is not handed out by it.")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = person(unknown=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            of_one_organisation("deliverylink"),
            is_digest("deliverylink", "token_sha256"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="generation_deliverylink_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="generation_deliverylink_revoked_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Link {self.id}"


class DeliveryEvent(TenantModel):
    """What happened to a delivery, in order: every fetch too. Append-only. `by` is null for who was not signed in."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    act = word(DeliveryAct)
    link = models.ForeignKey(DeliveryLink, on_delete=models.PROTECT, related_name="events", null=True)
    by = person(unknown=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["delivery", "id"], name="generation_deliveryevent_order"),
            models.Index(fields=["link", "at"], name="generation_deliveryevent_rate"),
        ]
        constraints = [known("deliveryevent", "act", DeliveryAct)]

    def __str__(self) -> str:
        return f"{self.act} at {self.at}"
