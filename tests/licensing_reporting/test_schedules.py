"""Reports on schedule: of each period once, of missed ones too, with the sight of whoever set them up."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models.membership import Membership
from accounts.values import Actor, Role
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core.clock import now
from core.tenancy import tenant
from generation.worker_steps import ReportMaker
from licensing.models.report import ReportSchedule
from licensing.performer_cards import PerformerCard
from licensing.reporting.definition import Scope
from licensing.reporting.errors import NoSuchReportSchedule, ReportScopeUnfit
from licensing.reporting.periods import Period, due_periods, last_ended, period_of
from licensing.reporting.reading import run_cards, schedule_card, schedule_cards
from licensing.reporting.schedules import DueMade, end_schedule, make_due_reports
from licensing.reporting.words import Cadence, Covers, ScheduleEnd
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.documents import a_colleague
from tests.factories.licensing import a_consent, a_performer
from tests.factories.reports import a_report, a_schedule, words_of
from tests.licensing_reporting.test_tables import needs_pdftotext


class TestPeriods:
    @pytest.mark.parametrize(
        ("cadence", "begins", "ends"),
        [
            (Cadence.DAILY, date(2026, 11, 29), date(2026, 11, 30)),
            (Cadence.WEEKLY, date(2026, 11, 23), date(2026, 11, 30)),
            (Cadence.MONTHLY, date(2026, 11, 1), date(2026, 12, 1)),
            (Cadence.SEMI_ANNUAL, date(2026, 7, 1), date(2027, 1, 1)),
        ],
    )
    def test_are_days_weeks_months_and_half_years(self, cadence: Cadence, begins: date, ends: date) -> None:
        assert period_of(cadence, date(2026, 11, 29)) == Period(begins, ends)

    @given(cadence=st.sampled_from(Cadence), day=st.dates(date(1990, 1, 1), date(2100, 1, 1)))
    def test_follow_each_other_without_gap_or_overlap(self, cadence: Cadence, day: date) -> None:
        period = period_of(cadence, day)

        assert period.begins <= day < period.ends
        assert period_of(cadence, period.begins) == period_of(cadence, period.ends - timedelta(days=1))
        assert period_of(cadence, period.ends).begins == period.ends
        assert last_ended(cadence, day).ends == period.begins

    def test_that_are_due_are_all_that_ended(self) -> None:
        found = list(due_periods(Cadence.MONTHLY, date(2026, 8, 1), date(2026, 11, 29)))

        assert [one.begins for one in found] == [date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)]


@pytest.mark.usefixtures("committed_db")
class TestASchedule:
    def test_makes_the_report_of_the_last_period_and_then_waits(self, legal: Actor) -> None:
        today = now().date()
        card = a_schedule(legal, cadence=Cadence.DAILY)

        assert make_due_reports() == DueMade(1, 0, 0)
        assert make_due_reports() == DueMade(0, 0, 0)

        (run,) = run_cards(legal, for_me=True)
        assert (run.period_from, run.period_until) == (today - timedelta(days=1), today)
        assert (run.schedule_id, run.is_late) == (card.id, False)
        assert schedule_card(card.id, actor=legal).due_on == today + timedelta(days=1)
        assert inspect_logs(at=now(), reconcilers=registered(), processes=1).problems == ()

    def test_is_made_of_its_period_alone(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)
        a_schedule(legal, cadence=Cadence.DAILY)

        make_due_reports()
        make_due_reports(today=now().date() + timedelta(days=1))

        latest, first = run_cards(legal)
        assert (first.rows, latest.rows) == (0, 1)

    @needs_pdftotext
    def test_catches_up_with_every_period_that_was_missed_and_says_so(self, legal: Actor) -> None:
        a_schedule(legal, cadence=Cadence.DAILY)
        today = now().date()

        assert make_due_reports(today=today + timedelta(days=3)).made == 4

        begins = [run.period_from for run in run_cards(legal)]
        assert sorted(begins, key=str) == [today + timedelta(days=step) for step in (-1, 0, 1, 2)]
        earliest = next(run for run in run_cards(legal) if run.period_from == min(begins, key=str))
        assert "made late" in words_of(earliest, legal)

    @needs_pdftotext
    def test_of_everything_makes_one_report_for_all_days_missed_and_says_so(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)
        a_schedule(legal, cadence=Cadence.DAILY, covers=Covers.EVERYTHING)

        assert make_due_reports(today=now().date() + timedelta(days=2)).made == 1

        (run,) = run_cards(legal)
        assert (run.rows, run.missed) == (1, 2)
        assert "2 earlier due days were missed" in words_of(run, legal)

    def test_makes_a_period_once_however_many_workers_look(self, legal: Actor) -> None:
        a_schedule(legal, cadence=Cadence.DAILY)

        def look(_: int) -> int:
            try:
                return make_due_reports().made
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as workers:
            made = list(workers.map(look, range(4)))

        assert (sum(made), len(run_cards(legal))) == (1, 1)

    def test_of_one_studio_makes_nothing_for_another(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)
        stranger = a_member(Role.LEGAL)
        a_schedule(stranger, cadence=Cadence.DAILY, covers=Covers.EVERYTHING)

        make_due_reports()

        assert run_cards(legal) == ()
        assert [run.rows for run in run_cards(stranger)] == [0]
        assert schedule_cards(legal) == ()

    def test_ends_when_whoever_set_it_up_may_not_have_the_report_any_more(self, legal: Actor) -> None:
        auditor = a_colleague(legal, Role.AUDITOR)
        card = a_schedule(auditor)
        with tenant(legal.organisation_id):
            Membership.objects.filter(user_id=auditor.user_id).update(role=Role.ARTIST)

        assert make_due_reports() == DueMade(0, 1, 0)

        assert schedule_card(card.id, actor=legal).ended_because == ScheduleEnd.MAKER_MAY_NOT
        assert run_cards(legal) == ()
        assert inspect_logs(at=now(), reconcilers=registered(), processes=1).problems == ()

    def test_ends_when_its_maker_left(self, legal: Actor) -> None:
        auditor = a_colleague(legal, Role.AUDITOR)
        card = a_schedule(auditor)
        with tenant(legal.organisation_id):
            Membership.objects.filter(user_id=auditor.user_id).delete()

        make_due_reports()

        assert schedule_card(card.id, actor=legal).ended_because == ScheduleEnd.MAKER_MAY_NOT

    def test_is_ended_once_and_makes_nothing_afterwards(self, legal: Actor) -> None:
        card = a_schedule(legal)

        assert end_schedule(card.id, actor=legal).ended_because == ScheduleEnd.ENDED
        assert make_due_reports() == DueMade(0, 0, 0)
        with pytest.raises(NoSuchReportSchedule):
            end_schedule(card.id, actor=legal)
        assert inspect_logs(at=now(), reconcilers=registered(), processes=1).problems == ()

    def test_stands_on_the_list_of_whoever_it_is_also_for(self, legal: Actor) -> None:
        auditor = a_colleague(legal, Role.AUDITOR)
        union = a_colleague(legal, Role.UNION_REP)
        other = a_colleague(legal, Role.UNION_REP)
        assert union.user_id is not None
        a_schedule(auditor, told=(union.user_id,))

        make_due_reports()

        assert len(run_cards(union, for_me=True)) == 1
        assert run_cards(other, for_me=True) == ()

    def test_is_for_nobody_who_may_not_have_it(self, legal: Actor) -> None:
        artist, auditor = a_colleague(legal, Role.ARTIST), a_colleague(legal, Role.AUDITOR)
        for other, maker in ((artist, auditor), (auditor, legal), (a_member(Role.LEGAL), legal)):
            assert other.user_id is not None
            with pytest.raises(ReportScopeUnfit, match="told"):
                a_schedule(maker, told=(other.user_id,))

    def test_names_no_period_of_its_own(self, legal: Actor) -> None:
        with pytest.raises(ReportScopeUnfit, match="names no period"):
            a_schedule(legal, scope=Scope(period_from=date(2026, 1, 1)))

    def test_goes_on_or_ends_and_is_never_edited(self, legal: Actor) -> None:
        a_schedule(legal)
        for change in ("cadence = 'daily'", "due_on = due_on - 1", "next_from = next_from - 1", "code = 'x'"):
            with pytest.raises(DatabaseError), tenant(legal.organisation_id), connection.cursor() as cursor:
                cursor.execute(f"UPDATE licensing_reportschedule SET {change}")  # noqa: S608 - named above

    def test_that_fails_leaves_the_others_to_be_made(self, legal: Actor) -> None:
        broken = a_schedule(legal)
        a_schedule(a_colleague(legal, Role.AUDITOR))
        with tenant(legal.organisation_id):
            row = ReportSchedule.objects.get(id=broken.id)
            # A report that this release does not know any more.
            ReportSchedule.objects.create(
                code="of_another_release",
                scope=row.scope,
                cadence=row.cadence,
                covers=row.covers,
                next_from=row.next_from,
                due_on=row.due_on,
                set_up_at=row.set_up_at,
                set_up_by_id=row.set_up_by_id,
            )

        assert make_due_reports() == DueMade(2, 0, 1)


@pytest.mark.usefixtures("committed_db")
def test_a_report_that_was_asked_for_stands_in_nobodys_way(legal: Actor) -> None:
    a_performer(legal)
    a_report(legal)
    a_schedule(legal)

    assert make_due_reports().made == 1
    assert len(run_cards(legal)) == 2


@pytest.mark.usefixtures("committed_db")
def test_a_worker_makes_what_is_due(legal: Actor) -> None:
    a_schedule(legal)
    waits = iter([False, True])

    def work() -> None:
        try:
            ReportMaker(None).work(lambda _seconds: next(waits))
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)

    assert len(run_cards(legal)) == 1
