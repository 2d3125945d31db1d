"""The tree of a log in tiles of 256 hashes.

Source: C2SP tlog-tiles. A tile of level 0 holds leaf hashes; a tile of level L holds roots of full tiles of level
L-1, so each of its hashes spans 256**L leaves. Only the last tile of a level may be partial, and it grows only to
the right: a tile read today serves proofs for every earlier size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from audit.merkle import HASH_BYTES, Span, fold, tree_root

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


class TileId(NamedTuple):
    """Place of a tile: its level from the leaves up, its number from the left."""

    level: int
    number: int


class TileMissing(LookupError):
    """The hashes at hand do not reach as far as the tree they should span."""


def edge_tiles(size: int) -> list[TileId]:
    """The partial tiles of a tree of `size` leaves: all that appending needs."""
    found = []
    for level in range((size.bit_length() + TILE_HEIGHT - 1) // TILE_HEIGHT):
        hashes = size >> TILE_HEIGHT * level
        if hashes % TILE_WIDTH:
            found.append(TileId(level, hashes // TILE_WIDTH))
    return found


class GrowingTree:
    """The right edge of a tree: append leaves, collect the tiles that changed, take the root.

    Args:
        size: number of leaves so far.
        edge: content of `edge_tiles(size)`.

    Raises:
        TileMissing: a tile is absent or of another width than `size` calls for.
    """

    def __init__(self, size: int, edge: Mapping[TileId, bytes]) -> None:
        self.size = size
        self.changed: dict[TileId, bytes] = {}
        self._levels: list[list[bytes]] = []
        for tile in edge_tiles(size):
            while len(self._levels) <= tile.level:
                self._levels.append([])
            wanted = (size >> TILE_HEIGHT * tile.level) % TILE_WIDTH
            hashes = split_hashes(edge.get(tile, b""))
            if len(hashes) != wanted:
                raise TileMissing(f"Tile {tile.level}/{tile.number} holds {len(hashes)} of {wanted} hashes.")
            self._levels[tile.level] = hashes

    def append(self, leaves: Iterable[bytes]) -> None:
        touched: set[int] = set()
        for leaf in leaves:
            self._push(leaf, touched)
            self.size += 1
        for level in touched:
            if self._levels[level]:
                index = (self.size >> TILE_HEIGHT * level) // TILE_WIDTH
                self.changed[TileId(level, index)] = b"".join(self._levels[level])

    def _push(self, leaf: bytes, touched: set[int]) -> None:
        carry, level = leaf, 0
        while True:
            if len(self._levels) == level:
                self._levels.append([])
            hashes = self._levels[level]
            hashes.append(carry)
            touched.add(level)
            if len(hashes) < TILE_WIDTH:
                return
            # `size` does not count this leaf yet, so it still names the tile that has just become full.
            index = (self.size >> TILE_HEIGHT * level) // TILE_WIDTH
            self.changed[TileId(level, index)] = b"".join(hashes)
            carry = tree_root(hashes)
            hashes.clear()
            level += 1

    def root(self) -> bytes:
        carry: list[bytes] = []
        for hashes in self._levels:
            if hashes or carry:
                carry = [tree_root(hashes + carry)]
        return carry[0] if carry else tree_root([])


def tiles_of_spans(spans: Sequence[Span]) -> set[TileId]:
    """Every tile that `span_hash` will read for these spans."""
    return {tile for span in spans for tile, _, _ in _pieces(span)}


def span_hash(span: Span, tiles: Mapping[TileId, bytes]) -> bytes:
    """The root over the leaves of `span`, whose start is a multiple of the power of two that covers its width.

    Raises:
        TileMissing: a tile is absent or too short.
    """
    peaks = []
    for tile, offset, count in _pieces(span):
        hashes = split_hashes(tiles.get(tile, b"")[offset * HASH_BYTES : (offset + count) * HASH_BYTES])
        if len(hashes) != count:
            raise TileMissing(f"Tile {tile.level}/{tile.number} ends before hash {offset + count}.")
        peaks.append(tree_root(hashes))
    return fold(peaks)


def _pieces(span: Span) -> list[tuple[TileId, int, int]]:
    """The complete subtrees of `span`, largest first, as (tile, offset in it, number of hashes)."""
    start, end = span
    pieces = []
    while start < end:
        height = (end - start).bit_length() - 1
        level, inside = divmod(height, TILE_HEIGHT)
        position = start >> TILE_HEIGHT * level
        pieces.append((TileId(level, position // TILE_WIDTH), position % TILE_WIDTH, 1 << inside))
        start += 1 << height
    return pieces


def split_hashes(content: bytes) -> list[bytes]:
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]
