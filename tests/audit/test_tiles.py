import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.merkle import consistency_spans, inclusion_spans, leaf_hash, tree_root
from audit.tiles import GrowingTree, TileId, TileMissing, edge_tiles, span_hash, tiles_of_spans

LEAVES = [leaf_hash(str(number).encode()) for number in range(70_000)]


def grown(batches: list[int]) -> tuple[dict[TileId, bytes], int]:
    """The stored tiles after these batches, each begun from the stored edge alone, as the sequencer does."""
    stored: dict[TileId, bytes] = {}
    size = 0
    for batch in batches:
        tree = GrowingTree(size, {tile: stored[tile] for tile in edge_tiles(size)})
        tree.append(LEAVES[size : size + batch])
        for tile, hashes in tree.changed.items():
            assert hashes.startswith(stored.get(tile, b"")), "a tile only grows"
            stored[tile] = hashes
        size = tree.size
        assert tree.root() == tree_root(LEAVES[:size])
    return stored, size


@given(st.lists(st.integers(0, 600), max_size=8))
@settings(deadline=None)
def test_growing_in_batches_gives_the_tree_of_all_leaves(batches: list[int]) -> None:
    _, size = grown(batches)

    assert size == sum(batches)


def test_widths_follow_the_worked_example_of_the_specification() -> None:
    # C2SP tlog-tiles: "a tree of size 70,000".
    stored, _ = grown([70_000])

    widths = {tile: len(hashes) // 32 for tile, hashes in stored.items()}
    assert all(widths[TileId(0, index)] == 256 for index in range(273))
    assert widths[TileId(0, 273)] == 112
    assert widths[TileId(1, 0)] == 256
    assert widths[TileId(1, 1)] == 17
    assert widths[TileId(2, 0)] == 1
    assert len(widths) == 277


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537])
def test_sizes_around_full_tiles(size: int) -> None:
    stored, _ = grown([size])

    tree = GrowingTree(size, {tile: stored[tile] for tile in edge_tiles(size)})

    assert tree.root() == tree_root(LEAVES[:size])
    assert tree.changed == {}


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_proofs_from_tiles_hold_the_hashes_of_the_tree(data: st.DataObject) -> None:
    stored, size = TILES_OF_2000
    now = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, now - 1))
    old = data.draw(st.integers(1, now))
    for spans in (inclusion_spans(index=index, size=now), consistency_spans(old_size=old, new_size=now)):
        needed = {tile: stored[tile] for tile in tiles_of_spans(spans)}

        hashes = [span_hash(span, needed) for span in spans]

        assert hashes == [tree_root(LEAVES[start:end]) for start, end in spans]


def test_a_missing_or_short_tile_is_never_papered_over() -> None:
    stored, size = grown([300])
    short = dict(stored) | {TileId(0, 1): stored[TileId(0, 1)][:-32]}

    with pytest.raises(TileMissing):
        GrowingTree(size, {})
    with pytest.raises(TileMissing):
        GrowingTree(size, short)
    with pytest.raises(TileMissing):
        span_hash((256, 300), short)
    with pytest.raises(TileMissing):
        span_hash((0, 256), {})


TILES_OF_2000 = grown([700, 1, 1299])
