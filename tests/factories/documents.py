"""Riders, PDFs signed elsewhere and people who may sign."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas

from accounts.models.organisation import Organisation
from accounts.values import Actor, Role
from core.clock import now
from core.tenancy import tenant
from licensing.document_cards import AuthorityCard, RiderCard
from licensing.documents.pades import signed
from licensing.documents.rider_marks import PERFORMER_FIELD, STUDIO_FIELD
from licensing.documents.rider_pdf import rider_pdf
from licensing.documents.rider_text import Parties, rider_text
from licensing.documents.signing_keys import signer_for
from licensing.operations.authorities import NewAuthority, verify_authority
from licensing.operations.documents import check_transcription, receive_document, transcribe_document
from licensing.operations.riders import NewRider, prepare_rider, sign_for_performer, sign_for_studio
from licensing.performer_cards import PerformerCard
from licensing.values import SignerRole
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.licensing import DOCUMENT_SHA256, terms

PARTIES = Parties(
    "Night Ferry Pictures", "Ana Ruiz Calderová", "The Night Ferry", "sag_tvt_2026", "ebdr_scan"
)


def rider_terms(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any term
    """Terms to be signed here: without what the signature brings."""
    stated = terms(**changes)
    del stated["separately_signed_at"]
    return stated


def an_unsigned_pdf(**changes: Any) -> bytes:  # noqa: ANN401 - any term
    return rider_pdf(rider_text(PARTIES, rider_terms(**changes)))


def signed_by_studio(pdf: bytes, keys_folder: Path) -> bytes:
    at = now()
    signer = signer_for(keys_folder, "studio", at=at)
    return signed(pdf, field=STUDIO_FIELD, signer=signer, reason="test", at=at)


def signed_by_both(pdf: bytes, keys_folder: Path) -> bytes:
    at = now()
    signer = signer_for(keys_folder, "performer", at=at)
    return signed(
        signed_by_studio(pdf, keys_folder), field=PERFORMER_FIELD, signer=signer, reason="test", at=at
    )


def with_text_added(pdf: bytes) -> bytes:
    """`pdf` with a sentence put over its first page by an incremental update, as an editor would."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    stream = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (And all other uses.) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(stream))
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def with_action(pdf: bytes, action: generic.DictionaryObject) -> bytes:
    """`pdf` that does `action` when it is opened."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/OpenAction"] = writer.add_object(action)
    writer.update_root()
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def a_scan() -> bytes:
    """A PDF without any signature, as a scanner makes of a paper."""
    output = BytesIO()
    canvas = Canvas(output, invariant=1)
    canvas.drawString(72, 700, "Rider. Signed in ink.")
    canvas.save()
    return output.getvalue()


def an_authority(
    legal: Actor, performer: PerformerCard, signer: Actor, role: SignerRole = SignerRole.PERFORMER
) -> AuthorityCard:
    """Legal looked at a paper that lets `signer` sign for the performer, from yesterday on."""
    assert signer.user_id is not None
    return verify_authority(
        NewAuthority(
            performer_id=performer.id,
            person_id=signer.user_id,
            signer_role=role,
            document_sha256=DOCUMENT_SHA256,
            valid_from=now().date() - timedelta(days=1),
        ),
        actor=legal,
    )


def a_colleague(actor: Actor, *roles: Role) -> Actor:
    """Another person of the same organisation."""
    with tenant(actor.organisation_id):
        organisation = Organisation.objects.get(id=actor.organisation_id)
    return a_member(*roles, organisation=organisation)


def a_rider(
    legal: Actor,
    production: ProductionCard,
    performer: PerformerCard,
    **changes: Any,  # noqa: ANN401 - any term
) -> RiderCard:
    return prepare_rider(
        NewRider(
            production_id=production.id,
            performer_id=performer.id,
            replica_type=changes.pop("replica_type", "ebdr_scan"),
            supersedes=changes.pop("supersedes", None),
            terms=rider_terms(**changes),
        ),
        actor=legal,
    )


def a_signed_rider(
    legal: Actor,
    production: ProductionCard,
    performer: PerformerCard,
    signer: Actor,
    **changes: Any,  # noqa: ANN401 - any term
) -> RiderCard:
    """A rider that legal signed for the studio and `signer`, who is authorised, as the performer."""
    rider = a_rider(legal, production, performer, **changes)
    sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)
    return sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=signer)


def every_kind_of_document(
    actor: Actor, production: ProductionCard, performer: PerformerCard, name: str
) -> dict[str, str]:
    """A rider signed by both sides and a scan that two people read, for the world of one studio."""
    signer, second = a_colleague(actor, Role.PERFORMER), a_colleague(actor, Role.LEGAL)
    authority = an_authority(actor, performer, signer)
    rider = a_signed_rider(actor, production, performer, signer, business_reason=f"{name} cannot swim.")
    document = receive_document(a_scan(), production_id=production.id, performer_id=performer.id, actor=actor)
    stated = terms(description=f"{name} falls.")
    read = transcribe_document(document.id, replica_type="voice_replica", terms=stated, actor=actor)
    (transcription,) = read.transcriptions
    check_transcription(transcription.id, terms_sha256=transcription.terms_sha256, agrees=True, actor=second)
    return {
        "rider_id": str(rider.id),
        "authority_id": str(authority.id),
        "document_id": str(document.id),
        "transcription_id": str(transcription.id),
    }
