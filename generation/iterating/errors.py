"""Refusals of takes that are made from others. Each names what would cure it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.errors import StudioError


class ParentNotUsable(StudioError):
    """The take that another was to be made from gives no pictures: it is not here, not signed, or may not be used."""

    def __init__(self, take_id: UUID, why: str) -> None:
        super().__init__(f"Nothing can be made from take {take_id}: {why}")
        self.take_id = take_id

    def extensions(self) -> dict[str, object]:
        return {"parent": str(self.take_id)}


class LessThanParent(StudioError):
    """A take made from pictures says less of what is in it than the take the pictures are of."""

    def __init__(self, missing: Sequence[tuple[str, str]]) -> None:
        said = "; ".join(f"{field}: {what}" for field, what in missing)
        super().__init__(
            "Whoever and whatever is in the pictures a take is made from is in the take: making it is a use of their "
            f"likeness, and the rules are asked about all of them. Say also {said}."
        )
        self.missing = tuple(missing)

    def extensions(self) -> dict[str, object]:
        return {"missing": [{"field": field, "what": what} for field, what in self.missing]}


class ModelCannot(StudioError):
    """The family of the model has no way to do what was asked.

    Args:
        family: its class.
        kind: what was asked.
        able: what can be made with it from pictures of takes.
        why: what its class has no place for, or needs; empty where it has no way at all.
        another: a cleared model that can; empty where there is none, or none was looked for.
    """

    def __init__(
        self, *, family: str, kind: str, able: Sequence[str], why: str = "", another: str = ""
    ) -> None:
        others = ", ".join(one.replace("_", " ") for one in able)
        can = f"it can {others} from pictures of takes" if able else "it takes words alone"
        instead = f" {another} can: choose that model." if another else ""
        super().__init__(f"{family} cannot {kind.replace('_', ' ')}: {why or can}.{instead}")
        self.family = family
        self.kind = kind
        self._able, self._why = able, why

    def with_another(self, model: str) -> ModelCannot:
        return ModelCannot(family=self.family, kind=self.kind, able=self._able, why=self._why, another=model)

    def extensions(self) -> dict[str, object]:
        return {"family": self.family, "kind": self.kind}
