"""Signers of the SDK whose keys stay with us, behind callbacks."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import c2pa
from c2pa import c2pa as native

from provenance.errors import SigningFailed
from provenance.remembering import RememberingKey
from provenance.values import ClaimSigner, Identity


def native_signer(
    key: RememberingKey,
    signer: ClaimSigner,
    tsa_url: str | None,
    identity_key: RememberingKey | None,
    identity: Identity | None,
) -> c2pa.Signer:
    """A signer of claims; with `identity`, one that also has that identity signed.

    Raises:
        SigningFailed: no such signer came about.
    """
    claim = c2pa.Signer.from_callback(key, c2pa.C2paSigningAlg.ES256, signer.chain_pem, tsa_url)
    if identity is None or identity_key is None:
        return claim
    other = c2pa.Signer.from_callback(
        identity_key, c2pa.C2paSigningAlg.ES256, identity.signer.chain_pem, None
    )
    # Exported by the library and not wrapped by the package; the only way with both keys behind callbacks.
    combine = native._lib.c2pa_identity_signer_create  # noqa: SLF001 - see above, here and below
    signers, texts = ctypes.POINTER(native.C2paSigner), ctypes.POINTER(ctypes.c_char_p)
    combine.argtypes, combine.restype = [signers, signers, texts, texts], signers
    handles = (claim._handle, other._handle)  # noqa: SLF001
    callbacks = (claim._callback_cb, other._callback_cb)  # noqa: SLF001
    combined = combine(*handles, _c_texts(identity.referenced), _c_texts(identity.roles))
    if not combined:
        told = native._read_native_error()  # noqa: SLF001
        for one in (claim, other):
            one._release_handle()  # noqa: SLF001
        raise SigningFailed(f"No signer of an identity was made: {told}")
    for one in (claim, other):
        # The new signer owns both now, and must keep their callbacks alive.
        one._teardown(free_handle=False)  # noqa: SLF001
    made = c2pa.Signer(combined)
    made._callback_cb = callbacks  # noqa: SLF001
    return made


def _c_texts(texts: Sequence[str]) -> ctypes.Array[ctypes.c_char_p]:
    """An array of C, ended by a null pointer."""
    return (ctypes.c_char_p * (len(texts) + 1))(*(text.encode() for text in texts), None)
