from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.errors import StudioError

_MOST_NAMED = 20


class LogDamaged(RuntimeError):
    """What is stored of a log is not what was signed: nothing more is signed until somebody has looked.

    Not a refusal that a person could cure by asking differently, hence no `StudioError`.
    """

    def __init__(self, origin: str, found: str) -> None:
        super().__init__(f"Log {origin}: {found}. Run `manage.py audit check`.")
        self.origin = origin
        self.found = found


class LogNotReady(StudioError):
    """What this rests on is recorded but not yet covered by a signed checkpoint of the log, so it has no effect yet.

    The log is behind or stands still. What was asked did not happen, unless the answer says what was kept.
    """

    retry_after_s = 5

    def __init__(self, message: str | None = None) -> None:
        super().__init__(
            message
            or "The log has not yet confirmed what this rests on, so nothing was done. Try again in a moment; if it "
            "goes on, tell whoever runs this product that the log stands still."
        )


class LogNotForRole(StudioError):
    """The person is a member of the log's organisation, but in no role that reads this of it."""

    def __init__(self, what: str, needed: frozenset[str]) -> None:
        self.needed = needed
        super().__init__(f"To {what}, you need one of the roles: {', '.join(sorted(needed))}.")

    def extensions(self) -> dict[str, object]:
        return {"roles": sorted(self.needed)}


class UseFound(StudioError):
    """Somebody asks for a statement that a performer was not touched, and entries of the log say otherwise."""

    def __init__(self, entries: Sequence[tuple[int, UUID]]) -> None:
        self.entries = tuple(entries)
        places = ", ".join(str(index) for index, _ in self.entries[:_MOST_NAMED])
        more = len(self.entries) - _MOST_NAMED
        super().__init__(
            f"The log holds {len(self.entries)} entries about this performer in this production and period, at "
            f"places {places}{f' and {more} more' if more > 0 else ''}. Non-use cannot be stated."
        )

    def extensions(self) -> dict[str, object]:
        return {"entries": [{"index": index, "uid": str(uid)} for index, uid in self.entries]}


class NonUseNotProvable(StudioError):
    """Whether a performer was touched cannot be told from the log for sure; what is unknown is never cleared.

    `reason` is one of a closed list, see docs/evidence.md.
    """

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)

    def extensions(self) -> dict[str, object]:
        return {"reason": self.reason}
