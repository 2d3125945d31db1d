"""A rider's way: prepared from terms, signed by the studio, signed for the performer, put on record as a consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models.organisation import Organisation
from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.clock import rfc3339
from core.tenancy import tenant
from licensing.document_cards import RiderCard
from licensing.document_queries import rider_card, standing_authorities
from licensing.documents import files
from licensing.documents.errors import NoSuchRider, OtherTermsMeant, RiderOutOfTurn, SignerWithoutAuthority
from licensing.documents.rider_marks import PERFORMER_FIELD, STUDIO_FIELD
from licensing.documents.rider_text import Parties, rider_text
from licensing.documents.signed_rider import SignedRider, require_as_signed
from licensing.documents.signing_keys import signer_for, trusted_roots
from licensing.documents.stated_terms import require_signable
from licensing.doors import MAY_SIGN_FOR_STUDIO
from licensing.errors import ConsentEnded, NoSuchConsent, UnknownPerformer
from licensing.gate_rules import below_grade_a
from licensing.models.consent import Consent
from licensing.models.document import Rider, RiderSignature, SigningAuthority
from licensing.models.performer import Performer
from licensing.models.rule_pack import RuleConfirmation
from licensing.names import ConsentStatus, RepresentedAct, SigningSide
from licensing.operations.consents import record_consent
from licensing.performer_cards import ConsentCard
from licensing.terms import NewConsent
from productions.queries import production_card, production_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRider:
    """`terms` as in a consent record, without what the signature brings (`SAID_BY_THE_SIGNATURE`)."""

    production_id: UUID
    performer_id: UUID
    replica_type: str
    terms: Mapping[str, Canonical]
    supersedes: UUID | None = None


def prepare_rider(new: NewRider, *, actor: Actor) -> RiderCard:
    """Make the rider's PDF of the terms and keep it, unsigned.

    Raises:
        FactsUnreadable, TermsContradict: the terms cannot be signed as they are.
        RiderUnprintable: a name or term holds a character that cannot be shown.
        UnknownPerformer, productions.errors.NoSuchProduction: not here.
        NoSuchConsent, ConsentEnded: what it would supersede is not here, is of somebody else, or ended.
    """
    # reportlab takes a tenth of a second to load, and most requests never need it.
    from licensing.documents.rider_pdf import rider_pdf

    require_signable(new.replica_type, new.terms)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        parties = _parties(new, actor.organisation_id)
        _require_standing(new)
        text = rider_text(parties, new.terms, confirmed=_confirmed())
        pdf = rider_pdf(text)
        digest = files.keep(pdf)
        at = clock.now()
        row: Rider = Rider.objects.create(
            production_id=new.production_id,
            performer_id=new.performer_id,
            replica_type=new.replica_type,
            terms=dict(new.terms),
            terms_sha256=text.terms_sha256,
            wording=text.wording,
            unsigned_sha256=digest,
            unsigned_bytes=len(pdf),
            pack_sha256=text.pack_sha256,
            supersedes_id=new.supersedes,
            prepared_at=at,
            prepared_by_id=actor.user_id,
        )
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.RIDER_PREPARED,
            actor=actor.label,
            subject=f"rider:{row.id}",
            fields={
                "rider": str(row.id),
                "document_sha256": digest,
                "terms_sha256": text.terms_sha256,
                "pack_sha256": text.pack_sha256,
            },
            at=at,
            production_id=new.production_id,
            person_id=new.performer_id,
        )
    return rider_card(row.id, actor=actor)


def sign_for_studio(rider_id: UUID, *, terms_sha256: str, actor: Actor) -> RiderCard:
    """Sign first, for the studio; from then on the document may take the other signature and nothing else.

    Args:
        rider_id: the rider.
        terms_sha256: digest of the terms the signer read.
        actor: a member who may bind the studio.

    Raises:
        NoSuchRider: not here.
        SignerWithoutAuthority: the actor may not bind the studio.
        OtherTermsMeant: the digest is not that of the terms on record.
        RiderOutOfTurn: the studio signed already, or the actor signed the other side.
        DocumentAltered: the stored PDF is not what was prepared.
    """
    if not actor.is_one_of(*MAY_SIGN_FOR_STUDIO):
        raise SignerWithoutAuthority(SigningSide.STUDIO, "Your role does not let you sign for the studio.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rider(rider_id, terms_sha256)
        if row.signatures.exists():
            raise RiderOutOfTurn("The studio has signed this rider already.")
        _sign(row, SigningSide.STUDIO, None, files.load(row.unsigned_sha256), actor=actor)
    return rider_card(rider_id, actor=actor)


def sign_for_performer(rider_id: UUID, *, terms_sha256: str, actor: Actor) -> RiderCard:
    """Sign second, as the performer or for them, under an authority that somebody else verified.

    Raises:
        NoSuchRider, OtherTermsMeant, DocumentAltered: as `sign_for_studio`.
        SignerWithoutAuthority: nothing on record lets the actor sign for this performer in the role the terms name.
        RiderOutOfTurn: the studio has not signed yet, the performer's side has, or the actor signed the other side.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rider(rider_id, terms_sha256)
        role = str(row.terms["signer_role"])
        authority = (
            standing_authorities(row.performer_id, actor.user_id, on=clock.now())
            .filter(signer_role=role, acts__contains=[RepresentedAct.SIGN.value])
            .first()
        )
        if authority is None:
            raise SignerWithoutAuthority(
                SigningSide.PERFORMER,
                f"Nothing on record lets you sign for this performer as {role.replace('_', ' ')}. Ask legal.",
            )
        signatures = {one.side: one for one in row.signatures.all()}
        if SigningSide.STUDIO not in signatures:
            raise RiderOutOfTurn("The studio signs first.")
        if SigningSide.PERFORMER in signatures:
            raise RiderOutOfTurn("The performer's side has signed this rider already.")
        pdf = files.load(signatures[SigningSide.STUDIO].document_sha256)
        _sign(row, SigningSide.PERFORMER, authority, pdf, actor=actor)
    return rider_card(rider_id, actor=actor)


def put_rider_on_record(rider_id: UUID, *, actor: Actor) -> ConsentCard:
    """Record the consent that a rider signed by both sides gives, once the signed file is shown to be sound.

    Both signatures must pass the validator's overall verdict, nothing may have been added to the file, the terms in
    it must be those on record, and the performer's signer must still be authorised.

    Raises:
        NoSuchRider: not here.
        RiderOutOfTurn: not signed by both sides.
        SignerWithoutAuthority: the authority was revoked since.
        DocumentAltered: the file is not what was signed.
        licensing.errors.ConsentOverlaps and what else `record_consent` raises.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rider(rider_id, None)
        signatures = {one.side: one for one in row.signatures.select_related("authority")}
        if len(signatures) < len(SigningSide):
            raise RiderOutOfTurn("Both sides sign before a consent is recorded.")
        last = signatures[SigningSide.PERFORMER]
        if last.authority is None or last.authority.revoked_at is not None:
            raise SignerWithoutAuthority(SigningSide.PERFORMER, "The signer's authority was revoked since.")
    signed = SignedRider(
        terms=row.terms,
        terms_sha256=row.terms_sha256,
        unsigned_sha256=row.unsigned_sha256,
        unsigned_bytes=row.unsigned_bytes,
        certificates={
            STUDIO_FIELD: signatures[SigningSide.STUDIO].certificate_sha256,
            PERFORMER_FIELD: last.certificate_sha256,
        },
    )
    require_as_signed(files.load(last.document_sha256), signed, roots=trusted_roots(settings.KEYS_FOLDER))
    return record_consent(
        NewConsent(
            production_id=row.production_id,
            performer_id=row.performer_id,
            replica_type=row.replica_type,
            terms={
                **row.terms,
                "separately_signed_at": rfc3339(last.signed_at),
                # Somebody else looked at the paper: without that no signature for the performer is taken.
                "authority_verified": True,
            },
            document_sha256=last.document_sha256,
            supersedes=row.supersedes_id,
        ),
        actor=actor,
    )


def _sign(
    row: Rider, side: SigningSide, authority: SigningAuthority | None, pdf: bytes, *, actor: Actor
) -> None:
    # The signing library takes half a second to load, and most requests never need it.
    from licensing.documents.pades import signed

    at = clock.now()
    role = side.value if authority is None else authority.signer_role
    signer = signer_for(settings.KEYS_FOLDER, role, at=at)
    field = STUDIO_FIELD if side is SigningSide.STUDIO else PERFORMER_FIELD
    digest = files.keep(signed(pdf, field=field, signer=signer, reason=f"Terms {row.terms_sha256}", at=at))
    try:
        with transaction.atomic():
            RiderSignature.objects.create(
                rider=row,
                side=side,
                signer_role=authority.signer_role if authority else None,
                authority=authority,
                signed_by_id=actor.user_id,
                certificate_sha256=signer.certificate_sha256,
                document_sha256=digest,
                signed_at=at,
            )
    except IntegrityError as error:
        # Somebody was faster, the authority ended meanwhile, or one person would sign for both sides.
        raise RiderOutOfTurn(
            "Nothing was signed: this side is signed already, you signed for the other side, or your authority ended."
        ) from error
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.RIDER_SIGNED,
        actor=actor.label,
        subject=f"rider:{row.id}",
        fields={
            "rider": str(row.id),
            "side": side.value,
            "document_sha256": digest,
            "terms_sha256": row.terms_sha256,
            "certificate_sha256": signer.certificate_sha256,
            "authority": str(authority.id) if authority else None,
        },
        at=at,
        production_id=row.production_id,
        person_id=row.performer_id,
    )


def _rider(rider_id: UUID, terms_sha256: str | None) -> Rider:
    row: Rider | None = Rider.objects.filter(id=rider_id).first()
    if row is None:
        raise NoSuchRider("There is no such rider here.")
    if terms_sha256 is not None and terms_sha256 != row.terms_sha256:
        raise OtherTermsMeant(stored=row.terms_sha256, stated=terms_sha256)
    return row


def _parties(new: NewRider, organisation_id: UUID) -> Parties:
    performer = Performer.objects.filter(id=new.performer_id).first()
    if performer is None:
        raise UnknownPerformer(new.performer_id)
    return Parties(
        studio=Organisation.objects.get(id=organisation_id).name,
        performer=performer.professional_name,
        production=production_card(organisation_id, new.production_id).title,
        agreement=production_facts(organisation_id, new.production_id).agreement,
        replica_type=new.replica_type,
    )


def _require_standing(new: NewRider) -> None:
    if new.supersedes is None:
        return
    old = Consent.objects.filter(
        id=new.supersedes, performer_id=new.performer_id, production_id=new.production_id
    ).first()
    if old is None:
        raise NoSuchConsent("The record to supersede is not of this performer and production.")
    if old.status != ConsentStatus.ACTIVE:
        raise ConsentEnded(status=old.status)


def _confirmed() -> frozenset[str]:
    current = below_grade_a()
    rows = RuleConfirmation.objects.values_list("rule_id", "rule_sha256")
    return frozenset(rule_id for rule_id, digest in rows if current.get(rule_id) == digest)
