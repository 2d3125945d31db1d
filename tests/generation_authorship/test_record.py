from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.values import process_actor
from audit.inspection import inspect_logs
from audit.queries import entries_about
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from generation.authorship.errors import (
    ContributionNotPossible,
    ContributionNotTakenBack,
    ContributionSuperseded,
    NoSuchContribution,
    TakeNotJudged,
)
from generation.authorship.queries import contributions, verdicts
from generation.authorship.recording import record_act
from generation.authorship.values import Act, ContributionKind, RejectionReason, StatedContribution, Verdict
from generation.errors import NoSuchTake
from generation.operations.contributions import judge_take, record_contribution, take_back
from generation.operations.takes import request_take
from generation.values import TakeState
from productions.errors import NoSuchProduction, NoSuchShot
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.authorship import Film, a_cut, an_element, of_take, rejected, selected
from tests.factories.productions import a_production, a_shot
from tests.factories.takes import Studio, a_studio, a_take, an_order_for


@pytest.fixture
def studio(pristine_model: Path) -> Studio:
    return a_studio(pristine_model)


def _kinds(studio: Studio) -> list[str]:
    return [one.kind for one in contributions(studio.organisation_id, studio.production.id)]


def _ask(studio: Studio, **fields: object) -> None:
    request_take(
        an_order_for(studio, studio.consenting, **fields),
        actor=studio.producer,
        idempotency_key=str(new_id()),
    )


@pytest.mark.usefixtures("committed_db")
class TestAskingForTakes:
    def test_puts_the_words_on_record_with_what_they_led_to(self, studio: Studio) -> None:
        _ask(studio)

        (act,) = contributions(studio.organisation_id, studio.production.id)
        assert (act.kind, act.said) == ("prompt_written", "a red ball moves left over the sea")
        assert act.by_id == studio.producer.user_id
        assert [one.kind for one in act.evidence] == ["take", "decision", "request_sha256"]
        assert act.element == f"Shot {studio.shot.code}, take 1"

    def test_with_the_same_words_and_numbers_adds_nothing(self, studio: Studio) -> None:
        _ask(studio)
        _ask(studio)

        assert _kinds(studio) == ["prompt_written"]

    def test_with_other_numbers_says_which_became_what(self, studio: Studio) -> None:
        _ask(studio)
        _ask(studio, steps=9, guidance_scale=Decimal("4.5"), seed=8)

        act = contributions(studio.organisation_id, studio.production.id)[-1]
        assert act.kind == "parameters_changed"
        assert act.said == "steps from 6 to 9; guidance_scale from 3 to 4.5; seed from 7 to 8"

    def test_with_a_drawn_seed_is_no_choice_of_anybody(self, studio: Studio) -> None:
        _ask(studio)
        _ask(studio, seed=None)

        assert _kinds(studio) == ["prompt_written"]

    def test_with_new_words_is_new_writing(self, studio: Studio) -> None:
        _ask(studio)
        _ask(studio, prompt="a red ball")
        _ask(studio)

        assert _kinds(studio) == ["prompt_written", "prompt_written"]

    def test_that_are_refused_adds_nothing(self, studio: Studio) -> None:
        request_take(an_order_for(studio, studio.other), actor=studio.producer, idempotency_key=str(new_id()))

        assert _kinds(studio) == []


class TestVerdicts:
    def test_of_a_person_stand_with_the_files_digest(self, film: Film) -> None:
        act = selected(film.producer, film.take)

        assert verdicts(film.organisation_id, [film.first.id])[film.take.id] == act
        assert [one.kind for one in act.evidence] == ["take", "decision", "asset_sha256"]

    def test_take_each_others_place(self, film: Film) -> None:
        first = selected(film.producer, film.take)
        second = rejected(film.producer, film.take, RejectionReason.CONTINUITY, "the rail is gone")

        assert second.supersedes_id == first.id
        assert verdicts(film.organisation_id, [film.first.id])[film.take.id].kind == "take_rejected"
        assert second.said == "continuity: the rail is gone"

    def test_said_twice_are_one(self, film: Film) -> None:
        assert selected(film.producer, film.take) == selected(film.producer, film.take)

    def test_are_taken_back_by_an_act_of_their_own(self, film: Film) -> None:
        act = selected(film.producer, film.take)
        take_back(act.id, note="by mistake", actor=film.producer)

        assert verdicts(film.organisation_id, [film.first.id]) == {}
        told = contributions(film.organisation_id, film.production.id)
        assert [(one.kind, one.counts) for one in told[-2:]] == [
            ("take_selected", False),
            ("taken_back", False),
        ]

    @pytest.mark.parametrize(
        "verdict", [Verdict(selected=False), Verdict(selected=True, reason=RejectionReason.STORY)]
    )
    def test_without_the_reason_they_need_are_refused(self, film: Film, verdict: Verdict) -> None:
        with pytest.raises(ContributionNotPossible, match="a rejection gives one, a selection none"):
            judge_take(film.take.id, verdict, actor=film.producer)

    def test_on_what_nobody_has_seen_are_refused(self, film: Film) -> None:
        unseen = a_take(film.producer, shot_id=film.first.id, number=9, state=TakeState.QUEUED)

        with pytest.raises(TakeNotJudged, match="queued"):
            selected(film.producer, unseen)

    def test_on_another_studios_take_find_nothing(self, film: Film) -> None:
        with pytest.raises(NoSuchTake):
            selected(a_member(), film.take)


class TestStatements:
    def test_of_what_was_made_by_hand_name_the_file(self, film: Film) -> None:
        act = an_element(film.producer, film.first, shot_id=film.first.id, file_sha256="ab" * 32)

        assert (act.element, act.said) == (f"Shot {film.first.code}", "Matte painting of the harbour")
        assert [(one.kind, one.ref) for one in act.evidence] == [("file_sha256", "ab" * 32)]

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"kind": ContributionKind.PROMPT_WRITTEN}, "kind"),
            ({"title": "  "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"note": "a\x00b"}, "note"),
            ({"file_sha256": "AB" * 32}, "file_sha256"),
            ({"num_frames": 40}, "num_frames and fps"),
            ({"num_frames": 0, "fps": 8}, "num_frames"),
            ({"kind": ContributionKind.EDIT_MADE, "without_ai": True}, "num_frames, fps and without_ai"),
        ],
    )
    def test_that_are_not_whole_are_refused(self, film: Film, fields: dict[str, object], field: str) -> None:
        facts = {
            "kind": ContributionKind.ELEMENT_MADE,
            "production_id": film.production.id,
            "title": "Matte",
        } | fields

        with pytest.raises(ContributionNotPossible) as refused:
            record_contribution(StatedContribution(**facts), actor=film.producer)  # type: ignore[arg-type]  # by name
        assert refused.value.extensions()["field"] == field

    def test_about_another_productions_shot_or_take_find_nothing(self, film: Film) -> None:
        elsewhere = a_shot(film.producer)

        with pytest.raises(NoSuchShot):
            an_element(film.producer, film.first, shot_id=elsewhere.id)
        with pytest.raises(NoSuchTake):
            an_element(film.producer, elsewhere, take_id=film.take.id)

    def test_of_another_studio_find_nothing(self, film: Film) -> None:
        with pytest.raises(NoSuchProduction):
            an_element(a_member(), film.first)
        with pytest.raises(NoSuchProduction):
            contributions(a_member().organisation_id, film.production.id)


class TestTakingBack:
    def test_happens_once(self, film: Film) -> None:
        act = an_element(film.producer, film.first)
        take_back(act.id, note="", actor=film.producer)

        with pytest.raises(ContributionSuperseded):
            take_back(act.id, note="", actor=film.producer)

    def test_is_not_for_cuts_nor_for_what_was_taken_back(self, film: Film) -> None:
        a_cut(film.producer, film.sequence, of_take(film.take))
        arranged = contributions(film.organisation_id, film.production.id)[-1]
        back = take_back(an_element(film.producer, film.first).id, note="", actor=film.producer)

        for one in (arranged.id, back.id):
            with pytest.raises(ContributionNotTakenBack):
                take_back(one, note="", actor=film.producer)

    def test_of_another_studios_act_finds_nothing(self, film: Film) -> None:
        act = an_element(film.producer, film.first)

        with pytest.raises(NoSuchContribution):
            take_back(act.id, note="", actor=a_member())


class TestTheRecord:
    def test_is_told_by_the_log_without_what_it_says(self, film: Film) -> None:
        act = rejected(film.producer, film.take, note="Ana Ruiz looks away")
        integrate_all()

        (entry,) = entries_about(film.organisation_id, f"contribution:{act.id}")
        assert entry.type == "generation.contribution.recorded"
        assert entry.production_id == film.production.id
        assert entry.fields == {
            "contribution": str(act.id),
            "kind": "take_rejected",
            "content_sha256": act.content_sha256,
            "take": str(film.take.id),
        }

    def test_agrees_with_the_log(self, film: Film) -> None:
        selected(film.producer, film.take)
        a_cut(film.producer, film.sequence, of_take(film.take))
        integrate_all()

        told = [one for one in inspect_logs(at=clock.now()).problems if "contribution" in one.what]

        assert told == []

    def test_has_a_digest_that_no_guess_at_a_note_can_be_held_against(self, film: Film) -> None:
        first, second = (an_element(film.producer, film.first) for _ in range(2))

        assert first.content_sha256 != second.content_sha256
        assert "salt" not in first.content

    @pytest.mark.parametrize("table", ["contribution", "cutedition", "cutentry"])
    @pytest.mark.parametrize("act", ["UPDATE generation_{} SET id = id", "DELETE FROM generation_{}"])
    def test_only_grows(self, film: Film, table: str, act: str) -> None:
        a_cut(film.producer, film.sequence, of_take(film.take))

        with (
            tenant(film.organisation_id),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act.format(table))

    def test_supersedes_nothing_of_another_production(self, film: Film) -> None:
        act = an_element(film.producer, film.first)
        elsewhere = a_production(film.producer)

        with (
            pytest.raises(IntegrityError),
            tenant(film.organisation_id, user_id=film.producer.user_id),
        ):
            record_act(
                Act(
                    kind=ContributionKind.TAKEN_BACK,
                    production_id=elsewhere.id,
                    stated={"note": ""},
                    supersedes_id=act.id,
                ),
                actor=film.producer,
                at=clock.now(),
            )

    def test_of_one_act_has_one_successor(self, film: Film) -> None:
        act = an_element(film.producer, film.first)
        take_back(act.id, note="", actor=film.producer)

        with (
            pytest.raises(IntegrityError),
            tenant(film.organisation_id, user_id=film.producer.user_id),
        ):
            record_act(
                Act(
                    kind=ContributionKind.TAKEN_BACK,
                    production_id=film.production.id,
                    stated={"note": ""},
                    supersedes_id=act.id,
                ),
                actor=film.producer,
                at=clock.now(),
            )

    def test_holds_no_act_of_a_process(self, film: Film) -> None:
        worker = process_actor(organisation_id=film.organisation_id, label="worker:render-1")

        with tenant(worker.organisation_id), pytest.raises(ValueError, match="Only a person"):
            record_act(
                Act(kind=ContributionKind.REVIEW_NOTE, production_id=film.production.id, stated={}),
                actor=worker,
                at=clock.now(),
            )
