"""Whose rows a transaction sees, on the real database."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from core.tenancy import NoOrganisation, current_organisation_id, organisation_is_set, person, tenant

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")
ANA = UUID("018f0000-0000-7000-8000-0000000000aa")


def told() -> tuple[str, str]:
    """What the policies of the database read at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('app.organisation', true), ''),"
            " coalesce(current_setting('app.user', true), '')"
        )
        organisation, user = cursor.fetchone()
    return organisation, user


@pytest.mark.usefixtures("db")
class TestTenant:
    def test_the_database_is_told_for_the_length_of_the_block(self) -> None:
        with tenant(STUDIO, user_id=ANA):
            inside = told()

        assert inside == (str(STUDIO), str(ANA))
        assert told() == ("", "")

    def test_a_nested_block_sees_its_own_and_gives_back_what_was(self) -> None:
        with tenant(STUDIO, user_id=ANA):
            with tenant(OTHER):
                nested = told(), current_organisation_id()
            after = told(), current_organisation_id()

        assert nested == ((str(OTHER), ""), OTHER)
        assert after == ((str(STUDIO), str(ANA)), STUDIO)

    def test_a_failed_nested_block_gives_back_what_was(self) -> None:
        with tenant(STUDIO):
            with pytest.raises(ZeroDivisionError), tenant(OTHER):
                raise ZeroDivisionError
            after = told()[0], current_organisation_id()

        assert after == (str(STUDIO), STUDIO)

    def test_outside_every_block_there_is_no_organisation(self) -> None:
        assert not organisation_is_set()
        with pytest.raises(NoOrganisation):
            current_organisation_id()

    def test_a_person_is_no_organisation(self) -> None:
        with tenant(STUDIO):
            with person(ANA):
                alone = told()
            after = told()

        assert alone == ("", str(ANA))
        assert after == (str(STUDIO), "")


@pytest.mark.usefixtures("committed_db")
class TestConnections:
    def test_nothing_is_left_on_the_connection(self) -> None:
        """A session-level setting would leak into whoever uses the pooled connection next."""
        with tenant(STUDIO, user_id=ANA):
            pass

        assert not connection.in_atomic_block
        assert told() == ("", "")

    def test_nothing_is_left_after_a_failure(self) -> None:
        with pytest.raises(ZeroDivisionError), tenant(STUDIO, user_id=ANA):
            raise ZeroDivisionError

        assert told() == ("", "")

    def test_a_durable_block_stands_alone(self) -> None:
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), tenant(STUDIO, durable=True):
            pytest.fail("a durable block began inside another transaction")

        with tenant(STUDIO, durable=True):
            assert told()[0] == str(STUDIO)

    def test_threads_do_not_see_one_another(self) -> None:
        seen: dict[UUID, set[tuple[str, UUID]]] = {STUDIO: set(), OTHER: set()}
        start = threading.Barrier(2)

        def work(organisation_id: UUID) -> None:
            start.wait(10)
            try:
                for _ in range(50):
                    with tenant(organisation_id):
                        seen[organisation_id].add((told()[0], current_organisation_id()))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=[organisation_id]) for organisation_id in seen]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert seen == {one: {(str(one), one)} for one in (STUDIO, OTHER)}
