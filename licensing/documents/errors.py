"""Refusals about the documents of a consent."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.errors import StudioError


class RiderUnprintable(StudioError):
    """A name or a term holds a character that no font of ours can show; an empty box would be signed."""

    def __init__(self, character: str) -> None:
        self.character = character
        super().__init__(
            f"The rider cannot show the character U+{ord(character):04X}. "
            "Spell it in Latin, Greek or Cyrillic letters."
        )

    def extensions(self) -> dict[str, object]:
        return {"code_point": f"U+{ord(self.character):04X}"}


class TermsContradict(StudioError):
    """Terms that say two things at once, or two documents that should say the same and do not."""

    def __init__(self, path: str, complaint: str) -> None:
        self.path = path
        super().__init__(f"{path}: {complaint}")

    def extensions(self) -> dict[str, object]:
        return {"path": self.path}


class OdrlNotUnderstood(StudioError):
    """A policy that uses something our profile does not define, or leaves out something it needs.

    Passing it over would change what was agreed, so nothing of the policy is taken.
    """

    def __init__(self, path: str, complaint: str, *, name: str | None = None) -> None:
        self.path = path
        self.name = name
        super().__init__(f"{path}: {complaint}")

    def extensions(self) -> dict[str, object]:
        named: dict[str, object] = {} if self.name is None else {"name": self.name}
        return {"path": self.path} | named


class NoSuchRider(StudioError):
    """There is no such rider, or it is another organisation's."""


class NoSuchDocument(StudioError):
    """There is no such document, or it is another organisation's."""


class NoSuchTranscription(StudioError):
    """There is no such transcription, or it is another organisation's."""


class NoSuchAuthority(StudioError):
    """There is no such signing authority, or it was revoked before."""


class AuthorityOnRecord(StudioError):
    """This person may sign for the performer in this role already."""


class AuthorityNotYours(StudioError):
    """Nobody verifies their own authority to sign."""


class SignerWithoutAuthority(StudioError):
    """Whoever signs may not sign for this side, by what is on record today."""

    def __init__(self, side: str, reason: str) -> None:
        self.side = side
        super().__init__(reason)

    def extensions(self) -> dict[str, object]:
        return {"side": self.side}


class RiderOutOfTurn(StudioError):
    """The signatures come in their order, each once: the studio's, then the performer's, then the record."""


class OtherTermsMeant(StudioError):
    """The digest that was confirmed is not that of the terms on record: something else was read than is signed."""

    def __init__(self, *, stored: str, stated: str) -> None:
        self.stored = stored
        self.stated = stated
        super().__init__(f"You confirm terms {stated}; on record are terms {stored}. Read them again.")

    def extensions(self) -> dict[str, object]:
        return {"stored_sha256": self.stored, "stated_sha256": self.stated}


class DocumentAltered(StudioError):
    """A PDF is not what was signed: bytes changed, or something was added after signing."""

    def __init__(self, complaints: Sequence[str]) -> None:
        self.complaints = tuple(complaints)
        super().__init__(" ".join(self.complaints) or "The document is not what was signed.")

    def extensions(self) -> dict[str, object]:
        return {"complaints": list(self.complaints)}


class DocumentUnreadable(StudioError):
    """The file is not a PDF that can be read within bounds."""


class DocumentActive(StudioError):
    """The PDF carries content that acts when it is opened, such as JavaScript. A contract needs none."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(
            f"The PDF carries {', '.join(self.kinds)}. Print it to a plain PDF before it is signed."
        )

    def extensions(self) -> dict[str, object]:
        return {"kinds": list(self.kinds)}


class DocumentTooLarge(StudioError):
    """The file is larger than any contract; nothing of it was kept."""

    def __init__(self, largest_bytes: int) -> None:
        self.largest_bytes = largest_bytes
        super().__init__(f"At most {largest_bytes // 2**20} MB are taken.")

    def extensions(self) -> dict[str, object]:
        return {"largest_bytes": self.largest_bytes}


class DocumentOnRecord(StudioError):
    """This very file is on record for this performer and production already."""

    def __init__(self, document_id: UUID) -> None:
        self.document_id = document_id
        super().__init__("This very file is on record for this performer and production already.")

    def extensions(self) -> dict[str, object]:
        return {"document": str(self.document_id)}


class CheckedByTheSamePerson(StudioError):
    """Whoever transcribed a document does not confirm the transcription: that takes a second person."""


class TranscriptionChecked(StudioError):
    """A second person answered this transcription already."""


class TranscriptionUnconfirmed(StudioError):
    """Nobody but the transcriber has compared these terms with the document, so no consent may rest on them."""


class DocumentMissing(StudioError):
    """The request carries no file."""
