"""Statements of non-use over real decisions and renders: who gets one, who does not, and whether it holds."""

from __future__ import annotations

import io
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.values import Role
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from audit.erasure import erase_person
from audit.errors import NonUseNotProvable, UseFound
from audit.inspection import inspect_logs
from audit.queries import entries_about
from audit.trail import record
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from generation.operations.non_use import NonUseOrder, state_non_use
from generation.trust import trust_document
from licensing.models.performer import Performer
from licensing.names import Visibility
from tests.evidence.bundles import failure, run
from tests.factories.accounts import a_membership, a_user
from tests.factories.evidence import take_of
from tests.factories.requests import a_browser
from tests.factories.takes import Studio

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def stated(
    studio: Studio, performer_id: UUID, *, since: datetime = LONG_AGO, until: datetime | None = None
) -> bytes:
    target = io.BytesIO()
    order = NonUseOrder(
        performer_id=performer_id,
        production_id=studio.production.id,
        since=since,
        until=until or clock.now(),
    )
    state_non_use(order, target, actor=studio.producer, everybody=True)
    return target.getvalue()


def decided(studio: Studio, **fields: object) -> None:
    """A decision that the log covers, as it would stand there if the product had made it so."""
    production = fields.pop("production_id", studio.production.id)
    at = fields.pop("at", None) or clock.now()
    decision = str(new_id())
    with tenant(studio.organisation_id):
        uid = record(
            organisation_id=studio.organisation_id,
            entry_type=EntryType.USE_DECIDED,
            actor="system",
            subject=f"decision:{decision}",
            fields={
                "decision": decision,
                "outcome": "allow",
                "rules": [],
                "facts_sha256": "0" * 64,
                "pack": "test-2026",
                "stage": "generate",
                **fields,  # type: ignore[dict-item]
            },
            at=at,  # type: ignore[arg-type]
            production_id=production,  # type: ignore[arg-type]
        )
    wait_until_covered(studio.organisation_id, [uid])


def test_whoever_was_not_touched_gets_a_statement_that_holds(studio: Studio, tmp_path: Path) -> None:
    take_of(studio)
    ended = clock.now()
    take_of(studio)

    began = time.perf_counter()
    bundle = stated(studio, studio.other.id, until=ended)
    exported = time.perf_counter() - began
    began = time.perf_counter()
    done = run(tmp_path, bundle, json.loads(trust_document()))
    checked = time.perf_counter() - began

    assert done.returncode == 0, done.stdout
    assert "Not touched: 3 of 6 licensing.use.decided" in done.stdout
    assert "Not touched: 1 of 2 generation.render.started" in done.stdout
    assert "Not touched: 0 of 0 provenance.asset.delivered" in done.stdout
    assert exported < 5
    assert checked < 2
    assert not inspect_logs(at=clock.now()).problems


def test_whoever_was_touched_is_told_where(studio: Studio) -> None:
    take_of(studio)

    with pytest.raises(UseFound) as refusal:
        stated(studio, studio.consenting.id)

    entries = refusal.value.extensions()["entries"]
    assert isinstance(entries, list)
    assert len(entries) == 4  # three decisions and a render
    assert f"at places {entries[0]['index']}, " in str(refusal.value)
    assert not entries_of_statements(studio)


def test_outside_of_the_period_the_same_person_was_not_touched(studio: Studio) -> None:
    before = clock.now()
    take_of(studio)
    after = clock.now()
    trust = json.loads(trust_document())

    assert not failure(stated(studio, studio.consenting.id, until=before), trust)
    assert not failure(stated(studio, studio.consenting.id, since=after), trust)


def test_nothing_is_stated_that_cannot_be_told(studio: Studio) -> None:
    def refused(**asked: datetime) -> str:
        with pytest.raises(NonUseNotProvable) as refusal:
            stated(studio, studio.other.id, **asked)
        return refusal.value.reason

    now = clock.now()
    assert refused(until=now + timedelta(hours=1)) == "not_over"
    assert refused(since=now, until=now - timedelta(hours=1)) == "period"
    decided(studio, performers=[])
    with pytest.raises(NonUseNotProvable) as refusal:
        stated(studio, new_performer(studio))
    assert refusal.value.reason == "not_known"
    decided(studio)  # says nothing of performers: not the same as none
    assert refused() == "performers_unknown"
    after = clock.now()
    assert not failure(stated(studio, studio.other.id, since=after), json.loads(trust_document()))
    decided(studio, performers=[], production_id=None)
    assert refused(since=after) == "no_production"


def test_an_erased_person_can_be_spoken_of_no_more(studio: Studio) -> None:
    take_of(studio)
    erased = erase_person(studio.organisation_id, studio.consenting.id, actor="system", at=clock.now())
    assert erased is not None
    wait_until_covered(studio.organisation_id, [erased])

    with pytest.raises(NonUseNotProvable) as refusal:
        stated(studio, studio.consenting.id)
    assert refusal.value.reason == "erased"
    # A new key, under which of course nothing stands, is no way around it.
    decided(studio, performers=[])
    with tenant(studio.organisation_id):
        record(
            organisation_id=studio.organisation_id,
            entry_type=EntryType.PERFORMER_REGISTERED,
            actor="system",
            subject=f"performer:{studio.consenting.id}",
            fields={"performer": "0" * 64},
            at=clock.now(),
        )
    with pytest.raises(NonUseNotProvable) as refusal:
        stated(studio, studio.consenting.id)
    assert refusal.value.reason == "erased"


def test_a_clock_that_ran_back_hides_no_use(studio: Studio) -> None:
    """What counts is the order of the numbers: an entry between two of the period is of the period."""
    from audit.subjects import performers

    whom = performers(studio.organisation_id, [studio.other.id])
    began = clock.now()
    decided(studio, performers=[])
    decided(studio, performers=whom, at=LONG_AGO)
    decided(studio, performers=[])

    with pytest.raises(UseFound):
        stated(studio, studio.other.id, since=began)


def test_a_log_that_was_opened_anew_speaks_of_itself_alone(studio: Studio) -> None:
    before = clock.now()
    take_of(studio)
    _open_anew(studio)
    decided(studio, performers=[])

    for since in (LONG_AGO, before):
        with pytest.raises(NonUseNotProvable) as refusal:
            stated(studio, studio.other.id, since=since)
        assert refusal.value.reason == "before_counting"


def test_page_api_and_command(studio: Studio, tmp_path: Path) -> None:
    decided(studio, performers=[])
    decided(studio, performers=[], at=clock.now() - timedelta(days=2))
    browser = a_browser(studio.producer)
    asked = {"performer": str(studio.other.id), "production": str(studio.production.id)}
    period = {"since": "2026-01-01T00:00:00Z", "until": clock.now().isoformat()}
    yesterday = (clock.now() - timedelta(days=1)).date()
    form = {"production": asked["production"], "since": "2026-01-01", "until": str(yesterday)}
    path = tmp_path / "statement.zip"

    by_api = browser.post("/v1/statements/non-use", asked | period, content_type="application/json")
    page = browser.get(f"/performers/{studio.other.id}/non-use")
    by_page = browser.post(f"/performers/{studio.other.id}/non-use", form)
    too_far = browser.post(
        f"/performers/{studio.other.id}/non-use", form | {"until": str(yesterday + timedelta(days=9))}
    )
    arguments = ["--performer", asked["performer"], "--production", asked["production"]]
    call_command(
        "evidence", "non-use", *arguments, "--from", "2026-01-01", "--to", str(yesterday), "-o", str(path)
    )

    trust = json.loads(trust_document())
    assert by_api["Content-Type"] == "application/zip"
    assert "Issue the statement" in page.content.decode()
    assert (
        f"/performers/{studio.other.id}/non-use"
        in browser.get(f"/performers/{studio.other.id}").content.decode()
    )
    for bundle in (by_api.getvalue(), by_page.getvalue(), path.read_bytes()):
        assert not failure(bundle, trust)
    assert too_far.status_code == 409
    assert "The period is not over" in too_far.content.decode()
    assert len(entries_of_statements(studio)) == 3
    with pytest.raises(CommandError, match="not over"):
        call_command(
            "evidence", "non-use", *arguments, "--from", "2026-01-01", "--to", "2030-01-01", "-o", str(path)
        )
    assert {one.name for one in tmp_path.iterdir()} == {"statement.zip"}


def test_a_refusal_is_a_problem_with_its_reason(studio: Studio) -> None:
    from audit.subjects import performers

    decided(studio, performers=performers(studio.organisation_id, [studio.other.id]))
    browser = a_browser(studio.producer)
    asked = {"production": str(studio.production.id), "since": "2026-01-01T00:00:00Z"}
    now = clock.now().isoformat()

    used = browser.post(
        "/v1/statements/non-use",
        asked | {"performer": str(studio.other.id), "until": now},
        content_type="application/json",
    )
    later = browser.post(
        "/v1/statements/non-use",
        asked | {"performer": str(studio.consenting.id), "until": "2036-01-01T00:00:00Z"},
        content_type="application/json",
    )

    assert (used.status_code, used.json()["type"].rpartition("/")[2]) == (409, "use-found")
    assert [set(one) for one in used.json()["entries"]] == [{"index", "uid"}]
    assert (later.status_code, later.json()["reason"]) == (409, "not_over")


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.ARTIST, Role.PERFORMER, Role.REPRESENTATIVE])
def test_it_is_for_those_who_may_take_the_log_away(studio: Studio, role: Role) -> None:
    browser = a_browser(a_membership(a_user(), studio.organisation_id, role))

    assert browser.post("/v1/statements/non-use", {}, content_type="application/json").status_code == 403
    assert browser.get(f"/performers/{studio.other.id}/non-use").status_code == 403


def test_whom_only_legal_may_know_the_union_learns_nothing_of(studio: Studio) -> None:
    with tenant(studio.organisation_id):
        Performer.objects.filter(id=studio.other.id).update(visibility=Visibility.LEGAL_ONLY)
    browser = a_browser(a_membership(a_user(), studio.organisation_id, Role.UNION_REP))
    asked = {
        "performer": str(studio.other.id),
        "production": str(studio.production.id),
        "since": "2026-01-01T00:00:00Z",
        "until": clock.now().isoformat(),
    }

    answer = browser.post("/v1/statements/non-use", asked, content_type="application/json")

    assert answer.status_code == 404


def entries_of_statements(studio: Studio) -> list[object]:
    from tests.factories.log_readers import newest_entries

    found = newest_entries(studio.organisation_id, entry_type=EntryType.STATEMENT_ISSUED)
    return list(found.entries)


def new_performer(studio: Studio) -> UUID:
    """A performer whom the log has never heard of, as if registered before it named them."""
    with tenant(studio.organisation_id):
        row = Performer.objects.create(
            professional_name="Cy Ode", state="living_adult", visibility=Visibility.ORGANISATION
        )
    found: UUID = row.id
    assert not entries_about(studio.organisation_id, f"performer:{found}")
    return found


def _open_anew(studio: Studio) -> None:
    """As after a restore: the log goes on under another name."""
    from django.db import connections

    from audit.reopening import reopen_log
    from audit.sequencer import LOG
    from audit.signed_heads import Signed
    from audit.stored_tree import every_head

    with connections[LOG].cursor() as cursor:
        (head,) = [one for one in every_head(cursor) if one.organisation_id == studio.organisation_id]
    reopen_log(studio.organisation_id, head.origin, Signed(head.size + 5, b"\0" * 32))
