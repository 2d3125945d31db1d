"""Productions, sequences, shots and characters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from accounts.values import Actor
from productions.operations import add_character, add_sequence, add_shot, create_production
from productions.queries import CharacterCard, ProductionCard, SequenceCard, ShotCard
from productions.values import (
    AgreementCode,
    Buyer,
    ChangeReason,
    Correction,
    NewProduction,
    NewShot,
    ProductionKind,
)

_number = count(1)

NIGHT_FERRY = NewProduction(
    title="The Night Ferry",
    slug="night-ferry",
    project_code="NF",
    kind=ProductionKind.FEATURE,
    agreement=AgreementCode.SAG_TVT_2026,
    principal_photography_start=date(2026, 9, 1),
    production_start=date(2026, 8, 1),
    governing_law="US-CA",
    buyer=Buyer.NONE,
    award_campaign=False,
    writers_guild_covered=True,
)


def a_new_production(**fields: Any) -> NewProduction:  # noqa: ANN401 - any field of the dataclass
    """A production to open, with a code and an address of its own."""
    number = next(_number)
    unused = replace(NIGHT_FERRY, slug=f"night-ferry-{number}", project_code=f"NF-{number}")
    return replace(unused, **fields)


def a_production(actor: Actor, **fields: Any) -> ProductionCard:  # noqa: ANN401 - as above
    return create_production(a_new_production(**fields), actor=actor)


def a_sequence(actor: Actor, production: ProductionCard | None = None, *, code: str = "A") -> SequenceCard:
    return add_sequence((production or a_production(actor)).id, code=code, actor=actor)


def a_shot(
    actor: Actor, sequence: SequenceCard | None = None, *, code: str = "A010", scene: str | None = "12"
) -> ShotCard:
    new = NewShot(code=code, scene=scene, description="Ana stands at the rail and looks at the water.")
    return add_shot((sequence or a_sequence(actor)).id, new, actor=actor)


def a_correction(**fields: Any) -> Correction:  # noqa: ANN401 - any field of the dataclass
    """Photography began a fortnight later, by the call sheet."""
    whole: dict[str, Any] = {
        "facts": {"principal_photography_start": date(2026, 9, 15)},
        "reason": ChangeReason.ENTERED_WRONGLY,
        "because": "The first call sheet was taken for the final one.",
        "document_sha256": "cd" * 32,
    }
    return Correction(**whole | fields)


def a_character(
    actor: Actor, production: ProductionCard | None = None, *, name: str = "The Pilot"
) -> CharacterCard:
    return add_character((production or a_production(actor)).id, name=name, actor=actor)
