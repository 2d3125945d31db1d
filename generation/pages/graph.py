from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from generation.graph.answering import Answer, Line, at_frame, cut_that_counts, graph
from generation.graph.downloads import out_response
from generation.graph.errors import FrameUnreadable, NoSuchNode
from generation.graph.picture import many_of, picture_of
from generation.graph.still_out import still_out
from generation.graph.values import HAS_FRAMES, Direction, Node, NodeKind, Question
from productions.queries import sequence_card

_LISTED = 100
ARGUMENTS: Mapping[NodeKind, str] = {
    NodeKind.PERFORMER: "performer_id",
    NodeKind.CONSENT: "consent_id",
    NodeKind.REPLICA: "custody_asset_id",
    NodeKind.APPROVAL: "approval_id",
    NodeKind.DECISION: "decision_id",
    NodeKind.MODEL: "model_id",
    NodeKind.PERSON: "member_id",
    NodeKind.TRAINING: "training_id",
    NodeKind.ELEMENT: "element_id",
    NodeKind.TAKE: "take_id",
    NodeKind.CREDENTIAL: "asset_id",
    NodeKind.CUT: "cut_id",
    NodeKind.MASTER: "master_id",
    NodeKind.REVIEW: "review_id",
    NodeKind.REFERENCE: "reference_id",
    NodeKind.DELIVERY: "delivery_id",
    NodeKind.RECIPIENT: "recipient_id",
}
"""What the address of a node calls it, as the addresses of its own page do."""
# The page that shows a record, by kind: what nobody has a page for is not in it.
_PAGES: Mapping[NodeKind, str] = {
    NodeKind.PERFORMER: "licensing:performer",
    NodeKind.CONSENT: "licensing:performer",
    NodeKind.REPLICA: "licensing:custody-asset",
    NodeKind.APPROVAL: "licensing:review-case",
    NodeKind.DECISION: "licensing:decision",
    NodeKind.MODEL: "generation:model",
    NodeKind.TRAINING: "generation:training",
    NodeKind.ELEMENT: "generation:authorship",
    NodeKind.TAKE: "generation:take",
    NodeKind.CREDENTIAL: "generation:take",
    NodeKind.CUT: "generation:cut",
    NodeKind.MASTER: "generation:take",
    NodeKind.REVIEW: "generation:file-reviews",
    NodeKind.DELIVERY: "generation:delivery",
}


@require_safe
@member_page()
def around(request: HttpRequest, actor: Actor, /, kind: NodeKind, **named: UUID) -> HttpResponse:
    whole = Question(node=_node(kind, named), with_history="history" in request.GET)
    refusal = ""
    asked = whole
    if frame := request.GET.get("frame", "").strip():
        try:
            asked = at_frame(whole, frame, actor=actor)
            answer = graph(asked, actor=actor)
        except FrameUnreadable as unreadable:
            refusal, answer = str(unreadable), graph(whole, actor=actor)
    else:
        answer = graph(whole, actor=actor)
    chosen = request.GET.get("kind", "")
    lines = [line for line in answer.lines[1:] if not chosen or line.node.kind.value == chosen]
    context = {
        "answer": answer,
        "picture": picture_of(answer),
        "kinds": sorted(answer.counts.items()),
        "chosen": chosen,
        "rests_on": _rows(lines, Direction.UP),
        "resting": _rows(lines, Direction.DOWN),
        "listed": _LISTED,
        "record": _record(answer.start),
        "frame": frame,
        "refusal": refusal,
        "has_frames": kind in HAS_FRAMES,
        "history": asked.with_history,
        "unnamed": _unnamed(answer),
    }
    return render(request, "generation/graph.html", context, status=400 if refusal else 200)


@require_safe
@member_page()
def of_sequence(request: HttpRequest, actor: Actor, sequence_id: UUID) -> HttpResponse:
    sequence_card(actor.organisation_id, sequence_id)
    try:
        node = cut_that_counts(actor.organisation_id, sequence_id)
    except NoSuchNode:
        return redirect("generation:cut", sequence_id)
    query = request.GET.urlencode()
    return redirect(reverse("generation:graph-cut", args=[node.id]) + (f"?{query}" if query else ""))


@require_safe
@member_page()
def out(request: HttpRequest, actor: Actor, /, kind: NodeKind, **named: UUID) -> HttpResponse:
    found = still_out(_node(kind, named), actor=actor)
    chosen = request.GET.get("state", "")
    lines = [one for one in found.lines if not chosen or one.standing.state.value == chosen]
    context = {
        "found": found,
        "lines": lines[:_LISTED],
        "more": max(0, len(lines) - _LISTED),
        "chosen": chosen,
    }
    return render(request, "generation/still_out.html", context)


@require_safe
@member_page()
def out_table(request: HttpRequest, actor: Actor, /, kind: NodeKind, **named: UUID) -> HttpResponse:
    return out_response(_node(kind, named), actor=actor)


def _node(kind: NodeKind, named: Mapping[str, UUID]) -> Node:
    """The one thing an address names; each kind has a word of its own for it."""
    (one,) = named.values()
    return Node(kind, one)


def _rows(lines: list[Line], direction: Direction) -> list[tuple[Line, str]]:
    return [(line, _record(line)) for line in lines if line.reached.direction is direction]


def _record(line: Line) -> str:
    """The address of the page that shows the record; empty where the reader has none."""
    page = _PAGES.get(line.node.kind)
    return reverse(page, args=[line.name.page_id]) if page and line.name.page_id else ""


def _unnamed(answer: Answer) -> str:
    return ", ".join(
        f"{number} {kind if number == 1 else many_of(kind)}"
        for kind, number in sorted(answer.unnamed.items())
    )
