"""A take is disputed by whom it concerns, and the dispute ends: settled, not upheld, upheld or taken back."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.disputing import DisputeCard, concerns, dispute_card_of
from generation.deliveries.errors import DisputeEnded, DisputeNotYours, NoSuchDispute, RecallFirst
from generation.deliveries.public_standing import standings_of_takes
from generation.deliveries.values import DisputeGround, DisputeOutcome
from generation.doors import MAY_DISPUTE_ON_WORD, MAY_END_DISPUTES
from generation.errors import NoSuchTake
from generation.models import Dispute, DisputeEnd, Take
from generation.values import TakeState
from provenance.values import PublicState


def open_dispute(take_id: UUID, *, ground: DisputeGround, words: str, actor: Actor) -> DisputeCard:
    """Say that a signed take was not agreed to; whoever verifies its file is told that it is disputed.

    Nothing is stopped by it: to stop is to withdraw, to hold or to call back.

    Args:
        take_id: a signed take.
        ground: why, as the log may carry it.
        words: what is said, for the house; at least one line.
        actor: a performer in it or who acts for one; or legal or the union, on somebody's word.

    Raises:
        NoSuchTake: there is none of this id here, or it is not signed.
        DisputeNotYours: the actor is none of these.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        take: Take | None = Take.objects.filter(id=take_id, state=TakeState.SIGNED).first()
        if take is None:
            raise NoSuchTake("There is no such signed take here.")
        at = clock.now()
        mine = concerns(take, actor)
        if not mine and not actor.is_one_of(*MAY_DISPUTE_ON_WORD):
            raise DisputeNotYours(
                "A take is disputed by a performer in it, by who acts for one, or by legal or the union on a word."
            )
        said = words.strip()
        row: Dispute = Dispute.objects.create(
            id=new_id(),
            take=take,
            ground=ground,
            words=said,
            on_word=not mine,
            opened_at=at,
            opened_by_id=actor.user_id,
        )
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.DISPUTE_OPENED,
            actor=actor.label,
            subject=f"take:{take.id}",
            fields={
                "dispute": str(row.id),
                "take": str(take.id),
                "reason_code": ground.value,
                "words_sha256": sha256_hex(said.encode()),
            },
            at=at,
            production_id=take.shot.sequence.production_id,
        )
    return dispute_card_of(row)


def end_dispute(dispute_id: UUID, *, outcome: DisputeOutcome, words: str, actor: Actor) -> DisputeCard:
    """End a dispute, once: whoever opened it takes it back, counsel says the rest.

    Raises:
        NoSuchDispute: there is none of this id here.
        DisputeNotYours: another outcome than the actor may say.
        DisputeEnded: it has ended.
        RecallFirst: upheld, and the file still counts as agreed to.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = Dispute.objects.select_related("end", "take__shot__sequence").filter(id=dispute_id).first()
        if row is None:
            raise NoSuchDispute("There is no such dispute here.")
        opened_it = row.opened_by_id == actor.user_id
        if outcome is DisputeOutcome.TAKEN_BACK and not opened_it:
            raise DisputeNotYours("Only whoever disputed it takes that back.")
        if outcome is not DisputeOutcome.TAKEN_BACK and (opened_it or not actor.is_one_of(*MAY_END_DISPUTES)):
            raise DisputeNotYours("Counsel ends a dispute, and not one that they opened themselves.")
        if outcome is DisputeOutcome.UPHELD:
            today = standings_of_takes(actor.organisation_id, [row.take_id])[row.take_id]
            if today.state is not PublicState.WITHDRAWN:
                raise RecallFirst(
                    "A dispute is upheld once the file counts as withdrawn: record the withdrawal, or call its "
                    "deliveries back first. Until then it stays disputed."
                )
        at, said = clock.now(), words.strip()
        try:
            with transaction.atomic():
                DisputeEnd.objects.create(
                    dispute=row, outcome=outcome, words=said, ended_at=at, ended_by_id=actor.user_id
                )
        except IntegrityError as error:
            raise DisputeEnded("It has ended already.") from error
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.DISPUTE_ENDED,
            actor=actor.label,
            subject=f"take:{row.take_id}",
            fields={
                "dispute": str(row.id),
                "take": str(row.take_id),
                "outcome": outcome.value,
                "words_sha256": sha256_hex(said.encode()),
            },
            at=at,
            production_id=row.take.shot.sequence.production_id,
        )
        return dispute_card_of(Dispute.objects.select_related("end").get(id=row.id))
