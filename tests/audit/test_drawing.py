"""The drawn proof: the same hashes as the verifier computes, and boxes that can be read at every size of log."""

from __future__ import annotations

import hashlib
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.drawing import Box, Picture, Side, Step, draw, entries_in_words, steps_to_root
from audit.merkle import inclusion_spans, leaf_hash, tree_root

# At 11.5 units of height a letter of a wide type (DejaVu Sans) is 6.4 wide, at 13 one of a monospaced type 7.9.
_CAPTION_WIDTH, _TITLE_WIDTH = 6.4, 7.9


def _leaves(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def _proof(leaves: list[bytes], index: int) -> list[bytes]:
    spans = inclusion_spans(index=index, size=len(leaves))
    return [tree_root(leaves[start:end]) for start, end in spans]


def _drawn(size: int, index: int) -> tuple[tuple[Step, ...], Picture]:
    """A path of a log whose hashes nobody computed: only its shape matters."""
    proof = [
        hashlib.sha256(bytes([n])).digest() for n, _ in enumerate(inclusion_spans(index=index, size=size))
    ]
    steps = steps_to_root(leaf_hash=bytes(32), index=index, size=size, proof=proof)
    return steps, draw(steps, leaf_hash=bytes(32), index=index, size=size, root=bytes(32))


class TestSteps:
    @given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
    def test_lead_to_the_root_of_the_tree(self, tree: tuple[int, int]) -> None:
        size, index = tree
        leaves = _leaves(size)

        steps = steps_to_root(leaf_hash=leaves[index], index=index, size=size, proof=_proof(leaves, index))

        reached = steps[-1].result_hex if steps else leaves[index].hex()
        assert reached == tree_root(leaves).hex()
        assert all(step.result_hex == tree_root(leaves[slice(*step.result)]).hex() for step in steps)
        assert all(step.given_hex == tree_root(leaves[slice(*step.given)]).hex() for step in steps)

    def test_name_the_side_on_which_the_given_hash_stands(self) -> None:
        leaves = _leaves(5)

        sides = [
            [step.side for step in steps_to_root(leaf_hash=leaves[index], index=index, size=5, proof=proof)]
            for index in (0, 3, 4)
            if (proof := _proof(leaves, index))
        ]

        assert sides == [
            [Side.RIGHT, Side.RIGHT, Side.RIGHT],
            [Side.LEFT, Side.LEFT, Side.RIGHT],
            [Side.LEFT],
        ]

    @pytest.mark.parametrize(("index", "proof"), [(5, 3), (0, 2), (0, 4), (4, 3)])
    def test_refuse_a_proof_of_another_shape(self, index: int, proof: int) -> None:
        with pytest.raises(ValueError, match=r"leaf|shorter|longer"):
            steps_to_root(leaf_hash=bytes(32), index=index, size=5, proof=[bytes(32)] * proof)


class TestPictures:
    @pytest.mark.parametrize(
        ("size", "index"),
        [
            *((1, 0), (2, 0), (2, 1), (3, 2), (5, 4), (256, 255), (257, 256), (1_000_000, 0)),
            *((1_000_000, 999_999), (1_048_577, 654_321), (2**31 + 5, 2**31 + 4), (2**40, 12345)),
        ],
    )
    def test_fit_their_frame_and_nothing_covers_anything(self, size: int, index: int) -> None:
        _, picture = _drawn(size, index)

        for box in picture.boxes:
            assert box.x >= 0
            assert box.x + box.width <= picture.width
            assert box.y >= 0
            assert box.y + box.height <= picture.height
            assert len(box.caption) * _CAPTION_WIDTH <= box.width
            assert len(box.title) * _TITLE_WIDTH <= box.width
        assert not any(_overlap(one, other) for one, other in combinations(picture.boxes, 2))

    def test_show_every_step_once_between_entry_and_checkpoint(self) -> None:
        steps, picture = _drawn(1_000_000, 123_456)

        kinds = [box.kind for box in picture.boxes]
        assert len(steps) == 20
        assert kinds.count("given") == 20
        assert kinds.count("computed") == 19
        assert kinds[:2] == ["checkpoint", "root"]
        assert kinds[-1] == "entry"
        # Two lines meet above every joining, and one ties the root to its checkpoint.
        assert len(picture.lines) == 41

    def test_put_the_given_hash_on_its_side(self) -> None:
        _, picture = _drawn(2, 1)

        entry = next(box for box in picture.boxes if box.kind == "entry")
        given = next(box for box in picture.boxes if box.kind == "given")
        assert given.centre_x < entry.centre_x
        assert given.caption == "entry 0"

    def test_of_a_single_entry_show_it_under_its_root(self) -> None:
        steps, picture = _drawn(1, 0)

        assert steps == ()
        assert [box.kind for box in picture.boxes] == ["checkpoint", "root", "entry"]
        assert picture.boxes[1].caption == "root over 1 entry"


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 entry"),
        (2, "2 entries"),
        (1_048_576, "1,048,576 entries"),
        (134_217_728, "134,217,728 entries"),
        (2**31, "2.1 billion entries"),
    ],
)
def test_numbers_are_said_as_people_read_them(count: int, words: str) -> None:
    assert entries_in_words(count) == words
