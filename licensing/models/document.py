"""The documents of a consent: riders and their signatures, papers signed elsewhere and how they were read."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.documents.pdf_examination import SignatureState
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.models.consent import Consent
from licensing.models.performer import Performer
from licensing.names import RepresentedAct, SigningSide
from licensing.values import ReplicaType, SignerRole


def every_act() -> list[str]:
    return [one.value for one in RepresentedAct]


class SigningAuthority(TenantModel):
    """A signed-in person may act for a performer in a role, shown by a paper that another person looked at.

    Binds a sign-in to a performer. `acts`: what the paper lets the person do. Only its end is ever written into it.
    """

    id = key()
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signer_role = word(SignerRole)
    document_sha256 = digest()
    acts = ArrayField(models.CharField(max_length=16), default=every_act)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    verified_at = models.DateTimeField()
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        ordering = ["verified_at"]
        constraints = [
            of_one_organisation("signingauthority"),
            # What a signature's copy of the signer points at.
            models.UniqueConstraint(fields=["id", "person"], name="licensing_signingauthority_of"),
            known("signingauthority", "signer_role", SignerRole),
            models.CheckConstraint(
                condition=Q(acts__contained_by=every_act(), acts__len__gt=0),
                name="licensing_signingauthority_acts_known",
            ),
            models.CheckConstraint(
                condition=~Q(verified_by=F("person")), name="licensing_signingauthority_two_people"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="licensing_signingauthority_revoked_by",
            ),
            models.UniqueConstraint(
                fields=["organisation", "performer", "person", "signer_role"],
                condition=Q(revoked_at__isnull=True),
                name="licensing_signingauthority_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signer_role} for {self.performer_id}"


class Rider(TenantModel):
    """A rider as it was offered: terms, and the digest of the unsigned PDF that was made of them. Append-only."""

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+")
    replica_type = word(ReplicaType)
    terms = models.JSONField()
    terms_sha256 = digest()
    wording = models.CharField(
        max_length=20, help_text="Edition of the model wording that its clauses are in."
    )
    unsigned_sha256 = digest()
    unsigned_bytes = models.PositiveIntegerField()
    pack_sha256 = digest()
    supersedes = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+", null=True)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-prepared_at"]
        constraints = [of_one_organisation("rider"), known("rider", "replica_type", ReplicaType)]

    def __str__(self) -> str:
        return f"Rider {self.id}"


class RiderSignature(TenantModel):
    """One side signed; `document_sha256` is of the whole PDF after this signature. Append-only."""

    id = key()
    rider = models.ForeignKey(Rider, on_delete=models.PROTECT, related_name="signatures")
    side = word(SigningSide)
    signer_role = word(SignerRole, unknown=True)
    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="+", null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    certificate_sha256 = digest()
    document_sha256 = digest()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            known("ridersignature", "side", SigningSide),
            models.UniqueConstraint(fields=["rider", "side"], name="licensing_ridersignature_once"),
            # One person never signs for both sides.
            models.UniqueConstraint(
                fields=["rider", "signed_by"], name="licensing_ridersignature_two_people"
            ),
            models.CheckConstraint(
                condition=Q(side=SigningSide.STUDIO.value, authority__isnull=True, signer_role__isnull=True)
                | Q(side=SigningSide.PERFORMER.value, authority__isnull=False, signer_role__isnull=False),
                name="licensing_ridersignature_authority",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} of {self.rider_id}"


class ReceivedDocument(TenantModel):
    """A PDF signed elsewhere, with what an examination found in it. Append-only."""

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+")
    sha256 = digest()
    size_bytes = models.PositiveIntegerField()
    state = word(SignatureState)
    examination = models.JSONField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            of_one_organisation("receiveddocument"),
            known("receiveddocument", "state", SignatureState),
            models.UniqueConstraint(
                fields=["organisation", "production", "performer", "sha256"],
                name="licensing_receiveddocument_once",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "sha256"], name="licensing_received_sha256")]

    def __str__(self) -> str:
        return f"Document {self.id}"


class Transcription(TenantModel):
    """One person's reading of a document, in the words of the rulebook. Append-only."""

    id = key()
    document = models.ForeignKey(ReceivedDocument, on_delete=models.PROTECT, related_name="transcriptions")
    replica_type = word(ReplicaType)
    terms = models.JSONField()
    terms_sha256 = digest()
    transcribed_at = models.DateTimeField()
    transcribed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-transcribed_at"]
        constraints = [
            of_one_organisation("transcription"),
            known("transcription", "replica_type", ReplicaType),
            # What a check's copy of the transcriber points at.
            models.UniqueConstraint(fields=["id", "transcribed_by"], name="licensing_transcription_by"),
        ]

    def __str__(self) -> str:
        return f"Transcription {self.id}"


class TranscriptionCheck(TenantModel):
    """A second person compared a transcription with the document. Append-only.

    `transcribed_by` is a copy, held true by a foreign key, so that one CHECK can demand two different people.
    """

    id = key()
    transcription = models.OneToOneField(Transcription, on_delete=models.PROTECT, related_name="check_made")
    transcribed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["-checked_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(checked_by=F("transcribed_by")), name="licensing_transcriptioncheck_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{'agrees' if self.agrees else 'disagrees'} with {self.transcription_id}"
