"""What a worker needs of the takes its take is made from: pictures, and what the credential says of them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import numpy.typing as npt
from PIL import Image

from generation.engines.given import WORDS_ALONE, Beginning, Given, KnownFrames, ReferencePicture
from generation.iterating.errors import ParentNotUsable
from generation.iterating.origins import still_usable
from generation.iterating.values import FROM_PICTURES, LineageKind, Stretch
from generation.models import TakeLineage
from generation.spec import RenderSpec
from licensing.queries import consents_stand
from provenance.errors import SourceUnusable
from provenance.frame_reading import Wanted, frames_of
from provenance.queries import path_of, signed_file_of_take, source_statements
from provenance.sdk.contents import Relationship
from provenance.statement import StatedIngredient

_MEDIA_TYPE = "video/mp4"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedParent:
    """Pictures of one parent. `title` is what its own credential is called, so nobody's name.

    `width` and `height`: what it was generated in.
    """

    decision_id: UUID
    title: str
    kind: LineageKind
    source_sha256: str
    width: int
    height: int
    stretch: Stretch


def parents_claimed(take_id: UUID) -> tuple[ClaimedParent, ...]:
    """The pictures a take is made from, in order. Call inside `core.tenancy.tenant`."""
    rows = (
        TakeLineage.objects.filter(take_id=take_id, kind__in=FROM_PICTURES)
        .select_related("parent__shot")
        .order_by("position")
    )
    return tuple(
        ClaimedParent(
            decision_id=row.parent.decision_id,
            title=f"Shot {row.parent.shot.code}, take {row.parent.number}",
            kind=LineageKind(row.kind),
            source_sha256=row.source_sha256,
            width=row.parent.width,
            height=row.parent.height,
            stretch=Stretch.kept(
                position=row.position,
                take_id=row.parent_id,
                first_frame=row.first_frame,
                end_frame=row.end_frame,
                settings=row.settings,
            ),
        )
        for row in rows
    )


def given_of(
    organisation_id: UUID, parents: Sequence[ClaimedParent], spec: RenderSpec, *, frame_step: int
) -> Given:
    """The pictures, read from the signed files of the parents.

    Raises:
        ParentNotUsable: something a parent rests on has ended, or its file is not the one that was signed.
    """
    if not parents:
        return WORDS_ALONE
    still_usable(organisation_id, [(one.stretch.take_id, one.decision_id) for one in parents])
    known: list[KnownFrames] = []
    references: list[ReferencePicture] = []
    beginning: Beginning | None = None
    for one in parents:
        pictures, stretch = _pictures(organisation_id, one, spec), one.stretch
        if stretch.is_reference:
            references.append(_as_file(pictures[0], f"Reference frame {stretch.position}"))
            continue
        if stretch.strength is not None:
            beginning = Beginning(pictures, float(stretch.strength))
            continue
        if stretch.held:
            pictures = np.repeat(pictures, frame_step + 1, axis=0)
        known.append(KnownFrames(pictures, stretch.at_frame, stretch.first_is_free))
    return Given(tuple(known), beginning, references=tuple(references))


def stand(organisation_id: UUID, parents: Sequence[ClaimedParent], *, hold: bool = False) -> bool:
    """Whether what the parents rest on still holds; `hold` as in `licensing.queries.consents_stand`."""
    return all(consents_stand(organisation_id, one.decision_id, hold=hold) for one in parents)


def ingredients_of(organisation_id: UUID, parents: Sequence[ClaimedParent]) -> tuple[StatedIngredient, ...]:
    """The parents as the credential states them, each once: what is remixed is the parent, the rest was put in."""
    stated = source_statements(organisation_id, [one.stretch.take_id for one in parents])
    found: dict[UUID, StatedIngredient] = {}
    for one in parents:
        take_id = one.stretch.take_id
        if take_id in found:
            continue
        found[take_id] = StatedIngredient(
            label=_label(take_id),
            title=one.title,
            relationship=Relationship.PARENT_OF if one.kind is LineageKind.REMIX else Relationship.INPUT_TO,
            media_type=_MEDIA_TYPE,
            file_sha256=one.source_sha256,
            digital_source_type=stated[take_id].digital_source_type if take_id in stated else None,
        )
    return tuple(found.values())


def ingredient_files(organisation_id: UUID, parents: Sequence[ClaimedParent]) -> Mapping[str, Path]:
    """Where the ingredients lie, by label.

    Raises:
        ParentNotUsable: there is no signed file.
    """
    return {_label(one.stretch.take_id): _file(organisation_id, one) for one in parents}


def _as_file(picture: npt.NDArray[np.uint8], name: str) -> ReferencePicture:
    """A frame as reference pictures go to the engine, without loss and without touching a disk."""
    written = io.BytesIO()
    Image.fromarray(picture).save(written, "PNG", compress_level=1)
    return ReferencePicture(name, "image/png", bytearray(written.getvalue()))


def _pictures(organisation_id: UUID, one: ClaimedParent, spec: RenderSpec) -> npt.NDArray[np.uint8]:
    wanted = Wanted(
        first_frame=one.stretch.first_frame,
        end_frame=one.stretch.end_frame,
        # A reference is as large as it was made: the model fits it into the clip, as it does those of others.
        width=one.width if one.stretch.is_reference else spec.width,
        height=one.height if one.stretch.is_reference else spec.height,
    )
    try:
        return frames_of(_file(organisation_id, one), wanted, file_sha256=one.source_sha256)
    except SourceUnusable as failure:
        raise ParentNotUsable(one.stretch.take_id, str(failure)) from failure


def _file(organisation_id: UUID, one: ClaimedParent) -> Path:
    signed = signed_file_of_take(organisation_id, one.stretch.take_id)
    if signed is None:
        raise ParentNotUsable(one.stretch.take_id, "its signed file is not on record.")
    return path_of(signed.key)


def _label(take_id: UUID) -> str:
    return f"take-{take_id}"
