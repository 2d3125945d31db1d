"""What a signed file must be before its credential is added to, and what must still be in it afterwards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.digests import sha256_hex_of_file
from provenance import boxes, c2pa_gateway, decoding
from provenance.errors import FileNotOurs, SourceUnusable
from provenance.inspection import Source
from provenance.readings import Reading
from provenance.time_stamping import accepted_roots_pem
from provenance.trust_list import Anchor
from provenance.updating.queries import OwnFile


@dataclass(frozen=True, slots=True)
class UpdatableSource:
    """A signed file that may be updated, and its credential as it reads now."""

    source: Source
    reading: Reading


def updatable_source(file: OwnFile, *, anchors: Sequence[Anchor]) -> UpdatableSource:
    """The file on the volume, held against our record of it and read as a stranger would.

    Raises:
        FileNotOurs: it is gone or another one, or its credential reads no longer as trusted.
    """
    if not file.path.is_file():
        raise FileNotOurs("The signed file lies no longer on the media volume.")
    if sha256_hex_of_file(file.path) != file.file_sha256:
        raise FileNotOurs("The file on the media volume is not the one that was signed.")
    try:
        reading = c2pa_gateway.read(file.path, anchors=anchors, tsa_roots_pem=accepted_roots_pem())
        facts = decoding.video_facts(file.path)
        source = Source(file.path, facts, boxes.unbound_sha256(file.path))
    except (
        c2pa_gateway.NoCredential,
        c2pa_gateway.CredentialUnusable,
        SourceUnusable,
        boxes.NotBoxes,
    ) as error:
        raise FileNotOurs(f"The signed file cannot be read: {error}") from error
    if reading.validation_state not in ("Trusted", "Valid") or _fails(reading):
        codes = ", ".join(sorted({finding.code for finding in reading.failure})) or reading.validation_state
        raise FileNotOurs(f"The file's credential holds no longer as it is: {codes}.")
    return UpdatableSource(source, reading)


def history_kept(before: Reading, after: Reading) -> bool:
    """Whether every manifest of `before` is in `after`, which builds on the one that was active."""
    stores = [json.loads(reading.store_json)["manifests"] for reading in (before, after)]
    ingredients = after.manifest().get("ingredients")
    parents = [
        one.get("active_manifest")
        for one in (ingredients if isinstance(ingredients, list) else [])
        if one.get("relationship") == "parentOf"
    ]
    return set(stores[0]) < set(stores[1]) and parents == [before.manifest_id]


def _fails(reading: Reading) -> bool:
    # Of an identity under a root that is not asked for here the SDK says Valid; that speaks of no content.
    return any(not finding.code.startswith("cawg.") for finding in reading.failure)
