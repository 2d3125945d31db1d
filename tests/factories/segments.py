"""Films in segments (DASH) with a credential in their beginning, as tools that sign such films make them.

The SDK makes no such credential from Python. Here the hashes of the segments are computed as C2PA 2.4, 18.6 says and
put into `c2pa.hash.bmff.v3` as a Merkle tree of which all leaves are stated; the SDK signs the manifest with them.
"""

from __future__ import annotations

import copy
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from core import clock
from provenance import c2pa_gateway, keys, manifest
from provenance.layout import CREDENTIAL
from provenance.sdk import embedding
from provenance.sdk.builders import opened_builder
from provenance.sdk.contents import Contents
from tests.factories import tampering
from tests.factories.provenance import MANIFEST_ID, make_jpeg, take_statement

_FPS = 24
_UNBOUND = (b"ftyp", b"mfra", b"free", b"skip")


@dataclass(frozen=True, slots=True)
class Segmented:
    """`beginning` bears the credential; `unsigned` are the segments before they were bound."""

    beginning: Path
    segments: tuple[Path, ...]
    unsigned: tuple[Path, ...]


def segmented_film(folder: Path, keys_folder: Path, *, seconds: int = 3) -> Segmented:
    """A film of noise, a second a segment, signed by the signer of `keys_folder`."""
    _dash(folder, seconds)
    beginning = (folder / "init-stream0.m4s").read_bytes()
    unsigned = tuple(sorted(folder.glob("chunk-stream0-*.m4s")))
    segments = []
    for place, path in enumerate(unsigned):
        segment = folder / f"signed-{place}.m4s"
        segment.write_bytes(_with_place(path.read_bytes(), place))
        segments.append(segment)
    signed = folder / "init.mp4"
    signed.write_bytes(_signed(beginning, [_hash(path.read_bytes()) for path in segments], keys_folder))
    return Segmented(signed, tuple(segments), unsigned)


def _dash(folder: Path, seconds: int) -> None:
    noise = np.random.default_rng(1)
    options = {"seg_duration": "1", "use_template": "1", "use_timeline": "0"}
    with av.open(str(folder / "film.mpd"), "w", format="dash", options=options) as output:
        stream = output.add_stream("libx264", rate=Fraction(_FPS), options={"g": str(_FPS)})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(seconds * _FPS):
            picture = noise.integers(0, 256, (48, 64, 3), dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())


def _with_place(segment: bytes, place: int) -> bytes:
    """The segment with the box that says which leaf of the tree it is."""
    told = _map(
        {"uniqueId": _number(1), "localId": _number(1), "location": _number(place), "hashes": b"\xf6"}
    )
    body = CREDENTIAL + bytes(4) + b"merkle\0" + told
    at = tampering.box(segment, b"moof").start
    return segment[:at] + struct.pack(">I4s", 8 + len(body), b"uuid") + body + segment[at:]


def _signed(beginning: bytes, leaves: list[bytes], keys_folder: Path) -> bytes:
    at = next(tampering.boxes(beginning)).end
    signer = keys.load_signer(keys_folder, at=clock.now())
    by = c2pa_gateway._By(signer, ())
    size, box = 24, b""
    # Once to learn how long the box is, and once with the hash of the beginning in which it has that length.
    for _ in range(2):
        laid_out = beginning[:at] + struct.pack(">I4s16s", size, b"uuid", CREDENTIAL)
        laid_out += bytes(size - 24) + beginning[at:]
        contents = Contents(_definition(_hash(laid_out), leaves), make_jpeg())
        with (
            by.signing() as native,
            by.context(native) as context,
            opened_builder(contents, context) as builder,
        ):
            box = embedding._taken("c2pa_builder_sign_embeddable", builder, manifest.MEDIA_TYPE)
        size = len(box)
    return beginning[:at] + box + beginning[at:]


def _definition(beginning_hash: bytes, leaves: list[bytes]) -> dict[str, Any]:
    stated = manifest.definition(take_statement(), manifest_id=MANIFEST_ID, unbound_sha256="b" * 64)
    definition: dict[str, Any] = copy.deepcopy(dict(stated.to_json()))
    definition["assertions"] = [
        entry for entry in definition["assertions"] if entry["label"] != manifest.TAKE_LABEL
    ]
    own_box: list[dict[str, Any]] = [{"offset": 8, "value": list(CREDENTIAL)}]
    definition["assertions"].append(
        {
            "label": "c2pa.hash.bmff.v3",
            "data": {
                "exclusions": [
                    _exclusion("/uuid", own_box),
                    *(_exclusion(f"/{kind.decode()}") for kind in _UNBOUND),
                ],
                "alg": "sha256",
                "name": "jumbf manifest",
                "merkle": [
                    {
                        "uniqueId": 1,
                        "localId": 1,
                        "count": len(leaves),
                        "alg": "sha256",
                        "initHash": list(beginning_hash),
                        "hashes": [list(leaf) for leaf in leaves],
                    }
                ],
            },
        }
    )
    return definition


def _exclusion(xpath: str, data: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    nothing = dict.fromkeys(("length", "subset", "version", "flags", "exact"))
    return {"xpath": xpath, "data": data, **nothing}


def _hash(content: bytes) -> bytes:
    """Of every box that is bound, each after its place (C2PA 2.4, 18.6: version 2 and later)."""
    digest = hashlib.sha256()
    for box in _bound(content):
        digest.update(box.start.to_bytes(8, "big") + content[box.start : box.end])
    return digest.digest()


def _bound(content: bytes) -> Iterator[tampering.Box]:
    for box in tampering.boxes(content):
        is_credential = box.kind == b"uuid" and content[box.start + 8 :][:16] == CREDENTIAL
        if box.kind not in _UNBOUND and not is_credential:
            yield box


def _number(value: int) -> bytes:
    """A small one, in CBOR."""
    return bytes([value])


def _map(entries: dict[str, bytes]) -> bytes:
    """In CBOR, of values that are in it already."""
    made = bytes([0xA0 | len(entries)])
    for name, value in entries.items():
        made += bytes([0x60 | len(name)]) + name.encode() + value
    return made
