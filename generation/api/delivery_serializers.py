from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rest_framework import serializers

from generation.api.serializers import ReasonResource
from generation.deliveries.values import (
    MARKS_IN_FILES,
    DeliveryOrder,
    Disclosure,
    NoticeChannel,
    RecallCause,
    RecipientKind,
    StandsToday,
)
from generation.operations.recalls import NewNotice
from licensing.values import DisclosureKind, Medium, OutputStatus, Purpose

_MOST = 300
_TYPED = [kind.value for kind in DisclosureKind if kind not in MARKS_IN_FILES]


class RecipientOrder(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=[kind.value for kind in RecipientKind])
    contact = serializers.CharField(
        max_length=400, allow_blank=True, default="", help_text="Where notices go. It enters no log."
    )


class ContactOrder(serializers.Serializer[Any]):
    contact = serializers.CharField(max_length=400, allow_blank=True)


class RecipientResource(serializers.Serializer[Any]):
    """`contact` is empty for whoever does not deliver."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()
    contact = serializers.SerializerMethodField()

    def get_contact(self, card: Any) -> str:  # noqa: ANN401 - a card
        return card.contact if self.context.get("sees_contacts") else ""


class DisclosureOrder(serializers.Serializer[Any]):
    """What the audience is told. Marks in the file are read from the file and never typed."""

    kind = serializers.ChoiceField(choices=_TYPED)
    wording = serializers.CharField(max_length=2000)
    placement = serializers.CharField(max_length=2000)


class DisclosureResource(serializers.Serializer[Any]):
    kind = serializers.CharField()
    wording = serializers.CharField()
    placement = serializers.CharField()


class DeliveryRequest(serializers.Serializer[Any]):
    """A delivery as asked for: this file, to this recipient, for exactly this."""

    recipient = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=[one.value for one in Purpose])
    output_status = serializers.ChoiceField(
        choices=[one.value for one in OutputStatus], default=OutputStatus.FINAL.value
    )
    media = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in Medium]), max_length=_MOST
    )
    territories = serializers.ListField(child=serializers.CharField(max_length=20), max_length=_MOST)
    languages = serializers.ListField(child=serializers.CharField(max_length=80), max_length=_MOST)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(
        allow_null=True, default=None, help_text="The last day; null: without end."
    )
    disclosures = DisclosureOrder(many=True, default=list)
    master = serializers.UUIDField(
        allow_null=True, default=None, help_text="A master of the take; null: its own signed file."
    )


def delivery_order(asked: dict[str, Any], *, take_id: UUID, at: datetime) -> DeliveryOrder:
    """The order behind validated fields of a `DeliveryRequest`."""
    fields = dict(asked)
    recipient_id, master_id = fields.pop("recipient"), fields.pop("master")
    disclosures = tuple(Disclosure(**one) for one in fields.pop("disclosures"))
    listed = {name: tuple(fields[name]) for name in ("media", "territories", "languages")}
    return DeliveryOrder(
        **{**fields, **listed},
        take_id=take_id,
        recipient_id=recipient_id,
        master_id=master_id,
        disclosures=disclosures,
        requested_at=at,
    )


class StandingResource(serializers.Serializer[Any]):
    """What a delivery is worth at the moment of asking. The reason names nobody."""

    state = serializers.ChoiceField(choices=[state.value for state in StandsToday])
    reason = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)


class DeliveryResource(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    take = serializers.UUIDField(source="take_id")
    take_number = serializers.IntegerField()
    shot = serializers.UUIDField(source="shot_id")
    shot_code = serializers.CharField()
    production = serializers.UUIDField(source="production_id")
    asset = serializers.UUIDField(source="asset_id")
    master = serializers.UUIDField(source="master_id", allow_null=True)
    recipient = RecipientResource()
    decision = serializers.UUIDField(source="decision_id")
    purpose = serializers.CharField()
    media = serializers.ListField(child=serializers.CharField())
    territories = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    marks = serializers.ListField(
        child=serializers.CharField(), help_text="Found in the file when it was read back."
    )
    marks_stripped = serializers.BooleanField()
    disclosures = DisclosureResource(many=True)
    file_sha256 = serializers.CharField()
    delivered_at = serializers.DateTimeField()
    standing = StandingResource()
    in_log = serializers.BooleanField(
        source="is_in_log", help_text="The log covers it. Until then its file is handed out to nobody."
    )


class OpenScreenResource(serializers.Serializer[Any]):
    """An answer of a screen that is not enough, and what would cure it."""

    kind = serializers.CharField(source="card.kind")
    outcome = serializers.CharField(source="card.outcome")
    words = serializers.CharField(source="card.in_words")
    demand = serializers.CharField(source="policy.demand")
    cure = serializers.CharField()


class DeliveryTrialResource(serializers.Serializer[Any]):
    """What would be answered; nothing of it is recorded."""

    outcome = serializers.CharField(source="decision.outcome")
    permitted = serializers.BooleanField(source="decision.permitted")
    needs_review = serializers.BooleanField(source="decision.needs_review")
    reasons = ReasonResource(source="decision.reasons", many=True)
    edition = serializers.CharField(source="decision.edition")
    marks = serializers.ListField(child=serializers.CharField())
    marks_stripped = serializers.BooleanField()
    screens = OpenScreenResource(many=True, help_text="What the house demands of screens and is not met.")


class DeliveryEventResource(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    act = serializers.CharField()
    link = serializers.UUIDField(source="link_id", allow_null=True)


class RecallNoticeResource(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    channel = serializers.CharField()
    sent_at = serializers.DateTimeField()
    proof_sha256 = serializers.CharField(help_text="Empty: no proof of sending is on record.")
    note = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class AcknowledgementResource(serializers.Serializer[Any]):
    said_by = serializers.CharField()
    words = serializers.CharField()
    acknowledged_at = serializers.DateTimeField()
    by_link = serializers.BooleanField()


class RetentionResource(serializers.Serializer[Any]):
    """What may lawfully stay with the recipient, in counsel's words."""

    words = serializers.CharField()
    stated_at = serializers.DateTimeField()


class RecallResource(serializers.Serializer[Any]):
    """`recorded_at` null: it holds, and is not written down yet. `retention` null: counsel has said nothing."""

    cause = serializers.ChoiceField(choices=[cause.value for cause in RecallCause])
    reason = serializers.CharField()
    effective_at = serializers.DateTimeField(allow_null=True)
    recorded_at = serializers.DateTimeField(allow_null=True)
    notices = RecallNoticeResource(many=True)
    acknowledgement = AcknowledgementResource(allow_null=True)
    retention = RetentionResource(allow_null=True)


class DeliveryQuery(serializers.Serializer[Any]):
    production = serializers.UUIDField(required=False, help_text="Only those of this production.")


class CopyResource(serializers.Serializer[Any]):
    """The recipient's own copy: the same content, and a credential that says for whom it was made, under a salt."""

    manifest_id = serializers.CharField()
    file_sha256 = serializers.CharField()
    made_at = serializers.DateTimeField()
    is_in_log = serializers.BooleanField(help_text="Until the log covers it, nobody gets it.")
    recipient_commitment = serializers.CharField(source="recipient_commitment_hex")


class DeliveryDetailResource(DeliveryResource):
    copy = CopyResource(allow_null=True, help_text="Null: the file goes out as it was signed.")
    recall = RecallResource(allow_null=True)
    events = DeliveryEventResource(many=True)


class RecallOrder(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class RecallNoticeOrder(serializers.Serializer[Any]):
    """That the recipient was told, by the word of whoever sent it."""

    channel = serializers.ChoiceField(choices=[one.value for one in NoticeChannel])
    sent_at = serializers.DateTimeField()
    proof_sha256 = serializers.CharField(max_length=64, allow_blank=True, default="")
    note = serializers.CharField(max_length=500, allow_blank=True, default="")

    def notice(self) -> NewNotice:
        said = dict(self.validated_data)
        return NewNotice(channel=NoticeChannel(said.pop("channel")), **said)


class AcknowledgementOrder(serializers.Serializer[Any]):
    said_by = serializers.CharField(max_length=200)
    words = serializers.CharField(max_length=1000, allow_blank=True, default="")


class RecordedAcknowledgementOrder(AcknowledgementOrder):
    acknowledged_at = serializers.DateTimeField()


class RetentionOrder(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=4000)


class LinkOrder(serializers.Serializer[Any]):
    hours = serializers.IntegerField(default=14 * 24, help_text="How long the link lasts: 1 to 2160.")

    def lasts(self) -> timedelta:
        return timedelta(hours=min(max(self.validated_data["hours"], 0), 10**6))


class LinkResource(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    fetches = serializers.IntegerField()
    last_fetched_at = serializers.DateTimeField(allow_null=True)


class IssuedLinkResource(serializers.Serializer[Any]):
    link = LinkResource(source="card")
    token = serializers.CharField(help_text="Told once and stored nowhere.")
    url = serializers.SerializerMethodField(help_text="What the recipient opens, without an account.")

    def get_url(self, issued: Any) -> str:  # noqa: ANN401 - an issued link
        return str(self.context["request"].build_absolute_uri(f"/handouts/{issued.token}"))


class HandoutResource(serializers.Serializer[Any]):
    """One delivery, as the holder of its link sees it."""

    studio = serializers.CharField()
    recipient = serializers.CharField(source="delivery.recipient.name")
    production = serializers.CharField(source="delivery.production_title")
    shot = serializers.CharField(source="delivery.shot_code")
    take = serializers.IntegerField(source="delivery.take_number")
    purpose = serializers.CharField(source="delivery.purpose")
    media = serializers.ListField(child=serializers.CharField(), source="delivery.media")
    territories = serializers.ListField(child=serializers.CharField(), source="delivery.territories")
    languages = serializers.ListField(child=serializers.CharField(), source="delivery.languages")
    valid_from = serializers.DateField(source="delivery.valid_from")
    valid_until = serializers.DateField(source="delivery.valid_until", allow_null=True)
    disclosures = DisclosureResource(source="delivery.disclosures", many=True)
    file_sha256 = serializers.CharField(source="delivery.file_sha256")
    standing = StandingResource(source="delivery.standing")
    expires_at = serializers.DateTimeField()
    may_fetch = serializers.BooleanField()
    recalled_at = serializers.DateTimeField(source="recall.effective_at", default=None, allow_null=True)
    acknowledged_at = serializers.DateTimeField(
        source="recall.acknowledgement.acknowledged_at", default=None, allow_null=True
    )
    may_stay = serializers.CharField(
        source="recall.retention.words",
        default=None,
        allow_null=True,
        help_text="In counsel's words; null: counsel has said nothing.",
    )
