"""What a family is given, held against what it can be given. Without torch."""

from __future__ import annotations

from generation.engines.family import Ability, Family
from generation.engines.given import Given, KnownFrames
from generation.errors import MissingCapability
from generation.spec import RenderSpec


def check_given(family: Family, given: Given, spec: RenderSpec) -> None:
    """Refuse pictures that the family has no way to be given, and words alone where it needs pictures.

    Raises:
        MissingCapability: it names the family and what it can be given.
    """
    asked = {_place(one, spec, family) for one in given.known}
    if given.beginning is not None:
        asked.add(Ability.BEGINNING)
    if given.references:
        asked.add(Ability.REFERENCES)
    if not asked <= family.abilities:
        lacking = ", ".join(sorted(one.replace("_", " ") for one in asked - family.abilities))
        able = ", ".join(sorted(one.replace("_", " ") for one in family.abilities - {Ability.PREVIEWS}))
        raise MissingCapability(
            f"{family.pipeline} cannot be given {lacking}: it takes {able or 'words alone'}."
        )
    if len(given.references) > family.most_references:
        raise MissingCapability(
            f"{family.pipeline} is given at most {family.most_references} reference pictures, not "
            f"{len(given.references)}."
        )
    if not family.needs <= asked:
        needed = " and a ".join(sorted(one.replace("_", " ") for one in family.needs))
        raise MissingCapability(f"{family.pipeline} makes nothing without pictures: it needs a {needed}.")


def _place(known: KnownFrames, spec: RenderSpec, family: Family) -> Ability:
    """What a family must be able to do for these pictures to stand where they do."""
    if known.at_frame == 0 and not known.first_is_free and len(known.pictures) == 1:
        return Ability.FIRST_FRAME
    last = Ability.LAST_FRAME in family.abilities and is_held_last(known, spec)
    return Ability.LAST_FRAME if last else Ability.KNOWN_FRAMES


def is_held_last(known: KnownFrames, spec: RenderSpec) -> bool:
    """Whether it is one picture, held until the end of the clip."""
    return (
        known.first_is_free
        and known.at_frame + len(known.pictures) == spec.num_frames
        and bool((known.pictures == known.pictures[-1]).all())
    )
