from __future__ import annotations

from uuid import UUID

from rest_framework import serializers

from licensing.api.serializers import one_of
from licensing.names import RepresentedAct
from licensing.operations.authorities import NewAuthority
from licensing.operations.riders import NewRider
from licensing.values import ReplicaType, SignerRole

_SHA256 = r"^[0-9a-f]{64}$"


class RiderOrder(serializers.Serializer[object]):
    """A rider to prepare. `terms` as in a consent, without what the signature brings."""

    production_id = serializers.UUIDField()
    performer_id = serializers.UUIDField()
    replica_type = one_of(ReplicaType)
    terms = serializers.DictField()
    supersedes = serializers.UUIDField(required=False, allow_null=True, default=None)

    def new_rider(self) -> NewRider:
        return NewRider(**self.validated_data)


class RiderSignatureOrder(serializers.Serializer[object]):
    terms_sha256 = serializers.RegexField(_SHA256, help_text="Digest of the terms that you read and sign.")


class AuthorityOrder(serializers.Serializer[object]):
    """Whom somebody else's paper lets sign for a performer."""

    person_id = serializers.UUIDField(help_text="A member of the organisation.")
    signer_role = one_of(SignerRole)
    document_sha256 = serializers.RegexField(_SHA256, help_text="Digest of the paper that shows it.")
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True, default=None, help_text="Last day.")
    acts = serializers.ListField(
        child=one_of(RepresentedAct),
        required=False,
        default=lambda: list(RepresentedAct),
        help_text="What the paper lets the person do; every act where it is left out.",
    )

    def new_authority(self, performer_id: UUID) -> NewAuthority:
        fields = self.validated_data
        role = SignerRole(fields["signer_role"])
        acts = tuple(RepresentedAct(one) for one in dict.fromkeys(fields["acts"]))
        return NewAuthority(**fields | {"signer_role": role, "acts": acts}, performer_id=performer_id)


class DocumentOrder(serializers.Serializer[object]):
    """A PDF signed elsewhere."""

    file = serializers.FileField(help_text="A PDF of at most 20 MB.")
    production_id = serializers.UUIDField()
    performer_id = serializers.UUIDField()


class TranscriptionOrder(serializers.Serializer[object]):
    replica_type = one_of(ReplicaType)
    terms = serializers.DictField()


class TranscriptionCheckOrder(serializers.Serializer[object]):
    terms_sha256 = serializers.RegexField(_SHA256, help_text="Digest of the terms that you compared.")
    agrees = serializers.BooleanField()


class TranscriptionRecordOrder(serializers.Serializer[object]):
    supersedes = serializers.UUIDField(required=False, allow_null=True, default=None)


class PolicyOrder(serializers.Serializer[object]):
    policy = serializers.DictField(help_text="An ODRL policy of our profile, as JSON-LD.")


class SignatureResource(serializers.Serializer[object]):
    side = serializers.CharField()
    signer_role = serializers.CharField(allow_null=True)
    signed_by = serializers.UUIDField()
    signed_at = serializers.DateTimeField()
    certificate_sha256 = serializers.CharField()
    document_sha256 = serializers.CharField()


class RiderResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    production_id = serializers.UUIDField()
    production_title = serializers.CharField()
    performer_id = serializers.UUIDField()
    performer_name = serializers.CharField()
    replica_type = serializers.CharField()
    terms = serializers.DictField()
    terms_sha256 = serializers.CharField()
    wording = serializers.CharField(help_text="Edition of the model wording that its clauses are in.")
    unsigned_sha256 = serializers.CharField()
    document_sha256 = serializers.CharField()
    state = serializers.CharField()
    signatures = SignatureResource(many=True)
    supersedes = serializers.UUIDField(allow_null=True)
    consent_id = serializers.UUIDField(allow_null=True)
    prepared_at = serializers.DateTimeField()


class AuthorityResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    performer_id = serializers.UUIDField()
    person_id = serializers.UUIDField()
    signer_role = serializers.CharField()
    document_sha256 = serializers.CharField()
    acts = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    verified_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class FoundSignatureResource(serializers.Serializer[object]):
    field = serializers.CharField()
    state = serializers.CharField()
    covers_file = serializers.BooleanField()
    signer = serializers.CharField()
    certificate_sha256 = serializers.CharField()
    claimed_at = serializers.CharField(allow_null=True)
    detail = serializers.CharField()


class TranscriptionResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    replica_type = serializers.CharField()
    terms = serializers.DictField()
    terms_sha256 = serializers.CharField()
    transcribed_by = serializers.UUIDField()
    transcribed_at = serializers.DateTimeField()
    checked_by = serializers.UUIDField(allow_null=True)
    agrees = serializers.BooleanField(allow_null=True)
    consent_id = serializers.UUIDField(allow_null=True)


class DocumentResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    production_id = serializers.UUIDField()
    production_title = serializers.CharField()
    performer_id = serializers.UUIDField()
    performer_name = serializers.CharField()
    sha256 = serializers.CharField()
    size_bytes = serializers.IntegerField()
    state = serializers.CharField()
    pages = serializers.IntegerField()
    signatures = FoundSignatureResource(many=True)
    terms_sha256_inside = serializers.CharField(allow_null=True)
    received_at = serializers.DateTimeField()
    transcriptions = TranscriptionResource(many=True)


class ReceiptResource(serializers.Serializer[object]):
    """`note` is the signed text; `key` the public key that verifies it."""

    note = serializers.CharField()
    key = serializers.CharField()


class PolicyTermsResource(serializers.Serializer[object]):
    """What a policy says, in the words of the rulebook."""

    uid = serializers.CharField()
    assigner = serializers.CharField()
    assignee = serializers.CharField()
    target = serializers.CharField()
    replica_type = serializers.CharField()
    terms = serializers.DictField()
