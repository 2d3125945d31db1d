from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from core.tenancy import tenant
from generation.authorship.arranging import changes, moved, placed, removed, trimmed
from generation.authorship.errors import ContributionNotPossible, CutChangedMeanwhile, CutNotPossible
from generation.authorship.queries import contributions, cut_card, cut_edition
from generation.authorship.timecode import frame_of, timecode
from generation.authorship.values import Cut, CutItem
from generation.operations.contributions import take_back
from generation.values import TakeState
from productions.errors import NoSuchSequence
from tests.factories.accounts import a_member
from tests.factories.authorship import Film, a_cut, a_signed_take, an_element, of_element, of_take
from tests.factories.productions import a_sequence, a_shot
from tests.factories.takes import a_take

SOURCES = [uuid4() for _ in range(4)]
items = st.builds(
    CutItem, take_id=st.sampled_from(SOURCES), first_frame=st.integers(0, 8), end_frame=st.integers(9, 17)
)
cuts = st.builds(Cut, items=st.lists(items, max_size=8).map(tuple))


class TestTimecode:
    @pytest.mark.parametrize(
        ("frame", "fps", "text"),
        [
            (0, 24, "00:00:00:00"),
            (23, 24, "00:00:00:23"),
            (24, 24, "00:00:01:00"),
            (86_400, 24, "01:00:00:00"),
            (8 * 61 + 7, 8, "00:01:01:07"),
        ],
    )
    def test_counts_every_frame(self, frame: int, fps: int, text: str) -> None:
        assert timecode(frame, fps=fps) == text

    @given(st.integers(0, 10_000_000), st.sampled_from([8, 24, 25, 30, 50, 60, 120]))
    def test_is_read_back(self, frame: int, fps: int) -> None:
        assert frame_of(timecode(frame, fps=fps), fps=fps) == frame

    @pytest.mark.parametrize("text", ["", "1:00:00:00", "00:60:00:00", "00:00:00:24", "tomorrow"])
    def test_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="no timecode at 24 frames"):
            frame_of(text, fps=24)


class TestSteps:
    @given(cuts, items)
    def test_placing_and_removing_gives_the_cut_of_before(self, cut: Cut, item: CutItem) -> None:
        longer = placed(cut, item)

        assert longer.items[-1] == item
        assert removed(longer, len(longer.items)) == cut

    @given(cuts.filter(lambda cut: cut.items), st.data())
    def test_moving_keeps_every_item(self, cut: Cut, choice: st.DataObject) -> None:
        position = choice.draw(st.integers(1, len(cut.items)))
        after = moved(cut, position, by=choice.draw(st.sampled_from([-1, 1])))

        assert sorted(map(repr, after.items)) == sorted(map(repr, cut.items))

    def test_moving_at_an_end_changes_nothing(self) -> None:
        cut = Cut(items=tuple(CutItem(take_id=one, first_frame=0, end_frame=9) for one in SOURCES[:2]))

        assert moved(cut, 1, by=-1) == moved(cut, 2, by=1) == cut
        assert moved(cut, 1, by=1).items == cut.items[::-1]

    @given(cuts)
    def test_nothing_changed_is_told_of_the_same_cut(self, cut: Cut) -> None:
        assert changes(cut, cut) == []

    @given(cuts, cuts)
    def test_something_changed_is_told_of_another(self, before: Cut, after: Cut) -> None:
        assert bool(changes(before, after)) == (before != after)

    def test_each_change_is_named(self) -> None:
        first, second, third = (CutItem(take_id=one, first_frame=0, end_frame=9) for one in SOURCES[:3])
        before = Cut(items=(first, second))
        shorter = trimmed(before, 1, first_frame=2, end_frame=9)

        def named(after: Cut) -> Sequence[object]:
            return [one["change"] for one in changes(before, after)]

        assert named(placed(before, third)) == ["placed"]
        assert named(removed(before, 1)) == ["removed"]
        assert named(shorter) == ["trimmed"]
        assert named(moved(before, 2, by=-1)) == ["moved", "moved"]
        assert named(replace(before, reel="R1", start_frame=8)) == ["reel_named", "start_set"]


class TestArranging:
    def test_puts_takes_and_elements_one_after_the_other(self, film: Film) -> None:
        painting = an_element(film.producer, film.first)
        card = a_cut(
            film.producer,
            film.sequence,
            of_take(film.other, 2, 10),
            of_element(painting, 0, 16),
            of_take(film.take),
            reel="R1",
            start_frame=8 * 3600,
        )

        assert (card.number, card.fps, card.frames, card.reel) == (1, 8, 8 + 16 + 17, "R1")
        assert [(one.title, one.timecode_in, one.timecode_out) for one in card.entries] == [
            ("Shot A020, take 1", "01:00:00:00", "01:00:01:00"),
            ("Matte painting of the harbour", "01:00:01:00", "01:00:03:00"),
            ("Shot A010, take 1", "01:00:03:00", "01:00:05:01"),
        ]
        assert card == cut_card(film.organisation_id, film.sequence.id)

    def test_again_is_another_edition_and_the_first_stays(self, film: Film) -> None:
        first = a_cut(film.producer, film.sequence, of_take(film.take))
        second = a_cut(film.producer, film.sequence, of_take(film.other), based_on=1)

        assert second.number == 2
        before = cut_edition(film.organisation_id, film.sequence.id, 1)
        assert before is not None
        assert before.cut == first.cut
        acts = [
            one for one in contributions(film.organisation_id, film.production.id) if "cut" in one.content
        ]
        assert [(one.said, one.counts) for one in acts] == [
            ("Order 1: 1 placed", False),
            ("Order 2: 1 placed, 1 removed", True),
        ]

    def test_the_same_again_saves_nothing(self, film: Film) -> None:
        a_cut(film.producer, film.sequence, of_take(film.take))

        assert a_cut(film.producer, film.sequence, of_take(film.take), based_on=1).number == 1

    def test_on_an_order_that_is_not_the_latest_is_refused(self, film: Film) -> None:
        a_cut(film.producer, film.sequence, of_take(film.take))

        with pytest.raises(CutChangedMeanwhile, match="order 1"):
            a_cut(film.producer, film.sequence, of_take(film.other))

    def test_may_empty_a_cut(self, film: Film) -> None:
        a_cut(film.producer, film.sequence, of_take(film.take))
        card = a_cut(film.producer, film.sequence, based_on=1)

        assert (card.number, card.entries, card.fps) == (2, (), None)

    def test_of_what_cannot_be_cut_in_is_refused_and_names_the_place(self, film: Film, folder: Path) -> None:
        producer, sequence = film.producer, film.sequence
        elsewhere = a_signed_take(producer, a_shot(producer, a_sequence(producer)), folder)
        waiting = a_take(producer, shot_id=film.first.id, number=5, state=TakeState.QUEUED)
        faster = a_signed_take(producer, film.first, folder, number=6, fps=24)
        gone = an_element(producer, film.first)
        take_back(gone.id, note="", actor=producer)
        endless = an_element(producer, film.first, num_frames=None, fps=None)
        good = of_take(film.take)

        for bad, why in (
            (of_take(elsewhere), "no such signed take in this sequence"),
            (of_take(waiting), "no such signed take in this sequence"),
            (of_take(faster), "24 frames a second, the cut at 8"),
            (of_take(film.take, 0, 18), "17 frames, not 18"),
            (of_take(film.take, 9, 9), "it ends after its first frame"),
            (of_element(gone), "taken back"),
            (of_element(endless), "no such element with a length"),
            (CutItem(first_frame=0, end_frame=1), "either a take or an element"),
        ):
            with pytest.raises(CutNotPossible, match=why) as refused:
                a_cut(producer, sequence, good, bad)
            assert refused.value.position == 2
        assert cut_card(film.organisation_id, sequence.id).number == 0

    def test_out_of_bounds_is_refused(self, film: Film) -> None:
        for fields in ({"reel": "x" * 33}, {"reel": "a\nb"}, {"start_frame": -1}):
            with pytest.raises(ContributionNotPossible):
                a_cut(film.producer, film.sequence, of_take(film.take), **fields)

    def test_of_another_studio_finds_nothing(self, film: Film) -> None:
        with pytest.raises(NoSuchSequence):
            a_cut(a_member(), film.sequence)


class TestTheDatabase:
    _INSERT = (
        "INSERT INTO generation_cutentry (organisation_id, edition_id, position, take_id, first_frame, end_frame)"
        " SELECT organisation_id, edition_id, 2, take_id, 0, %s FROM generation_cutentry"
    )

    def test_takes_a_stretch_inside_its_take(self, film: Film) -> None:
        a_cut(film.producer, film.sequence, of_take(film.take, 0, 5))

        with tenant(film.organisation_id), connection.cursor() as cursor:
            cursor.execute(self._INSERT, [17])
            assert cursor.rowcount == 1

    def test_takes_none_outside_it(self, film: Film) -> None:
        a_cut(film.producer, film.sequence, of_take(film.take, 0, 5))

        with (
            pytest.raises(IntegrityError, match="outside its source"),
            tenant(film.organisation_id),
            connection.cursor() as cursor,
        ):
            cursor.execute(self._INSERT, [18])
