"""A delivery as asked for: checked, and put as the question that the gate decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from accounts.values import Actor
from core.canonical import canonical_bytes
from core.digests import sha256_hex
from core.tenancy import tenant
from generation.deliveries.errors import DeliveryNotPossible, MarkedForAnother
from generation.deliveries.marks import MarksFound, marks_in
from generation.deliveries.queries import recipient_card
from generation.deliveries.values import MARKS_IN_FILES, DeliveryOrder, RecipientKind, seen_by
from generation.mastering.queries import master_card, master_path
from generation.model_statements import statement_of
from generation.models import Take
from generation.queries import take_files
from licensing.delivering import DeliveryFacts
from licensing.disclosures.queries import disclosures_recorded
from licensing.queries import asked_order
from licensing.values import DisclosureKind, Stage, UseOrder

_LONGEST_WORDING = 2000


@dataclass(frozen=True, slots=True)
class PreparedDelivery:
    """Everything known before the rules are asked. `request_sha256` is of the order without when it was asked."""

    order: DeliveryOrder
    use_order: UseOrder
    take_decision_id: UUID
    asset_id: UUID
    file_sha256: str
    marks: MarksFound
    request_sha256: str


def request_digest(order: DeliveryOrder) -> str:
    return sha256_hex(canonical_bytes(order.body()))


def prepared(order: DeliveryOrder, *, actor: Actor) -> PreparedDelivery:
    """Read the file back and put the question: this file, to this recipient, for exactly this use.

    Raises:
        DeliveryNotPossible: a field is not what any delivery may be asked with.
        NoSuchRecipient, MarkedForAnother, FileUnfit: see there.
        generation.errors.NoSuchTake, generation.errors.VideoNotReady: there is no finished file.
        generation.mastering.errors.NoSuchMaster, generation.mastering.errors.MasterNotReady: nor such a master.
        audit.errors.LogNotReady: the log does not cover the file's signature yet.
    """
    check_order(order)
    organisation_id = actor.organisation_id
    recipient = recipient_card(organisation_id, order.recipient_id)
    video = _file_of(order, organisation_id=organisation_id)
    with tenant(organisation_id, user_id=actor.user_id):
        take: Take = Take.objects.select_related("model").get(id=order.take_id)
    if take.asset_id is None:
        raise RuntimeError("A signed take has an asset.")
    # Files are kept under the digest of their content.
    marks = marks_in(video, organisation_id=organisation_id, file_sha256=video.stem)
    take_order = asked_order(organisation_id, take.decision_id)
    # What is recorded with this delivery, and what counsel approved for the whole production and somebody placed.
    on_file = disclosures_recorded(organisation_id, take_order.production_id, territories=order.territories)
    facts = DeliveryFacts(
        recipient_id=recipient.id,
        marks=marks.marks,
        marks_stripped=marks.stripped,
        disclosures_recorded=tuple(sorted({*on_file, *(one.kind for one in order.disclosures)})),
        ca_covered_provider=take.model.ca_covered_provider,
        seen_by=seen_by(RecipientKind(recipient.kind), order.output_status),
    )
    use_order = replace(
        take_order,
        stage=Stage.DELIVER.value,
        purpose=order.purpose,
        output_status=order.output_status,
        media=order.media,
        territories=order.territories,
        languages=order.languages,
        model=statement_of(take.model),
        delivery=facts,
        requested_at=order.requested_at,
    )
    return PreparedDelivery(
        order=order,
        use_order=use_order,
        take_decision_id=take.decision_id,
        asset_id=take.asset_id,
        file_sha256=video.stem,
        marks=marks,
        request_sha256=request_digest(order),
    )


def _file_of(order: DeliveryOrder, *, organisation_id: UUID) -> Path:
    """The take's own signed file, or the master of it that is to be delivered."""
    if order.master_id is None:
        return take_files(organisation_id, order.take_id).video
    master = master_card(organisation_id, order.master_id)
    if master.take_id != order.take_id:
        raise DeliveryNotPossible("master", "This master is of another take.")
    if master.recipient_id not in (None, order.recipient_id):
        raise MarkedForAnother(master.recipient_id)
    return master_path(organisation_id, order.master_id)


def check_order(order: DeliveryOrder) -> None:
    """Refuse what no delivery may be asked with.

    Raises:
        DeliveryNotPossible: naming the field.
    """
    if not order.media:
        raise DeliveryNotPossible(
            "media", "Say in which media the file will be shown; unknown is never cleared."
        )
    if not order.territories:
        raise DeliveryNotPossible("territories", "Say in which territories it will be shown.")
    if not order.languages:
        raise DeliveryNotPossible("languages", "Say in which languages it will be shown.")
    if order.valid_until is not None and order.valid_until < order.valid_from:
        raise DeliveryNotPossible("valid_until", "The term ends before it begins.")
    for one in order.disclosures:
        if DisclosureKind(one.kind) in MARKS_IN_FILES:
            raise DeliveryNotPossible(
                "disclosures", f"{one.kind} is a mark in the file: it is read from the file and never typed."
            )
        if not one.wording.strip() or not one.placement.strip():
            raise DeliveryNotPossible(
                "disclosures", f"Record the wording of the {one.kind.replace('_', ' ')} and where it stands."
            )
        if len(one.wording) > _LONGEST_WORDING or len(one.placement) > _LONGEST_WORDING:
            raise DeliveryNotPossible("disclosures", f"Keep each under {_LONGEST_WORDING} characters.")
