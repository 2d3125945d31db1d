"""Walks from one node: what it rests on, and what rests on it. Call inside `core.tenancy.tenant`.

One recursive statement for each direction. Policies of the edges bind it, so nothing of another organisation is met.
Nothing rests on itself (a take that others came from gets no further parent), and a step that was gone once is not
gone again, so a walk ends whatever the tables hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection

from generation.graph.values import Direction, Edge, Frames, Node, NodeKind, Question, Reached, Walk, joined

# `lo` and `hi` are the frames of `at_id` that are meant, null for all. Those of the next node are the same ones where
# an edge goes frame by frame, and the whole stretch the edge names where it does not. OFFSET 0 keeps every step a
# look-up in an index: for a walk without a small bound the planner would read the whole table instead.
UP = """
WITH RECURSIVE walk AS (
    SELECT 0::bigint AS edge, ''::text AS kind, true AS carries, ''::text AS from_kind, NULL::uuid AS from_id,
        %(kind)s::text AS at_kind, %(id)s::uuid AS at_id, %(lo)s::bigint AS lo, %(hi)s::bigint AS hi
    UNION
    SELECT e.id, e.kind, e.carries, e.child_kind, e.child_id, e.parent_kind, e.parent_id,
        CASE WHEN NOT e.is_exact THEN e.parent_first WHEN e.child_first IS NULL THEN walk.lo
            ELSE e.parent_first + greatest(walk.lo, e.child_first) - e.child_first END,
        CASE WHEN NOT e.is_exact THEN e.parent_end WHEN e.child_first IS NULL THEN walk.hi
            ELSE e.parent_first + least(walk.hi, e.child_end) - e.child_first END
    FROM walk CROSS JOIN LATERAL (
        SELECT * FROM generation_graphedge AS e WHERE e.child_id = walk.at_id AND e.child_kind = walk.at_kind OFFSET 0
    ) AS e
    WHERE (e.carries OR %(history)s) AND (%(through)s::text[] IS NULL OR e.parent_kind = ANY(%(through)s))
        AND (walk.lo IS NULL OR e.child_end IS NULL OR walk.lo < e.child_end)
        AND (walk.hi IS NULL OR e.child_first IS NULL OR walk.hi > e.child_first)
)
SELECT kind, carries, from_kind, from_id, at_kind, at_id, lo, hi FROM walk LIMIT %(most)s
"""
DOWN = """
WITH RECURSIVE walk AS (
    SELECT 0::bigint AS edge, ''::text AS kind, true AS carries, ''::text AS from_kind, NULL::uuid AS from_id,
        %(kind)s::text AS at_kind, %(id)s::uuid AS at_id, %(lo)s::bigint AS lo, %(hi)s::bigint AS hi
    UNION
    SELECT e.id, e.kind, e.carries, e.parent_kind, e.parent_id, e.child_kind, e.child_id,
        CASE WHEN NOT e.is_exact THEN e.child_first WHEN e.parent_first IS NULL THEN walk.lo
            ELSE e.child_first + greatest(walk.lo, e.parent_first) - e.parent_first END,
        CASE WHEN NOT e.is_exact THEN e.child_end WHEN e.parent_first IS NULL THEN walk.hi
            ELSE e.child_first + least(walk.hi, e.parent_end) - e.parent_first END
    FROM walk CROSS JOIN LATERAL (
        SELECT * FROM generation_graphedge AS e
        WHERE e.parent_id = walk.at_id AND e.parent_kind = walk.at_kind OFFSET 0
    ) AS e
    WHERE (e.carries OR %(history)s) AND (%(through)s::text[] IS NULL OR e.child_kind = ANY(%(through)s))
        AND (walk.lo IS NULL OR e.parent_end IS NULL OR walk.lo < e.parent_end)
        AND (walk.hi IS NULL OR e.parent_first IS NULL OR walk.hi > e.parent_first)
)
SELECT kind, carries, from_kind, from_id, at_kind, at_id, lo, hi FROM walk LIMIT %(most)s
"""
_KINDS = {kind.value: kind for kind in NodeKind}

Step = tuple[str, bool, str, UUID, str, UUID, int | None, int | None]


def walk(asked: Question) -> Walk:
    """What is around the node that is asked of, nearest first.

    A node without edges is found alone, whether it is on record or not.
    """
    start = (asked.frames,) if asked.frames else None
    nodes = [Reached(asked.node, 0, None, start)]
    edges: dict[Edge, None] = {}
    is_whole = True
    for direction in asked.directions:
        steps, all_of_them = _steps(asked, direction)
        is_whole = is_whole and all_of_them
        found, met = _reached(asked, direction, steps)
        nodes += found
        edges.update(dict.fromkeys(met))
    return Walk(start=asked.node, nodes=tuple(nodes), edges=tuple(edges), is_whole=is_whole)


def _steps(asked: Question, direction: Direction) -> tuple[list[Step], bool]:
    with connection.cursor() as cursor:
        cursor.execute(
            UP if direction is Direction.UP else DOWN,
            {
                "kind": asked.node.kind.value,
                "id": asked.node.id,
                "lo": asked.frames.first if asked.frames else None,
                "hi": asked.frames.end if asked.frames else None,
                "history": asked.with_history,
                "through": sorted(asked.through) if asked.through else None,
                # The first row is the node itself, and one more than asked for tells that there is more.
                "most": asked.most + 2,
            },
        )
        rows: list[Step] = cursor.fetchall()[1:]
    return rows[: asked.most], len(rows) <= asked.most


def _reached(
    asked: Question, direction: Direction, steps: Iterable[Step]
) -> tuple[list[Reached], list[Edge]]:
    onwards: dict[UUID, list[tuple[UUID, Edge]]] = {}
    frames: dict[UUID, list[Frames] | None] = {}
    nodes: dict[UUID, Node] = {asked.node.id: asked.node}
    for kind, carries, from_kind, from_id, at_kind, at_id, lo, hi in steps:
        here = nodes.get(at_id) or nodes.setdefault(at_id, Node(_KINDS[at_kind], at_id))
        before = nodes.get(from_id) or nodes.setdefault(from_id, Node(_KINDS[from_kind], from_id))
        pair = (before, here) if direction is Direction.UP else (here, before)
        onwards.setdefault(from_id, []).append((at_id, Edge(kind, *pair, carries)))
        if lo is None or hi is None:
            frames[at_id] = None
        else:
            known = frames.setdefault(at_id, [])
            if known is not None:
                known.append(Frames(lo, hi))
    depths = _depths(asked.node.id, onwards, asked.depth)
    reached = [
        Reached(nodes[one], depth, direction, _joined(frames.get(one)))
        for one, depth in depths.items()
        if one != asked.node.id
    ]
    return reached, [
        edge for one, after in onwards.items() if one in depths for at, edge in after if at in depths
    ]


def _depths(start: UUID, onwards: Mapping[UUID, list[tuple[UUID, Edge]]], most: int) -> dict[UUID, int]:
    """How far each is by the shortest way, nearest first."""
    depths = {start: 0}
    waiting = deque([start])
    while waiting:
        one = waiting.popleft()
        if depths[one] == most:
            continue
        for after, _ in onwards.get(one, ()):
            if after not in depths:
                depths[after] = depths[one] + 1
                waiting.append(after)
    return depths


def _joined(stretches: list[Frames] | None) -> tuple[Frames, ...] | None:
    return None if stretches is None else joined(stretches)
