"""A manifest made apart from its file: first a box of the right size, then the hash of the file, then the box itself.

The SDK's ordinary way reads a large file three times and writes it twice, in pieces of 8 KB; this way reads it once.
The functions are exported by the library of c2pa-python 0.38.1 and not wrapped by the package. So they are proven at
the first use in a process, and where they fail their proof, or are gone, files are signed the ordinary way.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any, BinaryIO

import c2pa
from c2pa import c2pa as native

from provenance.errors import SigningFailed

_Bytes = ctypes.POINTER(ctypes.c_ubyte)
# Before the manifest store in its box (C2PA 2.4, A.5.1.2): size, `uuid`, the type's UUID, version and flags, the
# purpose `manifest` with its end, and the place of further boxes.
_BOX_HEADER_BYTES = 4 + 4 + 16 + 4 + len(b"manifest\0") + 8
_SIZE_BYTES = 4


class EmbeddingUnfit(RuntimeError):
    """The installed library does not have these functions, or not as they were."""


def embedded(
    builder: c2pa.Builder, media_type: str, lay_out: Callable[[int], tuple[BinaryIO, Callable[[bytes], None]]]
) -> bytes:
    """Sign what `lay_out` lays out and return the manifest store.

    Args:
        builder: filled; its context has the signer.
        media_type: of an ISO BMFF file.
        lay_out: given the size of the credential's box in bytes, gives a stream of the finished file, in which that
            box holds anything, and a function that puts the box there.

    Raises:
        c2pa.C2paError, SigningFailed: no signature.
        EmbeddingUnfit: see there.
    """
    placeholder = _taken("c2pa_builder_placeholder", builder, media_type)
    stream, put = lay_out(len(placeholder))
    # The hash leaves the box out by its type, which must stand there already.
    put(placeholder)
    with c2pa.Stream(stream) as read:
        code = _function("c2pa_builder_update_hash_from_stream")(
            builder._handle,  # noqa: SLF001 - see the module
            media_type.encode(),
            read._stream,  # noqa: SLF001
        )
    if code != 0:
        raise _refusal()
    box = _taken("c2pa_builder_sign_embeddable", builder, media_type)
    if len(box) != len(placeholder):
        raise EmbeddingUnfit(f"the box has {len(box)} bytes, not the {len(placeholder)} that were asked for")
    put(box)
    return _store_in(box)


def sidecar(
    builder: c2pa.Builder, signer: c2pa.Signer, stream: BinaryIO, *, name: str = "whole file"
) -> bytes:
    """A manifest store bound to every byte of `stream` (C2PA 2.4, 18.5, `c2pa.hash.data` without exclusions).

    Raises:
        c2pa.C2paError, SigningFailed: no signature.
        EmbeddingUnfit: see there.
    """
    kind = b"application/c2pa"
    # Room is kept in it for the hash, which the library then makes of the stream.
    made = _Bytes()
    _owned(
        _function("c2pa_builder_data_hashed_placeholder")(
            builder._handle,  # noqa: SLF001
            native._lib.c2pa_signer_reserve_size(signer._handle),  # noqa: SLF001
            kind,
            ctypes.byref(made),
        ),
        made,
    )
    unhashed = f'{{"exclusions":[],"name":"{name}","alg":"sha256","hash":"","pad":[]}}'
    made = _Bytes()
    with c2pa.Stream(stream) as read:
        return _owned(
            _function("c2pa_builder_sign_data_hashed_embeddable")(
                builder._handle,  # noqa: SLF001
                signer._handle,  # noqa: SLF001
                unhashed.encode(),
                kind,
                read._stream,  # noqa: SLF001
                ctypes.byref(made),
            ),
            made,
        )


def _store_in(box: bytes) -> bytes:
    start = _BOX_HEADER_BYTES
    size = int.from_bytes(box[start : start + _SIZE_BYTES], "big")
    if box[start + _SIZE_BYTES :][:4] != b"jumb" or start + size > len(box):
        raise EmbeddingUnfit("the box holds no manifest store where it should")
    return box[start : start + size]


def _taken(name: str, builder: c2pa.Builder, media_type: str) -> bytes:
    made = _Bytes()
    return _owned(
        _function(name)(builder._handle, media_type.encode(), ctypes.byref(made)),  # noqa: SLF001
        made,
    )


def _owned(size: int, made: Any) -> bytes:  # noqa: ANN401 - a pointer of ctypes
    """The bytes that the library made, once they are copied and given back to it."""
    if size < 0:
        raise _refusal()
    try:
        return ctypes.string_at(made, size)
    finally:
        native._lib.c2pa_free(made)  # noqa: SLF001


def _refusal() -> SigningFailed:
    return SigningFailed(f"The signature was not made: {native._read_native_error()}")  # noqa: SLF001


@cache
def _function(name: str) -> Any:  # noqa: ANN401 - a foreign function
    try:
        function = getattr(native._lib, name)  # noqa: SLF001
        builder, stream = ctypes.POINTER(native.C2paBuilder), ctypes.POINTER(native.C2paStream)
        text, out = ctypes.c_char_p, ctypes.POINTER(_Bytes)
        signer = ctypes.POINTER(native.C2paSigner)
        kinds: dict[str, tuple[list[Any], Any]] = {
            "c2pa_builder_placeholder": ([builder, text, out], ctypes.c_int64),
            "c2pa_builder_sign_embeddable": ([builder, text, out], ctypes.c_int64),
            "c2pa_builder_update_hash_from_stream": ([builder, text, stream], ctypes.c_int),
            "c2pa_builder_data_hashed_placeholder": ([builder, ctypes.c_size_t, text, out], ctypes.c_int64),
            "c2pa_builder_sign_data_hashed_embeddable": (
                [builder, signer, text, text, stream, out],
                ctypes.c_int64,
            ),
        }
        function.argtypes, function.restype = kinds[name]
    except AttributeError as error:
        raise EmbeddingUnfit(f"the library has no {error.name or name}") from error
    return function
