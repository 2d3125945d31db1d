"""What is handed to a native library that swallows exceptions: each remembers the first one of ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

AnswerT = TypeVar("AnswerT")


class WrongSignature(ValueError):
    """What the key made is no signature by the key of the certificate."""


class RememberingKey:
    """A signing callback that remembers why it failed, and lets no signature out that does not hold.

    The SDK signs with any key where it does not check afterwards.
    """

    def __init__(self, sign_payload: Callable[[bytes], bytes], chain_pem: str) -> None:
        self._sign_payload = sign_payload
        self._chain_pem = chain_pem
        self.failure: Exception | None = None

    def __call__(self, payload: bytes) -> bytes:
        try:
            return self._checked(payload, self._sign_payload(payload))
        except Exception as error:
            self.failure = error
            raise

    def _checked(self, payload: bytes, signature: bytes) -> bytes:
        leaf = x509.load_pem_x509_certificates(self._chain_pem.encode("ascii"))[0]
        key = leaf.public_key()
        half = len(signature) // 2
        try:
            if not isinstance(key, ec.EllipticCurvePublicKey):
                raise WrongSignature("the certificate's key is not of an elliptic curve")
            pair = (int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
            key.verify(encode_dss_signature(*pair), payload, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise WrongSignature("the signature does not fit the certificate") from error
        return signature


class RememberingStream:
    """An output stream that remembers the first error of the disk beneath it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        return self._remember(lambda: self._stream.read(size))

    def write(self, content: bytes) -> int:
        return self._remember(lambda: self._stream.write(content))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._remember(lambda: self._stream.seek(offset, whence))

    def tell(self) -> int:
        return self._remember(self._stream.tell)

    def flush(self) -> None:
        self._remember(self._stream.flush)

    def _remember(self, act: Callable[[], AnswerT]) -> AnswerT:
        try:
            return act()
        except OSError as error:
            self.failure = self.failure or error
            raise
