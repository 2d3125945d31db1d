"""Answers of the C2PA Soft Binding Resolution API: manifests by soft binding, by content, by reference.

They cross organisations, so they hold identifiers of manifests and a similarity, and nothing else.

Source: C2PA Soft Binding API 2.4 (OpenAPI document 2.3.0).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import iscc_lib
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from core.tenancy import tenant
from provenance import jumbf, recovery
from provenance.errors import AlgorithmUnknown, BindingMalformed, FilmUnreadable, ManifestMissing
from provenance.examining import film_bounded
from provenance.fingerprints.values import ISCC_ALGORITHM, ISCC_BYTES, Match
from provenance.models import CredentialUpdate, DerivedAsset, SignedAsset
from provenance.readings import Outcome
from provenance.watermarks.carrier import MARK_BYTES
from provenance.watermarks.provider import reading_providers

FINGERPRINTS = (ISCC_ALGORITHM,)
MOST_RESULTS = 50
# An ISCC is 60 characters; whatever is much longer is none.
_LONGEST_VALUE = 2048
_NO_SUCH = "There is no such manifest here."


def by_binding(*, alg: str, value: str, most: int) -> list[Match]:
    """Manifests of films whose soft binding is, or is nearly, `value`.

    Args:
        alg: name on C2PA's list of algorithms.
        value: as a credential spells it, in base64 or as it is.
        most: how many to give.

    Raises:
        AlgorithmUnknown: not one that we resolve.
        BindingMalformed: not a value of that algorithm.
    """
    _known(alg)
    if alg in watermarks():
        return recovery.films_marked(alg, _mark(value), most=most)
    return recovery.films_of_iscc(_iscc_digest(value), most=most)


@dataclass(frozen=True, slots=True)
class Hint:
    """A soft binding that whoever asks read in the film already, or in an earlier copy of it."""

    alg: str
    value: str


def by_film(path: Path, *, alg: str | None, most: int, hint: Hint | None = None) -> list[Match]:
    """Manifests of films that the one at `path` looks like; by `alg` alone where it is named.

    What the hint leads to as well comes first, and what it alone leads to last: a film whose own soft bindings are
    worn away is still found, and of films that look alike the one that was meant is named before the others.

    Args:
        path: of any file.
        alg: name on C2PA's list of algorithms.
        most: how many to give.
        hint: a further soft binding.

    Raises:
        AlgorithmUnknown: not one that we resolve.
        BindingMalformed: the hint's value is none of its algorithm.
        FilmUnreadable: nothing that we can open.
    """
    hinted = [] if hint is None else by_binding(alg=hint.alg, value=hint.value, most=most)
    seen = _by_pictures(path, alg=alg, most=most)
    meant = {match.manifest_id for match in hinted}
    ordered = sorted(seen, key=lambda match: match.manifest_id not in meant)
    known = {match.manifest_id for match in seen}
    return [*ordered, *(match for match in hinted if match.manifest_id not in known)][:most]


def _by_pictures(path: Path, *, alg: str | None, most: int) -> list[Match]:
    if alg is not None:
        _known(alg)
    examined = film_bounded(path)
    if examined.outcome is Outcome.UNREADABLE:
        raise FilmUnreadable(examined.detail)
    if examined.fingerprint is None:
        return []
    if alg in watermarks():
        return [
            match for match in recovery.films_like(examined.fingerprint, most=most) if match.algorithm == alg
        ]
    if alg is not None:
        return recovery.films_of_iscc(examined.fingerprint.iscc_digest, most=most)
    return recovery.films_like(examined.fingerprint, most=most)


def manifest_store(manifest_id: str, *, active_alone: bool, organisation_id: UUID | None = None) -> bytes:
    """The manifest store (JUMBF) that we signed under `manifest_id`.

    Anybody gets those that stand in a file which left the house, so that whoever has the file has them; a member of
    the organisation gets all of its own.

    Args:
        manifest_id: `urn:c2pa:` and a UUID, in upper or lower case.
        active_alone: without the manifests of what it was made from.
        organisation_id: of a member who asks; None for a stranger.

    Raises:
        ManifestMissing: there is none, or none for whoever asks. Which of the two is told to nobody.
    """
    urn = visible(manifest_id, organisation_id=organisation_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT provenance_manifest_store_v2(%s)", [urn])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise ManifestMissing(_NO_SUCH)
    store = bytes(row[0])
    return jumbf.active_alone(store) if active_alone else store


def visible(manifest_id: str, *, organisation_id: UUID | None) -> str:
    """The name of a manifest as we keep it, where whoever asks may have it.

    Raises:
        ManifestMissing: as `manifest_store`.
    """
    urn = manifest_id.lower()
    if not (organisation_id and _is_own(urn, organisation_id)) and not _left_the_house(urn):
        raise ManifestMissing(_NO_SUCH)
    return urn


def watermarks() -> tuple[str, ...]:
    """Watermarks that can be looked up here."""
    return tuple(one.alg for one in reading_providers())


def _is_own(urn: str, organisation_id: UUID) -> bool:
    with tenant(organisation_id):
        return any(
            kind.objects.filter(manifest_id=urn).exists()
            for kind in (SignedAsset, CredentialUpdate, DerivedAsset)
        )


def _left_the_house(urn: str) -> bool:
    """Whether a file that bears it was delivered. Who knows that stands above this room."""
    return bool(import_string(settings.LEFT_THE_HOUSE)(urn))


def _known(alg: str) -> None:
    known = (*FINGERPRINTS, *watermarks())
    if alg not in known:
        raise AlgorithmUnknown(f"This service resolves {', '.join(known)}.")


def _mark(value: str) -> bytes:
    """The 8 bytes of a watermark.

    Raises:
        BindingMalformed: it is none.
    """
    for spelled in _spellings(value):
        try:
            mark = bytes.fromhex(spelled)
        except ValueError:
            continue
        if len(mark) == MARK_BYTES:
            return mark
    raise BindingMalformed("The value is no watermark: 16 hexadecimal digits, in base64.")


def _iscc_digest(value: str) -> bytes:
    """The 32 bytes of an ISCC Video-Code.

    Raises:
        BindingMalformed: it is none of 256 bits.
    """
    if len(value) <= _LONGEST_VALUE:
        for spelled in _spellings(value):
            try:
                main, sub, _version, _length, digest = iscc_lib.iscc_decode(spelled)
            except ValueError:
                continue
            if (main, sub, len(digest)) == (iscc_lib.MT.CONTENT, iscc_lib.ST.VIDEO, ISCC_BYTES):
                return digest
    raise BindingMalformed("The value is no ISCC Video-Code of 256 bits, such as ISCC:EMD..., in base64.")


def _spellings(value: str) -> Iterator[str]:
    yield value
    padded = value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4)
    try:
        yield base64.b64decode(padded, validate=True).decode("ascii")
    except ValueError:
        return
