"""A copy of a delivered file for its recipient alone, told apart by a commitment in its credential."""

from __future__ import annotations

from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from generation.deliveries.copies import CopyCard, copy_of
from generation.deliveries.errors import DeliveryNotPossible, DeliveryNotStanding, GroundsEnded
from generation.deliveries.queries import delivery_card
from generation.deliveries.values import StandsToday
from licensing.commitments import commitment_under
from licensing.queries import commitments_for, consents_stand
from provenance.updating.definition import DeliveryNote
from provenance.updating.operations import UpdateOrder, update_credential
from provenance.updating.queries import current_file
from provenance.values import UpdateReason


def make_copy(delivery_id: UUID, *, actor: Actor) -> CopyCard:
    """Make the recipient's own copy of a delivery that stands; from then on its links hand that one out.

    Picture and sound stay as they are. The credential says beside everything it said for whom the copy was made, as a
    commitment under the salt of the delivery's decision, so that a leaked copy can be matched to its recipient by the
    studio and by nobody else. Asked again, the same copy.

    Raises:
        NoSuchDelivery: none of the actor's organisation has the id.
        DeliveryNotPossible: what was delivered is a master, which is handed out as it is.
        DeliveryNotStanding: recalled, suspended or ended.
        GroundsEnded: what it rests on ended while the copy was made; there is none.
        LogNotReady: the log does not cover the intent in time; there is no copy.
        AssetMissing, FileNotOurs, NoTimeStamp, SignerUnfit, SigningFailed, DiskFull: as with a first signature.
    """
    organisation_id = actor.organisation_id
    with tenant(organisation_id, user_id=actor.user_id):
        card = delivery_card(organisation_id, delivery_id)
    made = copy_of(organisation_id, delivery_id)
    if made is not None:
        return made
    if card.master_id is not None:
        raise DeliveryNotPossible(
            "master",
            "A copy for one recipient is made of the take's own file; this delivery is of a master. Make a master "
            "that is marked for the recipient, and deliver that.",
        )
    if card.standing.state is not StandsToday.ACTIVE:
        raise DeliveryNotStanding(card.standing.state.value, card.standing.reason)
    note = DeliveryNote(
        recipient_commitment_hex=commitment_under(
            organisation_id,
            card.decision_id,
            {"delivery": str(card.id), "recipient": str(card.recipient.id)},
        ),
        decision_commitment_hex=commitments_for(organisation_id, card.decision_id).decision_commitment_hex,
        delivered_at=card.delivered_at,
    )

    def require_grounds() -> None:
        # In the transaction that records the copy: a withdrawal comes before it, or waits for it.
        if not consents_stand(organisation_id, card.decision_id, hold=True):
            raise GroundsEnded(
                "A consent or approval that this delivery rests on ended, or a strike suspended it, while the copy "
                "was made. There is none."
            )

    update_credential(
        UpdateOrder(
            organisation_id=organisation_id,
            file_id=current_file(organisation_id, card.asset_id),
            reason=UpdateReason.DELIVERY,
            cause_id=card.id,
            additions=(note,),
            actor=actor.label,
            production_id=card.production_id,
        ),
        publish_guard=require_grounds,
    )
    made = copy_of(organisation_id, delivery_id)
    if made is None:
        raise RuntimeError("A copy that was signed is on record.")
    return made
