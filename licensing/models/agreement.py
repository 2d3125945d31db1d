"""Consent in the making: offers, their rounds, answers and signatures; notice of its end; sight across studios."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.organisation import Organisation
from accounts.models.tenancy import TenantModel
from licensing.agreeing.states import Answer, OfferState, ScopeKind
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.models.consent import Consent
from licensing.models.document import SigningAuthority
from licensing.models.performer import Performer
from licensing.names import SigningSide, WithdrawalReason
from licensing.values import Agreement, ReplicaType, Representation, SignerRole


def _who() -> models.ForeignKey[models.Model, models.Model]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class Offer(TenantModel):
    """A consent in the making between a studio and a performer. Only its state and its consent are written later."""

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+")
    replica_type = word(ReplicaType)
    representation = word(Representation, unknown=True)
    supersedes = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+", null=True)
    state = word(OfferState)
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField()
    made_by = _who()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            of_one_organisation("offer"),
            known("offer", "replica_type", ReplicaType),
            known("offer", "representation", Representation),
            known("offer", "state", OfferState),
            models.CheckConstraint(
                condition=Q(state=OfferState.ACTIVE.value, consent__isnull=False)
                | (~Q(state=OfferState.ACTIVE.value) & Q(consent__isnull=True)),
                name="licensing_offer_active_with_consent",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "performer"], name="licensing_offer_performer")]

    def __str__(self) -> str:
        return f"Offer {self.id}"


class OfferRound(TenantModel):
    """The terms as the studio put them once. A later round supersedes it; nothing of it is edited. Append-only.

    `withdrawal_notice_days`: how long after the performer's notice the consent still holds; 0 ends it at once.
    """

    id = key()
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    terms = models.JSONField()
    terms_sha256 = digest()
    wording = models.CharField(
        max_length=20, help_text="Edition of the model wording it is read and answered in."
    )
    withdrawal_notice_days = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = _who()

    class Meta:
        ordering = ["number"]
        constraints = [
            of_one_organisation("offerround"),
            models.UniqueConstraint(fields=["offer", "number"], name="licensing_offerround_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="licensing_offerround_from_one"),
        ]

    def __str__(self) -> str:
        return f"Round {self.number} of {self.offer_id}"


class TermAnswer(TenantModel):
    """The performer's side answered one term of one round. Append-only."""

    id = key()
    round = models.ForeignKey(OfferRound, on_delete=models.PROTECT, related_name="answers")
    term = models.CharField(max_length=80)
    answer = word(Answer)
    counter = models.JSONField(null=True)
    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    answered_by = _who()

    class Meta:
        ordering = ["answered_at", "term"]
        constraints = [
            known("termanswer", "answer", Answer),
            models.UniqueConstraint(fields=["round", "term"], name="licensing_termanswer_once"),
            models.CheckConstraint(
                condition=Q(answer=Answer.COUNTER.value, counter__isnull=False)
                | (~Q(answer=Answer.COUNTER.value) & Q(counter__isnull=True)),
                name="licensing_termanswer_counter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} to {self.term}"


class OfferSignature(TenantModel):
    """One side signed a round that was answered yes in every term. Append-only."""

    id = key()
    round = models.ForeignKey(OfferRound, on_delete=models.PROTECT, related_name="signatures")
    side = word(SigningSide)
    signer_role = word(SignerRole, unknown=True)
    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="+", null=True)
    terms_sha256 = digest()
    signed_at = models.DateTimeField()
    signed_by = _who()

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            known("offersignature", "side", SigningSide),
            models.UniqueConstraint(fields=["round", "side"], name="licensing_offersignature_once"),
            # One person never signs for both sides.
            models.UniqueConstraint(
                fields=["round", "signed_by"], name="licensing_offersignature_two_people"
            ),
            models.CheckConstraint(
                condition=Q(side=SigningSide.STUDIO.value, authority__isnull=True, signer_role__isnull=True)
                | Q(side=SigningSide.PERFORMER.value, authority__isnull=False, signer_role__isnull=False),
                name="licensing_offersignature_authority",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} of {self.round_id}"


class OfferEvent(TenantModel):
    """An offer went from one state to the next. Append-only; the database refuses a step that is none."""

    id = key()
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField()
    from_state = word(OfferState, unknown=True)
    to_state = word(OfferState)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            known("offerevent", "from_state", OfferState),
            known("offerevent", "to_state", OfferState),
            models.UniqueConstraint(fields=["offer", "number"], name="licensing_offerevent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.to_state} at {self.at}"


class WithdrawalNotice(TenantModel):
    """The performer's side gave notice: the consent ends at `effective_at` by itself. Append-only.

    `given_at` is when the notice was given, which may lie before `recorded_at`, when this became known here.
    """

    id = key()
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="notice")
    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="+", null=True)
    reason_code = word(WithdrawalReason)
    given_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = _who()

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            known("withdrawalnotice", "reason_code", WithdrawalReason),
            models.CheckConstraint(
                condition=Q(effective_at__gte=models.F("given_at"), given_at__lte=models.F("recorded_at")),
                name="licensing_withdrawalnotice_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice for {self.consent_id}"


class SightGrant(TenantModel):
    """Lets an organisation or a person see, and only see, some of this organisation's records until it ends."""

    id = key()
    grantee_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True
    )
    grantee_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+", null=True)
    agreement = word(Agreement, unknown=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    granted_at = models.DateTimeField()
    granted_by = _who()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        ordering = ["-granted_at"]
        constraints = [
            known("sightgrant", "agreement", Agreement),
            models.CheckConstraint(
                condition=Q(grantee_organisation__isnull=False, grantee_user__isnull=True)
                | Q(grantee_organisation__isnull=True, grantee_user__isnull=False),
                name="licensing_sightgrant_to_one",
            ),
            models.CheckConstraint(
                condition=Q(performer__isnull=False, agreement__isnull=True)
                | Q(performer__isnull=True, agreement__isnull=False),
                name="licensing_sightgrant_of_one",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="licensing_sightgrant_ends_later",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="licensing_sightgrant_ended_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Grant {self.id}"

    @property
    def scope(self) -> ScopeKind:
        return ScopeKind.PERFORMER if self.agreement is None else ScopeKind.AGREEMENT
