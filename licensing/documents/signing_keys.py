"""Certificates that sign riders: a development authority and one certificate per signer's role, as files.

    document-signing/authority/        root.pem root.key intermediate.pem intermediate.key
    document-signing/<role>-<serial>/  chain.pem key.pem
    document-signing/current.json      which certificate signs for which role
    anchors/document-signing-root.pem  root, to hand to anybody

For development and trials only, and every certificate says so in its name. The certificate tells in which role
somebody signed, never who: that the signed-in person may sign in that role is this product's own record. A studio
that signs for real brings PDFs signed elsewhere (upload) until an outside signing service is attached.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

from core.key_files import alone_among_writers, replace_file, write_folder

# RFC 9336, general-purpose document signing.
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_AUTHORITY = "authority"
# A PDF without a trusted time stamp stops validating with its certificate, so these live long.
_AUTHORITY_LIFE = timedelta(days=3650)
_SIGNER_LIFE = timedelta(days=1825)
_RENEW_BEFORE = timedelta(days=365)
# A clock a little behind ours must not find the certificate "not yet valid".
_BACKDATED = timedelta(hours=1)
MARK = "Countersign DEVELOPMENT, not for production"


@dataclass(frozen=True, slots=True)
class DocumentSigner:
    """A role's certificate with its key. `chain_pem`: leaf first, then the intermediate."""

    role: str
    chain_pem: str
    key_pem: str
    root_pem: str
    certificate_sha256: str


def root_path(keys_folder: Path) -> Path:
    return keys_folder / "anchors" / "document-signing-root.pem"


def signer_for(keys_folder: Path, role: str, *, at: datetime) -> DocumentSigner:
    """The certificate that signs in `role`; authority and certificate are made on first use and renewed in time."""
    with alone_among_writers(_folder(keys_folder)):
        authority = _folder(keys_folder) / _AUTHORITY
        if not authority.exists():
            _make_authority(keys_folder, at=at)
        current = _current(keys_folder)
        if role not in current or _ends_at(keys_folder, current[role]) - at < _RENEW_BEFORE:
            current[role] = _make_signer(keys_folder, role, at=at)
            replace_file(_folder(keys_folder) / "current.json", json.dumps(current, sort_keys=True))
    folder = _folder(keys_folder) / current[role]
    leaf = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())[0]
    return DocumentSigner(
        role=role,
        chain_pem=(folder / "chain.pem").read_text(encoding="ascii"),
        key_pem=(folder / "key.pem").read_text(encoding="ascii"),
        root_pem=(authority / "root.pem").read_text(encoding="ascii"),
        certificate_sha256=leaf.fingerprint(hashes.SHA256()).hex(),
    )


def trusted_roots(keys_folder: Path) -> tuple[str, ...]:
    """PEM certificates under which a PDF's signer counts as known; none before the first was made."""
    path = root_path(keys_folder)
    return (path.read_text(encoding="ascii"),) if path.exists() else ()


def _make_authority(keys_folder: Path, *, at: datetime) -> None:
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = _name("rider root")
    root = _signed_authority(root_name, root_name, root_key, root_key, at=at, path_length=1)
    key = ec.generate_private_key(ec.SECP256R1())
    intermediate = _signed_authority(_name("rider authority"), root_name, key, root_key, at=at, path_length=0)
    write_folder(
        _folder(keys_folder) / _AUTHORITY,
        {
            "root.pem": _pem(root),
            "root.key": _key_pem(root_key),
            "intermediate.pem": _pem(intermediate),
            "intermediate.key": _key_pem(key),
        },
    )
    replace_file(root_path(keys_folder), _pem(root))


def _make_signer(keys_folder: Path, role: str, *, at: datetime) -> str:
    folder = _folder(keys_folder) / _AUTHORITY
    issuer = x509.load_pem_x509_certificate((folder / "intermediate.pem").read_bytes())
    issuer_key = serialization.load_pem_private_key((folder / "intermediate.key").read_bytes(), password=None)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise TypeError("intermediate.key is not an elliptic-curve key")
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"rider signer: {role.replace('_', ' ')}")
    leaf = (
        _builder(name, issuer.subject, key, at=at, life=_SIGNER_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        # Content commitment is what a validator asks of a signature under a contract (RFC 5280, 4.2.1.3).
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )
    folder_name = f"{role}-{leaf.serial_number:x}"
    write_folder(
        _folder(keys_folder) / folder_name,
        {"chain.pem": _pem(leaf) + _pem(issuer), "key.pem": _key_pem(key)},
    )
    return folder_name


def _signed_authority(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    at: datetime,
    path_length: int,
) -> x509.Certificate:
    return (
        _builder(name, issuer, key, at=at, life=_AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )


def _builder(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, at: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BACKDATED)
        .not_valid_after(at + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


def _name(what: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Development {what}"),
        ]
    )


def _ends_at(keys_folder: Path, name: str) -> datetime:
    chain = x509.load_pem_x509_certificates((_folder(keys_folder) / name / "chain.pem").read_bytes())
    return min(one.not_valid_after_utc for one in chain)


def _current(keys_folder: Path) -> dict[str, str]:
    path = _folder(keys_folder) / "current.json"
    if not path.exists():
        return {}
    content: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _folder(keys_folder: Path) -> Path:
    return keys_folder / "document-signing"


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")
