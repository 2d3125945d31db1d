"""Where a signing key lies, as one line of text, and what it may sign. Pure.

pem:claim-signing/signer-1f/key.pem            a file, below the keys folder unless the path is absolute
pkcs11:token=studio;object=claim-2027;id=%01   a key in a token (RFC 7512)
kms:alias/claim-2027                           a key of a key service, by its id, ARN or alias
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import quote, unquote_to_bytes

# What RFC 7512, 2.3 lets stand unescaped in the value of an attribute, beyond what `quote` leaves alone.
_UNESCAPED = ":[]@!$'()*+,=&/"


class BadKeyAddress(ValueError):
    """A text that names no key. The message says why."""


class KeyPurpose(StrEnum):
    """What a key signs. A key has one purpose for its whole life."""

    CLAIM = "claim"
    """Credentials of files."""
    IDENTITY = "identity"
    """Identity assertions of one organisation."""
    STATUS = "status"
    """Lists of what stands today."""
    CHECKPOINT = "checkpoint"
    """The log's checkpoints. Only the log's own signer holds such keys."""
    RECEIPT = "receipt"
    """The log's statements and receipts. As above."""


@dataclass(frozen=True, slots=True)
class PemAddress:
    path: str

    def __str__(self) -> str:
        return f"pem:{self.path}"


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """A key in a PKCS#11 token, by the token's label and its own, or its own id, or both."""

    token: str
    label: str | None = None
    key_id: bytes | None = None

    def __str__(self) -> str:
        named = [f"token={quote(self.token, safe=_UNESCAPED)}"]
        if self.label is not None:
            named.append(f"object={quote(self.label, safe=_UNESCAPED)}")
        if self.key_id is not None:
            named.append("id=" + "".join(f"%{octet:02x}" for octet in self.key_id))
        return f"pkcs11:{';'.join(named)}"


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    key_id: str

    def __str__(self) -> str:
        return f"kms:{self.key_id}"


KeyAddress: TypeAlias = PemAddress | TokenAddress | ServiceAddress


def parse_key_address(text: str) -> KeyAddress:
    """The address that `text` spells.

    Raises:
        BadKeyAddress: it spells none, or holds a PIN.
    """
    scheme, colon, rest = text.partition(":")
    if not colon or not rest:
        raise BadKeyAddress(f"{text!r} names no key: begin with pem:, pkcs11: or kms:.")
    match scheme:
        case "pem":
            return PemAddress(rest)
        case "kms":
            return ServiceAddress(rest)
        case "pkcs11":
            return _token_address(rest)
        case _:
            raise BadKeyAddress(f"{scheme!r} is no kind of key store: pem, pkcs11 or kms.")


def _token_address(path: str) -> TokenAddress:
    path, question_mark, _ = path.partition("?")
    if question_mark or "pin-value" in path:
        raise BadKeyAddress("The address of a key holds no PIN; that stands in COUNTERSIGN_PKCS11_PIN_FILE.")
    found: dict[str, bytes] = {}
    for attribute in path.split(";"):
        name, _, value = attribute.partition("=")
        if name in found:
            raise BadKeyAddress(f"{name} stands twice in the address of the key.")
        found[name] = unquote_to_bytes(value)
    unknown = found.keys() - {"token", "object", "id", "type"}
    if unknown:
        raise BadKeyAddress(f"{min(unknown)!r} is none of token, object and id.")
    if found.get("type", b"private") != b"private":
        raise BadKeyAddress("Only private keys sign.")
    if not found.get("token") or not (found.get("object") or found.get("id")):
        raise BadKeyAddress("The address of a key in a token names the token, and the key by object or id.")
    try:
        label = found["object"].decode() if "object" in found else None
        return TokenAddress(found["token"].decode(), label, found.get("id"))
    except UnicodeDecodeError as error:
        raise BadKeyAddress("Labels of tokens and keys are UTF-8.") from error
