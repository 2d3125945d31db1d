"""What screens said, as frozen cards and in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from generation.doors import SEES_SCREENS
from generation.models import ProtectedPicture, ScreenRow, ScreenRun
from generation.screens.errors import NoSuchProtectedPicture
from generation.screens.values import (
    KIND_IN_WORDS,
    WHY_NOT_IN_WORDS,
    PictureKind,
    ScreenedKind,
    ScreenKind,
    ScreenOutcome,
    WhyNot,
    gravest_of,
)
from licensing.custody.reading import seen_among


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCard:
    """One thing found. `picture_id`, `performer_id`: what it was compared with; `words` names no performer."""

    words: str
    score: float
    at_s: float
    box: tuple[float, ...] | None
    picture_id: UUID | None = None
    performer_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenCard:
    """What one screen says. Scores are 0 to 1, times seconds from the start."""

    kind: ScreenKind
    outcome: ScreenOutcome
    why: WhyNot | None
    detail: str
    screen: str
    version: str
    weights_sha256: str
    licence: str
    threshold: float | None
    peak: float | None
    peak_at_s: float | None
    frames: int
    found: tuple[FoundCard, ...] = ()

    @property
    def title(self) -> str:
        return KIND_IN_WORDS[self.kind]

    @property
    def in_words(self) -> str:
        """Such as *Faces: not evaluated (no screen is installed)*."""
        return f"{self.title}: {self.answer}"

    @property
    def answer(self) -> str:
        if self.why is not None:
            return f"not evaluated ({WHY_NOT_IN_WORDS[self.why]})"
        if self.outcome is ScreenOutcome.FLAGGED:
            return f"flagged ({', '.join(sorted({one.words for one in self.found}))})"
        return f"clear ({self.frames} frame{'' if self.frames == 1 else 's'} looked at)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenReport:
    """What every screen says of one file, in the order of `ScreenKind`. `run_id` None: nothing ever looked."""

    run_id: UUID | None
    screened_at: datetime | None
    file_sha256: str
    cards: tuple[ScreenCard, ...]

    @property
    def gravest(self) -> ScreenOutcome:
        return gravest_of([one.outcome for one in self.cards])

    @property
    def is_flagged(self) -> bool:
        return self.gravest is ScreenOutcome.FLAGGED

    def of(self, kind: ScreenKind) -> ScreenCard:
        return next(one for one in self.cards if one.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureCard:
    """A picture of the register. `ended_at` None: films are searched for it."""

    id: UUID
    name: str
    kind: PictureKind
    holder: str
    source_sha256: str
    added_at: datetime
    ended_at: datetime | None
    reason: str


def pictures_of(organisation_id: UUID) -> tuple[PictureCard, ...]:
    """The register, the newest first, those taken off it too."""
    with tenant(organisation_id):
        rows = ProtectedPicture.objects.select_related("end").defer("png")
        return tuple(picture_card_of(row) for row in rows)


def picture_png(organisation_id: UUID, picture_id: UUID) -> bytes:
    """A picture as it is searched for.

    Raises:
        NoSuchProtectedPicture: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = ProtectedPicture.objects.filter(id=picture_id).first()
    if row is None:
        raise NoSuchProtectedPicture("There is no such protected picture here.")
    return bytes(row.png)


def picture_card_of(row: ProtectedPicture) -> PictureCard:
    end = getattr(row, "end", None)
    return PictureCard(
        id=row.id,
        name=row.name,
        kind=PictureKind(row.kind),
        holder=row.holder,
        source_sha256=row.source_sha256,
        added_at=row.added_at,
        ended_at=end.ended_at if end else None,
        reason=end.reason if end else "",
    )


def screens_of(organisation_id: UUID, kind: ScreenedKind, file_id: UUID) -> ScreenReport:
    """The newest look at a file; every screen *not evaluated* where nothing has looked."""
    return screens_of_all(organisation_id, kind, [file_id])[file_id]


def screens_of_all(
    organisation_id: UUID, kind: ScreenedKind, file_ids: Collection[UUID]
) -> dict[UUID, ScreenReport]:
    """As `screens_of`, for many files of one kind."""
    column = f"{kind.value}_id"
    with tenant(organisation_id):
        rows = (
            ScreenRun.objects.filter(**{f"{column}__in": list(file_ids)})
            .order_by(column, "-screened_at", "-id")
            .distinct(column)
            .prefetch_related("rows")
        )
        found = {getattr(row, column): report_of(row) for row in rows}
    return {one: found.get(one) or _NEVER for one in file_ids}


def screens_of_kept(asset_ids: Collection[UUID], *, actor: Actor) -> dict[UUID, ScreenReport]:
    """As `screens_of_all`, of those of these assets in custody of which `actor` may be told."""
    if not asset_ids or not actor.is_one_of(*SEES_SCREENS):
        return {}
    seen = seen_among(asset_ids, actor=actor)
    return screens_of_all(actor.organisation_id, ScreenedKind.CUSTODY_ASSET, seen)


def report_of(row: ScreenRun) -> ScreenReport:
    """The report of a row. Inside `tenant`."""
    said = {ScreenKind(one.kind): one for one in row.rows.all()}
    pictures = {one["what"] for each in said.values() if each.kind == ScreenKind.MARKS for one in each.found}
    names = _names_of(pictures)
    return ScreenReport(
        run_id=row.id,
        screened_at=row.screened_at,
        file_sha256=row.file_sha256,
        cards=tuple(_card_of(said[kind], names) for kind in ScreenKind),
    )


def _names_of(pictures: Collection[str]) -> dict[str, str]:
    ids = [one for one in pictures if _uuid(one)]
    if not ids:
        return {}
    return {str(row.id): row.name for row in ProtectedPicture.objects.filter(id__in=ids).only("name")}


def _card_of(row: ScreenRow, names: dict[str, str]) -> ScreenCard:
    return ScreenCard(
        kind=ScreenKind(row.kind),
        outcome=ScreenOutcome(row.outcome),
        why=WhyNot(row.why) if row.why else None,
        detail=row.detail,
        screen=row.screen,
        version=row.version,
        weights_sha256=row.weights_sha256,
        licence=row.licence,
        threshold=row.threshold,
        peak=row.peak,
        peak_at_s=row.peak_at_s,
        frames=row.frames,
        found=tuple(_found_of(ScreenKind(row.kind), one, names) for one in row.found),
    )


def _found_of(kind: ScreenKind, said: dict[str, Any], names: dict[str, str]) -> FoundCard:
    what = said["what"]
    own_id = _uuid(what)
    box = said["box"]
    return FoundCard(
        words=_words_of(kind, what, names),
        score=said["score"],
        at_s=said["at_s"],
        box=None if box is None else tuple(box),
        picture_id=own_id if kind is ScreenKind.MARKS else None,
        performer_id=own_id if kind is ScreenKind.FACES else None,
    )


def _words_of(kind: ScreenKind, what: str, names: dict[str, str]) -> str:
    if kind is ScreenKind.FACES:
        return "a performer who is not in its consents"
    if kind is ScreenKind.MARKS and what in names:
        return names[what]
    return what.replace("_", " ")


def _uuid(what: str) -> UUID | None:
    try:
        return UUID(what)
    except ValueError:
        return None


_NEVER = ScreenReport(
    run_id=None,
    screened_at=None,
    file_sha256="",
    cards=tuple(
        ScreenCard(
            kind=kind,
            outcome=ScreenOutcome.NOT_EVALUATED,
            why=WhyNot.NOT_LOOKED_AT,
            detail="",
            screen="",
            version="",
            weights_sha256="",
            licence="",
            threshold=None,
            peak=None,
            peak_at_s=None,
            frames=0,
        )
        for kind in ScreenKind
    ),
)
