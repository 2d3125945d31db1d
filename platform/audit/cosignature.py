"""Cosignatures: what a witness signs when it has seen a log grow to a checkpoint.

Source: C2SP tlog-cosignature, Ed25519 (cosignature/v1). The witness says that, as of a time, this is the largest
consistent tree of the log that it knows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.checkpoint import (
    KEY_ID_BYTES,
    SIGNATURE_MARK,
    NoteError,
    check_name,
    from_base64,
    parse_signature,
    to_base64,
)
from audit.merkle import HASH_BYTES

_COSIGNATURE = b"\x04"
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The public key of a witness under its name."""

    name: str
    public_bytes: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _COSIGNATURE + self.public_bytes).digest()[
            :KEY_ID_BYTES
        ]

    def vkey(self) -> str:
        """`name+hex id+base64 key`, the spelling that log clients are configured with."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_COSIGNATURE + self.public_bytes)}"

    @classmethod
    def from_vkey(cls, text: str) -> WitnessKey:
        """Raises NoteError when `text` is no vkey of an Ed25519 cosigner or its id does not fit."""
        parts = text.split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 - name, id, key
            raise NoteError("A vkey has three parts: name, key id and key.")
        name, key_id, encoded = parts
        check_name(name)
        content = from_base64(encoded)
        if content[:1] != _COSIGNATURE or len(content) != 1 + HASH_BYTES:
            raise NoteError("The vkey holds no Ed25519 key of a witness.")
        key = cls(name, content[1:])
        if key_id != key.key_id.hex():
            raise NoteError("The key id does not belong to this name and key.")
        return key

    @classmethod
    def of(cls, name: str, key: Ed25519PrivateKey) -> WitnessKey:
        check_name(name)
        return cls(name, key.public_key().public_bytes_raw())

    def verify(self, line: str, *, text: str) -> datetime:
        """When this witness signed `text`, once `line` is shown to be its cosignature.

        Args:
            line: a signature line, with or without its newline.
            text: the text of the checkpoint's note.

        Raises:
            NoteError: it is not.
        """
        name, key_id, content = parse_signature(line.removesuffix("\n"))
        if (name, key_id) != (self.name, self.key_id):
            raise NoteError(f"The line is not of {self.name}.")
        if len(content) != _TIME_BYTES + _SIGNATURE_BYTES:
            raise NoteError("A cosignature holds a time and an Ed25519 signature.")
        seconds = int.from_bytes(content[:_TIME_BYTES], "big")
        try:
            Ed25519PublicKey.from_public_bytes(self.public_bytes).verify(
                content[_TIME_BYTES:], _message(text, seconds)
            )
            return datetime.fromtimestamp(seconds, UTC)
        except (InvalidSignature, ValueError, OverflowError, OSError) as error:
            raise NoteError(f"The cosignature of {self.name} is false.") from error

    def find(self, lines: Iterable[str], *, text: str) -> tuple[str, datetime] | None:
        """This witness's line among `lines` and its time, or None when it has none there.

        Raises:
            NoteError: a line in its name is false.
        """
        for line in lines:
            name, key_id, _ = parse_signature(line.removesuffix("\n"))
            if (name, key_id) == (self.name, self.key_id):
                return line, self.verify(line, text=text)
        return None


def cosign(text: str, *, name: str, key: Ed25519PrivateKey, at: datetime) -> str:
    """The signature line of a witness under the text of a checkpoint, newline included."""
    seconds = int(at.timestamp())
    signature = key.sign(_message(text, seconds))
    content = WitnessKey.of(name, key).key_id + seconds.to_bytes(_TIME_BYTES, "big") + signature
    return f"{SIGNATURE_MARK}{name} {to_base64(content)}\n"


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
