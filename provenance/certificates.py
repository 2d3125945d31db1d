"""X.509 for claim signing: the profile we issue for development, and the lint of any chain we are given.

The lint is ours because the SDK's check is weak: it signs with a leaf that lacks the digitalSignature usage, and
with a chain that lacks its intermediate.

Source: C2PA 2.4, 14.5; C2PA conformance programme 0.2, certificate profile for assurance level 1. The profile's
own policy and assurance-level identifiers are left out: only a listed product may carry them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ExtensionT = TypeVar("ExtensionT", bound=x509.ExtensionType)

CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
EMAIL_PROTECTION = ExtendedKeyUsageOID.EMAIL_PROTECTION

# Usages a claim-signing certificate must not be good for as well (C2PA 2.4, 14.5.1.1).
_FOREIGN_USAGES = (
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.OCSP_SIGNING,
)

ROOT_LIFE = timedelta(days=3650)
INTERMEDIATE_LIFE = timedelta(days=1825)
LEAF_LIFE = timedelta(days=365)
LONGEST_LEAF_LIFE = timedelta(days=366)

# A clock a little behind ours must not find the certificate "not yet valid".
_BACKDATED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its private key (P-256)."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def issue_root(common_name: str, *, at: datetime) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(common_name)
    builder = _builder(name, name, key, at=at, life=ROOT_LIFE)
    return Issued(_with_ca_extensions(builder, key, key, path_length=1).sign(key, hashes.SHA256()), key)


def issue_intermediate(common_name: str, *, issuer: Issued, at: datetime) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(common_name), issuer.certificate.subject, key, at=at, life=INTERMEDIATE_LIFE)
    builder = _with_ca_extensions(builder, key, issuer.key, path_length=0)
    return Issued(builder.sign(issuer.key, hashes.SHA256()), key)


def issue_claim_signer(
    common_name: str, *, issuer: Issued, at: datetime, life: timedelta = LEAF_LIFE
) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_name(common_name), issuer.certificate.subject, key, at=at, life=life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([CLAIM_SIGNING, DOCUMENT_SIGNING]), critical=False)
    )
    builder = _with_key_identifiers(builder, key, issuer.key)
    return Issued(builder.sign(issuer.key, hashes.SHA256()), key)


def sha256_hex(certificate: x509.Certificate) -> str:
    """Of the certificate's DER."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def to_pem(*certificates: x509.Certificate) -> str:
    return "".join(
        certificate.public_bytes(serialization.Encoding.PEM).decode("ascii") for certificate in certificates
    )


def problems_of_chain(
    chain: Sequence[x509.Certificate], *, anchors: Sequence[x509.Certificate], at: datetime
) -> tuple[str, ...]:
    """Everything that keeps `chain` (leaf first, no root) from signing claims under `anchors` at `at`.

    Empty when there is nothing.
    """
    if not chain:
        return ("the chain holds no certificate",)
    found = [*_problems_of_leaf(chain[0], at=at)]
    for position, certificate in enumerate(chain[1:], start=1):
        found += [f"certificate {position}: {problem}" for problem in _problems_of_issuer(certificate, at=at)]
    for position, (subject, issuer) in enumerate(pairwise(chain)):
        if not _issued(subject, issuer):
            found.append(f"certificate {position} is not issued by certificate {position + 1}")
    if any(certificate.subject == certificate.issuer for certificate in chain):
        found.append("the chain holds a self-signed certificate; roots belong in the trust list")
    if not any(_issued(chain[-1], anchor) and _inside_validity(anchor, at) for anchor in anchors):
        found.append("no current anchor issued the end of the chain (an intermediate may be missing)")
    return tuple(found)


def _problems_of_leaf(leaf: x509.Certificate, *, at: datetime) -> list[str]:
    found = []
    if not _inside_validity(leaf, at):
        found.append(
            f"not valid at {at:%Y-%m-%d}: valid {leaf.not_valid_before_utc:%Y-%m-%d} "
            f"to {leaf.not_valid_after_utc:%Y-%m-%d}"
        )
    if leaf.not_valid_after_utc - leaf.not_valid_before_utc > LONGEST_LEAF_LIFE:
        found.append(f"lives longer than {LONGEST_LEAF_LIFE.days} days")
    key = leaf.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        found.append("the key is not P-256, which ES256 needs")
    constraints = _extension(leaf, x509.BasicConstraints)
    if constraints is not None and constraints.value.ca:
        found.append("is a certificate authority")
    usage = _extension(leaf, x509.KeyUsage)
    if usage is None or not usage.critical or not usage.value.digital_signature:
        found.append("key usage must be critical and hold digitalSignature")
    elif usage.value.key_cert_sign:
        found.append("key usage holds keyCertSign")
    found += _problems_of_purpose(leaf)
    if _extension(leaf, x509.SubjectKeyIdentifier) is None:
        found.append("no subject key identifier")
    if _extension(leaf, x509.AuthorityKeyIdentifier) is None:
        found.append("no authority key identifier")
    return found


def _problems_of_purpose(leaf: x509.Certificate) -> list[str]:
    extension = _extension(leaf, x509.ExtendedKeyUsage)
    purposes = set(extension.value) if extension is not None else set()
    found = []
    if CLAIM_SIGNING not in purposes:
        found.append("extended key usage lacks C2PA claim signing")
    if not purposes & {DOCUMENT_SIGNING, EMAIL_PROTECTION}:
        found.append("extended key usage lacks document signing or e-mail protection")
    if purposes & set(_FOREIGN_USAGES):
        found.append("extended key usage holds a purpose foreign to claim signing")
    return found


def _problems_of_issuer(certificate: x509.Certificate, *, at: datetime) -> list[str]:
    found = []
    if not _inside_validity(certificate, at):
        found.append(f"not valid at {at:%Y-%m-%d}")
    constraints = _extension(certificate, x509.BasicConstraints)
    if constraints is None or not constraints.critical or not constraints.value.ca:
        found.append("basic constraints must be critical and say CA")
    usage = _extension(certificate, x509.KeyUsage)
    if usage is None or not usage.value.key_cert_sign:
        found.append("key usage lacks keyCertSign")
    return found


def _issued(subject: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        subject.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _inside_validity(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _extension(certificate: x509.Certificate, kind: type[ExtensionT]) -> x509.Extension[ExtensionT] | None:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Countersign development"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, at: datetime, life: timedelta
) -> x509.CertificateBuilder:
    starts_at = at.replace(microsecond=0) - _BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts_at)
        .not_valid_after(starts_at + life)
    )


def _with_ca_extensions(
    builder: x509.CertificateBuilder,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    path_length: int,
) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return _with_key_identifiers(builder, key, issuer_key)


def _with_key_identifiers(
    builder: x509.CertificateBuilder,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return builder.add_extension(own, critical=False).add_extension(issuer, critical=False)


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
