"""What is kept of a video to know it again, and what was found by it. Pure."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Self

SAMPLES_PER_S = 5
"""As the reference implementation of the ISCC takes frames of a video."""
WORD_BYTES = 32
ISCC_BYTES = 32
# Ten minutes of video. A take has seconds; a stranger's file may have hours.
MOST_WORDS = 10 * 60 * SAMPLES_PER_S

ISCC_ALGORITHM = "io.iscc.v0"
DHASH_ALGORITHM = "org.countersign.dhash.1"
"""The words' private name: version 1 of how they are made. Stored with each fingerprint."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A video's fingerprints.

    Attributes:
        iscc: ISCC Video-Code of 256 bits with its header, as `ISCC:...` (ISO 24138).
        iscc_digest: its body, 32 bytes.
        words: one word of 32 bytes for each fifth of a second, from the start; all zeroes where the picture holds
            too little to be told from another.
        mirrored_words: the same of the picture mirrored left to right. Asked with, not stored.
        spectrum: mean amplitudes of the pictures' longer waves, float32 (56, 56), in which a watermark is read.
            Asked with, not stored.
    """

    iscc: str
    iscc_digest: bytes
    words: bytes
    mirrored_words: bytes = b""
    spectrum: bytes = b""

    def to_json(self) -> dict[str, str]:
        return {
            "iscc": self.iscc,
            "iscc_digest": self.iscc_digest.hex(),
            "words": base64.b64encode(self.words).decode(),
            "mirrored_words": base64.b64encode(self.mirrored_words).decode(),
            "spectrum": base64.b64encode(self.spectrum).decode(),
        }

    @classmethod
    def from_json(cls, document: dict[str, str]) -> Self:
        return cls(
            iscc=document["iscc"],
            iscc_digest=bytes.fromhex(document["iscc_digest"]),
            words=base64.b64decode(document["words"]),
            mirrored_words=base64.b64decode(document["mirrored_words"]),
            spectrum=base64.b64decode(document["spectrum"]),
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored fingerprint that shares at least one key with what was asked."""

    manifest_id: str
    iscc_digest: bytes
    words: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A file of ours that looks like the one asked about. It proves nothing about either's integrity.

    Attributes:
        similarity: 0 to 100; 0 is what two unrelated videos have, 100 the same pictures.
        algorithm: by which it was found.
        mirrored: the pictures asked about are mirrored left to right.
        start_s, end_s: the stretch of the file asked about that fits, in seconds; None where the whole was compared.
    """

    manifest_id: str
    similarity: int
    algorithm: str
    mirrored: bool = False
    start_s: float | None = None
    end_s: float | None = None
