from __future__ import annotations

from core.errors import StudioError


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
