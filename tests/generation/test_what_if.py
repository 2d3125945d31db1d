"""What would happen if: takes that stop, files that fall, what it costs and what repairs it. Nothing is written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from accounts.values import Role
from core.tenancy import tenant
from generation.errors import WhatIfUnfit
from generation.foresight.answering import what_if
from generation.foresight.values import Tally, WhatIf
from generation.models import Take
from generation.values import TakeState
from licensing.errors import ConsentEnded, NoSuchConsent, NoSuchStrike, StrikeOnRecord
from licensing.foresight.events import (
    ConsentEnds,
    HousePackInForce,
    StrikeEnds,
    StrikeStarts,
    TimePasses,
)
from licensing.house_rules.errors import NoSuchPack
from licensing.house_rules.signed_pack import signed_pack
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.gate import redecide
from licensing.operations.house_packs import stage_pack
from licensing.operations.strikes import begin_strike
from licensing.values import Agreement, Decision
from tests.factories.accounts import a_member
from tests.factories.licensing import (
    unknown_id,
)
from tests.factories.what_if import Studio, a_studio_that_asks
from tests.rules.test_house_rules import RULE, text

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def studio() -> Studio:
    return a_studio_that_asks()


def test_the_end_of_a_consent_stops_what_rests_on_it_and_nothing_else(studio: Studio) -> None:
    queued = studio.take(studio.ana)
    running = studio.take(studio.ana, state=TakeState.RENDERING)
    signed = studio.take(studio.ana, state=TakeState.SIGNED, media=("svod",), territories=("DE",))
    studio.take(studio.bo)
    studio.take()
    studio.take(studio.ana, state=TakeState.CANCELLED)

    answer = studio.what_if(ConsentEnds(studio.consent.id))

    assert answer.stops == Tally(queued=1, running=1, signed=1)
    assert answer.opens == Tally()
    assert answer.takes == 5
    assert {one.id for one in answer.listed} == {queued.id, running.id, signed.id}
    assert "Ana Ruiz Calder" in answer.words
    assert {(one.before, one.after) for one in answer.listed} == {("allow_with_duties", "deny_until")}
    assert all("TVT-01" in one.rules and "Ana Ruiz Calder" in one.why for one in answer.listed)
    (line,) = answer.shots
    assert (line.code, line.stops.total, line.stays) == (studio.shot.code, 3, 2)
    assert (answer.pulled.takes, answer.pulled.media, answer.pulled.territories) == (1, ("svod",), ("DE",))
    assert answer.costs.render_seconds == 5.0
    assert answer.log_size > 0


def test_asking_writes_nothing(studio: Studio) -> None:
    studio.take(studio.ana)
    studio.take(studio.ana, state=TakeState.SIGNED)
    before = _rows(studio)

    studio.what_if(ConsentEnds(studio.consent.id))
    studio.what_if(StrikeStarts(Agreement.SAG_TVT_2026))
    studio.what_if(TimePasses(), at=datetime(2029, 1, 1, tzinfo=UTC))

    assert _rows(studio) == before


def _rows(studio: Studio) -> list[tuple[str, int]]:
    """How often each table was written in this database, as PostgreSQL counts."""
    with tenant(studio.actor.organisation_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_name ~ '^(licensing|generation|audit|provenance)_' ORDER BY 1"
        )
        counts = []
        for (name,) in cursor.fetchall():
            try:
                with transaction.atomic():
                    cursor.execute(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {name} t")  # noqa: S608
                    counts.append((name, cursor.fetchone()[0]))
            except DatabaseError:
                # The application may not read it at all.
                continue
    return counts


def test_what_was_foreseen_of_each_take_is_what_the_gate_says_when_it_happened(studio: Studio) -> None:
    takes = [
        studio.take(studio.ana),
        studio.take(studio.ana, studio.bo, state=TakeState.SIGNED),
        studio.take(studio.bo),
        studio.take(studio.ana, scenes=("77",)),
        studio.take(prompt="A portrait of Ana Ruiz Calder with her eyes closed."),
    ]
    before = {one.id: _asked_again(studio, one) for one in takes}
    answer = studio.what_if(ConsentEnds(studio.consent.id))
    foreseen = {one.id: (one.before, one.after) for one in answer.listed}

    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.actor)
    after = {one.id: _asked_again(studio, one) for one in takes}

    assert foreseen == {
        one: (before[one], after[one])
        for one in before
        if Decision(before[one]).permitted != Decision(after[one]).permitted
    }
    assert len(foreseen) == 2


def _asked_again(studio: Studio, take: Take) -> str:
    return redecide(
        take.decision_id,
        organisation_id=studio.actor.organisation_id,
        stage="generate",
        actor_label="worker:w1",
    ).outcome


def test_one_wide_consent_is_the_least_repair_and_it_was_tried(studio: Studio) -> None:
    for place in ("US", "DE", "FR"):
        studio.take(studio.ana, territories=(place,))
    studio.take(studio.ana, state=TakeState.SIGNED, media=("svod",))

    repair = studio.what_if(ConsentEnds(studio.consent.id)).repair

    (act,), (step,) = repair.acts, repair.steps
    assert (repair.of, step.acts, step.takes, step.is_exact) == (4, (0,), 4, True)
    assert act.is_tried
    assert act.terms is not None
    assert "Ana Ruiz Calder" in act.words


def test_a_strike_stops_every_likeness_under_its_agreement_and_ends_again(studio: Studio) -> None:
    studio.take(studio.ana)
    studio.take(studio.bo, state=TakeState.SIGNED)
    studio.take()

    struck = studio.what_if(StrikeStarts(Agreement.SAG_TVT_2026))

    assert struck.stops == Tally(queued=1, signed=1)
    assert {one.after for one in struck.listed} == {"deny"}
    assert {line.rule_id for line in struck.rules} == {"TVT-17"}
    assert not any(act.terms for act in struck.repair.acts)
    assert studio.what_if(StrikeStarts(Agreement.SAG_IMA_2025)).flipped == 0
    begin_strike(Agreement.SAG_TVT_2026, actor=studio.actor)
    assert studio.what_if(StrikeEnds(Agreement.SAG_TVT_2026)).opens == Tally(signed=1)
    with pytest.raises(StrikeOnRecord):
        studio.what_if(StrikeStarts(Agreement.SAG_TVT_2026))


def test_a_day_to_come_tells_what_ends_by_itself_and_which_papers_would_renew_it(studio: Studio) -> None:
    studio.take(studio.ana, state=TakeState.SIGNED)
    studio.take(studio.ana, studio.bo)

    soon = studio.what_if(TimePasses(), at=datetime(2027, 1, 1, tzinfo=UTC))
    late = studio.what_if(TimePasses(), at=datetime(2029, 1, 1, tzinfo=UTC))

    assert soon.flipped == 0
    assert late.stops == Tally(queued=1, signed=1)
    # Two people, two papers; Ana's alone lets the take with nobody else stand.
    assert [(len(step.acts), step.takes) for step in late.repair.steps] == [(1, 1), (2, 2)]


def test_what_did_not_stand_anyway_is_no_flip(studio: Studio) -> None:
    studio.take(studio.ana, scenes=("77",), state=TakeState.SIGNED)

    answer = studio.what_if(ConsentEnds(studio.consent.id))

    assert (answer.flipped, answer.stood_not) == (0, 1)


def test_only_what_can_happen_here_is_supposed(studio: Studio) -> None:
    with pytest.raises(NoSuchConsent):
        studio.what_if(ConsentEnds(unknown_id()))
    with pytest.raises(NoSuchStrike):
        studio.what_if(StrikeEnds(Agreement.SAG_TVT_2026))
    with pytest.raises(NoSuchPack):
        studio.what_if(HousePackInForce(unknown_id()))
    with pytest.raises(WhatIfUnfit):
        studio.what_if(TimePasses(), at=datetime(2026, 1, 1, tzinfo=UTC))
    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.actor)
    with pytest.raises(ConsentEnded):
        studio.what_if(ConsentEnds(studio.consent.id))


def test_a_pack_of_own_rules_is_supposed_before_it_is_in_force(studio: Studio) -> None:
    studio.take(studio.ana, state=TakeState.SIGNED)
    studio.take(media=("svod",))
    rule = {**RULE, "valid_from": "2020-01-01"}
    pack = stage_pack(signed_pack(text(rule), settings.KEYS_FOLDER), actor=studio.actor)

    answer = studio.what_if(HousePackInForce(pack.id))

    assert answer.stops == Tally(signed=1)
    (line,) = answer.rules
    assert (line.rule_id, line.takes) == ("HOUSE-1", 1)


def test_another_studio_sees_none_of_it(studio: Studio) -> None:
    studio.take(studio.ana)
    stranger = a_member(Role.LEGAL)

    with pytest.raises(NoSuchConsent):
        what_if(WhatIf(event=ConsentEnds(studio.consent.id)), actor=stranger)
    assert what_if(WhatIf(event=StrikeStarts(Agreement.SAG_TVT_2026)), actor=stranger).takes == 0


def test_pay_that_other_work_brings_all_the_same_is_no_saving(studio: Studio) -> None:
    studio.take(studio.ana, studio.bo)
    alone = studio.what_if(ConsentEnds(studio.consent.id)).costs.not_arising
    studio.take(studio.bo)
    beside = studio.what_if(ConsentEnds(studio.consent.id)).costs.not_arising

    assert {one.performer_id for one in alone} == {studio.ana.id, studio.bo.id}
    assert {one.performer_id for one in beside} == {studio.ana.id}
