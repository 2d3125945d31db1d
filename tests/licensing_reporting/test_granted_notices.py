"""What an agreement has studios tell the union: opened to its own organisation by grants, and nothing beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.values import Actor, OrganisationKind, Role
from core.clock import now
from core.ids import new_id
from core.tenancy import granted_sight
from licensing.agreeing.cards import GrantCard
from licensing.operations.gate import decide_use
from licensing.operations.grants import NewGrant, end_sight, grant_sight
from licensing.operations.obligations import open_from_decision
from licensing.owed.values import Effect
from licensing.performer_cards import PerformerCard
from licensing.reporting.registry import reports
from licensing.reporting.words import TrainingUnion
from licensing.stating import Stated, TrainingStatement
from licensing.synthetics.files import NewSyntheticFile, open_file, take_step
from licensing.synthetics.order import Step
from licensing.synthetics.words import SyntheticStepKind
from licensing.values import Agreement, ValueFinding
from productions.queries import ProductionCard
from productions.values import AgreementCode
from tests.accounts.test_isolation_of_tables import CLOSED, OPEN, all_tables
from tests.factories.accounts import a_member, an_organisation
from tests.factories.licensing import a_consent, an_order
from tests.factories.owed import a_payroll
from tests.factories.productions import a_production
from tests.factories.reports import a_finding, a_training_licence, rows_of

pytestmark = pytest.mark.usefixtures("committed_db")

SEEN = {
    "accounts_organisation",
    "licensing_consent",
    "licensing_consentevent",
    "licensing_engagement",
    "licensing_obligation",
    "licensing_performer",
    "licensing_sightgrant",
    "licensing_syntheticfile",
    "licensing_syntheticstep",
    "licensing_traininglicence",
    "productions_production",
}
BY_AGREEMENT = {"consent_register", "synthetic_notice_pack", "training_licence_notice"}


@pytest.fixture
def union(legal: Actor) -> Actor:
    return a_member(Role.UNION_REP, organisation=an_organisation(kind=OrganisationKind.UNION))


@pytest.fixture
def elsewhere(legal: Actor) -> ProductionCard:
    return a_production(
        legal, title="Elsewhere", agreement=AgreementCode.ACTRA_IPA_2025, writers_guild_covered=False
    )


@pytest.fixture(autouse=True)
def told(legal: Actor, production: ProductionCard, elsewhere: ProductionCard, ana: PerformerCard) -> None:
    """Files and licences of two productions, and much that is nobody's else."""
    a_consent(legal, production, ana)
    a_finding(legal)
    for made in (production, elsewhere):
        file = open_file(
            NewSyntheticFile(production_id=made.id, role=f"A giant of {made.title}", why_human_role="A man."),
            actor=legal,
        )
        found = Step(
            kind=SyntheticStepKind.VALUE_FOUND,
            happened_at=now() - timedelta(days=1),
            finding=ValueFinding.SIGNIFICANT_ADDITIONAL_VALUE,
            author="R. Lindqvist",
            text="Nobody stands four metres tall.",
        )
        take_step(file.id, found, actor=legal)
        for one in TrainingUnion:
            a_training_licence(
                legal, production_id=made.id, union=one, material=f"Reels of {made.title} for {one.value}"
            )
    a_training_licence(legal, material="Reels of nothing in particular")
    licensed = TrainingStatement(
        affiliated=False, for_pay=True, public_commercial=True, union_notice_at=False
    )
    decision = decide_use(
        an_order(
            legal,
            production,
            use="license_for_training",
            cast=(),
            prompt="",
            stated=Stated(training=licensed),
        ),
        actor=legal,
    )
    assert decision.id is not None
    open_from_decision(
        legal.organisation_id,
        decision.id,
        effect=Effect.TAKE_SIGNED,
        effect_id=new_id(),
        at=now(),
        actor_label=legal.label,
    )


def _grant(legal: Actor, union: Actor, **of: Any) -> GrantCard:  # noqa: ANN401 - any field
    whole: dict[str, Any] = {
        "grantee_organisation_id": union.organisation_id,
        "agreement": Agreement.SAG_TVT_2026,
    }
    return grant_sight(NewGrant(**whole | of), actor=legal)


def _told(union: Actor) -> list[str]:
    files, licences = (rows_of(union, code) for code in ("synthetic_notice_pack", "training_licence_notice"))
    return [*(row["role"] for row in files), *(row["material"] for row in licences)]


def test_a_grant_of_the_agreement_opens_what_the_union_is_told(
    legal: Actor, union: Actor, production: ProductionCard
) -> None:
    assert _told(union) == []

    _grant(legal, union)

    (file,) = rows_of(union, "synthetic_notice_pack")
    assert file["role"].startswith(f"A giant of {production.title} in {production.title} (")
    assert "found by R. Lindqvist" in file["value_finding_author"]
    licence, owed = rows_of(union, "training_licence_notice")
    assert licence["material"].startswith(f"Reels of {production.title} for sag_aftra ({production.title}, ")
    assert licence["notice_date"] == owed["notice_date"] == "SAG-AFTRA: none on record"
    assert (owed["licensee"], owed["outcome"]) == ("", "owed")


def test_a_guild_reads_of_what_is_written_under_its_agreement(
    legal: Actor, union: Actor, production: ProductionCard
) -> None:
    _grant(legal, union, agreement=Agreement.WGA_MBA_2026)

    assert [one.partition(" (")[0] for one in _told(union)] == [f"Reels of {production.title} for wga"]


def test_every_other_report_and_every_other_table_stays_closed(
    legal: Actor, union: Actor, production: ProductionCard
) -> None:
    payroll = a_payroll()
    _grant(legal, union)
    _grant(payroll.legal, union)

    marks = (production.title, "A likeness in a trailer", "Elsewhere")
    for code, definition in reports().items():
        if code in BY_AGREEMENT or not union.is_one_of(*definition.roles):
            continue
        shown = " ".join(cell for row in rows_of(union, code) for cell in row.values())
        assert not [mark for mark in marks if mark in shown], code

    with granted_sight(union.organisation_id, user_id=union.user_id), connection.cursor() as cursor:
        seen = set()
        for table in all_tables().keys() - OPEN.keys() - CLOSED.keys():
            column = "id" if table == "accounts_organisation" else "organisation_id"
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {column} <> %s', [union.organisation_id])  # noqa: S608 - names from the catalogue
            if cursor.fetchone()[0]:
                seen.add(table)
    assert seen == SEEN


@pytest.mark.parametrize("how", ["a person", "a performer", "an agency", "ended"])
def test_no_other_grant_opens_them(legal: Actor, union: Actor, ana: PerformerCard, how: str) -> None:
    match how:
        case "a person":
            _grant(legal, union, grantee_organisation_id=None, grantee_user_id=union.user_id)
        case "a performer":
            _grant(legal, union, performer_id=ana.id, agreement=None)
        case "an agency":
            union = a_member(Role.UNION_REP, organisation=an_organisation(kind=OrganisationKind.AGENCY))
            _grant(legal, union)
        case _:
            end_sight(_grant(legal, union).id, actor=legal)

    assert _told(union) == []
