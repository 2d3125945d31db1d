"""A throw-away file with a throw-away signer, on which the gateway proves the SDK."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from provenance import certificates, manifest
from provenance.providers.pem_files import es256
from provenance.trust_list import Anchor
from provenance.values import ClaimSigner

_CONTENT = b"countersign-probe"

# The least that ISO 14496-12 calls a file: a brand and a box of content.
BRAND_BYTES = 24
SMALLEST_VIDEO = (
    struct.pack(">I4s4sI4s4s", BRAND_BYTES, b"ftyp", b"isom", 0, b"isom", b"mp42")
    + struct.pack(">I4s", 8 + len(_CONTENT), b"mdat")
    + _CONTENT
)
# The markers that open and close a JPEG; nobody displays it.
THUMBNAIL = b"\xff\xd8\xff\xd9"


@dataclass(frozen=True, slots=True)
class Specimen:
    definition: Mapping[str, Any]
    signer: ClaimSigner
    anchor: Anchor
    other_anchor: Anchor


def make_specimen(*, at: datetime) -> Specimen:
    root = certificates.issue_root("Probe root", at=at)
    intermediate = certificates.issue_intermediate("Probe authority", issuer=root, at=at)
    leaf = certificates.issue_claim_signer("Probe signer", issuer=intermediate, at=at)
    other = certificates.issue_root("Other probe root", at=at)
    return Specimen(
        definition={
            "claim_version": 2,
            "claim_generator_info": [{"name": "probe", "version": "1"}],
            "title": "probe",
            "format": manifest.MEDIA_TYPE,
            "thumbnail": {"format": "image/jpeg", "identifier": manifest.THUMBNAIL_IDENTIFIER},
            "assertions": [],
        },
        signer=ClaimSigner(
            chain_pem=certificates.to_pem(leaf.certificate, intermediate.certificate),
            certificate_sha256=certificates.sha256_hex(leaf.certificate),
            serial=str(leaf.certificate.serial_number),
            not_after=leaf.certificate.not_valid_after_utc,
            sign=es256(leaf.key),
        ),
        anchor=_anchor(root, at=at),
        other_anchor=_anchor(other, at=at),
    )


def altered(signed: bytes) -> bytes:
    """`signed` with its content changed by one letter."""
    return signed.replace(_CONTENT, _CONTENT.replace(b"p", b"q", 1))


def _anchor(root: certificates.Issued, *, at: datetime) -> Anchor:
    return Anchor(
        name="probe",
        certificate_pem=certificates.to_pem(root.certificate),
        sha256_hex=certificates.sha256_hex(root.certificate),
        valid_from=at,
    )
