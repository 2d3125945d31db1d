"""What a validator answers in C2PA's interchange form (crJSON): about an asset, under lists of roots, at a time.

The SDK 0.38.1 validates by the clock of the machine and takes no other time. Of what it looks at nothing changes with
time (nothing is fetched, so nothing is revoked) but the certificate of a signer: it is held against the time stamp
where that is trusted, and else against the clock. So an answer of now is that of another time where the certificate
holds at both or at neither, and otherwise there is none to be had. Certificates between it and the root are not told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from core import clock
from core.clock import rfc3339
from provenance import certificates, trust_list
from provenance.examining import examine_bounded
from provenance.trust_list import Anchor


class NoAnswer(Exception):
    """There is no credential to be told of. The message says why."""


class OtherAnswer(Exception):
    """At that time the answer would be another one, which cannot be made now. The message says why."""


class BadList(Exception):
    """What was handed in is no list of roots."""


def crjson_of(
    path: Path, *, anchors: tuple[Anchor, ...], tsa_roots_pem: str = "", at: datetime | None = None
) -> dict[str, Any]:
    """The answer about the file at `path`, which is read in a process of its own.

    Args:
        path: any file.
        anchors: roots of claim signers.
        tsa_roots_pem: roots of time-stamping authorities.
        at: time of the validation; now by default.

    Raises:
        NoAnswer, OtherAnswer: see there.
    """
    examination = examine_bounded(path, anchors=anchors, tsa_roots_pem=tsa_roots_pem, interchange=True)
    if examination.reading is None or examination.reading.interchange is None:
        raise NoAnswer(examination.detail)
    document: dict[str, Any] = json.loads(examination.reading.interchange)
    if at is not None:
        for results in _dated(document, now=clock.now(), at=at):
            results["validationTime"] = rfc3339(at)
    return document


def roots_in(path: Path, *, at: datetime) -> tuple[Anchor, ...]:
    """The roots that the list at `path` holds: certificates in PEM, or a list of ours with its dates as of `at`.

    Raises:
        BadList: neither.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if text.lstrip().startswith("{"):
            return trust_list.from_json(text).standing_anchors(at=at)
        listed = x509.load_pem_x509_certificates(text.encode())
    except (OSError, ValueError, KeyError, TypeError, trust_list.BadTrustList) as error:
        raise BadList(f"{path} is no list of roots: {error}") from error
    return tuple(_anchor(certificate) for certificate in listed)


def pem_of(anchors: tuple[Anchor, ...]) -> str:
    return "".join(anchor.certificate_pem for anchor in anchors)


def _anchor(certificate: x509.Certificate) -> Anchor:
    return Anchor(
        name=certificate.subject.rfc4514_string(),
        certificate_pem=certificates.to_pem(certificate),
        sha256_hex=certificate.fingerprint(hashes.SHA256()).hex(),
        valid_from=certificate.not_valid_before_utc,
    )


def _dated(document: dict[str, Any], *, now: datetime, at: datetime) -> Iterator[dict[str, Any]]:
    """The results of every manifest, once it is sure that they are the same at both times.

    Raises:
        OtherAnswer: see there.
    """
    for manifest in document["manifests"]:
        results = manifest.get("validationResults")
        if not isinstance(results, dict):
            continue
        codes = {entry.get("code") for entry in results.get("success") or ()}
        validity = (manifest.get("signature") or {}).get("certificateInfo", {}).get("validity")
        if "timeStamp.trusted" not in codes and _holds(validity, now) != _holds(validity, at):
            raise OtherAnswer(
                f"The signer's certificate of {manifest.get('label')} holds from {_told(validity)}, no trusted time "
                f"stamp says when it signed, and the library validates by this machine's clock ({rfc3339(now)}) "
                "alone. Set the clock, or ask about a time on the same side of those dates."
            )
        yield results


def _holds(validity: object, instant: datetime) -> bool | None:
    if not isinstance(validity, dict):
        return None
    first, last = (datetime.fromisoformat(validity[name]) for name in ("notBefore", "notAfter"))
    return first <= instant <= last


def _told(validity: object) -> str:
    return (
        f"{validity['notBefore']} to {validity['notAfter']}"
        if isinstance(validity, dict)
        else "nobody knows when"
    )
