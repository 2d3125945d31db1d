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
