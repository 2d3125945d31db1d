"""Films that are kept as a beginning and segments (DASH, CMAF, HLS with fMP4), judged segment by segment.

The credential stands in the beginning, with the hash of each segment (C2PA 2.4, 18.6 and A.5: Merkle trees of
`c2pa.hash.bmff`). The SDK 0.38.1 reads such credentials and makes none.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import c2pa

from core.digests import sha256_hex_of_file
from provenance import boxes
from provenance.manifest import MEDIA_TYPE
from provenance.readings import Segments

logger = logging.getLogger(__name__)


def judged(reader: c2pa.Reader, beginning: Path, segments: Sequence[Path]) -> tuple[str, Segments]:
    """The SDK's report about `beginning` with `segments`, up to the first that does not hold, and what was found.

    Args:
        reader: has read the beginning.
        beginning: with the credential.
        segments: in the order in which they were handed in; at least one.
    """
    report = reader.json()
    signed = _signed(reader)
    for place, segment in enumerate(segments, start=1):
        if boxes.has_too_many(segment):
            return report, Segments(len(segments), signed, failing=place)
        try:
            with beginning.open("rb") as first, segment.open("rb") as next_one:
                reader.with_fragment(MEDIA_TYPE, first, next_one)
                report = reader.json()
        except c2pa.C2paError as error:
            logger.info("Segment %s cannot be read: %s", place, error)
            return report, Segments(len(segments), signed, failing=place)
        if json.loads(report)["validation_state"] == "Invalid":
            return report, Segments(len(segments), signed, failing=place)
    distinct = len({sha256_hex_of_file(segment) for segment in segments})
    return report, Segments(distinct, signed)


def _signed(reader: c2pa.Reader) -> int | None:
    """How many segments the active manifest binds; None where it binds them in no way that we know."""
    store = json.loads(reader.detailed_json())
    try:
        assertions = store["manifests"][store["active_manifest"]]["assertion_store"]
        trees = [
            tree
            for label, content in assertions.items()
            if label.startswith("c2pa.hash.bmff")
            for tree in content.get("merkle") or ()
        ]
        return sum(int(tree["count"]) for tree in trees) or None
    except (KeyError, TypeError, AttributeError, ValueError):
        return None
