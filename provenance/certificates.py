"""X.509 for claim signing: the profile we issue for development. The lint is in `provenance.certificate_lint`.

Source: C2PA 2.4, 14.5; C2PA conformance programme 0.2, certificate profile for assurance level 1. The profile's
own policy and assurance-level identifiers are left out: only a listed product may carry them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ExtensionT = TypeVar("ExtensionT", bound=x509.ExtensionType)

CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
EMAIL_PROTECTION = ExtendedKeyUsageOID.EMAIL_PROTECTION

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


def extension_of(certificate: x509.Certificate, kind: type[ExtensionT]) -> x509.Extension[ExtensionT] | None:
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
