"""Refusals of masters. Each one names what failed and what would cure it."""

from __future__ import annotations

from core.errors import StudioError


class NoSuchMaster(StudioError):
    """There is no such master, or it is another organisation's."""


class MasterNotPossible(StudioError):
    """What was asked is not what any master of this take can be."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    def extensions(self) -> dict[str, object]:
        return {"field": self.field}


class MasterConflict(StudioError):
    """The key was used before for another master: use a new key for a new one."""

    def __init__(self, master_id: object) -> None:
        super().__init__("This Idempotency-Key belongs to another master. Use a new key for a new one.")
        self.master_id = master_id

    def extensions(self) -> dict[str, object]:
        return {"master": str(self.master_id)}


class MasterRefused(StudioError):
    """The rules no longer permit this take, so no master is made of it. Every reason is told with its cure."""

    def __init__(self, decision_id: object, reasons: list[dict[str, str]]) -> None:
        super().__init__(
            "; ".join(f"{reason['rule']}: {reason['message']}" for reason in reasons)
            or "The rules leave this to a person of legal. Nothing was made."
        )
        self.decision_id = decision_id
        self.reasons = reasons

    def extensions(self) -> dict[str, object]:
        return {"decision": str(self.decision_id), "reasons": self.reasons}


class MasterNotCancellable(StudioError):
    """The master is finished: a signed one is recalled where it went, not cancelled."""


class MasterNotReady(StudioError):
    """The master has no finished file yet, or never will have one."""
