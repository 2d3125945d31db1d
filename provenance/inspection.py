"""What a video must be before it is signed, and what the signed file must be before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from provenance import boxes, c2pa_gateway, decoding
from provenance.errors import SigningFailed, SourceUnusable
from provenance.readings import Reading
from provenance.statement import TakeStatement
from provenance.trust_list import Anchor


@dataclass(frozen=True, slots=True)
class Source:
    """A video that may be signed. `unbound_sha256` is of the boxes that no hard binding will cover."""

    path: Path
    facts: decoding.VideoFacts
    unbound_sha256: str


def inspected_source(path: Path, statement: TakeStatement, *, anchors: Sequence[Anchor]) -> Source:
    """The video at `path`, decoded to its last frame and held against `statement`.

    Raises:
        SourceUnusable: it is broken, other than stated, or carries a credential.
    """
    facts = decoding.video_facts(path)
    found = (facts.width, facts.height, facts.frames)
    stated = (statement.width, statement.height, statement.frames)
    if found != stated:
        raise SourceUnusable(f"The video is {found} (width, height, frames); the statement says {stated}.")
    try:
        source = Source(path, facts, boxes.unbound_sha256(path))
        carries_credential = _carries_credential(path, anchors)
    except (boxes.NotBoxes, c2pa_gateway.CredentialUnusable) as error:
        raise SourceUnusable(f"The video's structure cannot be read: {error}") from error
    if carries_credential:
        # Signing it anew as "created" would drop its history without a word.
        raise SourceUnusable("The video already carries a credential.")
    return source


@dataclass(frozen=True, slots=True)
class Expected:
    """What the signed file must read back as, besides trusted.

    `time_stamped`: by an accepted authority. `identified`: by an identity under an accepted root.
    """

    manifest_id: str
    certificate_serial: str
    time_stamped: bool = False
    identified: bool = False


def read_back(
    signed: Path,
    *,
    source: Source,
    expected: Expected,
    anchors: Sequence[Anchor],
    tsa_roots_pem: str = "",
    identity_roots_pem: str = "",
) -> Reading:
    """Read the signed file as a stranger would, with a reader that shares nothing with the signing.

    Raises:
        SigningFailed: it is not exactly what was meant: trusted, as `expected`, without a failing ingredient, with
            every packet of `source`.
    """
    try:
        reading = c2pa_gateway.read(
            signed, anchors=anchors, tsa_roots_pem=tsa_roots_pem, identity_roots_pem=identity_roots_pem
        )
        streams_sha256 = decoding.streams_sha256(signed)
        unbound_sha256 = boxes.unbound_sha256(signed)
    except (
        c2pa_gateway.NoCredential,
        c2pa_gateway.CredentialUnusable,
        SourceUnusable,
        boxes.NotBoxes,
    ) as error:
        raise SigningFailed(f"The signed file does not read back: {error}") from error
    doubts = doubts_about(reading, expected, anchors)
    if streams_sha256 != source.facts.streams_sha256:
        doubts.append("another picture or sound than the source")
    if unbound_sha256 != source.unbound_sha256:
        doubts.append("other boxes outside the hard binding than the source")
    if doubts:
        raise SigningFailed(f"The signed file reads back with doubts: {', '.join(doubts)}.")
    return reading


def doubts_about(reading: Reading, expected: Expected, anchors: Sequence[Anchor]) -> list[str]:
    """What about `reading` is not as it was meant, in few words; empty where nothing is."""
    doubts = [finding.code for finding in reading.failure]
    # A stranger's file may be an ingredient; one that was changed may not.
    doubts += [
        f"ingredient {ingredient.title}"
        for ingredient in reading.ingredients
        if not ingredient.is_about_signer
    ]
    if reading.validation_state != "Trusted":
        doubts.append(f"state {reading.validation_state}")
    if reading.anchor_uri not in {anchor.uri for anchor in anchors}:
        doubts.append("no root of claim signers vouches for it")
    if reading.manifest_id != expected.manifest_id:
        doubts.append(f"manifest {reading.manifest_id}")
    if reading.certificate_serial != expected.certificate_serial:
        doubts.append(f"signer {reading.certificate_serial}")
    if expected.time_stamped and reading.trusted_time is None:
        doubts.append("its time stamp is by no accepted authority")
    if expected.identified != (reading.trusted_identity is not None):
        doubts.append("another identity than was meant")
    return doubts


def _carries_credential(path: Path, anchors: Sequence[Anchor]) -> bool:
    try:
        c2pa_gateway.read(path, anchors=anchors)
    except c2pa_gateway.NoCredential:
        return False
    return True
