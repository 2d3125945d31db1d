"""A report is made, logged and kept; who may have it; what it may be narrowed by."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from accounts.errors import RoleMissing
from accounts.models.membership import Membership
from accounts.values import Actor, OrganisationKind, Role
from audit.entry_types import EntryType
from audit.inspection import inspect_logs
from audit.queries import log_summary
from audit.reconciliation import registered
from core.clock import now
from core.digests import sha256_hex_of_file
from core.tenancy import tenant
from licensing.errors import UnknownPerformer
from licensing.models.report import ReportRun
from licensing.names import Visibility
from licensing.operations.grants import NewGrant, end_sight, grant_sight
from licensing.performer_cards import PerformerCard
from licensing.reporting.errors import NoSuchReport, NoSuchReportRun, ReportFileGone, ReportScopeUnfit
from licensing.reporting.reading import report_cards, report_file, run_cards
from licensing.reporting.registry import reports
from productions.errors import NoSuchProduction
from productions.queries import ProductionCard
from tests.factories.accounts import a_member, an_organisation, user_of
from tests.factories.documents import a_colleague, an_authority
from tests.factories.licensing import a_consent, a_performer, unknown_id
from tests.factories.log_readers import newest_entries
from tests.factories.productions import a_production
from tests.factories.reports import a_report, rows_of, table_of, words_of
from tests.licensing_reporting.test_tables import needs_pdftotext

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def union(legal: Actor) -> Actor:
    return a_member(Role.UNION_REP, organisation=an_organisation(kind=OrganisationKind.UNION))


class TestARun:
    def test_is_in_the_log_with_the_digests_of_both_files(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)

        run = a_report(legal)

        entry = newest_entries(legal.organisation_id).entries[0]
        assert entry.type == EntryType.REPORT_MADE
        assert entry.fields["csv_sha256"] == sha256_hex_of_file(report_file(run.id, "csv", actor=legal))
        assert entry.fields["pdf_sha256"] == sha256_hex_of_file(report_file(run.id, "pdf", actor=legal))
        assert 0 < run.log_size < log_summary(legal.organisation_id).size
        assert inspect_logs(at=now(), reconcilers=registered(), processes=1).problems == ()

    @needs_pdftotext
    def test_says_on_its_cover_what_it_is_and_rests_on(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)

        run = a_report(legal, production_ids=(production.id,), performer_id=ana.id)

        words = words_of(run, legal)
        said = (
            *("Consent register", production.title, ana.professional_name, user_of(legal).full_name),
            *(run.csv_sha256, str(run.log_origin), f"{run.log_size} entries", run.log_root),
        )
        assert [one for one in said if one not in words] == []

    def test_of_nothing_is_an_empty_table(self, legal: Actor) -> None:
        run = a_report(legal)

        assert (run.rows, table_of(run, legal)) == (0, [])

    def test_is_not_changed_afterwards(self, legal: Actor) -> None:
        a_report(legal)

        with pytest.raises(DatabaseError), tenant(legal.organisation_id), connection.cursor() as cursor:
            cursor.execute("UPDATE licensing_reportrun SET rows = 7")

    def test_is_refused_when_its_file_is_not_the_one_that_was_made(self, legal: Actor) -> None:
        run = a_report(legal)
        path = report_file(run.id, "csv", actor=legal)
        path.write_bytes(b"other,rows\r\n")

        with pytest.raises(ReportFileGone):
            report_file(run.id, "csv", actor=legal)

    def test_names_nobody_in_the_names_of_its_files(self, legal: Actor, ana: PerformerCard) -> None:
        a_report(legal, performer_id=ana.id)

        names = [path.name for path in (Path(settings.MEDIA_FOLDER) / "reports").rglob("*.*")]
        assert len(names) == 2
        assert not any("ana" in name.lower() for name in names)


class TestWhoMayHaveIt:
    def test_a_role_that_is_not_named_is_told_so(self, legal: Actor) -> None:
        artist = a_colleague(legal, Role.ARTIST)

        with pytest.raises(RoleMissing):
            a_report(artist)
        assert not any(one.may_make for one in report_cards(artist))

    def test_another_studio_has_none_of_it(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)
        run = a_report(legal)
        stranger = a_member(*Role)

        assert rows_of(stranger, "consent_register") == []
        assert run.id not in {one.id for one in run_cards(stranger)}
        with pytest.raises(NoSuchReportRun):
            report_file(run.id, "csv", actor=stranger)
        with pytest.raises(NoSuchProduction):
            a_report(stranger, production_ids=(production.id,))
        with pytest.raises(UnknownPerformer):
            a_report(stranger, performer_id=ana.id)

    def test_whom_only_legal_knows_stands_in_no_report_of_others(
        self, legal: Actor, production: ProductionCard
    ) -> None:
        hidden = a_performer(legal, "Cy Hidden", visibility=Visibility.LEGAL_ONLY)
        a_consent(legal, production, hidden)
        auditor = a_colleague(legal, Role.AUDITOR)

        run = a_report(legal)

        assert len(table_of(run, legal)) == 1
        assert rows_of(auditor, "consent_register") == []
        assert run.id not in {one.id for one in run_cards(auditor)}
        with pytest.raises(UnknownPerformer):
            a_report(auditor, performer_id=hidden.id)

    def test_whoever_acts_for_a_performer_has_it_of_that_performer_alone(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        bo = a_performer(legal, "Bo Lindqvist")
        a_consent(legal, production, ana)
        a_consent(legal, production, bo)
        agent = a_colleague(legal, Role.REPRESENTATIVE)
        an_authority(legal, ana, agent)

        run = a_report(agent)

        assert [row["person"] for row in table_of(run, agent)] == [ana.professional_name]
        with pytest.raises(UnknownPerformer):
            a_report(agent, performer_id=bo.id)
        # What was made for one side is nobody else's.
        with pytest.raises(NoSuchReportRun):
            report_file(run.id, "csv", actor=a_colleague(legal, Role.UNION_REP))

    def test_a_union_has_what_was_granted_and_only_while_it_is(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, union: Actor
    ) -> None:
        bo = a_performer(legal, "Bo Lindqvist")
        consent = a_consent(legal, production, ana)
        a_consent(legal, production, bo)
        assert rows_of(union, "consent_register") == []
        grant = grant_sight(
            NewGrant(grantee_organisation_id=union.organisation_id, performer_id=ana.id), actor=legal
        )

        (row,) = rows_of(union, "consent_register")

        assert (row["consent_id"], row["ids"]) == (str(consent.id), "not granted to see")
        assert row["business_reason"] == consent.terms["business_reason"]
        end_sight(grant.id, actor=legal)
        assert rows_of(union, "consent_register") == []

    def test_what_was_granted_to_a_person_is_not_their_colleagues(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, union: Actor
    ) -> None:
        a_consent(legal, production, ana)
        grant_sight(NewGrant(grantee_user_id=union.user_id, performer_id=ana.id), actor=legal)

        run = a_report(union)

        assert run.rows == 1
        assert run.id not in {one.id for one in run_cards(a_colleague(union, Role.UNION_REP))}

    def test_whoever_loses_the_role_loses_what_they_had_made(self, legal: Actor) -> None:
        auditor = a_colleague(legal, Role.AUDITOR)
        run = a_report(auditor)
        with tenant(legal.organisation_id):
            Membership.objects.filter(user_id=auditor.user_id).update(role=Role.ARTIST)
        artist = Actor(auditor.user_id, auditor.organisation_id, frozenset({Role.ARTIST}), auditor.label)

        assert run.id not in {one.id for one in run_cards(artist)}


class TestScope:
    def test_narrows_by_production_performer_agreement_and_half_open_period(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        other = a_production(legal, agreement=None)
        consent = a_consent(legal, production, ana)
        a_consent(legal, other, a_performer(legal, "Bo Lindqvist"))
        today = now().date()

        def found(**scope: object) -> set[str]:
            return {row["consent_id"] for row in rows_of(legal, "consent_register", **scope)}

        assert len(found()) == 2
        for scope in (
            {"production_ids": (production.id,)},
            {"performer_id": ana.id},
            {"agreement": "sag_tvt_2026"},
        ):
            assert found(**scope) == {str(consent.id)}
        assert len(found(period_from=today, period_until=today + timedelta(days=1))) == 2
        assert found(period_until=today) == found(period_from=today + timedelta(days=1)) == set()

    def test_that_says_nothing_sensible_is_refused_with_its_field(self, legal: Actor) -> None:
        for scope, field in (
            ({"period_from": date(2026, 2, 1), "period_until": date(2026, 2, 1)}, "period_until"),
            ({"agreement": "of_our_own"}, "agreement"),
        ):
            with pytest.raises(ReportScopeUnfit) as refused:
                a_report(legal, **scope)
            assert refused.value.field == field
        with pytest.raises(NoSuchReport):
            a_report(legal, "moon_phases")
        with pytest.raises(UnknownPerformer):
            a_report(legal, performer_id=unknown_id())


def test_the_command_makes_a_report_into_a_folder(
    legal: Actor,
    production: ProductionCard,
    ana: PerformerCard,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    a_consent(legal, production, ana)
    options = ["--organisation", str(legal.organisation_id), "--as", str(legal.user_id), "--json"]

    call_command(
        *("report", "consent_register", *options),
        *("--production", str(production.id), "--from", "2020-01-01", "--until", "2100-01-01"),
        *("-o", str(tmp_path / "out")),
    )

    told = json.loads(capsys.readouterr().out)
    files = [Path(one) for one in told["files"]]
    assert (told["rows"], [sha256_hex_of_file(one) for one in files]) == (
        1,
        [told["csv_sha256"], told["pdf_sha256"]],
    )
    with pytest.raises(CommandError, match="no member"):
        call_command(
            *("report", "consent_register", "--organisation", str(legal.organisation_id)),
            *("--as", str(a_member().user_id)),
        )


def test_every_report_says_what_it_is_and_for_whom() -> None:
    for code, one in reports().items():
        assert code == one.code
        assert one.roles
        assert one.purpose.endswith(".")
        assert all(column.meaning.endswith(".") for column in one.columns)
        assert ("period" in one.narrowings) == bool(one.period_means)
        assert len({column.name for column in one.columns}) == len(one.columns)


def test_runs_of_a_database_without_files_can_still_be_listed(legal: Actor) -> None:
    run = a_report(legal)
    with tenant(legal.organisation_id):
        assert ReportRun.objects.count() == 1

    assert [one.id for one in run_cards(legal)] == [run.id]
