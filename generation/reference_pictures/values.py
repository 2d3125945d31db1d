"""Reference pictures in custody as somebody asks for them, and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

# More than any family takes; each says for itself how many it does.
MOST_PICTURES = 8
MOST_PICTURE_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class PictureCard:
    """A reference picture that a take was asked for with. Nobody's name: whom it shows is read in custody."""

    asset_id: UUID
    position: int
    picture_sha256: str

    @property
    def title(self) -> str:
        return f"Reference {self.position}"
