"""An animated picture that was made from a take: a WebP, which holds its credential itself.

The binding of a RIFF file leaves out nothing but the credential's own chunk: it is read back by its pictures alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageSequence

from provenance import c2pa_gateway
from provenance.deriving.definition import DerivativeStatement
from provenance.errors import SigningFailed, SourceUnusable
from provenance.inspection import Expected, doubts_about
from provenance.readings import Reading
from provenance.sealing import Seal, Sealed, sealed_and_read
from provenance.time_stamping import accepted_roots_pem
from provenance.trust_list import Anchor

MEDIA_TYPE = "image/webp"
# What is shown may end a little beside what was stated, in whole milliseconds.
_CLOSE_MS = 2


@dataclass(frozen=True, slots=True)
class AnimationFacts:
    """Read by decoding every picture. `pictures_sha256` is of their pixels and how long each is shown."""

    width: int
    height: int
    pictures: int
    duration_ms: int
    pictures_sha256: str


@dataclass(frozen=True, slots=True)
class PictureSource:
    """An animated picture that may be signed."""

    path: Path
    facts: AnimationFacts


def animation_facts(path: Path) -> AnimationFacts:
    """Decode the WebP at `path`.

    Raises:
        SourceUnusable: it does not decode.
    """
    digest, pictures, duration_ms = hashlib.sha256(), 0, 0
    try:
        with Image.open(path, formats=["WEBP"]) as image:
            for picture in ImageSequence.Iterator(image):
                digest.update(picture.convert("RGBA").tobytes())
                shown_ms = int(picture.info.get("duration", 0))
                digest.update(str(shown_ms).encode())
                pictures, duration_ms = pictures + 1, duration_ms + shown_ms
            width, height = image.size
    except (OSError, ValueError, SyntaxError) as error:
        raise SourceUnusable(f"The picture does not decode: {error}") from error
    return AnimationFacts(width, height, pictures, duration_ms, digest.hexdigest())


def picture_source(path: Path, statement: DerivativeStatement, *, anchors: Sequence[Anchor]) -> PictureSource:
    """The WebP at `path`, held against `statement`.

    Raises:
        SourceUnusable: it is broken, other than stated, or carries a credential already.
    """
    facts = animation_facts(path)
    if (facts.width, facts.height) != (statement.width, statement.height):
        raise SourceUnusable(f"The picture is {facts.width}x{facts.height}, which was not stated.")
    stated_ms = 1000 * statement.frames / statement.fps
    if facts.pictures > statement.frames or abs(facts.duration_ms - stated_ms) > _CLOSE_MS:
        raise SourceUnusable(
            f"The picture shows {facts.pictures} frames in {facts.duration_ms} ms; stated are {statement.frames} "
            f"in {round(stated_ms)}."
        )
    try:
        c2pa_gateway.read(path, anchors=anchors)
    except c2pa_gateway.NoCredential:
        return PictureSource(path, facts)
    except c2pa_gateway.CredentialUnusable as error:
        raise SourceUnusable(f"The picture's structure cannot be read: {error}") from error
    raise SourceUnusable("The picture already carries a credential.")


def sealed_picture(source: PictureSource, destination: Path, seal: Seal) -> Sealed:
    """Sign `source` into `destination` and read that back.

    Raises:
        KeyUnavailable, NoTimeStamp, SigningFailed: as `sealing.sealed`.
        OSError: `destination` could not be written.
    """

    def read(expected: Expected) -> Reading:
        try:
            reading = c2pa_gateway.read(
                destination,
                anchors=seal.anchors,
                tsa_roots_pem=accepted_roots_pem(),
                identity_roots_pem=seal.identity.roots_pem if seal.identity else "",
            )
            facts = animation_facts(destination)
        except (c2pa_gateway.NoCredential, c2pa_gateway.CredentialUnusable, SourceUnusable) as error:
            raise SigningFailed(f"The signed picture does not read back: {error}") from error
        doubts = doubts_about(reading, expected, seal.anchors)
        if facts != source.facts:
            doubts.append("other pictures than the source")
        if doubts:
            raise SigningFailed(f"The signed picture reads back with doubts: {', '.join(doubts)}.")
        return reading

    return sealed_and_read(source.path, destination, seal, read)
