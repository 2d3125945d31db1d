from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models.organisation import Organisation
from accounts.values import Actor, OrganisationKind, Role
from core.clock import now
from core.ids import new_id
from core.tenancy import granted_sight, tenant
from licensing.agreeing.errors import EventBackdated, GrantUnusable, NoSuchGrant
from licensing.agreeing.sight import consents_granted, grants_given
from licensing.errors import UnknownPerformer
from licensing.names import Visibility
from licensing.operations.grants import NewGrant, end_sight, grant_sight
from licensing.performer_cards import PerformerCard
from licensing.values import Agreement
from productions.queries import ProductionCard
from tests.factories.accounts import a_member, an_organisation
from tests.factories.licensing import a_consent, a_performer, an_engagement

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def union(legal: Actor) -> Actor:
    return a_member(Role.UNION_REP, organisation=an_organisation(kind=OrganisationKind.UNION))


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - named by the test
        return int(cursor.fetchone()[0])


class TestAGrant:
    def test_opens_the_performer_it_names_and_nobody_else(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, union: Actor
    ) -> None:
        bo = a_performer(legal, "Bo Lindqvist")
        consent = a_consent(legal, production, ana)
        a_consent(legal, production, bo)
        assert consents_granted(union) == ()

        grant_sight(NewGrant(grantee_organisation_id=union.organisation_id, performer_id=ana.id), actor=legal)

        (seen,) = consents_granted(union)
        assert (seen.consent_id, seen.performer_name) == (consent.id, ana.professional_name)
        assert seen.terms["business_reason"] == consent.terms["business_reason"]
        # Of the production no engagement tells.
        assert seen.production_title is None

    def test_opens_the_agreement_it_names_and_no_other(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, union: Actor
    ) -> None:
        bo, hidden = (
            a_performer(legal, "Bo Lindqvist"),
            a_performer(legal, "Cy Hidden", visibility=Visibility.LEGAL_ONLY),
        )
        an_engagement(legal, production, ana, agreement=Agreement.SAG_TVT_2026)
        an_engagement(legal, production, bo, agreement=Agreement.ACTRA_IPA_2025)
        an_engagement(legal, production, hidden, agreement=Agreement.SAG_TVT_2026)
        consent = a_consent(legal, production, ana)
        a_consent(legal, production, bo)
        a_consent(legal, production, hidden)

        grant_sight(
            NewGrant(grantee_organisation_id=union.organisation_id, agreement=Agreement.SAG_TVT_2026),
            actor=legal,
        )

        (seen,) = consents_granted(union)
        assert (seen.consent_id, seen.production_title) == (consent.id, production.title)

    def test_to_a_person_opens_nothing_to_their_colleagues(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, union: Actor
    ) -> None:
        a_consent(legal, production, ana)

        grant_sight(NewGrant(grantee_user_id=union.user_id, performer_id=ana.id), actor=legal)

        assert len(consents_granted(union)) == 1
        with tenant(union.organisation_id):
            colleague = a_member(Role.ADMIN, organisation=Organisation.objects.get(id=union.organisation_id))
        assert consents_granted(colleague) == ()

    def test_ends_when_it_is_ended_and_when_its_time_is_over(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, union: Actor
    ) -> None:
        a_consent(legal, production, ana)
        card = grant_sight(
            NewGrant(grantee_organisation_id=union.organisation_id, performer_id=ana.id), actor=legal
        )
        assert len(consents_granted(union)) == 1

        end_sight(card.id, actor=legal)

        assert consents_granted(union) == ()
        with pytest.raises(NoSuchGrant):
            end_sight(card.id, actor=legal)
        grant_sight(
            NewGrant(
                grantee_organisation_id=union.organisation_id,
                performer_id=ana.id,
                valid_until=(ends := now() + timedelta(milliseconds=400)),
            ),
            actor=legal,
        )
        grant_sight(
            NewGrant(
                grantee_organisation_id=union.organisation_id,
                performer_id=ana.id,
                valid_from=now() + timedelta(days=1),
            ),
            actor=legal,
        )
        time.sleep(max(0.0, (ends - now()).total_seconds()))
        assert consents_granted(union) == ()
        assert len(grants_given(legal)) == 3

    def test_opens_nothing_to_ordinary_queries_and_no_other_table(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, union: Actor
    ) -> None:
        a_consent(legal, production, ana)
        grant_sight(NewGrant(grantee_organisation_id=union.organisation_id, performer_id=ana.id), actor=legal)

        with tenant(union.organisation_id, user_id=union.user_id):
            assert _count("licensing_consent") == _count("licensing_performer") == 0
        with granted_sight(union.organisation_id, user_id=union.user_id):
            assert _count("licensing_consent") == _count("licensing_performer") == 1
            closed = ("licensing_decision", "licensing_performeralias", "licensing_offer", "audit_subjectkey")
            assert [_count(table) for table in closed] == [0] * len(closed)
        with tenant(union.organisation_id, user_id=union.user_id):
            assert _count("licensing_consent") == 0

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE licensing_consent SET status = 'withdrawn', withdrawn_at = now()",
            "UPDATE licensing_performer SET professional_name = 'x'",
            "DELETE FROM licensing_performer",
            "SELECT id FROM licensing_consent FOR UPDATE",
        ],
    )
    def test_lets_nobody_write(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, union: Actor, statement: str
    ) -> None:
        a_consent(legal, production, ana)
        grant_sight(NewGrant(grantee_organisation_id=union.organisation_id, performer_id=ana.id), actor=legal)

        with granted_sight(union.organisation_id, user_id=union.user_id), connection.cursor() as cursor:
            cursor.execute(statement)
            touched = cursor.rowcount

        assert touched == 0

    def test_is_given_in_no_other_organisations_name(
        self, legal: Actor, ana: PerformerCard, union: Actor
    ) -> None:
        with pytest.raises(UnknownPerformer):
            grant_sight(
                NewGrant(grantee_organisation_id=legal.organisation_id, performer_id=ana.id), actor=union
            )
        statement = """
            INSERT INTO licensing_sightgrant (id, organisation_id, grantee_organisation_id, performer_id, valid_from,
                granted_at, granted_by_id) VALUES (gen_random_uuid(), %s, %s, %s, now(), now(), %s)
        """
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            granted_sight(union.organisation_id, user_id=union.user_id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [legal.organisation_id, union.organisation_id, ana.id, union.user_id])

    def test_names_one_who_sees_and_one_thing_that_is_seen(
        self, legal: Actor, ana: PerformerCard, union: Actor
    ) -> None:
        to: dict[str, Any] = {"grantee_organisation_id": union.organisation_id}
        of: dict[str, Any] = {"performer_id": ana.id}
        for fields in (
            to,
            of,
            {**to, **of, "grantee_user_id": union.user_id},
            {**to, **of, "agreement": Agreement.SAG_TVT_2026},
            {**of, "grantee_organisation_id": legal.organisation_id},
            {**of, "grantee_organisation_id": new_id()},
        ):
            with pytest.raises(GrantUnusable):
                grant_sight(NewGrant(**fields), actor=legal)
        earlier = now() - timedelta(days=1)
        late: tuple[dict[str, Any], ...] = ({"valid_from": earlier}, {"valid_until": earlier})
        for times in late:
            with pytest.raises(EventBackdated):
                grant_sight(NewGrant(**to, **of, **times), actor=legal)

    def test_costs_a_question_of_the_gate_nothing_and_decides_by_nobody_elses_right(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        """What a policy looks up itself is made ready at every start of every statement about its table."""
        a_consent(legal, production, ana)
        tables = (
            "licensing_consent",
            "licensing_performer",
            "licensing_engagement",
            "productions_production",
        )
        with tenant(legal.organisation_id), connection.cursor() as cursor:
            for table in (
                *tables,
                "licensing_consentevent",
                "licensing_withdrawalnotice",
                "accounts_organisation",
            ):
                cursor.execute(f"EXPLAIN SELECT * FROM {table}")  # noqa: S608 - named here
                plan = " ".join(line for (line,) in cursor.fetchall())
                assert "licensing_sees_" in plan
                assert "licensing_sightgrant" not in plan
            cursor.execute(
                "SELECT count(*) FROM pg_proc WHERE proname LIKE 'licensing_sees_%%' AND NOT prosecdef"
            )
            assert cursor.fetchone() == (6,)
