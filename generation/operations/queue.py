"""Whose take comes first, whether a queue stands still, and which workers take up nothing new."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.values import Actor, process_actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from generation.errors import NoSuchWorker, PauseNotPossible, TakeNotWaiting
from generation.models import QueuePause, Take, Worker
from generation.queries import TakeCard, take_card
from generation.serving.queries import worker_cards
from generation.serving.values import Priority, WorkerCard
from generation.values import TakeState

LONGEST_REASON = 400
_WAITING = (TakeState.QUEUED, TakeState.AWAITING_REVIEW)


def prioritise_take(take_id: UUID, priority: Priority, *, actor: Actor) -> TakeCard:
    """Make a waiting take more or less urgent. Saying what it is already changes nothing.

    Raises:
        NoSuchTake: none of the actor's organisation has the id.
        TakeNotWaiting: a worker has it, or it has ended.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        changed = (
            Take.objects.filter(id=take_id, state__in=_WAITING)
            .filter(~Q(priority=priority.rank))
            .update(priority=priority.rank)
        )
        card = take_card(actor.organisation_id, take_id)
        if card.state not in _WAITING:
            raise TakeNotWaiting(f"This take is {card.state.value}; only one that waits can be moved.")
        if changed:
            production_id: UUID = Take.objects.values_list("shot__sequence__production_id", flat=True).get(
                id=take_id
            )
            trail.record(
                organisation_id=actor.organisation_id,
                entry_type=EntryType.TAKE_PRIORITISED,
                actor=actor.label,
                subject=f"take:{take_id}",
                fields={"take": str(take_id), "priority": str(priority)},
                at=clock.now(),
                production_id=production_id,
            )
    return card


def pause_queue(reason: str, *, actor: Actor, by_house: bool = False) -> UUID:
    """Let the takes of the actor's organisation wait from now on; what a worker has is finished. The pause's id.

    Raises:
        PauseNotPossible: it is paused already, or no reason is given.
    """
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        raise PauseNotPossible(f"Say why, in one line of up to {LONGEST_REASON} characters.")
    at, pause_id = clock.now(), new_id()
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _one_at_a_time(actor.organisation_id)
        if QueuePause.objects.filter(by_house=by_house, resumed_at__isnull=True).exists():
            raise PauseNotPossible("The queue is paused already.")
        QueuePause.objects.create(
            id=pause_id, by_house=by_house, reason=said, paused_at=at, paused_by_id=actor.user_id
        )
        _log(EntryType.QUEUE_PAUSED, pause_id, actor)
    return pause_id


def resume_queue(*, actor: Actor, by_house: bool = False) -> None:
    """Let the takes of the actor's organisation go on.

    Raises:
        PauseNotPossible: it is not paused, or only by the house, whose pause is not the organisation's to end.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _one_at_a_time(actor.organisation_id)
        row = QueuePause.objects.filter(by_house=by_house, resumed_at__isnull=True).first()
        if row is None:
            held = not by_house and QueuePause.objects.filter(resumed_at__isnull=True).exists()
            raise PauseNotPossible(
                "Whoever runs this installation paused it, and resumes it." if held else "It is not paused."
            )
        QueuePause.objects.filter(id=row.id).update(resumed_at=clock.now(), resumed_by_id=actor.user_id)
        _log(EntryType.QUEUE_RESUMED, row.id, actor)


def pause_every_queue(reason: str) -> int:
    """As `pause_queue`, for every organisation that has a model, by the house; how many were not paused so before.

    Raises:
        PauseNotPossible: no reason is given.
    """
    paused = 0
    for organisation_id in _organisations():
        system = process_actor(organisation_id=organisation_id, label="system")
        if not _is_paused_by_house(organisation_id):
            pause_queue(reason, actor=system, by_house=True)
            paused += 1
    return paused


def resume_every_queue() -> int:
    """End what `pause_every_queue` began; how many went on. What an organisation paused itself stays paused."""
    resumed = 0
    for organisation_id in _organisations():
        if _is_paused_by_house(organisation_id):
            resume_queue(actor=process_actor(organisation_id=organisation_id, label="system"), by_house=True)
            resumed += 1
    return resumed


def drain_worker(name: str, *, drain: bool, actor: Actor | None) -> WorkerCard:
    """Have a worker finish what it has and take up nothing new, or take up work again. Saying it twice is harmless.

    Args:
        name: of the worker.
        drain: False lets it take up work again.
        actor: in whose organisation's log the act stands; None where whoever runs the installation acts: then in that
            of every organisation that has a model, because their takes wait longer for it.

    Raises:
        NoSuchWorker: see there.
    """
    with transaction.atomic():
        row = Worker.objects.select_for_update().filter(name=name).first()
        if row is None:
            raise NoSuchWorker(f"No worker is called {name}.")
        changes = (row.drain_asked_at is not None) != drain
        if changes:
            Worker.objects.filter(id=row.id).update(drain_asked_at=Now() if drain else None)
        if changes:
            of_house = [process_actor(organisation_id=one, label="system") for one in _organisations()]
            for told in of_house if actor is None else [actor]:
                _log_worker(row.id, told, drain=drain)
    return next(one for one in worker_cards() if one.name == name)


def _log_worker(worker_id: UUID, actor: Actor, *, drain: bool) -> None:
    with tenant(actor.organisation_id, user_id=actor.user_id):
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.WORKER_DRAINED if drain else EntryType.WORKER_RESTORED,
            actor=actor.label,
            subject=f"worker:{worker_id}",
            fields={"worker": str(worker_id)},
            at=clock.now(),
        )


def _organisations() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM generation_organisations_making_v1()")
        return [organisation_id for (organisation_id,) in cursor.fetchall()]


def _is_paused_by_house(organisation_id: UUID) -> bool:
    with tenant(organisation_id):
        return bool(QueuePause.objects.filter(by_house=True, resumed_at__isnull=True).exists())


def _one_at_a_time(organisation_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"pause of {organisation_id}"]
        )


def _log(entry_type: EntryType, pause_id: UUID, actor: Actor) -> None:
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"queue:{actor.organisation_id}",
        fields={"pause": str(pause_id)},
        at=clock.now(),
    )
