"""Has screens look again at what was finished under other screens, or before a mark came onto the register.

Pictures and clips in custody are left out: no key of theirs is released without a job, and whatever screens there are
look at one when the next take or training is given it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from core.digests import sha256_hex_of_file
from core.errors import StudioError
from core.tenancy import tenant
from generation.mastering.queries import master_path
from generation.mastering.values import FORMATS, MasterState
from generation.models import LikenessSource, Master, Take, TakeReferencePicture
from generation.queries import take_files
from generation.screens.hooks import reference_file
from generation.screens.queries import ScreenReport
from generation.screens.recording import outfit_of, screen_file, would_say_the_same
from generation.screens.values import ScreenedFile, ScreenedKind
from generation.values import TakeState
from licensing.custody.reading import held_among
from licensing.queries import performers_of
from productions.queries import production_list
from provenance.references.queries import references_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAgain:
    """How one file fared. `report` None: it was not looked at, because of `why_not`, or because nothing changed."""

    file: ScreenedFile
    report: ScreenReport | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class _Finished:
    file: ScreenedFile
    path: Callable[[], Path]
    expected: tuple[UUID, ...] = ()


def look_again(
    organisation_id: UUID, *, actor_label: str, production_id: UUID | None = None
) -> Iterator[LookedAgain]:
    """Look at every signed take and master and every reference whose newest answer could be another one now.

    One that other screens, another register, other released faces or a failed look stand behind is looked at; the
    others are left. A master is a file of its own: it is looked at beside its take. All are looked at with the
    screens and the register of the beginning: what is added meanwhile is for the next time.
    """
    outfit = outfit_of(organisation_id)
    for one in _finished(organisation_id, production_id):
        if would_say_the_same(
            one.file, organisation_id=organisation_id, expected=one.expected, outfit=outfit
        ):
            yield LookedAgain(file=one.file)
            continue
        try:
            path = one.path()
            report = screen_file(
                _of_bytes(one.file, path),
                path,
                organisation_id=organisation_id,
                actor_label=actor_label,
                expected=one.expected,
                outfit=outfit,
            )
        except (StudioError, OSError) as refusal:
            yield LookedAgain(file=one.file, why_not=str(refusal))
        else:
            yield LookedAgain(file=one.file, report=report)


def pictures_left_out(organisation_id: UUID, *, production_id: UUID | None = None) -> int:
    """How many assets that takes or trainings were asked for with are in custody, and not looked at again by this."""
    with tenant(organisation_id):
        shown, trained_on = TakeReferencePicture.objects.order_by(), LikenessSource.objects.order_by()
        if production_id is not None:
            shown = shown.filter(take__shot__sequence__production_id=production_id)
            trained_on = trained_on.filter(training__production_id=production_id)
        asked = (*shown.values_list("asset_id", flat=True), *trained_on.values_list("asset_id", flat=True))
        return len(held_among(set(asked)))


def _finished(organisation_id: UUID, production_id: UUID | None) -> Iterator[_Finished]:
    of_film = {} if production_id is None else {"shot__sequence__production_id": production_id}
    with tenant(organisation_id):
        takes = list(
            Take.objects.filter(state=TakeState.SIGNED, **of_film)
            .order_by("id")
            .values_list("id", "decision_id", "shot__sequence__production_id")
        )
        masters = list(
            Master.objects.filter(
                state=MasterState.SIGNED,
                # No screen reads a folder of pictures.
                format__in=[one for one, facts in FORMATS.items() if not facts.is_sequence],
                **{f"take__{field}": value for field, value in of_film.items()},
            )
            .order_by("id")
            .values_list("id", "decision_id", "take__shot__sequence__production_id")
        )
    for take_id, decision_id, film in takes:
        yield _Finished(
            _named(ScreenedKind.TAKE, take_id, film),
            lambda take_id=take_id: take_files(organisation_id, take_id).video,  # type: ignore[misc]
            performers_of(organisation_id, decision_id),
        )
    for master_id, decision_id, film in masters:
        yield _Finished(
            _named(ScreenedKind.MASTER, master_id, film),
            lambda master_id=master_id: master_path(organisation_id, master_id),  # type: ignore[misc]
            performers_of(organisation_id, decision_id),
        )
    films = [production_id] if production_id else [one.id for one in production_list(organisation_id)]
    for film in films:
        for card in references_of(organisation_id, film):
            yield _Finished(reference_file(card), lambda card=card: card.path)  # type: ignore[misc]


def _named(kind: ScreenedKind, file_id: UUID, production_id: UUID) -> ScreenedFile:
    return ScreenedFile(kind=kind, id=file_id, file_sha256="", production_id=production_id)


def _of_bytes(file: ScreenedFile, path: Path) -> ScreenedFile:
    return replace(file, file_sha256=sha256_hex_of_file(path))
