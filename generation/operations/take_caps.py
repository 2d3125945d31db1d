"""How many takes one person may have waiting or in work: of the installation, and of one production."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from generation.errors import TakeCapNotPossible, TooManyTakes
from generation.models import Take, TakeCap
from generation.serving.caps import MOST_TAKES, TakeCapCard, cap_of
from generation.values import IN_WORK, TakeState
from productions.queries import production_card, shot_card


def require_room(actor: Actor, *, shot_id: UUID) -> None:
    """Refuse another take to a person who has as many waiting or in work as one may have, here or in the production.

    Inside a transaction it keeps the person's other requests waiting until that ends, so that two at once do not
    both take the last place. Takes in legal review wait for people, not for a device, and do not count.

    Raises:
        TooManyTakes: see there.
        productions.errors.NoSuchShot: there is none of this id here.
    """
    if actor.user_id is None:
        return
    production_id = shot_card(actor.organisation_id, shot_id).production_id
    most: int = settings.TAKES_PER_PERSON
    with tenant(actor.organisation_id, user_id=actor.user_id):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"takes of {actor.user_id}"]
            )
        mine = Q(requested_by_id=actor.user_id, state__in=[TakeState.QUEUED, *IN_WORK])
        waiting = Take.objects.filter(mine)
        if most and (found := waiting.count()) >= most:
            raise TooManyTakes(waiting=found, most=most)
        own = cap_of(production_id)
        if own is None or own.most is None:
            return
        here = waiting.filter(shot__sequence__production_id=production_id).count()
        if here >= own.most:
            raise TooManyTakes(waiting=here, most=own.most, production=own.production_title)


def cap_takes(production_id: UUID, *, most: int | None, actor: Actor) -> TakeCapCard:
    """Set how many takes one person may have waiting or in work for a production; None: no cap of its own.

    It holds from the next request on. Takes that wait already stay. Saying what holds already changes nothing.

    Raises:
        productions.errors.NoSuchProduction: there is none of this id here.
        TakeCapNotPossible: it is no number from 1 to `MOST_TAKES`.
    """
    if most is not None and not 1 <= most <= MOST_TAKES:
        raise TakeCapNotPossible(f"A cap is a number of takes from 1 to {MOST_TAKES}, or none.")
    production = production_card(actor.organisation_id, production_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"cap of {production_id}"]
            )
        before = cap_of(production_id)
        if (before.most if before else None) != most:
            row = TakeCap(
                id=new_id(),
                production_id=production_id,
                most=most,
                set_at=clock.now(),
                set_by_id=actor.user_id,
            )
            row.save(force_insert=True)
            trail.record(
                organisation_id=actor.organisation_id,
                entry_type=EntryType.TAKES_CAPPED,
                actor=actor.label,
                subject=f"production:{production_id}",
                fields={"cap": str(row.id), **({} if most is None else {"most": most})},
                at=row.set_at,
                production_id=production_id,
            )
        found = cap_of(production_id)
    return found or TakeCapCard(production_id=production_id, production_title=production.title, most=None)
