"""Where pictures of takes stand in a take that is made from them."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from core.ids import new_id
from generation.errors import RequestNotPossible
from generation.iterating.placing import ParentSize, check_origin, stretches
from generation.iterating.values import LineageKind, Origin, Parent, Stretch

FIRST, SECOND = new_id(), new_id()
CHILD = ParentSize(width=96, height=64, num_frames=17, fps=8)


def _origin(kind: LineageKind, *parents: Parent, overlap: int | None = None) -> Origin:
    return Origin(kind=kind, parents=parents or (Parent(take_id=FIRST),), overlap=overlap)


def _placed(origin: Origin, *, child: ParentSize = CHILD, parent: ParentSize = CHILD) -> tuple[Stretch, ...]:
    check_origin(origin)
    sizes: dict[UUID, ParentSize] = {FIRST: parent, SECOND: parent}
    return stretches(origin, sizes=sizes, child=child, frame_step=4)


def _frames(one: Stretch) -> tuple[int, int, int, bool]:
    return (one.first_frame, one.end_frame, one.at_frame, one.first_is_free)


def test_goes_on_after_the_end_of_its_parent() -> None:
    (one,) = _placed(_origin(LineageKind.EXTEND_AFTER))
    assert _frames(one) == (8, 17, 0, False)


def test_leads_to_the_beginning_of_its_parent() -> None:
    (one,) = _placed(_origin(LineageKind.EXTEND_BEFORE, overlap=5))
    assert _frames(one) == (0, 5, 12, True)


def test_closes_its_parent_to_a_loop() -> None:
    tail, head = _placed(_origin(LineageKind.LOOP))
    assert (_frames(tail), _frames(head)) == ((12, 17, 0, False), (0, 5, 12, True))
    assert (tail.position, head.position) == (1, 2)


def test_leads_from_one_take_to_another() -> None:
    tail, head = _placed(_origin(LineageKind.BLEND, Parent(take_id=FIRST), Parent(take_id=SECOND)))
    assert (tail.take_id, head.take_id) == (FIRST, SECOND)
    assert head.at_frame == 12


def test_holds_a_picture_anywhere_and_counts_from_the_end() -> None:
    first, middle, last = _placed(
        _origin(
            LineageKind.IMAGE_TO_VIDEO,
            Parent(take_id=FIRST, frame=3, at_frame=0),
            Parent(take_id=FIRST, frame=5, at_frame=4),
            Parent(take_id=SECOND, frame=16, at_frame=-1),
        )
    )
    assert (first.held, _frames(first)) == (False, (3, 4, 0, False))
    assert (middle.held, _frames(middle)) == (True, (5, 6, 0, True))
    assert (last.held, _frames(last)) == (True, (16, 17, 12, True))


def test_a_remix_begins_from_all_of_its_parent() -> None:
    (one,) = _placed(Origin(kind=LineageKind.REMIX, parents=(Parent(take_id=FIRST),)))
    assert (one.first_frame, one.end_frame, one.strength) == (0, 17, Decimal("0.60"))


def test_what_is_kept_of_a_stretch_gives_it_back() -> None:
    for one in (*_placed(_origin(LineageKind.LOOP)), *_placed(_origin(LineageKind.REMIX))):
        assert (
            Stretch.kept(
                position=one.position,
                take_id=one.take_id,
                first_frame=one.first_frame,
                end_frame=one.end_frame,
                settings=one.settings(),
            )
            == one
        )


def test_words_alone_give_no_pictures() -> None:
    assert _placed(_origin(LineageKind.VARIATION)) == ()


@pytest.mark.parametrize(
    ("origin", "field"),
    [
        (_origin(LineageKind.BLEND), "origin.parents"),
        (_origin(LineageKind.VARIATION, overlap=5), "origin.overlap"),
        (_origin(LineageKind.EXTEND_AFTER, overlap=6), "origin.overlap"),
        (_origin(LineageKind.EXTEND_AFTER, overlap=21), "origin.overlap"),
        (_origin(LineageKind.EXTEND_BEFORE, overlap=1), "origin.overlap"),
        (_origin(LineageKind.EXTEND_AFTER, overlap=17), "num_frames"),
        (_origin(LineageKind.LOOP, overlap=13), "origin"),
        (_origin(LineageKind.IMAGE_TO_VIDEO), "origin.parents"),
        (_origin(LineageKind.REMIX, Parent(take_id=FIRST, frame=1, at_frame=0)), "origin.parents"),
        (
            _origin(LineageKind.IMAGE_TO_VIDEO, Parent(take_id=FIRST, frame=17, at_frame=0)),
            "origin.parents",
        ),
        (_origin(LineageKind.IMAGE_TO_VIDEO, Parent(take_id=FIRST, frame=1, at_frame=3)), "origin.parents"),
        (
            _origin(
                LineageKind.IMAGE_TO_VIDEO,
                Parent(take_id=FIRST, frame=1, at_frame=4),
                Parent(take_id=FIRST, frame=2, at_frame=4),
            ),
            "origin",
        ),
        (
            Origin(kind=LineageKind.REMIX, parents=(Parent(take_id=FIRST),), strength=Decimal("1.01")),
            "origin.strength",
        ),
        (
            Origin(kind=LineageKind.LOOP, parents=(Parent(take_id=FIRST),), strength=Decimal("0.5")),
            "origin.strength",
        ),
    ],
)
def test_names_what_does_not_fit(origin: Origin, field: str) -> None:
    with pytest.raises(RequestNotPossible) as refused:
        _placed(origin)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "changed"),
    [("width", {"width": 128}), ("height", {"height": 96}), ("fps", {"fps": 16})],
)
def test_pictures_of_another_kind_do_not_fit(field: str, changed: dict[str, int]) -> None:
    other = ParentSize(**{"width": 96, "height": 64, "num_frames": 17, "fps": 8, **changed})
    with pytest.raises(RequestNotPossible) as refused:
        _placed(_origin(LineageKind.EXTEND_AFTER), parent=other)
    assert refused.value.field == field


def test_a_remix_is_as_long_as_its_parent() -> None:
    shorter = ParentSize(width=96, height=64, num_frames=13, fps=8)
    with pytest.raises(RequestNotPossible) as refused:
        _placed(_origin(LineageKind.REMIX), child=shorter)
    assert refused.value.field == "num_frames"
