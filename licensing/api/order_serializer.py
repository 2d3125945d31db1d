"""The question to the gate, as it comes over HTTP. Shape only: what it means, the rules decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from licensing.api.serializers import one_of
from licensing.api.stated_serializers import StatedOrder, stated_in
from licensing.clauses.case import WITHOUT_MODEL
from licensing.moments import Moment, moment
from licensing.prompts import LONGEST_PROMPT
from licensing.values import (
    CastMember,
    Medium,
    ModelStatement,
    OutputStatus,
    Purpose,
    ReplicaType,
    Sensitive,
    Stage,
    SyntheticRole,
    Use,
    UseOrder,
    VendorPaper,
)

_MANY = 100
_UNKNOWN: dict[str, Any] = {
    "required": False,
    "allow_null": True,
    "default": None,
    "help_text": "Null: unknown.",
}
_NO_MODEL: dict[str, Any] = {
    "name": "",
    "version": "",
    "on_file": None,
    "terms_changed": None,
    "talent_enhancement": None,
    "unowned_training_data": None,
    "trained_for_project": None,
    "on_market_since": None,
    "ca_covered_provider": None,
}


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "boolean", "enum": [False]}]})
class _TextOrFalse(serializers.Field[object, object, object, object]):
    """A text, false for known to be none, null for unknown."""

    default_error_messages = {"invalid": "Say which, false for none, or null for unknown."}

    def to_internal_value(self, value: object) -> object:
        if value is not False and not (isinstance(value, str) and value):
            self.fail("invalid")
        return value

    def to_representation(self, value: object) -> object:
        return value


def _texts(**options: Any) -> serializers.ListField:  # noqa: ANN401 - the field's own
    return serializers.ListField(child=serializers.CharField(max_length=80), max_length=_MANY, **options)


class CastOrder(serializers.Serializer[object]):
    performer_id = serializers.UUIDField()
    replica_type = one_of(ReplicaType)


class ModelOrder(serializers.Serializer[object]):
    """What is on file about the model that would run."""

    name = serializers.CharField(max_length=120)
    version = serializers.CharField(max_length=60)
    on_file = serializers.ListField(child=one_of(VendorPaper), **_UNKNOWN)
    terms_changed = serializers.BooleanField(**_UNKNOWN)
    talent_enhancement = serializers.BooleanField(**_UNKNOWN)
    unowned_training_data = serializers.BooleanField(**_UNKNOWN)
    trained_for_project = _TextOrFalse(**_UNKNOWN)
    on_market_since = serializers.DateField(**_UNKNOWN)
    ca_covered_provider = serializers.BooleanField(**_UNKNOWN)


class DecisionOrder(StatedOrder):
    """A use to decide. With `dry_run` the same is answered and nothing is recorded.

    A dry run may ask about another time: what would have been decided at `as_of` by what was on record at `known_at`.
    """

    production_id = serializers.UUIDField()
    shot_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    use = one_of(Use)
    stage = one_of(Stage, default=Stage.GENERATE.value)
    purpose = one_of(Purpose)
    output_status = one_of(OutputStatus)
    media = serializers.ListField(child=one_of(Medium), max_length=_MANY)
    territories = _texts()
    languages = _texts(default=list)
    scenes = _texts(default=list)
    synthetic_role = one_of(SyntheticRole)
    photoreal = serializers.BooleanField(**_UNKNOWN)
    sensitive = serializers.ListField(child=one_of(Sensitive), **_UNKNOWN)
    replaces_in_person_work = serializers.BooleanField(**_UNKNOWN)
    # Length and characters are the gate's to judge: it says how long the prompt was.
    prompt = serializers.CharField(
        allow_blank=True,
        trim_whitespace=False,
        default="",
        help_text=f"At most {LONGEST_PROMPT} characters; may be left out where no model runs.",
    )
    negative_prompt = serializers.CharField(allow_blank=True, trim_whitespace=False, default="")
    cast = serializers.ListField(child=CastOrder(), default=list, max_length=_MANY)
    model = ModelOrder(
        required=False, allow_null=True, default=None, help_text="May be left out where no model runs."
    )
    duration_ms = serializers.IntegerField(
        min_value=1,
        **_UNKNOWN
        | {"help_text": "Length of the video; null: unknown, which no limit of seconds lets pass."},
    )
    dry_run = serializers.BooleanField(default=False)
    as_of = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The moment to decide for, past or to come; only with `dry_run`.",
    )
    known_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Decide by what was on record then; null: by what is on record now. Only with `as_of`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What another time gives is an answer and no decision, so it is never recorded as one."""
        if attrs["model"] is None and attrs["use"] not in WITHOUT_MODEL:
            raise serializers.ValidationError({"model": "Say which model would run."})
        if attrs["as_of"] is not None and not attrs["dry_run"]:
            raise serializers.ValidationError(
                {"as_of": "Only a dry run asks about another time. Send `dry_run` too, or leave `as_of` out."}
            )
        if attrs["known_at"] is not None and attrs["as_of"] is None:
            raise serializers.ValidationError(
                {"known_at": "Say in `as_of` which moment is asked about, or leave `known_at` out."}
            )
        return attrs

    def moment(self) -> Moment | None:
        """The other time that is asked about, if any.

        Raises:
            UnknownMoment: knowledge of the future.
        """
        as_of = self.validated_data["as_of"]
        return None if as_of is None else moment(as_of, self.validated_data["known_at"])

    def use_order(self, *, organisation_id: UUID, at: datetime) -> UseOrder:
        fields = dict(self.validated_data)
        for name in ("dry_run", "as_of", "known_at"):
            del fields[name]
        lists = {name: tuple(fields[name]) for name in ("media", "territories", "languages", "scenes")}
        sensitive, model = fields["sensitive"], dict(fields["model"] or _NO_MODEL)
        on_file, covered = model["on_file"], model.pop("ca_covered_provider")
        stated = stated_in(fields, ca_covered_provider=covered)
        return UseOrder(
            **fields
            | lists
            | {
                "sensitive": None if sensitive is None else tuple(sensitive),
                "cast": tuple(CastMember(**one) for one in fields["cast"]),
                "model": ModelStatement(**model | {"on_file": None if on_file is None else tuple(on_file)}),
                "stated": stated,
            },
            organisation_id=organisation_id,
            requested_at=at,
        )
