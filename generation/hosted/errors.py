"""Why a model that somebody else runs gave no take. What the service itself said is told in its own words."""

from __future__ import annotations

from core.errors import StudioError


class HostedFailure(StudioError):
    """Root of what can go wrong with a hosted model. `words`: the service's own, empty where it gave none."""

    def __init__(self, message: str, *, words: str = "") -> None:
        super().__init__(f"{message} It says: {words}" if words else message)
        self.words = words

    def extensions(self) -> dict[str, object]:
        return {"words": self.words} if self.words else {}


class HostedKeyMissing(HostedFailure):
    """There is no key for the host, or the service does not accept it."""


class HostedRefused(HostedFailure):
    """The service refuses the request, by its own rules of content or because it cannot make it."""


class HostedUnavailable(HostedFailure):
    """The service cannot be reached, has too much to do, or did not finish in time."""


class HostedUncertain(HostedFailure):
    """The request was sent and not answered: whether the service works on it, and bills it, is not known."""


class HostedAnswerUnfit(HostedFailure):
    """What the service sent is not the film that was asked for."""
