"""One look at one file by every screen, put on record whatever came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.engines.given import InMemory
from generation.models import ScreenRow, ScreenRun, Take
from generation.screens.built_in_marks import Protected
from generation.screens.queries import ScreenReport, report_of
from generation.screens.running import Installed, ReferenceFace, run_screen
from generation.screens.setup import installed, register_of, setup_digest
from generation.screens.values import (
    Screened,
    ScreenedFile,
    ScreenedKind,
    ScreenKind,
    WhyNot,
    gravest_of,
    not_evaluated,
)
from licensing.custody.comparing import Comparables, comparables, faces_opened
from licensing.custody.errors import SealBroken


@dataclass(frozen=True, slots=True)
class Outfit:
    """The screens installed, and the pictures that films are searched for."""

    screens: Mapping[ScreenKind, Installed]
    register: Sequence[Protected]


def screen_file(
    file: ScreenedFile,
    looked_at: Path | InMemory,
    *,
    organisation_id: UUID,
    actor_label: str,
    expected: Sequence[UUID] = (),
    again: bool = True,
    meanwhile: Callable[[], None] = lambda: None,
    outfit: Outfit | None = None,
) -> ScreenReport:
    """Look at a file with every screen there is, and record what each says.

    Never raises for what a screen does or what the file holds: that is *not evaluated*, with the reason.

    Args:
        file: which one it is; `file_sha256` is of what is looked at.
        looked_at: where it lies; a folder or a sound has no pictures that a screen reads. Or what is in
            memory, and written nowhere.
        organisation_id: whose it is.
        actor_label: who has it looked at, as the log tells it.
        expected: performers whose faces may be there, because it is made on their consents.
        meanwhile: called about every second while a screen looks; what it raises ends the look.
        again: False takes the newest answer where the same screens, register and file would only give it again.
        outfit: what is looked with, where many files are looked at; by default that of now.
    """
    outfit = outfit or outfit_of(organisation_id)
    compared = _compared(organisation_id, outfit)
    setup = _setup(outfit, compared, expected)
    if not again:
        before = _same_before(file, setup, organisation_id=organisation_id)
        if before is not None:
            return before
    run_id = new_id()
    look = _Look(
        run_id=run_id,
        organisation_id=organisation_id,
        actor_label=actor_label,
        looked_at=looked_at,
        expected=tuple(str(one) for one in expected),
        meanwhile=meanwhile,
    )
    said = tuple(_said(kind, look, outfit, compared) for kind in ScreenKind)
    return _record(file, look, said, setup)


def would_say_the_same(
    file: ScreenedFile, *, organisation_id: UUID, expected: Sequence[UUID] = (), outfit: Outfit | None = None
) -> bool:
    """Whether the newest look at a film was by the screens, the register and the faces of now, and did not break off.

    The film that was looked at before it was signed has the same pictures and another digest. `outfit` as in
    `screen_file`.
    """
    outfit = outfit or outfit_of(organisation_id)
    setup = _setup(outfit, _compared(organisation_id, outfit), expected)
    return _same_before(file, setup, organisation_id=organisation_id, whatever_bytes=True) is not None


def outfit_of(organisation_id: UUID) -> Outfit:
    """What the organisation's files are looked at with at this moment."""
    return Outfit(installed(), register_of(organisation_id))


def _compared(organisation_id: UUID, outfit: Outfit) -> Comparables:
    # Of each file anew: a consent to compare may end while many are looked at.
    return comparables(organisation_id) if ScreenKind.FACES in outfit.screens else Comparables((), 0)


def _setup(outfit: Outfit, compared: Comparables, expected: Sequence[UUID]) -> str:
    return setup_digest(
        outfit.screens,
        outfit.register,
        [str(one.asset_id) for one in compared.released],
        [str(one) for one in expected],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    run_id: UUID
    organisation_id: UUID
    actor_label: str
    looked_at: Path | InMemory
    expected: tuple[str, ...]
    meanwhile: Callable[[], None]


def _said(kind: ScreenKind, look: _Look, outfit: Outfit, compared: Comparables) -> Screened:
    screen, register = outfit.screens.get(kind), outfit.register
    if screen is None:
        return not_evaluated(kind, WhyNot.NO_SCREEN)
    if isinstance(look.looked_at, Path) and not look.looked_at.is_file():
        return not_evaluated(kind, WhyNot.NO_PICTURES)
    if screen.is_built_in and not register:
        return not_evaluated(kind, WhyNot.NOTHING_TO_COMPARE)
    if kind is ScreenKind.FACES:
        return _faces(look, screen, compared)
    return run_screen(
        look.looked_at, screen, register=register if screen.is_built_in else (), meanwhile=look.meanwhile
    )


def _faces(look: _Look, screen: Installed, compared: Comparables) -> Screened:
    """Compare with the pictures in custody that were released for it, opened for this one look."""
    if not compared.released:
        why = WhyNot.NO_CONSENT_TO_COMPARE if compared.kept else WhyNot.NOTHING_TO_COMPARE
        return not_evaluated(ScreenKind.FACES, why)
    try:
        with faces_opened(
            look.organisation_id, compared.released, job_id=look.run_id, actor_label=look.actor_label
        ) as faces:
            if not faces:
                return not_evaluated(ScreenKind.FACES, WhyNot.NO_CONSENT_TO_COMPARE)
            return run_screen(
                look.looked_at,
                screen,
                references=[ReferenceFace(str(one.performer_id), one.picture) for one in faces],
                expected=look.expected,
                meanwhile=look.meanwhile,
            )
    except SealBroken as broken:
        return not_evaluated(ScreenKind.FACES, WhyNot.SCREEN_FAILED, detail=str(broken))


def _same_before(
    file: ScreenedFile, setup: str, *, organisation_id: UUID, whatever_bytes: bool = False
) -> ScreenReport | None:
    with tenant(organisation_id):
        row = ScreenRun.objects.filter(**_of(file)).prefetch_related("rows").first()
        if row is None or row.setup_sha256 != setup:
            return None
        if row.file_sha256 != file.file_sha256 and not whatever_bytes:
            return None
        # What broke off once may go well the next time.
        if any(one.why in {WhyNot.SCREEN_FAILED, WhyNot.TOOK_TOO_LONG} for one in row.rows.all()):
            return None
        return report_of(row)


def _record(file: ScreenedFile, look: _Look, said: Sequence[Screened], setup: str) -> ScreenReport:
    run_id, organisation_id, actor_label = look.run_id, look.organisation_id, look.actor_label
    content: dict[str, Canonical] = {
        "screening": str(run_id),
        "file_sha256": file.file_sha256,
        "setup_sha256": setup,
        "screens": [_as_json(one) for one in said],
    }
    digest = sha256_hex(canonical_bytes(content))
    gravest = gravest_of([one.outcome for one in said])
    with tenant(organisation_id):
        at = clock.now()
        entry_uid = trail.record(
            organisation_id=organisation_id,
            entry_type=EntryType.FILE_SCREENED,
            actor=actor_label,
            subject=f"screening:{run_id}",
            fields={
                "screening": str(run_id),
                file.kind.value: str(file.id),
                "file_sha256": file.logged_sha256,
                "content_sha256": digest,
                "state": gravest.value,
            },
            at=at,
            production_id=file.production_id,
            person_id=file.person_id,
        )
        row: ScreenRun = ScreenRun.objects.create(
            id=run_id,
            **_of(file),
            file_sha256=file.file_sha256,
            setup_sha256=setup,
            content=content,
            content_sha256=digest,
            screened_at=at,
            actor=actor_label,
            entry_uid=entry_uid,
        )
        ScreenRow.objects.bulk_create([_row_of(row, one) for one in said])
        if file.kind is ScreenedKind.TAKE:
            faces = next(one for one in said if one.kind is ScreenKind.FACES)
            Take.objects.filter(id=file.id).update(screening=faces.outcome.value)
        return report_of(row)


def _row_of(run: ScreenRun, said: Screened) -> ScreenRow:
    by = said.identity
    return ScreenRow(
        organisation_id=run.organisation_id,
        run=run,
        kind=said.kind,
        outcome=said.outcome,
        why=said.why,
        detail=said.detail,
        screen=by.name[:120] if by else "",
        version=by.version[:60] if by else "",
        weights_sha256=by.weights_sha256 if by else "",
        licence=by.licence[:120] if by else "",
        threshold=said.threshold,
        peak=said.peak,
        peak_at_s=said.peak_at_s,
        frames=said.frames,
        found=[asdict(one) for one in said.found],
    )


def _as_json(said: Screened) -> dict[str, Canonical]:
    return {
        "kind": said.kind.value,
        "outcome": said.outcome.value,
        "why": said.why.value if said.why else None,
        "screen": asdict(said.identity) if said.identity else None,
        "threshold_permille": _permille(said.threshold),
        "peak_permille": _permille(said.peak),
        "frames": said.frames,
        "found": [one.as_json() for one in said.found],
    }


def _permille(score: float | None) -> int | None:
    return None if score is None else round(1000 * score)


def _of(file: ScreenedFile) -> dict[str, UUID]:
    return {f"{file.kind.value}_id": file.id}
