"""The one door to the C2PA SDK. Nothing but this and its parts in `provenance.sdk` imports `c2pa`.

Measured on c2pa-python 0.38.1 (c2pa-rs 0.91.3), and the reason for most of what stands here:

- Settings it does not know are dropped without a word, and version 0.91 renamed the trust settings. So the first
  use in a process signs and reads a throw-away file and checks that good reads good and bad reads bad.
- `verify_after_sign` alone leaves the content hash unchecked, and a failed sign leaves its output behind.
- A Context does not survive a fork and costs 0.2 ms, so every call makes its own and nothing is shared between
  threads or kept from a parent process.
- Roots of one kind vouch for signers of every kind: a file under a root for identities alone reads Trusted too.
  Which list vouched is in `anchor_uri`, and no answer of ours rests on the state without it.
- Exceptions inside our signing and stream callbacks are swallowed; they are kept here and raised afterwards.
"""

from __future__ import annotations

import io
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import c2pa

from core import clock
from provenance import boxes, laying_out, probe
from provenance.errors import KeyUnavailable, SigningFailed
from provenance.layout import NoPlace, has_reserve
from provenance.manifest import MEDIA_TYPE
from provenance.readings import Reading, Segments
from provenance.remembering import RememberingKey, RememberingStream
from provenance.sdk.builders import opened_builder
from provenance.sdk.contents import Contents, Intent
from provenance.sdk.contexts import opened_context
from provenance.sdk.embedding import EmbeddingUnfit, embedded, sidecar
from provenance.sdk.in_place import sign_into, sign_reserved
from provenance.sdk.reports import reading_of
from provenance.sdk.segments import judged
from provenance.sdk.signers import native_signer
from provenance.sdk.updates import update_into
from provenance.trust_list import Anchor
from provenance.values import ClaimSigner, Identity

logger = logging.getLogger(__name__)

_ISO_BMFF = frozenset({"video/mp4", "video/quicktime", "video/x-m4v", "audio/mp4"})


class NoCredential(Exception):
    """The file carries no manifest store.

    `remote` says that it names one elsewhere, which is not fetched; `url` where, as it says.
    """

    def __init__(self, *, remote: bool = False, url: str | None = None) -> None:
        super().__init__("no credential inside")
        self.remote = remote
        self.url = url


class CredentialUnusable(Exception):
    """The SDK cannot make sense of the file or of the credential in it."""


class SdkUnfit(RuntimeError):
    """The installed SDK does not do what we rely on. A defect of the installation: sign and verify nothing."""


def sign(  # noqa: PLR0913 - a file, who signs it, and whose word else goes in
    *,
    source: Path,
    destination: Path,
    contents: Contents,
    signer: ClaimSigner,
    anchors: Sequence[Anchor],
    tsa_url: str | None = None,
    tsa_roots_pem: str = "",
    identity: Identity | None = None,
    give_up_source: bool = False,
) -> bytes:
    """Write `source` with a manifest to `destination` and return the manifest store.

    What stands at `destination` after an error is not to be used. With `tsa_url` the signature is time-stamped there,
    or not made at all; the SDK sets no limit of its own on how long that takes. With `give_up_source` a source that
    has room for a credential (`layout.reserve_box`) becomes `destination` itself, on the same volume; after an error
    it is as it was.

    Raises:
        KeyUnavailable: the key's store did not sign; of the kind that says why.
        SigningFailed: the SDK refused.
        OSError: `destination` could not be written.
    """
    _probe_once()
    by = _By(signer, tuple(anchors), tsa_url, tsa_roots_pem, identity)
    if contents.media_type in _ISO_BMFF and embedding_unfit() is None:
        try:
            if contents.intent is Intent.UPDATE:
                return _update(source, destination, contents, by)
            return _embed(source, destination, contents, by, give_up_source=give_up_source)
        except NoPlace as reason:
            logger.info("%s is signed whole: %s.", source.name, reason)
    if source.stat().st_size > laying_out.IN_MEMORY_BYTES:
        with source.open("rb") as reading, destination.open("w+b") as writing:
            return _sign(reading, writing, contents=contents, by=by)
    # Eight kilobytes at a time are slow only where each of them goes to a file.
    output = io.BytesIO()
    store = _sign(io.BytesIO(source.read_bytes()), output, contents=contents, by=by)
    destination.write_bytes(output.getbuffer())
    return store


def sign_beside(
    stream: BinaryIO,
    *,
    contents: Contents,
    signer: ClaimSigner,
    anchors: Sequence[Anchor],
    tsa_url: str | None = None,
    tsa_roots_pem: str = "",
) -> bytes:
    """A manifest store that is kept beside what `stream` holds, and bound to every byte of that.

    For files into which no credential can be put; any kind of file will do.

    Raises:
        KeyUnavailable, SigningFailed: as `sign`; also where the library cannot do it.
    """
    _probe_once()
    by = _By(signer, tuple(anchors), tsa_url, tsa_roots_pem)
    try:
        with by.signing() as native, by.context() as context, opened_builder(contents, context) as builder:
            return sidecar(builder, native, stream)
    except EmbeddingUnfit as error:
        raise SigningFailed(
            f"c2pa {c2pa.sdk_version()} makes no credential beside a file: {error}"
        ) from error


def embedding_unfit() -> str | None:
    """Why large files are signed the SDK's ordinary, slower way here; None where they are not."""
    _probe_once()
    return _unfit


@dataclass(frozen=True, slots=True)
class _By:
    """Who signs, under which roots, and who says when."""

    signer: ClaimSigner
    anchors: tuple[Anchor, ...]
    tsa_url: str | None = None
    tsa_roots_pem: str = ""
    identity: Identity | None = None

    @contextmanager
    def signing(self) -> Iterator[c2pa.Signer]:
        """A signer of the SDK's for one signature; errors come out as ours.

        Raises:
            KeyUnavailable, SigningFailed: as `sign`.
        """
        identity = self.identity
        key = RememberingKey(self.signer.sign, self.signer.chain_pem)
        identity_key = RememberingKey(identity.signer.sign, identity.signer.chain_pem) if identity else None
        try:
            yield native_signer(key, self.signer, self.tsa_url, identity_key, identity)
        except (c2pa.C2paError, SigningFailed) as error:
            failure = key.failure or (identity_key.failure if identity_key else None)
            if isinstance(failure, KeyUnavailable):
                raise failure from error
            raise SigningFailed(f"The signature was not made: {failure or error}") from error

    def context(self, signer: c2pa.Signer | None = None) -> c2pa.Context:
        roots = self.identity.roots_pem if self.identity else ""
        return opened_context(self.anchors, self.tsa_roots_pem, roots, signer)


def _embed(source: Path, destination: Path, contents: Contents, by: _By, *, give_up_source: bool) -> bytes:
    if give_up_source and has_reserve(source):
        with (
            by.signing() as signer,
            by.context(signer) as context,
            opened_builder(contents, context) as builder,
        ):
            store = sign_reserved(source, builder, contents.media_type)
        if store is not None:
            source.replace(destination)
            return store
    with (
        source.open("rb") as reading,
        by.signing() as signer,
        by.context(signer) as context,
        opened_builder(contents, context) as builder,
    ):
        return sign_into(reading, destination, builder, contents.media_type)


def _update(source: Path, destination: Path, contents: Contents, by: _By) -> bytes:
    with (
        source.open("rb") as reading,
        by.signing() as signer,
        by.context(signer) as context,
        opened_builder(contents, context) as builder,
    ):
        return update_into(reading, destination, builder, contents.media_type)


def read(
    path: Path,
    *,
    anchors: Sequence[Anchor],
    tsa_roots_pem: str = "",
    identity_roots_pem: str = "",
    store: bytes | None = None,
    segments: Sequence[Path] = (),
    interchange: bool = False,
) -> Reading:
    """The active credential of the file at `path`, judged against `anchors`.

    With `store`, that one, which lies beside the file; what the file carries itself is not looked at then.
    With `segments` the file is the beginning of a film that is kept in them.

    Its time stamp counts where its authority's certificate chains up to one of `tsa_roots_pem`, an identity where it
    does to one of `identity_roots_pem`.

    Raises:
        NoCredential: nothing inside.
        CredentialUnusable: nothing that can be read.
    """
    _probe_once()
    if boxes.has_too_many(path):
        # The SDK takes minutes over what it then calls unreadable.
        raise CredentialUnusable("it has too many boxes")
    with path.open("rb") as stream:
        return _read(
            stream,
            anchors=anchors,
            tsa_roots_pem=tsa_roots_pem,
            identity_roots_pem=identity_roots_pem,
            store=store,
            told=partial(judged, beginning=path, segments=segments) if segments else None,
            interchange=interchange,
        )


def read_beside(
    stream: BinaryIO, store: bytes, *, anchors: Sequence[Anchor], tsa_roots_pem: str = ""
) -> Reading:
    """As `read`, of the credential `store` beside what `stream` holds."""
    _probe_once()
    return _read(stream, anchors=anchors, tsa_roots_pem=tsa_roots_pem, store=store)


def _sign(source: BinaryIO, destination: BinaryIO, *, contents: Contents, by: _By) -> bytes:
    output = RememberingStream(destination)
    try:
        with (
            by.signing() as signer,
            by.context() as context,
            opened_builder(contents, context) as builder,
            signer,
        ):
            store: bytes = builder.sign(signer, contents.media_type, source, output)
            output.flush()
    except SigningFailed as error:
        if output.failure is not None:
            raise output.failure from error
        raise
    if output.failure is not None:
        raise output.failure
    return store


def _read(
    stream: BinaryIO,
    *,
    anchors: Sequence[Anchor],
    tsa_roots_pem: str = "",
    identity_roots_pem: str = "",
    store: bytes | None = None,
    told: Callable[[c2pa.Reader], tuple[str, Segments]] | None = None,
    interchange: bool = False,
) -> Reading:
    try:
        with (
            opened_context(anchors, tsa_roots_pem, identity_roots_pem) as context,
            c2pa.Reader(MEDIA_TYPE, stream, manifest_data=store, context=context) as reader,
        ):
            store_json, segments = told(reader) if told else (reader.json(), None)
            crjson = reader.crjson() if interchange else None
    except c2pa.C2paError.ManifestNotFound as error:
        raise NoCredential from error
    except c2pa.C2paError.RemoteManifest as error:
        raise NoCredential(remote=True, url=_url_in(error)) from error
    except c2pa.C2paError as error:
        if "must fetch remote manifests" in str(error):
            raise NoCredential(remote=True, url=_url_in(error)) from error
        raise CredentialUnusable(str(error)) from error
    try:
        return replace(reading_of(store_json), segments=segments, interchange=crjson)
    except (KeyError, TypeError, AttributeError) as error:
        # A bit flipped in a label makes the SDK name an active manifest that it does not list.
        raise CredentialUnusable(f"the manifest store contradicts itself: {error!r}") from error


def _url_in(error: c2pa.C2paError) -> str | None:
    """The address that the SDK would have gone to; it stands in its words and nowhere else."""
    found = re.search(r"https?://\S+", str(error))
    return found.group() if found else None


# Why the embedding functions are not used in this process.
_unfit: str | None = None
_probe_lock = threading.Lock()
_probed_in_process: int | None = None


def _probe_once() -> None:
    """Prove the SDK on a known good and two known bad files, once in each process.

    Raises:
        SdkUnfit: it answers otherwise than every check in this product relies on.
    """
    global _probed_in_process, _unfit  # noqa: PLW0603 - facts about this process, under a lock
    with _probe_lock:
        if _probed_in_process == os.getpid():
            return
        _prove_sdk()
        _unfit = _embedding_wrong()
        if _unfit is not None:
            logger.error("Large files are signed the SDK's ordinary, slower way: %s.", _unfit)
        _probed_in_process = os.getpid()


def _prove_sdk() -> None:
    try:
        wrong = _wrong_answers()
    except (SigningFailed, NoCredential, CredentialUnusable) as error:
        raise SdkUnfit(f"c2pa {c2pa.sdk_version()} cannot do its probe: known good: {error}") from error
    if wrong:
        raise SdkUnfit(f"c2pa {c2pa.sdk_version()} fails its probe: {'; '.join(wrong)}")


def _wrong_answers() -> list[str]:
    specimen = probe.make_specimen(at=clock.now())
    contents = Contents(specimen.definition, probe.THUMBNAIL)
    by = _By(specimen.signer, (specimen.anchor,))
    output = io.BytesIO()
    _sign(io.BytesIO(probe.SMALLEST_VIDEO), output, contents=contents, by=by)
    signed = output.getvalue()
    cases = (
        ("known good", signed, specimen.anchor, "Trusted"),
        ("unknown signer", signed, specimen.other_anchor, "Valid"),
        ("altered", probe.altered(signed), specimen.anchor, "Invalid"),
    )
    wrong = []
    for case, content, anchor, expected in cases:
        state = _read(io.BytesIO(content), anchors=(anchor,)).validation_state
        if state != expected:
            wrong.append(f"{case}: {state}, not {expected}")
    return wrong


def _embedding_wrong() -> str | None:
    """What the functions behind `sdk.embedding` do wrong; None where they do nothing wrong."""
    specimen = probe.make_specimen(at=clock.now())
    contents, by = Contents(specimen.definition, probe.THUMBNAIL), _By(specimen.signer, (specimen.anchor,))
    file = io.BytesIO()

    def lay_out(size: int) -> tuple[BinaryIO, Callable[[bytes], None]]:
        brand = probe.SMALLEST_VIDEO[: probe.BRAND_BYTES]
        file.write(brand + bytes(size) + probe.SMALLEST_VIDEO[probe.BRAND_BYTES :])

        def put(box: bytes) -> None:
            file.seek(probe.BRAND_BYTES)
            file.write(box)

        return file, put

    try:
        with (
            by.signing() as signer,
            by.context(signer) as context,
            opened_builder(contents, context) as builder,
        ):
            store = embedded(builder, contents.media_type, lay_out)
        good = _read(file, anchors=by.anchors).validation_state
        bad = _read(io.BytesIO(probe.altered(file.getvalue())), anchors=by.anchors).validation_state
    except (EmbeddingUnfit, SigningFailed, NoCredential, CredentialUnusable) as error:
        return f"c2pa {c2pa.sdk_version()} cannot put a credential in place: {error}"
    if (good, bad) != ("Trusted", "Invalid") or store not in file.getvalue():
        return f"c2pa {c2pa.sdk_version()} puts a credential in place that reads {good}, and altered {bad}"
    return None
