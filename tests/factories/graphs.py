"""Edges written as their owner alone can, and the same questions answered in plain Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from accounts.values import Actor
from core.clock import now
from core.tenancy import tenant
from embedded.connections import acting_as_owner
from generation.authorship.values import ContributionKind, StatedContribution
from generation.graph.values import Direction, Node, Question
from generation.models import CutEdition, GraphEdge, Take
from generation.operations.contributions import record_contribution
from provenance.models import SignedAsset, SigningIntent

ALL = None
"""In place of a frame: every one of them."""


@dataclass(frozen=True)
class Fact:
    """An edge as the table holds it; stretches are (first, end), None is every frame."""

    child: Node
    parent: Node
    child_frames: tuple[int, int] | None = None
    parent_frames: tuple[int, int] | None = None
    is_exact: bool = False
    carries: bool = True


def write_facts(organisation_id: UUID, facts: Iterable[Fact]) -> None:
    with acting_as_owner(), tenant(organisation_id):
        GraphEdge.objects.bulk_create(
            GraphEdge(
                organisation_id=organisation_id,
                kind="said",
                child_kind=one.child.kind,
                child_id=one.child.id,
                parent_kind=one.parent.kind,
                parent_id=one.parent.id,
                child_first=one.child_frames[0] if one.child_frames else None,
                child_end=one.child_frames[1] if one.child_frames else None,
                parent_first=one.parent_frames[0] if one.parent_frames else None,
                parent_end=one.parent_frames[1] if one.parent_frames else None,
                is_exact=one.is_exact,
                carries=one.carries,
            )
            for one in facts
        )


def answered_plainly(
    asked: Question, direction: Direction, facts: Iterable[Fact]
) -> dict[Node, frozenset[int] | None]:
    """Every node that is reached with its frames one by one, frame after frame in plain sight."""
    edges = [one for one in facts if one.carries or asked.with_history]
    frames = range(asked.frames.first, asked.frames.end) if asked.frames else [ALL]
    waiting = [(asked.node, frame) for frame in frames]
    seen = set(waiting)
    while waiting:
        node, frame = waiting.pop()
        for one in edges:
            for step in _onwards(one, node, frame, direction):
                if step not in seen:
                    seen.add(step)
                    waiting.append(step)
    found: dict[Node, frozenset[int] | None] = {}
    for node in {node for node, _ in seen} - {asked.node}:
        of_it = {frame for one, frame in seen if one == node}
        found[node] = None if ALL in of_it else frozenset(frame for frame in of_it if frame is not None)
    return found


def _onwards(
    fact: Fact, node: Node, frame: int | None, direction: Direction
) -> list[tuple[Node, int | None]]:
    here, there = (fact.child, fact.parent) if direction is Direction.UP else (fact.parent, fact.child)
    mine, theirs = fact.child_frames, fact.parent_frames
    if direction is Direction.DOWN:
        mine, theirs = theirs, mine
    if here != node or (frame is not None and mine and not mine[0] <= frame < mine[1]):
        return []
    if not fact.is_exact:
        return [(there, one) for one in (range(*theirs) if theirs else [ALL])]
    if mine is None or theirs is None:
        return [(there, frame)]
    shift = theirs[0] - mine[0]
    return [(there, one + shift) for one in (range(*mine) if frame is None else [frame])]


def an_asset_row(take: Take) -> None:
    """The record of the signed file that `take` points at, without the file."""
    assert take.asset_id is not None
    at, manifest_id = now(), f"urn:c2pa:{take.asset_id}"
    with tenant(take.organisation_id):
        intent = SigningIntent.objects.create(
            take_id=take.id,
            asset_id=take.asset_id,
            manifest_id=manifest_id,
            source_sha256="0" * 64,
            manifest_sha256="0" * 64,
            signer_certificate_sha256="0" * 64,
            intended_at=at,
        )
        SignedAsset.objects.create(
            id=take.asset_id,
            intent=intent,
            take_id=take.id,
            manifest_id=manifest_id,
            file_sha256="0" * 64,
            size_bytes=1,
            media_key="ab/ab.mp4",
            manifest_store=b"\0",
            manifest_store_sha256="0" * 64,
            certificate_serial="1",
            certificate_sha256="0" * 64,
            anchor_sha256="0" * 64,
            statement={"assertions": []},
            statement_sha256="0" * 64,
            taken_at=at,
            signed_at=at,
        )


def every_node(actor: Actor, take: Take, production_id: UUID) -> dict[str, str]:
    """What addresses of the graph name and no others do: an element, the cut of `take`, who acts, an approval."""
    element = record_contribution(
        StatedContribution(
            kind=ContributionKind.ELEMENT_MADE,
            production_id=production_id,
            title="Matte painting",
            num_frames=40,
            fps=8,
            without_ai=True,
        ),
        actor=actor,
    )
    with tenant(actor.organisation_id), connection.cursor() as cursor:
        cut = CutEdition.objects.filter(entries__take=take).latest("number")
        cursor.execute("SELECT child_id FROM generation_graphedge WHERE child_kind = 'approval' LIMIT 1")
        (approval_id,) = cursor.fetchone()
    return {
        "element_id": str(element.id),
        "cut_id": str(cut.id),
        "member_id": str(actor.user_id),
        "approval_id": str(approval_id),
    }
