from __future__ import annotations

from uuid import UUID

from core.errors import StudioError


class UnknownPerformer(StudioError):
    """Somebody is named who is not in this organisation's register."""

    def __init__(self, performer_id: UUID) -> None:
        self.performer_id = performer_id
        super().__init__(f"No performer {performer_id} is registered here. Register the performer first.")

    def extensions(self) -> dict[str, object]:
        return {"performer": str(self.performer_id)}


class PromptEmpty(StudioError):
    """There is nothing to make: the prompt has no visible character."""


class PromptTooLong(StudioError):
    def __init__(self, *, length: int, longest: int) -> None:
        self.length = length
        self.longest = longest
        super().__init__(f"The prompt has {length} characters; at most {longest} are taken.")

    def extensions(self) -> dict[str, object]:
        return {"length": self.length, "longest": self.longest}


class PromptUnprintable(StudioError):
    """The prompt holds control characters: what one reads would not be what is made."""

    def __init__(self, *, position: int, character: str) -> None:
        self.position = position
        self.character = character
        super().__init__(
            f"The prompt holds the control character U+{ord(character):04X} at position {position}."
        )

    def extensions(self) -> dict[str, object]:
        return {"position": self.position}


class FactsUnreadable(StudioError):
    """A statement no rule could read: a name or a value outside the rulebook's vocabulary."""

    def __init__(self, path: str, complaint: str) -> None:
        self.path = path
        super().__init__(complaint)

    def extensions(self) -> dict[str, object]:
        return {"path": self.path}


class NameUnusable(StudioError):
    """A name without a letter or digit: no prompt could be recognised by it."""


class IdentifierTaken(StudioError):
    """Another performer carries this identifier already."""

    def __init__(self, *, scope: str, value: str) -> None:
        self.scope = scope
        self.value = value
        super().__init__(f"{scope} {value} belongs to another performer here.")

    def extensions(self) -> dict[str, object]:
        return {"scope": self.scope, "value": self.value}


class IdentifierMalformed(StudioError):
    """A value that its scheme cannot have, such as an ISNI whose check character is wrong."""

    def __init__(self, complaint: str, *, scope: str) -> None:
        self.scope = scope
        super().__init__(f"{complaint}. Compare it with the register it comes from.")

    def extensions(self) -> dict[str, object]:
        return {"scope": self.scope}


class NothingToChange(StudioError):
    """The register says the same already; a change names at least one fact that becomes another one."""


class NoSuchEngagement(StudioError):
    """There is no such engagement, or it is another organisation's."""


class EditionUnresolved(StudioError):
    """Which edition of an agreement governs cannot be told from the dates on file."""

    def __init__(self, complaint: str, *, family: str, dated_by: str) -> None:
        self.family = family
        self.dated_by = dated_by
        super().__init__(complaint)

    def extensions(self) -> dict[str, object]:
        return {"family": self.family, "dated_by": self.dated_by}


class AlreadyEngaged(StudioError):
    """The performer has an engagement in this production already."""


class ConsentOverlaps(StudioError):
    """Another active record covers the same performer, production, replica type and time. Supersede it."""


class NoSuchConsent(StudioError):
    """There is no such consent record, or it is another organisation's."""


class ConsentEnded(StudioError):
    """The record was superseded or withdrawn already; it ends once."""

    def __init__(self, *, status: str) -> None:
        self.status = status
        super().__init__(f"This record was {status} already.")

    def extensions(self) -> dict[str, object]:
        return {"status": self.status}


class NoSuchDecision(StudioError):
    """There is no such decision, or it is another organisation's."""


class NoSuchRule(StudioError):
    """The rulebook has no rule of this id."""

    def __init__(self, rule_id: str) -> None:
        self.rule_id = rule_id
        super().__init__(f"The rulebook has no rule {rule_id}.")

    def extensions(self) -> dict[str, object]:
        return {"rule": self.rule_id}


class DigestMalformed(StudioError):
    """A document is named by its SHA-256: 64 hexadecimal digits in lower case."""


class StrikeOnRecord(StudioError):
    """This agreement is under strike on record already."""


class NoSuchStrike(StudioError):
    """No strike of this agreement is on record."""


class QuotaExhausted(StudioError):
    """A consent's terms allow no more: others were faster between the decision and the hold."""


class QuotaLost(StudioError):
    """What was held of a consent's limits is held no longer, so that the work may not be finished with it."""


class SightNotAgreed(StudioError):
    """A consent says who may look at what is made on it, and does not name your circle."""


class NamingNotPossible(StudioError):
    """A performer cannot be named so: no consent of theirs in that production, or no printable name."""
