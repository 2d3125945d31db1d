"""Legal's judgement of a finished file, put into its credential."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.conf import settings

from accounts.values import Actor
from audit.travelling import travelling_proof
from core import clock
from core.canonical import canonical_bytes
from core.digests import commitment_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.errors import FileNotReviewable, NoSuchTake, OwnTakeReviewed
from generation.file_reviews import FileReviewCard, card_of
from generation.models import FileReview, Take
from generation.values import TakeState
from provenance.updating.definition import Addition, LegalReview, RepositoryReceipt, ReviewOutcome
from provenance.updating.operations import UpdateOrder, update_credential
from provenance.updating.queries import current_file, disclosure_of, own_file
from provenance.values import SignedFile, UpdateReason

_SALT_BYTES = 32


def review_file(take_id: UUID, outcome: ReviewOutcome, *, actor: Actor) -> FileReviewCard:
    """Judge the signed file of a take; a copy of it says so in its credential from now on.

    The copy goes on from the newest one, so that earlier judgements stay in it.

    Raises:
        NoSuchTake: none of the actor's organisation has the id.
        FileNotReviewable: it is not signed.
        OwnTakeReviewed: the actor asked for the take.
        FileNotOurs, LogNotReady, SignerUnfit, SigningFailed, NoTimeStamp, DiskFull: as `update_credential`.
    """
    organisation_id = actor.organisation_id
    with tenant(organisation_id, user_id=actor.user_id):
        take = Take.objects.select_related("shot__sequence").filter(id=take_id).first()
    if take is None:
        raise NoSuchTake("There is no such take here.")
    if take.state != TakeState.SIGNED or take.asset_id is None:
        raise FileNotReviewable("Only a signed take has a file to judge.")
    if actor.user_id is None or take.requested_by_id == actor.user_id:
        raise OwnTakeReviewed("You asked for this take. Somebody else judges it.")
    review_id, salt, at = new_id(), secrets.token_bytes(_SALT_BYTES), clock.now()
    file_id = current_file(organisation_id, take.asset_id)
    judged = {"review": str(review_id), "take": str(take.id), "outcome": outcome.value}
    review = LegalReview(
        outcome=outcome,
        case_commitment_hex=commitment_hex(canonical_bytes(judged), salt=salt),
        reviewed_at=at,
        disclosure=disclosure_of(organisation_id, take.asset_id),
    )
    found: list[FileReview] = []

    def record(file: SignedFile) -> None:
        found.append(
            FileReview.objects.create(
                id=review_id,
                take=take,
                outcome=outcome,
                updated_file_id=file.asset_id,
                manifest_id=file.manifest_id,
                file_sha256=file.sha256_hex,
                media_key=file.key,
                salt=salt,
                reviewed_by_id=actor.user_id,
                reviewed_at=at,
            )
        )

    update_credential(
        UpdateOrder(
            organisation_id=organisation_id,
            file_id=file_id,
            reason=UpdateReason.LEGAL_REVIEW,
            cause_id=review_id,
            additions=(review, *_receipt(organisation_id, file_id)),
            actor=actor.label,
            production_id=take.shot.sequence.production_id,
        ),
        after_signed=record,
    )
    return card_of(found[0])


def _receipt(organisation_id: UUID, file_id: UUID) -> tuple[Addition, ...]:
    """That our repository holds the manifest which is updated, where strangers can ask it; else nothing."""
    base: str | None = settings.PUBLIC_URL
    file = own_file(organisation_id, file_id)
    proved = None if file.entry_uid is None else travelling_proof(organisation_id, file.entry_uid)
    if base is None or proved is None:
        return ()
    return (
        RepositoryReceipt(
            repository_uri=f"{base}/v1",
            manifest_id=file.manifest_id,
            anchor_uri=f"{base}/v1/manifests/{file.manifest_id}/receipts",
            proof=(
                ("alg", "tlog-proof"),
                ("leaf_hash", proved.leaf_hash_hex),
                ("proof", proved.proof.to_text()),
            ),
        ),
    )
