"""The format of a sealed file: an asset encrypted in authenticated chunks.

    header   4 bytes  "CSV1"
             16 bytes identifier of the asset
             4 bytes  plaintext bytes in every chunk but the last, big-endian
             7 bytes  random prefix of the nonces
    chunks   AES-256-GCM: ciphertext and its tag of 16 bytes

The nonce of a chunk is the prefix, the chunk's number in 4 bytes and one byte that is 1 for the last chunk and 0
before; the header is associated data of every chunk. So no chunk can be moved, repeated, left out or taken from
another file, and a file can be neither cut at a chunk nor lengthened: its last chunk says that it is the last. The
key belongs to one asset, so a file under another asset's name does not open. An empty asset has one empty last chunk.

Source: the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizar (CRYPTO 2015), as age uses it with
another cipher. One chunk is in memory at a time.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from licensing.custody.errors import SealBroken

KEY_BYTES = 32
CHUNK_BYTES = 1024 * 1024
TAG_BYTES = 16
_MAGIC = b"CSV1"
_PREFIX_BYTES = 7
_HEADER = struct.Struct(f">4s16sI{_PREFIX_BYTES}s")
HEADER_BYTES = _HEADER.size
_LARGEST_CHUNK = 16 * 1024 * 1024
_MOST_CHUNKS = 2**32


def new_key() -> bytes:
    """A random key for one asset."""
    return secrets.token_bytes(KEY_BYTES)


def sealed_size(plain_bytes: int, *, chunk_bytes: int = CHUNK_BYTES) -> int:
    """How long the sealed file of an asset of `plain_bytes` is."""
    chunks = max(1, -(-plain_bytes // chunk_bytes))
    return HEADER_BYTES + plain_bytes + chunks * TAG_BYTES


class Sealer:
    """Seals one asset, chunk by chunk, into `sink`. `write` as often as there is something, then `finish` once."""

    def __init__(self, sink: BinaryIO, *, key: bytes, asset_id: UUID, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._sink = sink
        self._cipher = AESGCM(key)
        self._prefix = os.urandom(_PREFIX_BYTES)
        self._header = _HEADER.pack(_MAGIC, asset_id.bytes, chunk_bytes, self._prefix)
        self._chunk_bytes = chunk_bytes
        self._waiting = bytearray()
        self._number = 0
        sink.write(self._header)

    def write(self, plain: bytes) -> None:
        self._waiting += plain
        # The last chunk may be a full one, so a full one waits until something follows it.
        while len(self._waiting) > self._chunk_bytes:
            chunk = bytes(self._waiting[: self._chunk_bytes])
            del self._waiting[: self._chunk_bytes]
            self._seal(chunk, is_last=False)

    def finish(self) -> None:
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        if self._number >= _MOST_CHUNKS:
            raise ValueError("An asset has at most 2**32 chunks.")
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        self._sink.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._number += 1


def seal(
    plain: Iterable[bytes],
    sink: BinaryIO,
    *,
    key: bytes,
    asset_id: UUID,
    chunk_bytes: int = CHUNK_BYTES,
) -> None:
    """Seal the whole of `plain` into `sink`."""
    sealer = Sealer(sink, key=key, asset_id=asset_id, chunk_bytes=chunk_bytes)
    for part in plain:
        sealer.write(part)
    sealer.finish()


def unseal(source: BinaryIO, *, key: bytes, asset_id: UUID) -> Iterator[bytes]:
    """The plaintext of a sealed file, chunk by chunk; each is authentic, and whole only when the iterator ends.

    Raises:
        SealBroken: it is no sealed file of this asset, or not as it was sealed.
    """
    header = source.read(HEADER_BYTES)
    if len(header) != HEADER_BYTES:
        raise SealBroken("The sealed file is cut short.")
    magic, named, chunk_bytes, prefix = _HEADER.unpack(header)
    if magic != _MAGIC or not 0 < chunk_bytes <= _LARGEST_CHUNK:
        raise SealBroken("This is no sealed file.")
    if named != asset_id.bytes:
        raise SealBroken("The sealed file is another asset's.")
    cipher = AESGCM(key)
    sealed = source.read(chunk_bytes + TAG_BYTES)
    number = 0
    while True:
        following = source.read(chunk_bytes + TAG_BYTES)
        is_last = not following
        try:
            yield cipher.decrypt(_nonce(prefix, number, is_last=is_last), sealed, header)
        except InvalidTag as error:
            raise SealBroken(f"The sealed file is not as it was sealed, from chunk {number} on.") from error
        if is_last:
            return
        sealed, number = following, number + 1


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])
