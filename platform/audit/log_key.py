"""The public keys of the log, as this installation knows them, and the way to whoever holds the private ones.

The private keys lie with the signer (`audit.signer`). Its public ones are kept beside the product's own keys from the
first time they are heard: a signer with other keys is somebody else from then on.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.conf import settings

from audit.checkpoint import NoteError, NoteKey
from audit.errors import LogDamaged
from audit.own_folder import keep_first
from audit.signer.client import SignerClient
from audit.signer.place import TOKEN

# Where versions before the signer kept the private key. It is moved over when a signer first starts.
EARLIER_PRIVATE_FILE = "log-checkpoint.key.pem"
PUBLIC_FILE = "log-checkpoint.pub.pem"
STATEMENT_FILE = "log-statement.vkey"
TOKEN_FILE = "log-signer.token"  # noqa: S105 - the name of a file


class LogKeyUnusable(ValueError):
    """The file of the log's key holds something else than an Ed25519 key."""


def signer_client() -> SignerClient:
    """A way to the signer that the settings name, for one thread."""
    return SignerClient(
        settings.LOG_SIGNER,
        # A signer elsewhere has its token copied here; the one of this installation is asked where it keeps its own.
        token_files=[settings.KEYS_FOLDER / TOKEN_FILE, settings.SIGNER_FOLDER / TOKEN],
    )


def public_key(keys_folder: Path) -> Ed25519PublicKey | None:
    """The public key that checkpoints are verified with, or None before the signer was first heard.

    Raises:
        LogKeyUnusable: the file there is no Ed25519 key.
    """
    path = keys_folder / PUBLIC_FILE
    if not path.exists():
        return None
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise LogKeyUnusable(f"{path} holds no Ed25519 key.")
    return key


def statement_key(keys_folder: Path) -> NoteKey | None:
    """The public key that statements are verified with, or None before the signer was first heard.

    Raises:
        LogKeyUnusable: the file there is no vkey.
    """
    path = keys_folder / STATEMENT_FILE
    if not path.exists():
        return None
    try:
        return NoteKey.from_vkey(path.read_text(encoding="ascii").strip())
    except (NoteError, UnicodeDecodeError) as error:
        raise LogKeyUnusable(f"{path} holds no vkey.") from error


def known_signer(client: SignerClient, keys_folder: Path) -> Ed25519PublicKey:
    """The key of checkpoints, once the signer is shown to be the one that is known here or the first one heard.

    Raises:
        audit.signer.client.SignerUnreachable: it does not answer.
        LogDamaged: it has other keys than those that are kept here.
    """
    told = client.keys()
    heard = Ed25519PublicKey.from_public_bytes(told.checkpoint)
    pem = heard.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    keep_first(keys_folder / PUBLIC_FILE, pem, mode=0o644)
    keep_first(keys_folder / STATEMENT_FILE, told.statement_vkey.encode() + b"\n", mode=0o644)
    kept, statements = public_key(keys_folder), statement_key(keys_folder)
    if kept is None or statements is None:
        raise LogKeyUnusable(f"The public keys of the log vanished from {keys_folder}.")
    if kept.public_bytes_raw() != told.checkpoint or statements.vkey() != told.statement_vkey:
        raise LogDamaged("of every organisation", f"the signer has other keys than those in {keys_folder}")
    return kept
