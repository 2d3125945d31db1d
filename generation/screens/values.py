"""Words and shapes of screens: what looks at a film, and what it found. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.canonical import Canonical


class ScreenKind(StrEnum):
    FACES = "faces"
    """Faces, compared with those of performers who allowed it."""
    PERSONS = "persons"
    CONTENT = "content"
    """Nudity, sex, violence and whatever else a screen has classes for."""
    MARKS = "marks"
    """Logos and pictures that belong to others."""


class ScreenedKind(StrEnum):
    """What a screened file is."""

    TAKE = "take"
    MASTER = "master"
    REFERENCE = "reference"
    CUSTODY_ASSET = "custody_asset"
    """A picture or a clip of a performer in custody; looked at while an attempt at a job has its key."""


class ScreenOutcome(StrEnum):
    """Three answers, never merged. Nothing that was not looked at is clear."""

    CLEAR = "clear"
    FLAGGED = "flagged"
    NOT_EVALUATED = "not_evaluated"


_GRAVEST = (ScreenOutcome.FLAGGED, ScreenOutcome.NOT_EVALUATED, ScreenOutcome.CLEAR)


def gravest_of(outcomes: Collection[ScreenOutcome]) -> ScreenOutcome:
    """Several screens in one word: clear only where all are."""
    return next(one for one in _GRAVEST if one in outcomes)


class WhyNot(StrEnum):
    """Why a file was not evaluated."""

    NO_SCREEN = "no_screen"
    NOTHING_TO_COMPARE = "nothing_to_compare"
    NO_CONSENT_TO_COMPARE = "no_consent_to_compare"
    SCREEN_UNUSABLE = "screen_unusable"
    """Its code, library or weights are not there, or the weights are not those that were locked."""
    SCREEN_FAILED = "screen_failed"
    TOOK_TOO_LONG = "took_too_long"
    NO_PICTURES = "no_pictures"
    """A sound, or a form whose pictures no screen reads."""
    NOT_LOOKED_AT = "not_looked_at"
    """Made or handed in before anything looked."""


class PictureKind(StrEnum):
    LOGO = "logo"
    POSTER = "poster"
    ARTWORK = "artwork"
    PRODUCT = "product"


class ScreenStep(StrEnum):
    """Where the house may demand something of a screen."""

    RENDER = "render"
    """Before a reference is used, or an adapter is trained on it."""
    SIGN = "sign"
    """Before a rendered take or an encoded master gets its credential."""
    DELIVER = "deliver"
    """Before a file goes to a recipient: everything beyond internal review."""


class Demand(StrEnum):
    CLEAR = "clear"
    """Evaluated, and nothing found."""
    NOT_FLAGGED = "not_flagged"
    """Nothing found; it may be that nothing was evaluated."""
    ATTEST = "attest"
    """Where it is not evaluated or flagged, a person answers for it."""
    ATTEST_LIKENESS = "attest_likeness"
    """Where it is flagged, or is not evaluated in a take that shows a likeness, a person answers for it."""
    ATTEST_FLAGGED = "attest_flagged"
    """Where it is flagged, a person answers for it."""
    SHOWN = "shown"
    """Told wherever the file is, and nothing else."""


DEMAND_IN_WORDS: dict[Demand, str] = {
    Demand.CLEAR: "must be evaluated and clear",
    Demand.NOT_FLAGGED: "must not be flagged",
    Demand.ATTEST: "needs a person to answer for it when it is not evaluated or flagged",
    Demand.ATTEST_LIKENESS: "needs a person to answer for it when it is flagged, or is not evaluated and the take "
    "shows a likeness",
    Demand.ATTEST_FLAGGED: "needs a person to answer for it when it is flagged",
    Demand.SHOWN: "is shown only",
}
STEP_IN_WORDS: dict[ScreenStep, str] = {
    ScreenStep.RENDER: "Before a reference is used or trained on",
    ScreenStep.SIGN: "Before a film is signed",
    ScreenStep.DELIVER: "Before a file is delivered",
}

_ATTESTED = (Demand.ATTEST, Demand.ATTEST_FLAGGED)
DEMANDS_AT: dict[ScreenStep, tuple[Demand, ...]] = {
    ScreenStep.RENDER: (Demand.CLEAR, Demand.NOT_FLAGGED, *_ATTESTED, Demand.SHOWN),
    # Nobody can have looked at a film that is not finished, so nobody answers for one.
    ScreenStep.SIGN: (Demand.CLEAR, Demand.NOT_FLAGGED, Demand.SHOWN),
    ScreenStep.DELIVER: tuple(Demand),
}
"""What can be demanded at which step."""


def demand_by_default(kind: ScreenKind, step: ScreenStep) -> Demand:
    """What holds while the house has said nothing: what leaves it is answered for, what stays is shown."""
    if step is not ScreenStep.DELIVER:
        return Demand.SHOWN
    return Demand.ATTEST_LIKENESS if kind is ScreenKind.FACES else Demand.ATTEST_FLAGGED


def is_met(demand: Demand, outcome: ScreenOutcome, *, shows_a_likeness: bool, attested: bool) -> bool:
    """Whether what a screen said is enough. Nothing that was not evaluated is ever taken for clear."""
    flagged, unknown = outcome is ScreenOutcome.FLAGGED, outcome is ScreenOutcome.NOT_EVALUATED
    if demand is Demand.CLEAR:
        return outcome is ScreenOutcome.CLEAR
    if demand is Demand.NOT_FLAGGED:
        return not flagged
    if demand is Demand.ATTEST:
        return attested or not (flagged or unknown)
    if demand is Demand.ATTEST_LIKENESS:
        return attested or not (flagged or (unknown and shows_a_likeness))
    if demand is Demand.ATTEST_FLAGGED:
        return attested or not flagged
    return True


WHY_NOT_IN_WORDS: dict[WhyNot, str] = {
    WhyNot.NO_SCREEN: "no screen is installed",
    WhyNot.NOTHING_TO_COMPARE: "nothing is on record to compare with",
    WhyNot.NO_CONSENT_TO_COMPARE: "no consent to compare",
    WhyNot.SCREEN_UNUSABLE: "the screen cannot be used",
    WhyNot.SCREEN_FAILED: "the screen broke off",
    WhyNot.TOOK_TOO_LONG: "it took longer than it may",
    WhyNot.NO_PICTURES: "there are no pictures that a screen reads",
    WhyNot.NOT_LOOKED_AT: "nothing has looked at this file yet",
}

KIND_IN_WORDS: dict[ScreenKind, str] = {
    ScreenKind.FACES: "Faces",
    ScreenKind.PERSONS: "Persons",
    ScreenKind.CONTENT: "Sensitive content",
    ScreenKind.MARKS: "Marks of others",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenIdentity:
    """Which screen looked.

    Attributes:
        name, version: as its maker calls it.
        weights_sha256: the digest that the lock of its folder gives; empty for a screen without learned weights.
        licence: of the weights, or of the code where there are none.
    """

    name: str
    version: str
    weights_sha256: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that was found at or above its threshold.

    Attributes:
        what: identifier of a protected picture or of a performer, or the name of a class; nobody's name.
        score: 0 to 1.
        at_s: seconds from the start of the film, of the frame where it was highest.
        box: left, top, width, height there, each a share of the frame; None where the screen names no place.
    """

    what: str
    score: float
    at_s: float
    box: tuple[float, float, float, float] | None = None

    def as_json(self) -> dict[str, Canonical]:
        """As it is kept, with millesimals for the fractions that JSON's canonical form has no room for."""
        return {
            "what": self.what,
            "score_permille": round(1000 * self.score),
            "at_ms": round(1000 * self.at_s),
            "box_permille": None if self.box is None else [round(1000 * side) for side in self.box],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What one screen says of one file.

    Attributes:
        why, detail: only where it is not evaluated; `detail` is for people and names nobody.
        identity: None where no screen looked.
        threshold: from which score on something is found, 0 to 1.
        peak, peak_at_s: the highest score there was, also below the threshold, and where.
        frames: how many were looked at.
    """

    kind: ScreenKind
    outcome: ScreenOutcome
    why: WhyNot | None = None
    detail: str = ""
    identity: ScreenIdentity | None = None
    threshold: float | None = None
    peak: float | None = None
    peak_at_s: float | None = None
    frames: int = 0
    found: tuple[Found, ...] = ()

    def __post_init__(self) -> None:
        if (self.outcome is ScreenOutcome.NOT_EVALUATED) != (self.why is not None):
            raise ValueError("Only what was not evaluated says why, and it always does.")
        if self.outcome is not ScreenOutcome.NOT_EVALUATED and (self.identity is None or not self.frames):
            raise ValueError("Nothing is evaluated by nobody, or on no frame.")
        if bool(self.found) != (self.outcome is ScreenOutcome.FLAGGED):
            raise ValueError("A file is flagged when something is found, and only then.")


def not_evaluated(
    kind: ScreenKind, why: WhyNot, *, detail: str = "", identity: ScreenIdentity | None = None
) -> Screened:
    return Screened(
        kind=kind, outcome=ScreenOutcome.NOT_EVALUATED, why=why, detail=detail[:300], identity=identity
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedFile:
    """Which file was looked at.

    Attributes:
        id: the take's, the master's, the reference's or the custody asset's.
        file_sha256: of what was looked at, in clear.
        production_id: the production it is looked at for.
        person_id: the performer whom an asset in custody shows.
    """

    kind: ScreenedKind
    id: UUID
    file_sha256: str
    production_id: UUID
    person_id: UUID | None = None

    @property
    def logged_sha256(self) -> str | None:
        """The digest as the log states it. Custody logs that of the sealed file, and none of a likeness in clear."""
        return None if self.kind is ScreenedKind.CUSTODY_ASSET else self.file_sha256 or None
