"""What was done to make a take, as entries of `c2pa.actions.v2`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.clock import rfc3339
from provenance.sdk.contents import Relationship
from provenance.source_types import (
    ALGORITHMICALLY_ENHANCED,
    TRAINED_ALGORITHMIC_MEDIA,
    edited_with_a_model,
)
from provenance.statement import StatedIngredient, TakeStatement

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json]"


@dataclass(frozen=True, slots=True)
class SoftwareAgent:
    """The model that did something. `sha256` names its weights or, where a `host` runs it, what is declared of it."""

    name: str
    version: str
    sha256: str
    host: str = ""

    def to_json(self) -> dict[str, Json]:
        return {
            "name": self.name,
            "version": self.version,
            f"org.countersign.{'declaration' if self.host else 'weights'}_sha256": self.sha256,
            **({"org.countersign.host": self.host} if self.host else {}),
        }


@dataclass(frozen=True, slots=True)
class Action:
    """One entry of `c2pa.actions.v2`.

    Attributes:
        parameters: reverse-domain names only (C2PA 2.4, 18.15.4.7).
        ingredients: labels of the ingredients it concerns.
    """

    action: str
    when: str | None = None
    agent: SoftwareAgent | None = None
    digital_source_type: str | None = None
    parameters: tuple[tuple[str, Json], ...] = ()
    ingredients: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        entry: dict[str, Json] = {"action": self.action}
        if self.when:
            entry["when"] = self.when
        if self.agent:
            entry["softwareAgent"] = self.agent.to_json()
        if self.digital_source_type:
            entry["digitalSourceType"] = self.digital_source_type
        named: dict[str, Json] = {"ingredientIds": [*self.ingredients]} if self.ingredients else {}
        if self.parameters or named:
            entry["parameters"] = {**named, **dict(self.parameters)}
        return entry


def actions_of(statement: TakeStatement) -> Sequence[Action]:
    """Everything that was done, in order.

    A take that was made anew begins with `c2pa.created`; one that goes on from a file begins with `c2pa.opened`,
    which names that file as its parent.
    """
    agent = SoftwareAgent(
        statement.model_name, statement.model_version, statement.model_sha256, statement.host
    )
    when = rfc3339(statement.created_at)
    parent = statement.parent
    if statement.host and parent is not None:
        return _coded_anew(statement, parent, when)
    opened = () if parent is None else (Action("c2pa.opened", ingredients=(parent.label,)),)
    rendered = Action(
        "c2pa.created" if parent is None else "c2pa.edited",
        when=when,
        agent=agent,
        digital_source_type=(
            TRAINED_ALGORITHMIC_MEDIA if parent is None else edited_with_a_model(parent.digital_source_type)
        ),
        parameters=_told(statement),
        ingredients=tuple(
            one.label for one in statement.ingredients if one.relationship is not Relationship.PARENT_OF
        ),
    )
    return (*opened, rendered, *_resized(statement, when, agent))


def _told(statement: TakeStatement) -> tuple[tuple[str, Json], ...]:
    """What the model was told beside words and size."""
    # Text, because a seed may need more than the 53 bits a JSON number keeps.
    seed = () if statement.seed is None else (("org.countersign.seed", str(statement.seed)),)
    steps = () if statement.steps is None else (("org.countersign.steps", statement.steps),)
    camera = (("org.countersign.camera_move", statement.camera_move),) if statement.camera_move else ()
    return (*seed, *steps, *camera)


def _coded_anew(statement: TakeStatement, parent: StatedIngredient, when: str) -> Sequence[Action]:
    """Of a file that a service sent with its own credential: its pictures were coded anew here, and no more.

    How they came about is what that credential says; where it says nothing, what we know: a model was asked for them.
    """
    others = [one.label for one in statement.ingredients if one is not parent]
    transcoded = Action(
        "c2pa.transcoded",
        when=when,
        digital_source_type=parent.digital_source_type or TRAINED_ALGORITHMIC_MEDIA,
        parameters=_told(statement),
        ingredients=tuple(others),
    )
    return (Action("c2pa.opened", ingredients=(parent.label,)), transcoded, *_resized(statement, when, None))


def _resized(statement: TakeStatement, when: str, agent: SoftwareAgent | None) -> tuple[Action, ...]:
    delivered = (statement.width, statement.height)
    generated = (statement.generated_width, statement.generated_height)
    if delivered == generated:
        return ()
    # `allActionsIncluded` would be untrue if the change of size went unsaid.
    keeps_shape = delivered[0] * generated[1] == delivered[1] * generated[0]
    return (
        Action(
            "c2pa.resized.proportional" if keeps_shape else "c2pa.resized",
            when=when,
            agent=agent,
            digital_source_type=None if keeps_shape else ALGORITHMICALLY_ENHANCED,
        ),
    )
