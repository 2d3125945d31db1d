from __future__ import annotations

from core.errors import StudioError


class NotAMember(StudioError):
    """The person has no membership in the organisation they want to act for."""


class SignInRefused(StudioError):
    """The e-mail address and password do not belong together, or the account is closed."""


class RoleMissing(StudioError):
    """The person is a member, but in no role that may do this."""

    def __init__(self, needed: frozenset[str]) -> None:
        self.needed = needed
        super().__init__(f"This needs one of the roles: {', '.join(sorted(needed))}.")

    def extensions(self) -> dict[str, object]:
        return {"roles": sorted(self.needed)}


class TooManyAttempts(StudioError):
    """Sign-in failed too often lately. Wait, then try again; nothing is checked until then."""

    def __init__(self, *, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"Too many failed sign-ins. Try again in {retry_after_s // 60} minutes.")

    def extensions(self) -> dict[str, object]:
        return {"retry_after_s": self.retry_after_s}


class NoSuchToken(StudioError):
    """There is no such API token, or it is somebody else's."""


class SlugTaken(StudioError):
    """Another organisation has this slug; they are unique among all."""
