"""RFC 6962 / RFC 9162 Merkle trees: hashes, the compact range, and the two proofs.

Source: RFC 9162 section 2.1. SHA-256 throughout; every hash is 32 bytes.

A root does not bind the size of its tree: the same path may be read for several sizes. A verifier must take
size and root from one signed checkpoint, never from the proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

_LARGEST_SIZE = 2**63 - 1

# Half-open: the leaves from `start` up to, not including, `end`.
Span: TypeAlias = tuple[int, int]


class ProofError(ValueError):
    """A proof that does not prove what it was offered for."""


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class CompactRange:
    """A tree that remembers only its complete subtrees, so that appending costs O(1) and its root O(log n).

    Attributes:
        size: number of leaves appended.
        peaks: roots of the complete subtrees, largest first; one for every 1 bit of `size`.
    """

    size: int
    peaks: list[bytes]

    @classmethod
    def empty(cls) -> CompactRange:
        return cls(0, [])

    def append(self, leaf: bytes) -> None:
        """Add the leaf whose hash is `leaf`."""
        carry, height = leaf, self.size
        while height & 1:
            carry = node_hash(self.peaks.pop(), carry)
            height >>= 1
        self.peaks.append(carry)
        self.size += 1

    def root(self) -> bytes:
        return fold(self.peaks)


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over adjacent subtrees that shrink from left to right."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, or over the roots of equal complete subtrees of which the last may be smaller."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        # A last one without a partner rises unhashed: it is the smaller right subtree of a node further up.
        if len(level) % 2:
            pairs.append(level[-1])
        level = pairs
    return level[0]


def inclusion_spans(*, index: int, size: int) -> list[Span]:
    """The subtrees whose roots, in this order, prove that leaf `index` stands in the tree of `size`.

    Raises:
        ValueError: no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(*, old_size: int, new_size: int) -> list[Span]:
    """The subtrees whose roots, in this order, prove that the old tree is a prefix of the new one.

    Raises:
        ValueError: the old tree is empty, or larger than the new one. Nothing can be proved from an empty tree.
    """
    if not 0 < old_size <= new_size:
        raise ValueError(f"A tree of {old_size} leaves is not a provable prefix of one of {new_size}.")
    if old_size == new_size:
        return []
    spans: list[Span] = []
    start, end = 0, new_size
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    # What is left is the old tree's last complete subtree; the verifier knows it only when it is the whole.
    if start:
        spans.append((start, end))
    return spans[::-1]


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << (width - 1).bit_length() - 1


def verify_inclusion(*, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf stands at `index` of the tree that `size` and `root` describe.

    Args:
        leaf_hash: hash of the leaf, prefix included.
        index: its place, from 0.
        size: size of the tree, from a signed checkpoint.
        proof: sibling hashes, lowest first.
        root: root of the tree, from the same checkpoint.

    Raises:
        ProofError: it does not, or an argument has no meaning.
    """
    _check_numbers(index, size)
    if index >= size:
        raise ProofError(f"A tree of {size} leaves has no leaf {index}.")
    _check_hashes(leaf_hash, root, *proof)
    inner = (index ^ (size - 1)).bit_length()
    _check_length(proof, inner + (index >> inner).bit_count())
    computed = leaf_hash
    for height, sibling in enumerate(proof[:inner]):
        computed = node_hash(sibling, computed) if index >> height & 1 else node_hash(computed, sibling)
    for sibling in proof[inner:]:
        computed = node_hash(sibling, computed)
    if computed != root:
        raise ProofError("The inclusion proof leads to another root.")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `old_size` is a prefix of the tree of `new_size`: nothing was changed or dropped.

    Both pairs of size and root come from signed checkpoints.

    Raises:
        ProofError: it is not, or nothing can be proved: from an empty tree to a larger one every proof would do.
    """
    _check_numbers(old_size, new_size)
    if old_size > new_size:
        raise ProofError(f"The tree shrank from {old_size} to {new_size} leaves.")
    if old_size == new_size:
        _check_length(proof, 0)
        if old_root != new_root:
            raise ProofError("Two trees of one size have different roots.")
        return
    if old_size == 0:
        raise ProofError("Nothing can be proved from an empty tree.")
    _check_hashes(old_root, new_root, *proof)
    shift = (old_size & -old_size).bit_length() - 1
    last = old_size - 1
    inner = (last ^ (new_size - 1)).bit_length()
    border = (last >> inner).bit_count()
    inner -= shift
    # When the old tree is one complete subtree its root is the seed and is not repeated in the proof.
    whole = old_size == 1 << shift
    _check_length(proof, inner + border + (not whole))
    seed, path = (old_root, proof) if whole else (proof[0], proof[1:])
    old = new = seed
    for height, sibling in enumerate(path[:inner], start=shift):
        if last >> height & 1:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    for sibling in path[inner:]:
        old = node_hash(sibling, old)
        new = node_hash(sibling, new)
    if old != old_root:
        raise ProofError("The consistency proof leads to another old root.")
    if new != new_root:
        raise ProofError("The consistency proof leads to another new root.")


def _check_numbers(*numbers: object) -> None:
    for number in numbers:
        # bool is an int in Python and True would pass for a size of one.
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= _LARGEST_SIZE:
            raise ProofError(f"{number!r} is neither a size nor an index.")


def _check_hashes(*hashes: object) -> None:
    for value in hashes:
        if not isinstance(value, bytes) or len(value) != HASH_BYTES:
            raise ProofError(f"A hash has {HASH_BYTES} bytes.")


def _check_length(proof: Sequence[bytes], wanted: int) -> None:
    if len(proof) != wanted:
        raise ProofError(f"The proof holds {len(proof)} hashes where {wanted} belong.")
