"""Who decides by a consent and who ends it take turns, whoever they are and by whatever way they come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from accounts.values import Actor, Role
from core.ids import new_id
from core.tenancy import tenant
from licensing.asking import look_up
from licensing.operations.gate import verdict_now
from licensing.performer_cards import ConsentCard, PerformerCard
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.licensing import a_consent, a_performer, an_engagement, an_order
from tests.factories.productions import a_production

pytestmark = pytest.mark.usefixtures("committed_db")

_END = "UPDATE licensing_consent SET status = 'withdrawn', withdrawn_at = clock_timestamp() WHERE id = %s"
_NOTICE = """
INSERT INTO licensing_withdrawalnotice (id, organisation_id, consent_id, reason_code, given_at, effective_at,
    recorded_at, recorded_by_id)
SELECT gen_random_uuid(), organisation_id, id, 'performer_wish', now(), now() + interval '1 day', now(),
    (SELECT by_id FROM licensing_consentevent WHERE consent_id = consent.id)
FROM licensing_consent AS consent WHERE id = %s
"""


@pytest.fixture
def actor() -> Actor:
    return a_member(Role.PRODUCER)


@pytest.fixture
def production(actor: Actor) -> ProductionCard:
    return a_production(actor, governing_law="US-WA")


@pytest.fixture
def ana(actor: Actor, production: ProductionCard) -> PerformerCard:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    return ana


@pytest.fixture
def consent(actor: Actor, production: ProductionCard, ana: PerformerCard) -> ConsentCard:
    return a_consent(actor, production, ana)


def _has_to_wait(organisation_id: UUID, statement: str, *values: UUID) -> bool:
    """Whether somebody else, on a connection of their own, would have to wait to do it; it is not done."""

    def tried() -> bool:
        try:
            with tenant(organisation_id), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
                cursor.execute(statement, values)
                transaction.set_rollback(True)
        except OperationalError as error:
            return "lock timeout" in str(error)
        finally:
            connections.close_all()
        return False

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(tried).result(timeout=60)


@pytest.mark.parametrize("ending", [_END, _NOTICE], ids=["end", "notice"])
def test_whoever_ends_a_consent_by_hand_waits_for_who_decides_by_it(
    actor: Actor, production: ProductionCard, ana: PerformerCard, consent: ConsentCard, ending: str
) -> None:
    bo = a_performer(actor, "Bo Lindqvist")
    with tenant(actor.organisation_id):
        look_up(production.id, [bo.id], met=set())
        assert not _has_to_wait(actor.organisation_id, ending, consent.id)

    with tenant(actor.organisation_id):
        look_up(production.id, [bo.id, ana.id], met=set())
        assert _has_to_wait(actor.organisation_id, ending, consent.id)

    assert not _has_to_wait(actor.organisation_id, ending, consent.id)


def test_who_decides_waits_for_an_end_and_then_sees_it(
    actor: Actor, production: ProductionCard, ana: PerformerCard, consent: ConsentCard
) -> None:
    def decided() -> object:
        try:
            with tenant(actor.organisation_id):
                (fact,) = look_up(production.id, [ana.id], met=set()).consents.facts
                return fact["withdrawn_at"] if isinstance(fact, dict) else None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        with tenant(actor.organisation_id), connection.cursor() as cursor:
            cursor.execute(_END, [consent.id])
            answer = thread.submit(decided)
            while not _somebody_waits(cursor):
                assert not answer.done()
        assert answer.result(timeout=60)


def _somebody_waits(cursor: CursorWrapper) -> bool:
    cursor.execute(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
    )
    return bool(cursor.fetchone()[0])


def test_to_decide_alone_writes_nothing(
    actor: Actor, production: ProductionCard, ana: PerformerCard, consent: ConsentCard
) -> None:
    """A transaction with a number of its own holds up the log, and its commit waits for the disk."""
    with tenant(actor.organisation_id), connection.cursor() as cursor:
        assert verdict_now(an_order(actor, production, ana)).relied_on == (str(consent.id),)
        cursor.execute("SELECT pg_current_xact_id_if_assigned()")
        assert cursor.fetchone() == (None,)


def test_who_is_not_here_keeps_nobody_waiting(actor: Actor, production: ProductionCard) -> None:
    with tenant(actor.organisation_id):
        assert look_up(production.id, [new_id()], met=set()).people == {}
