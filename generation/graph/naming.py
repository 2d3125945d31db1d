"""What nodes are called, and which page shows each. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef

from generation.graph.values import Node, NodeKind
from generation.mastering.values import FORMATS, MasterFormat
from generation.models import (
    Contribution,
    CutEdition,
    Delivery,
    FileReview,
    GraphEdge,
    LikenessTraining,
    Master,
    ModelRelease,
    Recipient,
    Take,
)
from licensing.graph_names import (
    RecordName,
    approval_names,
    consent_names,
    decision_names,
    performer_names,
    replica_names,
)
from licensing.names import Visibility
from provenance.graph_names import file_names, reference_names


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. `everybody`: performers known to legal alone are named. `outside`: nobody of the house is."""

    everybody: bool
    outside: bool = False


_Names = Callable[[Collection[UUID], Reader], dict[UUID, RecordName]]


def names_of(nodes: Iterable[Node], reader: Reader) -> dict[Node, RecordName]:
    """By node what it is called; what is on no record here is not in it."""
    ids: dict[NodeKind, set[UUID]] = {}
    for node in nodes:
        ids.setdefault(node.kind, set()).add(node.id)
    return {
        Node(kind, one): name
        for kind, wanted in ids.items()
        for one, name in _NAMES[kind](wanted, reader).items()
    }


def _takes(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    rows = Take.objects.filter(id__in=ids).select_related("shot__sequence__production")
    rows = rows.only(
        "number", "state", "num_frames", "requested_at", "shot__code", "shot__sequence__production__title"
    )
    return {
        row.id: RecordName(
            "Take" if reader.outside else f"{row.shot.code} take {row.number}",
            f"{row.shot.sequence.production.title}, {row.state.replace('_', ' ')}, {row.num_frames} frames",
            None if reader.outside else row.id,
        )
        for row in rows
    }


def _models(ids: Collection[UUID], _: Reader) -> dict[UUID, RecordName]:
    rows = ModelRelease.objects.filter(id__in=ids)
    return {row.id: RecordName(str(row), row.licence, row.id) for row in rows}


def _people(ids: Collection[UUID], _: Reader) -> dict[UUID, RecordName]:
    # Accounts belong to no organisation: whoever stands behind nothing here is nobody's to name.
    behind = GraphEdge.objects.filter(parent_id=OuterRef("pk"), parent_kind=NodeKind.PERSON)
    rows = get_user_model().objects.filter(Exists(behind), pk__in=ids)
    return {row.pk: RecordName(str(row), "person") for row in rows}


def _trainings(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    rows = LikenessTraining.objects.filter(id__in=ids).select_related("production", "performer")
    found = {}
    for row in rows:
        # Of people whom only legal sees, the page of their trainings is legal's too.
        is_named = reader.everybody or row.performer.visibility != Visibility.LEGAL_ONLY
        is_named = is_named and not reader.outside
        found[row.id] = RecordName(
            f"Training of {row.name}" if is_named else "Training",
            f"{row.production.title}, {row.state.replace('_', ' ')}, {row.requested_at:%Y-%m-%d}",
            row.id if is_named else None,
        )
    return found


def _elements(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    rows = Contribution.objects.filter(id__in=ids, kind="element_made")
    return {
        row.id: RecordName(
            "Element made by hand" if reader.outside else str(row.content["title"]),
            "made without AI" if row.content["without_ai"] else "made by hand",
            None if reader.outside else row.production_id,
        )
        for row in rows
    }


def _credentials(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    return {
        one: RecordName(
            f"Signed file, {of_it.update.replace('_', ' ')} added" if of_it.update else "Signed file",
            f"{of_it.signed_at:%Y-%m-%d %H:%M} UTC, {of_it.manifest_id[-12:]}",
            None if reader.outside else of_it.take_id,
        )
        for one, of_it in file_names(ids).items()
    }


def _cuts(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    rows = CutEdition.objects.filter(id__in=ids).select_related("sequence__production")
    return {
        row.id: RecordName(
            "Cut" if reader.outside else f"Cut of {row.sequence.code}",
            f"{row.sequence.production.title}, order {row.number}",
            None if reader.outside else row.sequence_id,
        )
        for row in rows
    }


def _masters(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    rows = Master.objects.filter(id__in=ids)
    return {
        row.id: RecordName(
            FORMATS[MasterFormat(row.format)].title,
            f"master, {row.state}, {row.requested_at:%Y-%m-%d}",
            None if reader.outside else row.take_id,
        )
        for row in rows
    }


def _reviews(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    rows = FileReview.objects.filter(id__in=ids)
    return {
        row.id: RecordName(
            "Review of a file",
            f"{row.outcome.replace('_', ' ')}, {row.reviewed_at:%Y-%m-%d}",
            None if reader.outside else row.take_id,
        )
        for row in rows
    }


def _references(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    return {
        one: RecordName(
            "Reference" if reader.outside else of_it.title,
            f"{of_it.media_type}, {of_it.received_at:%Y-%m-%d}",
        )
        for one, of_it in reference_names(ids).items()
    }


def _deliveries(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    rows = Delivery.objects.filter(id__in=ids).select_related("recipient")
    return {
        row.id: RecordName(
            f"Delivery to {_whom(row.recipient, reader)}",
            f"{', '.join(row.territories)}, {row.delivered_at:%Y-%m-%d}",
            None if reader.outside else row.id,
        )
        for row in rows
    }


def _recipients(ids: Collection[UUID], reader: Reader) -> dict[UUID, RecordName]:
    rows = Recipient.objects.filter(id__in=ids)
    return {
        row.id: RecordName(_whom(row, reader).capitalize() if reader.outside else row.name, row.kind)
        for row in rows
    }


def _whom(recipient: Recipient, reader: Reader) -> str:
    return f"a {recipient.kind}" if reader.outside else recipient.name


_NAMES: dict[NodeKind, _Names] = {
    NodeKind.PERFORMER: lambda ids, reader: performer_names(ids, everybody=reader.everybody),
    NodeKind.CONSENT: lambda ids, reader: consent_names(ids, everybody=reader.everybody),
    NodeKind.REPLICA: lambda ids, _: replica_names(ids),
    NodeKind.APPROVAL: lambda ids, _: approval_names(ids),
    NodeKind.DECISION: lambda ids, _: decision_names(ids),
    NodeKind.MODEL: _models,
    NodeKind.PERSON: _people,
    NodeKind.TRAINING: _trainings,
    NodeKind.ELEMENT: _elements,
    NodeKind.TAKE: _takes,
    NodeKind.CREDENTIAL: _credentials,
    NodeKind.CUT: _cuts,
    NodeKind.MASTER: _masters,
    NodeKind.REVIEW: _reviews,
    NodeKind.REFERENCE: _references,
    NodeKind.DELIVERY: _deliveries,
    NodeKind.RECIPIENT: _recipients,
}
