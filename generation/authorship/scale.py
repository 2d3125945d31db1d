"""The tier of human provenance: computed from what is on record, never typed. Pure.

The scale is dated data and Countersign's own. A frame nobody has said anything about counts as a machine's, so that
what is unknown never makes a work look more human.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("scale.json")


class Need(StrEnum):
    """What a tier asks for beside the share of frames."""

    ARRANGED = "arranged_by_people"
    SELECTED = "every_take_selected"
    WRITTEN = "every_prompt_by_people"


@dataclass(frozen=True, slots=True)
class Tier:
    code: str
    title: str
    says: str
    most_machine_percent: int
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class PublishedScheme:
    """A scheme somebody else published; `published` None: no date is on file."""

    name: str
    by: str
    published: str | None
    words: tuple[str, ...]
    grade: str
    note: str


@dataclass(frozen=True, slots=True)
class Scale:
    """`tiers` from the most human to the least; the last one takes everything."""

    name: str
    edition: str
    whose: str
    published: tuple[PublishedScheme, ...]
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierFacts:
    """What the cuts of a work come to, in frames and in stretches of takes.

    `generated` frames were made by a model, `altered` changed by one, `declared_human` registered by a person as made
    without AI; of the others nothing is on record. `takes` are stretches that come from takes.
    """

    frames: int
    generated: int
    altered: int
    declared_human: int
    takes: int
    selected: int
    prompted: int
    arranged: bool

    @property
    def unknown(self) -> int:
        return self.frames - self.generated - self.altered - self.declared_human

    @property
    def machine(self) -> int:
        """Frames that count as a machine's: all that nobody has declared to be a person's."""
        return self.frames - self.declared_human


@dataclass(frozen=True, slots=True)
class Placing:
    """A tier, and what keeps the work from the next more human one, in sentences; empty at the top."""

    tier: Tier
    short_of_the_next: tuple[str, ...]


@cache
def scale() -> Scale:
    """The scale in force."""
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    return Scale(
        name=read["name"],
        edition=read["edition"],
        whose=read["whose"],
        published=tuple(PublishedScheme(**one | {"words": tuple(one["words"])}) for one in read["published"]),
        tiers=tuple(
            Tier(**one | {"needs": tuple(Need(need) for need in one["needs"])}) for one in read["tiers"]
        ),
    )


def placing(facts: TierFacts, tiers: tuple[Tier, ...]) -> Placing | None:
    """The most human tier whose bounds `facts` keep; None where there is no frame to speak of."""
    if facts.frames <= 0:
        return None
    short: tuple[str, ...] = ()
    for tier in tiers:
        lacking = _lacking(facts, tier)
        if not lacking:
            return Placing(tier, short)
        short = lacking
    raise ValueError("The last tier of a scale takes everything.")


def _lacking(facts: TierFacts, tier: Tier) -> tuple[str, ...]:
    lacking = []
    if facts.machine * 100 > tier.most_machine_percent * facts.frames:
        lacking.append(
            f"{facts.machine} of {facts.frames} frames are not declared as made without AI; "
            f"{tier.title} takes {tier.most_machine_percent} in a hundred."
        )
    lacking.extend(_WORDS[need](facts) for need in tier.needs if not _MET[need](facts))
    return tuple(lacking)


_MET: Mapping[Need, Callable[[TierFacts], bool]] = {
    Need.ARRANGED: lambda facts: facts.arranged,
    Need.SELECTED: lambda facts: facts.selected >= facts.takes,
    Need.WRITTEN: lambda facts: facts.prompted >= facts.takes,
}
_WORDS: Mapping[Need, Callable[[TierFacts], str]] = {
    Need.ARRANGED: lambda _facts: "It is not on record that people put the cut in order.",
    Need.SELECTED: lambda facts: (
        f"{facts.takes - facts.selected} of {facts.takes} stretches come from takes that nobody has selected."
    ),
    Need.WRITTEN: lambda facts: (
        f"Of {facts.takes - facts.prompted} of {facts.takes} stretches it is not on record who wrote the prompt."
    ),
}
