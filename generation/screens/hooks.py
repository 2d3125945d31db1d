"""Where the making of films asks the screens: before something is used or trained on, and before a file is signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from core.digests import sha256_hex_of_file
from generation.engines.given import InMemory
from generation.screens.policy import refuse_unless_met
from generation.screens.recording import screen_file
from generation.screens.values import ScreenedFile, ScreenedKind, ScreenStep
from licensing.queries import performers_of
from provenance.references.queries import ReferenceCard, reference_cards


class _Work(Protocol):
    """What a claim of a worker tells of whose work it is."""

    @property
    def organisation_id(self) -> UUID: ...
    @property
    def production_id(self) -> UUID: ...
    @property
    def label(self) -> str: ...
    @property
    def decision_id(self) -> UUID: ...


class _TakeWork(_Work, Protocol):
    @property
    def take_id(self) -> UUID: ...
    @property
    def references(self) -> tuple[UUID, ...]: ...


class _MasterWork(_Work, Protocol):
    @property
    def master_id(self) -> UUID: ...


_Held_co = TypeVar("_Held_co", bound=InMemory, covariant=True)


@dataclass(frozen=True, slots=True)
class ReleasedPicture(Generic[_Held_co]):
    """A picture or a clip from custody in clear, in one attempt's hands, and whom it shows.

    `called`: in messages; nobody's name.
    """

    asset_id: UUID
    performer_id: UUID
    called: str
    sha256: str
    picture: _Held_co


def screen_references(claimed: _TakeWork) -> None:
    """Look again at the references of a take before it uses them, where anything could be found anew.

    Raises:
        ScreensNotClear: a rule of the house stands against one of them.
    """
    cards = reference_cards(claimed.organisation_id, claimed.references, production_id=claimed.production_id)
    for card in cards:
        report = screen_file(
            reference_file(card),
            card.path,
            organisation_id=claimed.organisation_id,
            actor_label=claimed.label,
            again=False,
        )
        refuse_unless_met(claimed.organisation_id, ScreenStep.RENDER, report)


def screen_released_pictures(
    claimed: _Work, released: Sequence[ReleasedPicture[InMemory]], *, meanwhile: Callable[[], None]
) -> None:
    """Look at what is from custody before a model is shown it or trained on it, where anything could be found anew.

    Whom it shows is stated and consented to, so that performer's face is expected and every other is not.
    `meanwhile` is called about every second.

    Raises:
        ScreensNotClear: a rule of the house stands against one of them.
    """
    # Every one is looked at before any is refused: legal answers for all of them at once.
    reports = []
    for one in released:
        # Each look may be shorter than a second, and all of them longer than a lease.
        meanwhile()
        file = ScreenedFile(
            kind=ScreenedKind.CUSTODY_ASSET,
            id=one.asset_id,
            file_sha256=one.sha256,
            production_id=claimed.production_id,
            person_id=one.performer_id,
        )
        report = screen_file(
            file,
            one.picture,
            organisation_id=claimed.organisation_id,
            actor_label=claimed.label,
            expected=(one.performer_id,),
            again=False,
            meanwhile=meanwhile,
        )
        reports.append((one.called, report))
    for called, report in reports:
        refuse_unless_met(claimed.organisation_id, ScreenStep.RENDER, report, called=called)


def screen_take(claimed: _TakeWork, path: Path, *, meanwhile: Callable[[], None]) -> None:
    """Look at a rendered film before it is signed; what was found is on record before anything else happens.

    Raises:
        ScreensNotClear: a rule of the house stands against signing it.
    """
    _screen_output(ScreenedKind.TAKE, claimed.take_id, claimed, path, meanwhile)


def screen_master(claimed: _MasterWork, path: Path, *, meanwhile: Callable[[], None]) -> None:
    """As `screen_take`, for a master: a file, or a folder of pictures, which no screen reads.

    Raises:
        ScreensNotClear: see there.
    """
    _screen_output(ScreenedKind.MASTER, claimed.master_id, claimed, path, meanwhile)


def reference_file(card: ReferenceCard) -> ScreenedFile:
    """A reference, as what is looked at."""
    return ScreenedFile(
        kind=ScreenedKind.REFERENCE,
        id=card.id,
        file_sha256=card.file_sha256,
        production_id=card.production_id,
    )


def _screen_output(
    kind: ScreenedKind, file_id: UUID, claimed: _Work, path: Path, meanwhile: Callable[[], None]
) -> None:
    digest = sha256_hex_of_file(path) if path.is_file() else ""
    report = screen_file(
        ScreenedFile(kind=kind, id=file_id, file_sha256=digest, production_id=claimed.production_id),
        path,
        organisation_id=claimed.organisation_id,
        actor_label=claimed.label,
        expected=performers_of(claimed.organisation_id, claimed.decision_id),
        meanwhile=meanwhile,
    )
    refuse_unless_met(claimed.organisation_id, ScreenStep.SIGN, report)
