"""Packs of rules as they travel: a signed note, under a key that signs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import NoteError, NoteKey, open_note, sign_note
from licensing.documents.receipt_key import own_signing_key
from licensing.house_rules.errors import PackSignatureFalse
from licensing.house_rules.pack_text import PackText, read_pack

_FILE = "rule-packs.key.pem"


def pack_key(keys_folder: Path) -> Ed25519PrivateKey:
    """The private key of this installation for packs, made on first use with mode 0600."""
    return own_signing_key(keys_folder, _FILE)


def pack_vkey(keys_folder: Path) -> str:
    """The public key as `name+id+key`, to hand to whoever takes packs from here."""
    key = pack_key(keys_folder)
    return NoteKey.of(_name(key), key).vkey()


def signed_pack(text: str, keys_folder: Path) -> str:
    """`text` as a note signed by this installation, once it is a pack that would be taken.

    Raises:
        PackRefused: it is none.
    """
    read_pack(text)
    key = pack_key(keys_folder)
    return sign_note(text, name=_name(key), key=key)


def open_pack(note: str, *, keys: Sequence[NoteKey]) -> PackText:
    """The pack in `note`, once one of `keys` is shown to have signed it.

    Raises:
        PackSignatureFalse: none of them did, or it was changed since.
        PackRefused: it is no pack.
    """
    try:
        text = open_note(note, keys=keys)
    except NoteError as error:
        raise PackSignatureFalse(0, f"The pack is not taken: {error}") from error
    return read_pack(text)


def _name(key: Ed25519PrivateKey) -> str:
    return f"countersign/rule-packs/{key.public_key().public_bytes_raw().hex()[:16]}"
