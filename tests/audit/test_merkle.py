"""The proofs, against the upstream vectors, a second implementation and every small tree."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from audit.merkle import (
    EMPTY_ROOT,
    CompactRange,
    ProofError,
    Span,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

VECTORS = sorted((Path(__file__).parent / "vectors" / "inclusion").rglob("*.json"))
LEAVES = [leaf_hash(str(number).encode()) for number in range(600)]
OTHER = leaf_hash(b"other")
# Of any content and number, the same one twice included.
CONTENTS = st.lists(st.binary(max_size=40), min_size=1, max_size=130)


def resolve(spans: list[Span], leaves: list[bytes] = LEAVES) -> list[bytes]:
    return [tree_root(leaves[start:end]) for start, end in spans]


def flipped(content: bytes, bit: int) -> bytes:
    value = bytearray(content)
    value[bit // 8] ^= 1 << bit % 8
    return bytes(value)


class TestUpstreamVectors:
    """Proofs of inclusion, 98 of them: those that hold and each way upstream thought of to spoil one.

    They hold none of consistency; that is left to the second implementation below.
    """

    def test_all_of_them_are_here(self) -> None:
        assert len(VECTORS) == 98

    @pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}-{path.stem}")
    def test_are_judged_as_upstream_judges_them(self, path: Path) -> None:
        vector: dict[str, Any] = json.loads(path.read_text())
        proof = [base64.b64decode(item) for item in vector["proof"] or []]
        accepted = True

        try:
            verify_inclusion(
                leaf_hash=base64.b64decode(vector["leafHash"]),
                index=vector["leafIdx"],
                size=vector["treeSize"],
                proof=proof,
                root=base64.b64decode(vector["root"]),
            )
        except ProofError:
            accepted = False

        assert accepted is not vector["wantErr"]


class TestSecondImplementation:
    """pymerkle 7 as a second oracle: roots and both proofs, over trees of any leaves."""

    def test_roots_agree_at_every_size(self) -> None:
        theirs = InmemoryTree(algorithm="sha256")
        ours = CompactRange.empty()
        for number in range(300):
            theirs.append_entry(str(number).encode())
            ours.append(LEAVES[number])

            assert ours.root() == theirs.get_root()

    @given(CONTENTS, st.data())
    def test_inclusion_is_proved_and_judged_alike(self, contents: list[bytes], data: st.DataObject) -> None:
        theirs, leaves = tree_of_theirs(contents), [leaf_hash(content) for content in contents]
        size = data.draw(st.integers(1, len(contents)))
        index = data.draw(st.integers(0, size - 1))
        ours = resolve(inclusion_spans(index=index, size=size), leaves)
        # It counts from one, puts the leaf itself in the path and orders by position.
        proof = theirs.prove_inclusion(index + 1, size)

        assert sorted(proof.path) == sorted([leaves[index], *ours])
        root = theirs.get_root(size)
        verify_inclusion(leaf_hash=leaves[index], index=index, size=size, proof=ours, root=root)
        pymerkle.verify_inclusion(leaves[index], tree_root(leaves[:size]), proof, index=index + 1, size=size)
        other = flipped(root, data.draw(st.integers(0, 255)))
        with pytest.raises(ProofError):
            verify_inclusion(leaf_hash=leaves[index], index=index, size=size, proof=ours, root=other)
        with pytest.raises(pymerkle.InvalidProof):
            pymerkle.verify_inclusion(leaves[index], other, proof, index=index + 1, size=size)

    @given(CONTENTS, st.data())
    def test_consistency_is_proved_and_judged_alike(self, contents: list[bytes], data: st.DataObject) -> None:
        theirs, leaves = tree_of_theirs(contents), [leaf_hash(content) for content in contents]
        new_size = data.draw(st.integers(1, len(contents)))
        old_size = data.draw(st.integers(1, new_size))
        spans = consistency_spans(old_size=old_size, new_size=new_size)
        ours = resolve(spans, leaves)
        # Its proofs cut the old tree into other pieces, so each hash of ours is held against a tree of its own.
        proof = theirs.prove_consistency(old_size, new_size)

        assert ours == [tree_of_theirs(contents[start:end]).get_root() for start, end in spans]
        roots = theirs.get_root(old_size), theirs.get_root(new_size)
        sizes = {"old_size": old_size, "new_size": new_size}
        verify_consistency(**sizes, old_root=roots[0], new_root=roots[1], proof=ours)
        pymerkle.verify_consistency(
            tree_root(leaves[:old_size]), tree_root(leaves[:new_size]), proof, old_size, new_size
        )
        bit = data.draw(st.integers(0, 255))
        for old_root, new_root in ((flipped(roots[0], bit), roots[1]), (roots[0], flipped(roots[1], bit))):
            with pytest.raises(ProofError):
                verify_consistency(**sizes, old_root=old_root, new_root=new_root, proof=ours)
            with pytest.raises(pymerkle.InvalidProof):
                pymerkle.verify_consistency(old_root, new_root, proof, old_size, new_size)


def tree_of_theirs(contents: list[bytes]) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(contents)
    return tree


class TestRoots:
    def test_the_empty_tree_has_the_digest_of_nothing(self) -> None:
        assert CompactRange.empty().root() == tree_root([]) == EMPTY_ROOT

    @given(st.integers(0, 600))
    def test_the_compact_range_agrees_with_the_whole_tree(self, size: int) -> None:
        compact = CompactRange.empty()
        for leaf in LEAVES[:size]:
            compact.append(leaf)

        assert compact.size == size
        assert len(compact.peaks) == size.bit_count()
        assert compact.root() == tree_root(LEAVES[:size])

    def test_rfc_6962_shape_for_three_leaves(self) -> None:
        import hashlib

        def node(left: bytes, right: bytes) -> bytes:
            return hashlib.sha256(b"\x01" + left + right).digest()

        assert tree_root(LEAVES[:3]) == node(node(LEAVES[0], LEAVES[1]), LEAVES[2])


def small_trees(largest: int) -> Iterator[tuple[int, int]]:
    return ((index, size) for size in range(1, largest + 1) for index in range(size))


class TestInclusion:
    def test_every_leaf_of_every_small_tree_is_proved(self) -> None:
        for index, size in small_trees(70):
            proof = resolve(inclusion_spans(index=index, size=size))

            verify_inclusion(
                leaf_hash=LEAVES[index], index=index, size=size, proof=proof, root=tree_root(LEAVES[:size])
            )

    @given(st.data(), st.integers(1, 600))
    def test_refuses_every_other_leaf_place_hash_and_length(self, data: st.DataObject, size: int) -> None:
        index = data.draw(st.integers(0, size - 1))
        root = tree_root(LEAVES[:size])
        proof = resolve(inclusion_spans(index=index, size=size))
        bit = data.draw(st.integers(0, 255))
        mutations: list[tuple[bytes, int, list[bytes], bytes]] = [
            (flipped(LEAVES[index], bit), index, proof, root),
            (LEAVES[index], index, proof, flipped(root, bit)),
            (LEAVES[index], index + 1, proof, root),
            (LEAVES[index], index, [*proof, OTHER], root),
            (LEAVES[index], index, [OTHER, *proof], root),
            (LEAVES[index][:31], index, proof, root),
            (b"", index, proof, root),
            (LEAVES[index], index, proof, b""),
        ]
        if proof:
            place = data.draw(st.integers(0, len(proof) - 1))
            changed = [*proof]
            changed[place] = flipped(changed[place], bit)
            mutations += [
                (LEAVES[index], index, changed, root),
                (LEAVES[index], index, proof[1:], root),
                (LEAVES[index], index, proof[:-1], root),
                (LEAVES[index], index ^ 1, proof, root),
            ]

        for leaf, at, path, claimed in mutations:
            with pytest.raises(ProofError):
                verify_inclusion(leaf_hash=leaf, index=at, size=size, proof=path, root=claimed)

    @pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (0, 2**63), (True, 5), (0, True)])
    def test_refuses_numbers_that_name_no_leaf(self, index: int, size: int) -> None:
        with pytest.raises(ProofError):
            verify_inclusion(leaf_hash=OTHER, index=index, size=size, proof=[], root=OTHER)

    @pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
    def test_no_proof_is_made_for_a_leaf_that_is_not_there(self, index: int, size: int) -> None:
        with pytest.raises(ValueError, match="has no leaf"):
            inclusion_spans(index=index, size=size)


class TestConsistency:
    def test_every_prefix_of_every_small_tree_is_proved(self) -> None:
        for new_size in range(1, 70):
            for old_size in range(1, new_size + 1):
                verify_consistency(
                    old_size=old_size,
                    new_size=new_size,
                    old_root=tree_root(LEAVES[:old_size]),
                    new_root=tree_root(LEAVES[:new_size]),
                    proof=resolve(consistency_spans(old_size=old_size, new_size=new_size)),
                )

    @given(st.data(), st.integers(2, 600))
    def test_refuses_every_other_root_size_hash_and_length(self, data: st.DataObject, new_size: int) -> None:
        old_size = data.draw(st.integers(1, new_size - 1))
        old_root, new_root = tree_root(LEAVES[:old_size]), tree_root(LEAVES[:new_size])
        proof = resolve(consistency_spans(old_size=old_size, new_size=new_size))
        bit = data.draw(st.integers(0, 255))
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof]
        changed[place] = flipped(changed[place], bit)
        mutations = [
            (old_size, new_size, flipped(old_root, bit), new_root, proof),
            (old_size, new_size, old_root, flipped(new_root, bit), proof),
            (old_size, new_size, new_root, old_root, proof),
            (old_size, new_size, old_root, new_root, changed),
            (old_size, new_size, old_root, new_root, proof[1:]),
            (old_size, new_size, old_root, new_root, proof[:-1]),
            (old_size, new_size, old_root, new_root, []),
            (old_size, new_size, old_root, new_root, [*proof, OTHER]),
            (old_size, new_size, old_root, new_root, [OTHER, *proof]),
            (old_size, new_size, old_root, new_root, [old_root, *proof]),
            (new_size, old_size, old_root, new_root, proof),
            (0, new_size, EMPTY_ROOT, new_root, proof),
        ]

        for old, new, first, second, path in mutations:
            with pytest.raises(ProofError):
                verify_consistency(old_size=old, new_size=new, old_root=first, new_root=second, proof=path)

    @given(st.data(), st.integers(2, 300))
    def test_refuses_a_log_that_rewrote_an_old_leaf(self, data: st.DataObject, new_size: int) -> None:
        old_size = data.draw(st.integers(1, new_size - 1))
        forged = [*LEAVES]
        forged[data.draw(st.integers(0, old_size - 1))] = OTHER

        with pytest.raises(ProofError):
            verify_consistency(
                old_size=old_size,
                new_size=new_size,
                old_root=tree_root(LEAVES[:old_size]),
                new_root=tree_root(forged[:new_size]),
                proof=resolve(consistency_spans(old_size=old_size, new_size=new_size), forged),
            )

    @pytest.mark.parametrize("size", [0, 1, 5])
    def test_equal_sizes_need_equal_roots_and_no_proof(self, size: int) -> None:
        # Upstream compares the roots as they are, whatever their length.
        root = b"don't care 1"

        verify_consistency(old_size=size, new_size=size, old_root=root, new_root=root, proof=[])
        for other, proof in [(b"don't care 2", []), (root, [OTHER])]:
            with pytest.raises(ProofError):
                verify_consistency(old_size=size, new_size=size, old_root=root, new_root=other, proof=proof)

    def test_an_empty_tree_proves_nothing(self) -> None:
        with pytest.raises(ProofError, match="empty tree"):
            verify_consistency(old_size=0, new_size=1, old_root=EMPTY_ROOT, new_root=OTHER, proof=[])
        with pytest.raises(ValueError, match="provable prefix"):
            consistency_spans(old_size=0, new_size=1)


def test_a_root_alone_does_not_bind_the_size_of_its_tree() -> None:
    # This is why size and root must come from one signed checkpoint.
    proof = resolve(inclusion_spans(index=3, size=1000), LEAVES + LEAVES[:400])
    root = tree_root(LEAVES + LEAVES[:400])

    verify_inclusion(leaf_hash=LEAVES[3], index=3, size=1000, proof=proof, root=root)
    verify_inclusion(leaf_hash=LEAVES[3], index=3, size=999, proof=proof, root=root)
