"""What an order may state beside the use, as it comes over HTTP. Shape only; null and left out are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from licensing.agreed import Edit
from licensing.api.serializers import one_of
from licensing.stating import Stated, stated_of
from licensing.values import Answer, Biometric, ExemptBasis, Session, UnionAnswer

_MANY = 100
UNKNOWN: dict[str, Any] = {"required": False, "allow_null": True, "default": None}


@extend_schema_field(
    {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "boolean", "enum": [False]}]}
)
class EventField(serializers.DateTimeField):
    """When it happened, false for known not to have happened, null for unknown."""

    def to_internal_value(self, value: Any) -> Any:  # noqa: ANN401 - DRF's
        return False if value is False else super().to_internal_value(value)

    def to_representation(self, value: Any) -> Any:  # noqa: ANN401 - DRF's
        return value if isinstance(value, bool) else super().to_representation(value)


def _yes_or_no(help_text: str = "") -> serializers.BooleanField:
    return serializers.BooleanField(**UNKNOWN, help_text=help_text or None)


def _event(help_text: str = "") -> EventField:
    return EventField(**UNKNOWN, help_text=help_text or None)


class BuyerAnswersOrder(serializers.Serializer[object]):
    """A buyer's questions. That it approved in writing is recorded in legal review and not said here."""

    no_recreation = one_of(Answer, **UNKNOWN)
    no_store_reuse_train = one_of(Answer, **UNKNOWN)
    secured = one_of(Answer, **UNKNOWN)
    temporary_only = one_of(Answer, **UNKNOWN)
    no_talent_work_without_consent = one_of(Answer, **UNKNOWN)
    outside_secured_tools = _yes_or_no()


class TrainingOrder(serializers.Serializer[object]):
    affiliated = _yes_or_no()
    for_pay = _yes_or_no()
    public_commercial = _yes_or_no()
    union_notice_at = _event()
    writers_notice_at = _event()
    meeting_pending = _yes_or_no()


class TransferOrder(serializers.Serializer[object]):
    union_asked_at = _event()
    union_answer = one_of(UnionAnswer, **UNKNOWN)
    assumed_in_writing = _yes_or_no()


class CaptureOrder(serializers.Serializer[object]):
    person_id = serializers.UUIDField()
    session_at = serializers.DateTimeField(**UNKNOWN)
    place = serializers.CharField(max_length=80, **UNKNOWN)
    biometrics = serializers.ListField(child=one_of(Biometric), max_length=_MANY, **UNKNOWN)
    written_notice_at = _event()
    written_release_at = _event()
    retention_policy_public = _yes_or_no()
    unrelated_use = _yes_or_no()
    set_security_only = _yes_or_no()


class WorkplaceOrder(serializers.Serializer[object]):
    ai_material_given_to_writer = _yes_or_no()
    disclosed_to_writer = _yes_or_no()
    ai_required_of_writer = _yes_or_no()
    crew_prompting_displaces = _yes_or_no()
    director_consulted = _yes_or_no()


class PayOrder(serializers.Serializer[object]):
    person_id = serializers.UUIDField()
    session = one_of(Session, **UNKNOWN)
    used_as_principal = _yes_or_no()


class StatedOrder(serializers.Serializer[Any]):
    """The optional part of an order. What is left out is unknown, and never cleared."""

    exempt_basis = serializers.ListField(
        child=one_of(ExemptBasis),
        max_length=_MANY,
        **UNKNOWN,
        help_text="Why no consent would be needed; it counts when somebody else signed it off.",
    )
    edits = serializers.ListField(
        child=one_of(Edit),
        max_length=_MANY,
        **UNKNOWN,
        help_text="What of a performance is edited; empty: nothing. Consents that limit edits are held against it.",
    )
    key_visual = _yes_or_no("A key visual of the work, such as a main character or a landmark setting.")
    unscripted_dialogue = _yes_or_no("Words are put into a mouth that no script has.")
    fabricated_statement = _yes_or_no("A real person says what they never said.")
    archive_like = _yes_or_no("It may be taken for archive material.")
    advertiser = serializers.CharField(max_length=200, **UNKNOWN)
    product_line = serializers.CharField(max_length=200, **UNKNOWN)
    reuse_consents_all = _yes_or_no("Everybody whom the model enhances agreed to its use here.")
    buyer_answers = BuyerAnswersOrder(**UNKNOWN)
    training = TrainingOrder(**UNKNOWN)
    transfer = TransferOrder(**UNKNOWN)
    captures = serializers.ListField(child=CaptureOrder(), max_length=_MANY, **UNKNOWN)
    workplace = WorkplaceOrder(**UNKNOWN)
    pay = serializers.ListField(child=PayOrder(), max_length=_MANY, **UNKNOWN)


STATED_NAMES = tuple(StatedOrder().fields)


def stated_in(fields: dict[str, Any], **more: Any) -> Stated | None:  # noqa: ANN401 - facts
    """What is stated in validated fields of an order, which loses them."""
    return stated_of({name: _plain(fields.pop(name, None)) for name in STATED_NAMES} | more)


def _plain(value: Any) -> Any:  # noqa: ANN401 - validated JSON
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
