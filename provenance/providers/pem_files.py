"""Keys in PEM files of mode 0600: for development, because whoever reads the disk has the key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.key_files import write_new
from provenance.errors import KeyMissing, KeyStoreUnusable, KeyTaken
from provenance.providers.addresses import PemAddress
from provenance.providers.signing_key import SigningKey, raw_signature


class PemFiles:
    """Keys below one folder, or at absolute paths."""

    def __init__(self, keys_folder: Path) -> None:
        self._folder = keys_folder

    def opened(self, address: PemAddress) -> SigningKey:
        path = self._folder / address.path
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except FileNotFoundError as error:
            raise KeyMissing(f"There is no key at {path}.") from error
        except (OSError, ValueError, TypeError) as error:
            raise KeyStoreUnusable(f"{path} holds no key that can be read: {error}") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise KeyStoreUnusable(f"{path} holds no P-256 key.")
        return _signing_key(address, key)

    def generated(self, address: PemAddress) -> SigningKey:
        key = ec.generate_private_key(ec.SECP256R1())
        path = self._folder / address.path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            write_new(path, key_pem(key))
        except FileExistsError as error:
            raise KeyTaken(f"A key lies at {path} already.") from error
        except OSError as error:
            raise KeyStoreUnusable(f"{path} cannot be written: {error}") from error
        return _signing_key(address, key)


def es256(key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    """Signs as COSE wants it: r and s side by side (RFC 9053, 2.1)."""
    return lambda payload: raw_signature(key.sign(payload, ec.ECDSA(hashes.SHA256())))


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """PKCS #8, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def _signing_key(address: PemAddress, key: ec.EllipticCurvePrivateKey) -> SigningKey:
    return SigningKey(
        address=str(address),
        public_key=key.public_key(),
        extractable=True,
        sign=es256(key),
    )
