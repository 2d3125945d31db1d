"""Taking in media that a production works from.

What comes with a credential is kept as it came, whoever signed it, as long as it is intact. What comes without one is
signed by us, so that nothing which is made from it begins with something unknown; how it came about is then the word
of whoever hands it in, and never that a camera saw it. What was changed after it was signed is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from audit.errors import LogNotReady
from audit.travelling import travelling_proof
from core import clock
from core.canonical import canonical_bytes
from core.digests import sha256_hex, sha256_hex_of_file
from core.ids import new_id
from core.media_store import MediaStore
from core.tenancy import tenant
from productions.queries import production_card
from provenance import c2pa_gateway, keys, manifest
from provenance.claim_signers import claim_signer
from provenance.decoding import pictures_sha256
from provenance.errors import IngredientAltered, IngredientUnusable, SigningFailed
from provenance.examining import examine_bounded
from provenance.identity_roots import identity_roots_pem
from provenance.ingredients import refuse_unclean
from provenance.looking import signer_in, source_type_in
from provenance.readings import Examination, Outcome, Reading
from provenance.references.definition import reference_definition
from provenance.references.media_kinds import SUFFIXES, media_kind
from provenance.references.models import KEPT_STATES, ReferenceMedia
from provenance.references.queries import ReferenceCard, card_of, received
from provenance.sdk.contents import Contents
from provenance.sealing import stamped
from provenance.source_types import STATED_OF_MEDIA
from provenance.time_stamping import accepted_roots_pem
from provenance.trust_list import TrustList
from provenance.values import CredentialState
from provenance.verification import RepositoryAnswer, judge

_LONGEST_TITLE = 200
_HEAD_BYTES = 64


@dataclass(frozen=True, slots=True)
class ReferenceOrder:
    """A file to be taken in.

    Attributes:
        title: public in every credential of what is made from it, so nobody's name.
        digital_source_type: one of `STATED_OF_MEDIA`; used only where the file bears no credential.
    """

    production_id: UUID
    path: Path
    title: str
    digital_source_type: str = "composite"


@dataclass(frozen=True, slots=True)
class _Kept:
    """The file in its place, with what its credential is."""

    reference_id: UUID
    path: Path
    reading: Reading
    state: CredentialState
    signed_here: bool


def receive_reference(order: ReferenceOrder, *, actor: Actor) -> ReferenceCard:
    """Take in a file for a production; the same file a second time gives what the first time kept.

    The file is read in a process of its own. `order.path` is left as it is.

    Raises:
        NoSuchProduction: none of this organisation has the id.
        IngredientUnusable: it is no media that can hold a credential, or title or source type cannot be stated.
        IngredientAltered: it was changed after it was signed; nothing is kept but that this was so.
        LogNotReady, NoTimeStamp, SignerUnfit, SigningFailed, DiskFull: as `sign_take_file`.
    """
    organisation_id = actor.organisation_id
    production_card(organisation_id, order.production_id)
    _check_words(order)
    source_sha256 = sha256_hex_of_file(order.path)
    before = received(organisation_id, order.production_id, source_sha256)
    if before is not None:
        return before
    at = clock.now()
    listed = keys.load_trust_list(settings.KEYS_FOLDER, at=at)
    media_type = _media_type(order)
    examination = _examined(order.path, listed)
    if examination.outcome is not Outcome.NO_CREDENTIAL:
        _refuse_altered(order, examination, source_sha256, actor=actor, at=at)
    store = MediaStore(settings.MEDIA_FOLDER)
    suffix = SUFFIXES[media_type]
    with store.temporary(suffix) as draft:
        if examination.reading is None:
            kept = _signed_here(order, draft, media_type, source_sha256, listed, actor=actor, at=at)
        else:
            draft.write_bytes(order.path.read_bytes())
            kept = _Kept(new_id(), draft, examination.reading, _state(examination, listed, at), False)
        file = store.keep(draft, suffix=suffix)
    try:
        with tenant(organisation_id, durable=True):
            entry_uid = trail.record(
                organisation_id=organisation_id,
                entry_type=EntryType.REFERENCE_RECEIVED,
                actor=actor.label,
                subject=f"reference:{kept.reference_id}",
                fields={
                    "reference": str(kept.reference_id),
                    "source_sha256": source_sha256,
                    "file_sha256": file.sha256_hex,
                    "state": kept.state.value,
                },
                at=at,
                production_id=order.production_id,
            )
            row = ReferenceMedia.objects.create(
                id=kept.reference_id,
                production_id=order.production_id,
                title=order.title,
                media_type=media_type,
                source_sha256=source_sha256,
                file_sha256=file.sha256_hex,
                size_bytes=file.size_bytes,
                media_key=file.key,
                state=kept.state,
                signed_here=kept.signed_here,
                manifest_id=kept.reading.manifest_id[:200],
                signed_by=signer_in(kept.reading),
                digital_source_type=order.digital_source_type if kept.signed_here else "",
                stated_source_type=source_type_in(kept.reading),
                received_at=at,
                received_by_id=actor.user_id,
                entry_uid=entry_uid,
            )
    except IntegrityError:
        # Somebody else handed the same file in meanwhile.
        first = received(organisation_id, order.production_id, source_sha256)
        if first is None:
            raise
        if kept.signed_here:
            store.path(file.key).unlink(missing_ok=True)
        return first
    return card_of(row)


def _check_words(order: ReferenceOrder) -> None:
    title = order.title
    if not title.strip() or len(title) > _LONGEST_TITLE or not title.isprintable():
        raise IngredientUnusable(
            "The file", f"its title needs one line of at most {_LONGEST_TITLE} characters."
        )
    if order.digital_source_type not in STATED_OF_MEDIA:
        raise IngredientUnusable(title, "how it came about needs one of the terms that can be stated here.")


def _media_type(order: ReferenceOrder) -> str:
    with order.path.open("rb") as stream:
        kind = media_kind(stream.read(_HEAD_BYTES))
    if kind is None:
        raise IngredientUnusable(order.title, f"it is none of {', '.join(SUFFIXES)}.")
    return kind


def _examined(path: Path, listed: TrustList) -> Examination:
    return examine_bounded(
        path,
        anchors=listed.anchors,
        tsa_roots_pem=accepted_roots_pem(),
        identity_roots_pem=identity_roots_pem(settings.KEYS_FOLDER),
    )


def _refuse_altered(
    order: ReferenceOrder, examination: Examination, source_sha256: str, *, actor: Actor, at: datetime
) -> None:
    try:
        refuse_unclean(order.title, examination)
    except IngredientAltered:
        # Durable: that somebody handed it in survives the refusal.
        with tenant(actor.organisation_id, durable=True):
            trail.record(
                organisation_id=actor.organisation_id,
                entry_type=EntryType.REFERENCE_REFUSED,
                actor=actor.label,
                subject=f"production:{order.production_id}",
                fields={"source_sha256": source_sha256, "reason_code": "altered"},
                at=at,
                production_id=order.production_id,
            )
        raise


def _state(examination: Examination, listed: TrustList, at: datetime) -> CredentialState:
    state = judge(
        examination, trust_list=listed, record=None, repository=RepositoryAnswer.UNREACHABLE, at=at
    ).state
    if state not in KEPT_STATES:
        raise RuntimeError(f"A file that holds was judged {state}.")
    return state


def _signed_here(
    order: ReferenceOrder,
    draft: Path,
    media_type: str,
    source_sha256: str,
    listed: TrustList,
    *,
    actor: Actor,
    at: datetime,
) -> _Kept:
    """Our own credential around a file that had none: logged first, read back afterwards."""
    reference_id, signer = new_id(), claim_signer(at=at)
    # The first signature of an installation may have made its root just now.
    listed = keys.load_trust_list(settings.KEYS_FOLDER, at=at)
    manifest_id = manifest.manifest_id_for(uuid4())
    definition = reference_definition(
        manifest_id=manifest_id,
        title=order.title,
        media_type=media_type,
        source_sha256=source_sha256,
        digital_source_type=order.digital_source_type,
        received_at=at,
    )
    with tenant(actor.organisation_id, durable=True):
        intent_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.REFERENCE_INTENDED,
            actor=actor.label,
            subject=f"reference:{reference_id}",
            fields={
                "reference": str(reference_id),
                "source_sha256": source_sha256,
                "manifest_sha256": sha256_hex(canonical_bytes(definition.to_json())),
                "signer_certificate_sha256": signer.certificate_sha256,
            },
            at=at,
            production_id=order.production_id,
        )
    wait_until_covered(actor.organisation_id, [intent_uid])
    proved = travelling_proof(actor.organisation_id, intent_uid)
    if proved is None:
        raise LogNotReady
    proven = manifest.with_log_proof(
        definition,
        leaf_hash_hex=proved.leaf_hash_hex,
        proof=proved.proof.to_text(),
        entry_type=EntryType.REFERENCE_INTENDED,
    )
    _, time_stamped = stamped(
        lambda url: c2pa_gateway.sign(
            source=order.path,
            destination=draft,
            contents=Contents(proven.to_json()),
            signer=signer,
            anchors=listed.standing_anchors(at=at),
            tsa_url=url,
            tsa_roots_pem=accepted_roots_pem() if url else "",
        )
    )
    reading = _read_back(order, draft, manifest_id, listed)
    if time_stamped and reading.trusted_time is None:
        raise SigningFailed("Its time stamp is by no accepted authority.")
    return _Kept(reference_id, draft, reading, CredentialState.TRUSTED, True)


def _read_back(order: ReferenceOrder, signed: Path, manifest_id: str, listed: TrustList) -> Reading:
    examination = _examined(signed, listed)
    reading = examination.reading
    if reading is None or reading.validation_state != "Trusted" or reading.manifest_id != manifest_id:
        raise SigningFailed(f"The signed file does not read back: {examination.detail or 'not trusted'}")
    if reading.broken or listed.anchor_named(reading.anchor_uri) is None:
        raise SigningFailed("The signed file reads back with doubts.")
    if pictures_sha256(signed) != pictures_sha256(order.path):
        raise SigningFailed("The signed file shows or plays something else than the one handed in.")
    return reading
