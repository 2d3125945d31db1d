"""Files of ours that a film looks like, found in the fingerprint index. A likeness is never proof of integrity."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

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
from provenance.models import AssetFingerprint, SignedAsset
from provenance.values import CredentialState, Verification

# More share a key only where very many of our films are alike; the first ones do then.
_MOST_CANDIDATES = 4000
# A take has seconds. Its own worker waits for this, and nobody else.
_OWN_LIMIT_S = 120.0

_IN_PLAIN_WORDS = {
    DHASH_ALGORITHM: "its pictures",
    ISCC_ALGORITHM: "its ISCC",
}


def films_like(fingerprint: Fingerprint, *, most: int = 10) -> list[Match]:
    """Files of any organisation of ours that look like the film, the most alike first."""
    candidates = _candidates(matching.keys_to_ask(fingerprint))
    return matching.matches(fingerprint, candidates, most=most)


def films_of_iscc(digest: bytes, *, most: int = 10) -> list[Match]:
    """As `films_like`, when only the 32 bytes of an ISCC Video-Code are known."""
    return matching.matches_of_iscc(digest, _candidates(matching.iscc_keys(digest)), most=most)


def own_fingerprint(path: Path) -> Fingerprint | None:
    """The fingerprints of a video of ours; None where it shows nothing to know it by."""
    return fingerprint_of(path, limit_s=_OWN_LIMIT_S)


def record_fingerprint(asset: SignedAsset, fingerprint: Fingerprint, *, at: datetime) -> None:
    """Enter a signed file into the index, inside the transaction of its organisation."""
    AssetFingerprint.objects.create(
        organisation_id=asset.organisation_id,
        asset=asset,
        manifest_id=asset.manifest_id,
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


def recovered(verification: Verification, match: Match) -> Verification:
    """The answer about a file without a credential, when its film looks like one of ours."""
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


def _candidates(keys: list[int]) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT manifest_id, iscc_digest, words FROM provenance_fingerprints_like_v1(%s, %s, %s)",
            [keys, DHASH_ALGORITHM, _MOST_CANDIDATES],
        )
        return [Candidate(urn, bytes(digest), bytes(words)) for urn, digest, words in cursor.fetchall()]
