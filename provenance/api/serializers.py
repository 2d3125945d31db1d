"""Shapes of the answers. Those of a verification describe what `provenance.reports` makes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from provenance.values import CredentialState, PublicState

_STATES = [state.value for state in CredentialState]


class AuthorizationResource(serializers.Serializer[Any]):
    decision = serializers.CharField(
        source="decision_commitment_hex", help_text="Salted commitment to the decision."
    )
    consents = serializers.ListField(
        source="consent_commitments_hex", child=serializers.CharField(), help_text="Salted commitments."
    )
    rule_pack = serializers.CharField()
    rule_pack_sha256 = serializers.CharField()
    log_origin = serializers.CharField()


class TodayResource(serializers.Serializer[Any]):
    """What of the permission stands at the moment of asking. It names nobody."""

    state = serializers.ChoiceField(choices=[state.value for state in PublicState])
    reason = serializers.CharField()
    since = serializers.CharField(allow_null=True)
    performers = serializers.ListField(
        child=serializers.CharField(), help_text="Those in it who chose to be named; nobody else is told of."
    )


class StatusReferenceResource(serializers.Serializer[Any]):
    """Where a signed list tells anybody what stands today, also offline."""

    uri = serializers.CharField()
    index = serializers.IntegerField()


class AuthorizationTodayResource(AuthorizationResource):
    status_list = StatusReferenceResource(
        allow_null=True, help_text="Null: the credential names no list; those signed earlier do not."
    )
    today = TodayResource(allow_null=True, help_text="Null: this installation keeps no record of the file.")


class ClaimsResource(serializers.Serializer[Any]):
    """The signer's own words."""

    title = serializers.CharField(allow_null=True)
    signed_by = serializers.CharField(allow_null=True)
    certificate_serial = serializers.CharField(allow_null=True)
    signed_at = serializers.CharField(allow_null=True, help_text="Only from a trusted time stamp.")
    made_at = serializers.CharField(allow_null=True)
    generator = serializers.CharField(allow_null=True)
    model_name = serializers.CharField(allow_null=True)
    model_version = serializers.CharField(allow_null=True)
    ai_generated = serializers.BooleanField()
    training_allowed = serializers.BooleanField(allow_null=True)


class LogPlaceResource(serializers.Serializer[Any]):
    """Where the intent to sign stands in a log of ours, as the proof in the file shows."""

    origin = serializers.CharField()
    index = serializers.IntegerField(help_text="From 0.")
    size = serializers.IntegerField(help_text="Entries under the checkpoint in the file.")
    witnesses = serializers.ListField(
        child=serializers.CharField(), help_text="Witnesses we know that cosigned the checkpoint."
    )


class MatchResource(serializers.Serializer[Any]):
    """By what and how much the file looks like one of ours. It proves nothing about integrity."""

    algorithm = serializers.CharField()
    similarity = serializers.IntegerField(min_value=0, max_value=100)
    mirrored = serializers.BooleanField()
    start_s = serializers.FloatField(allow_null=True, help_text="Where in the file it fits, in seconds.")
    end_s = serializers.FloatField(allow_null=True)


class DoneResource(serializers.Serializer[Any]):
    action = serializers.CharField(help_text="The standard's word, or another maker's own.")
    words = serializers.CharField()
    when = serializers.CharField(allow_null=True, help_text="The signer's own word.")


class MadeFromResource(serializers.Serializer[Any]):
    title = serializers.CharField()
    words = serializers.CharField()
    has_credential = serializers.BooleanField()
    failures = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of what does not hold about it; empty where all does."
    )


class ToldResource(serializers.Serializer[Any]):
    """What was done to the file and what it was made from, by its credential."""

    done = DoneResource(many=True)
    is_whole = serializers.BooleanField(
        allow_null=True,
        help_text="Whether the signer says that nothing else was done; null: it does not say.",
    )
    made_from = MadeFromResource(many=True)


class VerificationResource(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=_STATES)
    validation_state = serializers.CharField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())
    manifest_id = serializers.CharField(allow_null=True)
    recovered = serializers.CharField(
        allow_null=True,
        help_text="Manifest of the file of ours that this one looks like, state `recovered` only.",
    )
    authorization = AuthorizationTodayResource(allow_null=True)
    file_sha256 = serializers.CharField(allow_null=True)
    claims = ClaimsResource(allow_null=True)
    log_place = LogPlaceResource(allow_null=True)
    match = MatchResource(allow_null=True)
    told = ToldResource(allow_null=True)


class VerificationRequest(serializers.Serializer[Any]):
    file = serializers.FileField()
    credential = serializers.FileField(
        required=False,
        help_text="A credential that lies beside the file; it counts where the file carries none.",
    )
    segment = serializers.ListField(
        child=serializers.FileField(),
        required=False,
        help_text="The rest of a film in segments (DASH, CMAF) of which the file is the beginning; repeat the field.",
    )


class AssetResource(serializers.Serializer[Any]):
    """A signed file of the organisation."""

    id = serializers.UUIDField(source="asset_id")
    take_id = serializers.UUIDField()
    manifest_id = serializers.CharField()
    state = serializers.ChoiceField(choices=_STATES)
    reason = serializers.CharField()
    title = serializers.CharField()
    file_sha256 = serializers.CharField()
    size_bytes = serializers.IntegerField()
    certificate_serial = serializers.CharField()
    certificate_sha256 = serializers.CharField()
    model_name = serializers.CharField()
    model_version = serializers.CharField()
    taken_at = serializers.DateTimeField()
    signed_at = serializers.DateTimeField()
    time_stamped_at = serializers.DateTimeField(
        allow_null=True, help_text="By an outside authority; null where the credential is not time-stamped."
    )
    authorization = AuthorizationResource()
