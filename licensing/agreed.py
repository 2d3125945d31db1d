"""What a consent says beyond the facts that rules read: what the replica does and says, edits, training, who looks.

These terms stand under `agreed` in a consent record. They are signed, answered, shown and exported like any other,
and no question to the rulebook carries them: edits and who looks are held against it by the gate itself, see
`licensing.agreed_limits`. Training stands twice, here and among the uses: here as a permission
given for itself, there as what the gate reads; the two must say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.canonical import Canonical
from licensing.fact_reading import BadFacts, Node, read_object
from licensing.facts import Fact
from licensing.values import Representation, Use

SECTION = "agreed"
NOTICE_DAYS = "agreed.withdrawal_notice_days"
REPRESENTATION = "agreed.representation"
LONGEST_NOTICE_DAYS = 365

SAID_BY_THE_OFFER = (NOTICE_DAYS, REPRESENTATION)
"""Terms that an offer has a place of its own for; they come into the record when it is signed."""


class Edit(StrEnum):
    """What may be changed in the replica's performance, or in the recorded one."""

    TIMING_AND_SPEED = "timing_and_speed"
    COLOUR_AND_LIGHT = "colour_and_light"
    WARDROBE_AND_MAKE_UP = "wardrobe_and_make_up"
    WORDS_SPOKEN = "words_spoken"
    VOICE_AND_PITCH = "voice_and_pitch"
    FACE_AND_EXPRESSION = "face_and_expression"
    APPARENT_AGE = "apparent_age"
    BODY_AND_MOVEMENT = "body_and_movement"


class Training(StrEnum):
    """What may learn from the likeness. The words are those of the uses."""

    TRAIN_PROJECT_MODEL = Use.TRAIN_PROJECT_MODEL.value
    TRAIN_GENERAL_MODEL = Use.TRAIN_GENERAL_MODEL.value
    LICENSE_FOR_TRAINING = Use.LICENSE_FOR_TRAINING.value


class Audience(StrEnum):
    """Who may look at the replica and its material. To look is not to use."""

    PRODUCTION = "production"
    WHOLE_STUDIO = "whole_studio"
    VENDORS = "vendors"
    BUYER = "buyer"
    UNION = "union"
    OTHER_PERFORMERS = "other_performers"
    PUBLIC_BEFORE_RELEASE = "public_before_release"


@dataclass(frozen=True, slots=True)
class Agreed:
    does: Fact[str]
    says: Fact[str]
    edits: Fact[tuple[Edit, ...]]
    training: Fact[tuple[Training, ...]]
    visible_to: Fact[tuple[Audience, ...]]
    representation: Fact[Representation]
    withdrawal_notice_days: Fact[int]


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What stands under `agreed` in one consent of a person."""

    person_id: str
    terms: Mapping[str, Canonical]

    def limit(self, name: str) -> tuple[str, ...] | None:
        """What it allows of `edits`, or in `visible_to`; None: it says nothing of them, and limits nothing."""
        value = self.terms.get(name)
        return tuple(str(one) for one in value) if isinstance(value, list | tuple) else None


def agreed(node: Node) -> Agreed:
    return Agreed(
        does=node.text("does"),
        says=node.text("says"),
        edits=node.some_of("edits", Edit),
        training=node.some_of("training", Training),
        visible_to=node.some_of("visible_to", Audience),
        representation=node.one_of("representation", Representation),
        withdrawal_notice_days=node.integer("withdrawal_notice_days"),
    )


def require_agreed(values: object) -> None:
    """Raise unless `values`, what stands under `agreed`, are of this vocabulary.

    Raises:
        BadFacts: a name, type or value it does not have; its path starts at `terms.agreed`.
    """
    path = f"terms.{SECTION}"
    if values is not None and not isinstance(values, Mapping):
        raise BadFacts(path, "must be an object")
    days = read_object(path, values, agreed).withdrawal_notice_days
    if days.value is not None and not 0 <= days.value <= LONGEST_NOTICE_DAYS:
        raise BadFacts(days.path, f"is a whole number from 0 to {LONGEST_NOTICE_DAYS}")


def facts_in(terms: Mapping[str, Canonical]) -> dict[str, Canonical]:
    """The terms that the rulebook's questions carry."""
    return {name: value for name, value in terms.items() if name != SECTION}


def notice_days_in(terms: Mapping[str, Canonical]) -> int | None:
    """Days for which the consent holds after notice; None: the record does not say."""
    section = terms.get(SECTION)
    days = section.get("withdrawal_notice_days") if isinstance(section, Mapping) else None
    return days if isinstance(days, int) and not isinstance(days, bool) else None


def with_offer(
    terms: Mapping[str, Canonical], *, notice_days: int, representation: str | None
) -> dict[str, Canonical]:
    """The terms with what the offer says in places of its own."""
    section = terms.get(SECTION)
    said: dict[str, Canonical] = dict(section) if isinstance(section, Mapping) else {}
    said["withdrawal_notice_days"] = notice_days
    if representation is not None:
        said["representation"] = representation
    return {**terms, SECTION: said}
