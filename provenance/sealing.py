"""One file signed, time-stamped as the policy says, and read back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.digests import sha256_hex_of_file
from provenance import c2pa_gateway
from provenance.errors import NoTimeStamp, SigningFailed
from provenance.inspection import Expected, Source, read_back
from provenance.readings import Reading
from provenance.sdk.contents import Contents
from provenance.time_stamping import (
    StampPolicy,
    accepted_roots_pem,
    configured_authorities,
    relay_to,
    stamp_policy,
)
from provenance.trust_list import Anchor
from provenance.values import ClaimSigner, Identity

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seal:
    """What goes around a video: the manifest, who signs it under which roots, and whose it is.

    With `give_up_source` the video itself may become the signed file; see `c2pa_gateway.sign`.
    """

    manifest_id: str
    contents: Contents
    signer: ClaimSigner
    anchors: tuple[Anchor, ...]
    identity: Identity | None = None
    give_up_source: bool = False


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signed file that read back as it was meant.

    `time_stamped_at` is None where the policy let it go without. `sha256_hex` is of the whole file.
    """

    manifest_store: bytes
    reading: Reading
    time_stamped_at: datetime | None
    sha256_hex: str


def sealed(source: Source, destination: Path, seal: Seal) -> Sealed:
    """Sign `source` into `destination` and read that back. What stands there after an error is not to be used.

    Raises:
        KeyUnavailable: the key's store did not sign.
        NoTimeStamp: one is required, and no authority gave it.
        SigningFailed: the signature was not made, or did not read back as meant.
        OSError: `destination` could not be written.
    """

    def read(expected: Expected) -> Reading:
        return read_back(
            destination,
            source=source,
            expected=expected,
            anchors=seal.anchors,
            tsa_roots_pem=accepted_roots_pem(),
            identity_roots_pem=seal.identity.roots_pem if seal.identity else "",
        )

    return sealed_and_read(source.path, destination, seal, read)


def sealed_and_read(
    source: Path, destination: Path, seal: Seal, read: Callable[[Expected], Reading]
) -> Sealed:
    """As `sealed`, read back by `read`, which gets what it is to find and raises SigningFailed where it does not."""
    store, time_stamped = stamped(lambda url: _sign(source, destination, seal, tsa_url=url))
    expected = Expected(
        seal.manifest_id,
        seal.signer.serial,
        time_stamped=time_stamped,
        identified=seal.identity is not None,
    )
    # Both read the whole file, and neither holds the interpreter while it does.
    with ThreadPoolExecutor(max_workers=1) as beside:
        digesting = beside.submit(sha256_hex_of_file, destination)
        reading = read(expected)
        digest = digesting.result()
    stated = reading.trusted_time
    return Sealed(store, reading, datetime.fromisoformat(stated) if stated else None, digest)


def stamped(sign: Callable[[str | None], bytes]) -> tuple[bytes, bool]:
    """The manifest store, and whether the signature is time-stamped, as the policy wants it.

    Args:
        sign: makes the manifest store, with a time stamp from the address it is given.

    Raises:
        KeyUnavailable, NoTimeStamp, SigningFailed: as `sealed`.
    """
    policy = stamp_policy()
    if policy is StampPolicy.OFF:
        return sign(None), False
    try:
        return _signed_with_stamp(sign), True
    except (NoTimeStamp, SigningFailed) as failure:
        if policy is StampPolicy.REQUIRED:
            raise
        # A failure of the key itself comes back with the second signature.
        logger.warning("To be signed without a time stamp: %s", failure)
    return sign(None), False


def _signed_with_stamp(sign: Callable[[str | None], bytes]) -> bytes:
    """The manifest store of a time-stamped signature.

    Raises:
        NoTimeStamp: no authority gave one, so the SDK made no signature.
        SigningFailed: it was not made for another reason.
    """
    try:
        authorities = configured_authorities()
    except (OSError, ValueError) as error:
        raise NoTimeStamp((("roots", f"cannot be read: {error}"),)) from error
    with relay_to(authorities) as relay:
        try:
            return sign(relay.url)
        except SigningFailed as failed:
            if relay.failure is None:
                raise
            raise NoTimeStamp(relay.failure.failures) from failed


def _sign(source: Path, destination: Path, seal: Seal, *, tsa_url: str | None) -> bytes:
    return c2pa_gateway.sign(
        source=source,
        destination=destination,
        contents=seal.contents,
        signer=seal.signer,
        anchors=seal.anchors,
        tsa_url=tsa_url,
        tsa_roots_pem=accepted_roots_pem() if tsa_url else "",
        identity=seal.identity,
        give_up_source=seal.give_up_source,
    )
