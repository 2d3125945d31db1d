"""Signed notes and the checkpoints of a log.

Source: C2SP signed-note and tlog-checkpoint. Ed25519 only: the specification asks implementations to support no
more signature types than their design needs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.merkle import HASH_BYTES

_ED25519 = b"\x01"
KEY_ID_BYTES = 4
SIGNATURE_MARK = "\u2014 "
# The specification demands that at least 16 be accepted; post-quantum ones reach 5 kB.
_MOST_SIGNATURES = 32
_LONGEST_NOTE = 256 * 1024
_LARGEST_SIZE = 2**63 - 1


class NoteError(ValueError):
    """A note or checkpoint that is malformed, or that no known key signed."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key under the name that its signature lines carry."""

    name: str
    public_bytes: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes before every signature: they choose the key, they prove nothing."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public_bytes).digest()[
            :KEY_ID_BYTES
        ]

    def vkey(self) -> str:
        """`name+hex id+base64 key`, the spelling that log clients are configured with."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_ED25519 + self.public_bytes)}"

    @classmethod
    def from_vkey(cls, text: str) -> NoteKey:
        """Raises NoteError when `text` is no Ed25519 vkey or its id does not fit."""
        # Base64 may hold a plus sign, a key name may not.
        parts = text.split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 - name, id, key
            raise NoteError("A vkey has three parts: name, key id and key.")
        name, key_id, encoded = parts
        check_name(name)
        content = from_base64(encoded)
        if content[:1] != _ED25519 or len(content) != 1 + HASH_BYTES:
            raise NoteError("The vkey holds no Ed25519 key.")
        key = cls(name, content[1:])
        if key_id != key.key_id.hex():
            raise NoteError("The key id does not belong to this name and key.")
        return key

    @classmethod
    def of(cls, name: str, key: Ed25519PrivateKey | Ed25519PublicKey) -> NoteKey:
        public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
        return cls(name, public.public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: this many leaves, this root.

    Attributes:
        origin: globally unique name of the log.
        size: number of leaves.
        root: 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The note text: three lines. We sign no extension lines, because no monitor could audit them."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def sign_checkpoint(checkpoint: Checkpoint, *, key: Ed25519PrivateKey) -> str:
    """`checkpoint` as a signed note; the key bears the name of the log."""
    text = checkpoint.body()
    parse_checkpoint(text)
    return sign_note(text, name=checkpoint.origin, key=key)


def sign_note(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """`text` as a note signed by `key` under `name`.

    Raises:
        NoteError: `text` is no text of a note: it ends in a newline and holds no other control characters.
    """
    if not text.endswith("\n") or any(character < " " and character != "\n" for character in text):
        raise NoteError("The text of a note ends in a newline and holds no other control characters.")
    return f"{text}\n{signature_line(text, name=name, key=key)}"


def text_of(note: str) -> str:
    """The text of a note, whoever signed it: it says nothing yet about what is true.

    Raises:
        NoteError: it has no form of a note.
    """
    return _split_note(note)[0]


def signature_lines(note: str) -> list[str]:
    """The signature lines of a note, each with its newline, none of them verified.

    Raises:
        NoteError: it has no form of a note.
    """
    return [line + "\n" for line in _split_note(note)[1]]


def signature_line(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """One signature over `text` by `key` under `name`, newline included."""
    check_name(name)
    return f"{SIGNATURE_MARK}{name} {to_base64(NoteKey.of(name, key).key_id + key.sign(text.encode()))}\n"


def verify_checkpoint(note: str, *, key: NoteKey) -> Checkpoint:
    """The checkpoint in `note`, once `key` is shown to have signed it and to be the key of its log.

    Raises:
        NoteError: malformed, not signed by `key`, or of another origin than the key's name.
    """
    checkpoint = parse_checkpoint(open_note(note, keys=[key]))
    if checkpoint.origin != key.name:
        raise NoteError("The checkpoint is of another log than its key.")
    return checkpoint


def open_note(note: str, *, keys: Sequence[NoteKey]) -> str:
    """The text of a signed note.

    Signatures of unknown keys are passed over; a false one of a known key spoils the note.

    Raises:
        NoteError: malformed, no signature of a known key, or a false one.
    """
    text, lines = _split_note(note)
    known = {(key.name, key.key_id): key for key in keys}
    verified = False
    for line in lines:
        name, key_id, signature = parse_signature(line)
        key = known.get((name, key_id))
        if key is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public_bytes).verify(signature, text.encode())
        except (InvalidSignature, ValueError) as error:
            raise NoteError(f"The signature of {name} is false.") from error
        verified = True
    if not verified:
        raise NoteError("No known key signed this note.")
    return text


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note's text. Extension lines are allowed and passed over.

    Raises:
        NoteError: the text has another form.
    """
    if not text.endswith("\n"):
        raise NoteError("A checkpoint ends in a newline.")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):  # noqa: PLR2004 - origin, size, root
        raise NoteError("A checkpoint has at least three lines and none is empty.")
    origin, size, root = lines[:3]
    if not (size.isascii() and size.isdigit()) or str(int(size[:20])) != size or int(size) > _LARGEST_SIZE:
        raise NoteError("The tree size is not a plain decimal number.")
    decoded = from_base64(root)
    if len(decoded) != HASH_BYTES:
        raise NoteError("The root hash has another length than 32 bytes.")
    return Checkpoint(origin, int(size), decoded)


def _split_note(note: str) -> tuple[str, list[str]]:
    if len(note) > _LONGEST_NOTE:
        raise NoteError("The note is too long.")
    if any(character < " " and character != "\n" for character in note):
        raise NoteError("A note holds no control characters.")
    # The last blank line separates: the text itself may hold blank lines.
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise NoteError("A note is text, a blank line, and signature lines.")
    lines = signatures[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise NoteError("The note has too many signatures.")
    return text + "\n", lines


def parse_signature(line: str) -> tuple[str, bytes, bytes]:
    """Name, key id and signature of a signature line without its newline.

    Raises:
        NoteError: it is none.
    """
    if not line.startswith(SIGNATURE_MARK):
        raise NoteError("A signature line begins with an em dash and a space.")
    name, separator, encoded = line.removeprefix(SIGNATURE_MARK).partition(" ")
    if not separator:
        raise NoteError("A signature line holds a name and a signature.")
    check_name(name)
    content = from_base64(encoded)
    if len(content) <= KEY_ID_BYTES:
        raise NoteError("The signature is too short.")
    return name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:]


def check_name(name: str) -> None:
    """Raises NoteError when no key may have this name."""
    if not name or "+" in name or any(character.isspace() or character < " " for character in name):
        raise NoteError("A key name is not empty and holds neither spaces nor a plus sign.")


def to_base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes:
    """Raises NoteError when `text` is not the one base64 spelling of its bytes."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("Not base64.") from error
    # b64decode lets non-zero padding bits pass: two spellings of one value.
    if to_base64(content) != text:
        raise NoteError("Not the canonical base64 spelling.")
    return content
