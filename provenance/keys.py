"""Claim-signing keys and the trust list, as files under the keys folder.

    claim-signing/authority-<digest>/   root.pem root.key intermediate.pem intermediate.key    (development only)
    claim-signing/signer-<serial>/      chain.pem key.pem
    claim-signing/current.json          which authority and which signer are in use
    anchors/claim-signing-root.pem      root of the current signer, to hand to anybody
    anchors/trust-list.json             every anchor we ever trusted, dated

Private keys are mode 0600. A folder is filled under a draft name and renamed, and `current.json` is replaced as a
whole, so a reader never meets half a key. One lock file serialises the writers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core import clock
from core.key_files import alone_among_writers, replace_file, write_folder
from provenance import certificates, trust_list
from provenance.certificate_lint import require_fit
from provenance.certificates import Issued
from provenance.errors import SignerUnfit
from provenance.providers.pem_files import es256, key_pem
from provenance.trust_list import TrustList
from provenance.values import ClaimSigner

# A leaf is replaced this long before it ends; without a trusted time stamp a file stops validating with its leaf.
RENEW_SIGNER_BEFORE = timedelta(days=14)
# No signer may outlive the authority above it.
RENEW_AUTHORITY_BEFORE = certificates.LEAF_LIFE + timedelta(days=30)

_ROOT_NAME = "Development claim-signing root"
_INTERMEDIATE_NAME = "Development claim-signing authority"
_SIGNER_NAME = "Development claim signer"


@dataclass(frozen=True, slots=True)
class Current:
    """Names of the folders in use."""

    authority: str
    signer: str


def trust_list_path(keys_folder: Path) -> Path:
    return keys_folder / "anchors" / "trust-list.json"


def root_path(keys_folder: Path) -> Path:
    return keys_folder / "anchors" / "claim-signing-root.pem"


def ensure_development_authority(keys_folder: Path, *, at: datetime | None = None) -> Path:
    """Make what is missing of the development authority, renew what is about to end, and list its root.

    Safe to repeat and to run from several processes at once; what is in good order is left alone. An authority
    whose root was taken off the trust list, and a signer that was retired, are replaced.

    Returns:
        The current root certificate's PEM file.
    """
    instant = at or clock.now()
    with alone_among_writers(claim_folder(keys_folder)):
        listed = _read_trust_list(keys_folder) or trust_list.empty_trust_list(at=instant)
        current = _read_current(keys_folder)
        authority = _fit_authority(keys_folder, current, listed, at=instant)
        if authority is None:
            authority = _make_authority(keys_folder, at=instant)
            current = None
        root = _certificate(_folder(keys_folder, authority) / "root.pem")
        updated = listed.with_anchor(root, name=_ROOT_NAME, at=instant)
        if updated != listed or not trust_list_path(keys_folder).exists():
            write_trust_list(keys_folder, updated)
        if current is None or not _signer_is_fit(keys_folder, current.signer, updated, at=instant):
            signer = _make_signer(keys_folder, authority, at=instant)
            replace_file(_current_path(keys_folder), json.dumps({"authority": authority, "signer": signer}))
        if not root_path(keys_folder).exists() or _certificate(root_path(keys_folder)) != root:
            replace_file(root_path(keys_folder), certificates.to_pem(root))
    return root_path(keys_folder)


def load_trust_list(keys_folder: Path, *, at: datetime | None = None) -> TrustList:
    """The trust list; an empty one where none was ever written, under which nobody is trusted.

    Raises:
        BadTrustList: the file is not one.
    """
    return _read_trust_list(keys_folder) or trust_list.empty_trust_list(at=at or clock.now())


def write_trust_list(keys_folder: Path, entries: TrustList) -> None:
    replace_file(trust_list_path(keys_folder), trust_list.to_json(entries))


def change_trust_list(keys_folder: Path, change: Callable[[TrustList], TrustList]) -> TrustList:
    """Replace the trust list by what `change` makes of it, alone among writers."""
    with alone_among_writers(claim_folder(keys_folder)):
        changed = change(load_trust_list(keys_folder))
        write_trust_list(keys_folder, changed)
    return changed


def load_signer(keys_folder: Path, *, at: datetime) -> ClaimSigner:
    """The signer in use, linted.

    Raises:
        SignerUnfit: no signer, or one that must not sign at `at`.
    """
    current = _read_current(keys_folder)
    if current is None:
        raise SignerUnfit(("no claim signer is installed",))
    listed = load_trust_list(keys_folder, at=at)
    folder = _folder(keys_folder, current.signer)
    chain = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())
    anchors = [
        x509.load_pem_x509_certificate(anchor.certificate_pem.encode("ascii"))
        for anchor in listed.standing_anchors(at=at)
    ]
    key = _private_key(folder / "key.pem")
    if listed.is_retired(str(chain[0].serial_number), at=at):
        raise SignerUnfit(("the signer was retired",))
    require_fit(chain, anchors=anchors, public_key=key.public_key(), at=at)
    return ClaimSigner(
        chain_pem=certificates.to_pem(*chain),
        certificate_sha256=certificates.sha256_hex(chain[0]),
        serial=str(chain[0].serial_number),
        not_after=chain[0].not_valid_after_utc,
        sign=es256(key),
    )


def _fit_authority(
    keys_folder: Path, current: Current | None, listed: TrustList, *, at: datetime
) -> str | None:
    if current is None:
        return None
    folder = _folder(keys_folder, current.authority)
    root, intermediate = _certificate(folder / "root.pem"), _certificate(folder / "intermediate.pem")
    ends_at = min(root.not_valid_after_utc, intermediate.not_valid_after_utc)
    digest = certificates.sha256_hex(root)
    removed = any(anchor.sha256_hex == digest and anchor.removed_at is not None for anchor in listed.anchors)
    return None if removed or ends_at - at < RENEW_AUTHORITY_BEFORE else current.authority


def _signer_is_fit(keys_folder: Path, signer: str, listed: TrustList, *, at: datetime) -> bool:
    leaf = x509.load_pem_x509_certificates((_folder(keys_folder, signer) / "chain.pem").read_bytes())[0]
    retired = listed.is_retired(str(leaf.serial_number), at=at)
    return not retired and leaf.not_valid_after_utc - at >= RENEW_SIGNER_BEFORE


def _make_authority(keys_folder: Path, *, at: datetime) -> str:
    root = certificates.issue_root(_ROOT_NAME, at=at)
    intermediate = certificates.issue_intermediate(_INTERMEDIATE_NAME, issuer=root, at=at)
    name = f"authority-{certificates.sha256_hex(root.certificate)[:16]}"
    write_folder(
        _folder(keys_folder, name),
        {
            "root.pem": certificates.to_pem(root.certificate),
            "root.key": key_pem(root.key),
            "intermediate.pem": certificates.to_pem(intermediate.certificate),
            "intermediate.key": key_pem(intermediate.key),
        },
    )
    return name


def _make_signer(keys_folder: Path, authority: str, *, at: datetime) -> str:
    folder = _folder(keys_folder, authority)
    issuer = Issued(_certificate(folder / "intermediate.pem"), _private_key(folder / "intermediate.key"))
    leaf = certificates.issue_claim_signer(_SIGNER_NAME, issuer=issuer, at=at)
    name = f"signer-{leaf.certificate.serial_number:x}"
    write_folder(
        _folder(keys_folder, name),
        {
            "chain.pem": certificates.to_pem(leaf.certificate, issuer.certificate),
            "key.pem": key_pem(leaf.key),
        },
    )
    return name


def claim_folder(keys_folder: Path) -> Path:
    """Where the keys of claims lie, and whoever changes keys of ours is alone."""
    return keys_folder / "claim-signing"


def _folder(keys_folder: Path, name: str) -> Path:
    return claim_folder(keys_folder) / name


def _current_path(keys_folder: Path) -> Path:
    return _folder(keys_folder, "current.json")


def _read_current(keys_folder: Path) -> Current | None:
    path = _current_path(keys_folder)
    if not path.exists():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    return Current(authority=document["authority"], signer=document["signer"])


def _read_trust_list(keys_folder: Path) -> TrustList | None:
    path = trust_list_path(keys_folder)
    return trust_list.from_json(path.read_text(encoding="utf-8")) if path.exists() else None


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SignerUnfit((f"{path.name} is not an elliptic-curve key",))
    return key
