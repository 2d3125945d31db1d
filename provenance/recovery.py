"""Files of ours that a film looks like, found in the fingerprint index. A likeness is never proof of integrity."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import Error as DatabaseFailure
from django.db import connection

from core.tenancy import tenant
from provenance.errors import NotFingerprinted
from provenance.fingerprints import matching
from provenance.fingerprints.making import fingerprint_of
from provenance.fingerprints.values import (
    DHASH_ALGORITHM,
    ISCC_ALGORITHM,
    Candidate,
    Fingerprint,
    Match,
)
from provenance.models import AssetFingerprint, DerivedAsset, SignedAsset
from provenance.values import CredentialState, Verification
from provenance.watermarks import reading
from provenance.watermarks.provider import reading_providers
from provenance.watermarks.spectra import readings_of

logger = logging.getLogger(__name__)

# Films that share several keys with the asked one, the most shared first: more only where very many are alike.
_MOST_NEAR = 1000
# Of those that share one key, as hundreds do by accident. A copy that was altered much may be among them.
_MOST_FAR = 500
# One in ten of all share a part of a mark by accident.
_MOST_MARKS = 200_000
# A take has seconds. Its own worker waits for this, and nobody else.
_OWN_LIMIT_S = 120.0

_IN_PLAIN_WORDS = {
    DHASH_ALGORITHM: "its pictures",
    ISCC_ALGORITHM: "its ISCC",
}


def films_like(fingerprint: Fingerprint, *, most: int = 10) -> list[Match]:
    """Files of any organisation of ours that look like the film or bear its watermark, the most alike first."""
    candidates = _candidates(matching.keys_to_ask(fingerprint))
    found = {match.manifest_id: match for match in _by_mark(fingerprint)}
    for match in matching.matches(fingerprint, candidates, most=most):
        # Where two takes look alike, the watermark tells them apart.
        found.setdefault(match.manifest_id, match)
    marked = sorted(found.values(), key=lambda one: one.algorithm in {DHASH_ALGORITHM, ISCC_ALGORITHM})
    return marked[:most]


def films_marked(alg: str, mark: bytes, *, most: int = 10) -> list[Match]:
    """Files whose declared watermark is exactly `mark`."""
    same = [urn for urn, known in _marks(reading.keys_of(mark), alg) if known == mark]
    return [Match(manifest_id=urn, similarity=100, algorithm=alg) for urn in same[:most]]


def films_of_iscc(digest: bytes, *, most: int = 10) -> list[Match]:
    """As `films_like`, when only the 32 bytes of an ISCC Video-Code are known."""
    return matching.matches_of_iscc(digest, _candidates(matching.iscc_keys(digest)), most=most)


def own_fingerprint(path: Path, *, meanwhile: Callable[[], None] | None = None) -> Fingerprint | None:
    """The fingerprints of a video of ours; None where it shows nothing to know it by.

    `meanwhile` is called now and then; what it raises ends it.
    """
    return fingerprint_of(path, limit_s=_OWN_LIMIT_S, meanwhile=meanwhile)


def record_fingerprint(file: SignedAsset | DerivedAsset, fingerprint: Fingerprint, *, at: datetime) -> None:
    """Enter a signed file into the index, inside the transaction of its organisation."""
    AssetFingerprint.objects.create(
        organisation_id=file.organisation_id,
        asset=file if isinstance(file, SignedAsset) else None,
        derived=file if isinstance(file, DerivedAsset) else None,
        manifest_id=file.manifest_id,
        algorithm=DHASH_ALGORITHM,
        iscc=fingerprint.iscc,
        iscc_digest=fingerprint.iscc_digest,
        words=fingerprint.words,
        keys=matching.keys_to_store(fingerprint),
        made_at=at,
    )


def fingerprint_of_asset(organisation_id: UUID, asset_id: UUID) -> AssetFingerprint:
    """The index's entry of one signed file.

    Raises:
        NotFingerprinted: it has none.
    """
    with tenant(organisation_id):
        rows = AssetFingerprint.objects.filter(asset_id=asset_id, algorithm=DHASH_ALGORITHM)
        row: AssetFingerprint | None = rows.first()
    if row is None:
        raise NotFingerprinted("This file is not in the fingerprint index.")
    return row


def looked_up(verification: Verification, fingerprint: Fingerprint) -> Verification:
    """The answer about a file without a credential, with the file of ours that its film looks like, if any."""
    try:
        found = films_like(fingerprint, most=1)
    except DatabaseFailure as error:
        logger.warning("Not looked up by fingerprint: %s", error)
        note = "not looked up by fingerprint: repository not reachable"
        return replace(verification, reasons=(*verification.reasons, note))
    return _recovered(verification, found[0]) if found else verification


def _recovered(verification: Verification, match: Match) -> Verification:
    return replace(
        verification,
        state=CredentialState.RECOVERED,
        recovered=match.manifest_id,
        match=match,
        reasons=(_sentence(match), *verification.reasons),
    )


def _sentence(match: Match) -> str:
    by = _IN_PLAIN_WORDS.get(match.algorithm, "its watermark")
    mirrored = ", mirrored left to right" if match.mirrored else ""
    where = ""
    if match.start_s is not None and match.end_s is not None:
        where = f", most of all from second {match.start_s:.1f} to {match.end_s:.1f}"
    return (
        f"By {by} it looks like a file of ours (similarity {match.similarity} of 100{mirrored}{where}). "
        "That says where it comes from, and not that it is unchanged."
    )


def _by_mark(fingerprint: Fingerprint) -> Iterator[Match]:
    for provider in reading_providers():
        for nth, strengths in enumerate(readings_of(fingerprint, provider)):
            known = {mark: urn for urn, mark in _marks(reading.keys_to_ask(strengths), provider.alg)}
            mark = reading.most_likely(strengths, known)
            if mark is not None:
                yield Match(
                    manifest_id=known[mark],
                    similarity=reading.similarity_of(strengths, mark),
                    algorithm=provider.alg,
                    mirrored=nth > 0,
                )


def _marks(keys: list[int], alg: str) -> list[tuple[str, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT manifest_id, mark FROM provenance_marks_like_v1(%s, %s, %s)", [keys, alg, _MOST_MARKS]
        )
        return [(urn, bytes(mark)) for urn, mark in cursor.fetchall()]


def _candidates(keys: list[int]) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT manifest_id, iscc_digest, words FROM provenance_fingerprints_like_v2(%s, %s, %s, %s)",
            [keys, DHASH_ALGORITHM, _MOST_NEAR, _MOST_FAR],
        )
        return [Candidate(urn, bytes(digest), bytes(words)) for urn, digest, words in cursor.fetchall()]
