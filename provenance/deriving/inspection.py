"""What a file must be before it is signed as made from a take's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from provenance import boxes, c2pa_gateway, decoding
from provenance.deriving.definition import DerivativeStatement
from provenance.errors import SourceUnusable
from provenance.inspection import Source
from provenance.trust_list import Anchor


def derived_source(
    path: Path,
    statement: DerivativeStatement,
    *,
    anchors: Sequence[Anchor],
    meanwhile: Callable[[], None] | None = None,
) -> Source:
    """The file at `path`, decoded to its last frame and held against `statement`.

    `meanwhile` is called now and then while it is decoded; what it raises ends it.

    Raises:
        SourceUnusable: it is broken, other than stated, or carries a credential already.
    """
    facts = decoding.video_facts(path, meanwhile=meanwhile)
    found = (facts.width, facts.height, facts.frames)
    stated = (statement.width, statement.height, statement.frames)
    if found != stated:
        raise SourceUnusable(f"The file is {found} (width, height, frames); the statement says {stated}.")
    try:
        c2pa_gateway.read(path, anchors=anchors)
    except c2pa_gateway.NoCredential:
        pass
    except c2pa_gateway.CredentialUnusable as error:
        raise SourceUnusable(f"The file's structure cannot be read: {error}") from error
    else:
        raise SourceUnusable("The file already carries a credential.")
    try:
        return Source(path, facts, boxes.unbound_sha256(path))
    except boxes.NotBoxes as error:
        raise SourceUnusable(f"The file's structure cannot be read: {error}") from error
