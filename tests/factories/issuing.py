"""A studio's certificate authority for tests: it issues what a ceremony asked for, and every kind of wrong leaf."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier

from provenance import certificates
from provenance.assurance_profiles import ASSURANCE_LEVEL, CLAIM_POLICY, PRODUCT_RECORD
from provenance.certificates import CLAIM_SIGNING, DOCUMENT_SIGNING, Issued

_RECORD = b"\x0c\x240197aa34-665b-7811-9bbc-317cfd988d0a"


@dataclass(frozen=True, slots=True)
class Authority:
    root: Issued
    intermediate: Issued

    @property
    def root_pem(self) -> str:
        return certificates.to_pem(self.root.certificate)

    def chain_of(self, leaf: x509.Certificate) -> str:
        return certificates.to_pem(leaf, self.intermediate.certificate)


def an_authority(*, at: datetime) -> Authority:
    root = certificates.issue_root("Studio root", at=at)
    return Authority(root, certificates.issue_intermediate("Studio authority", issuer=root, at=at))


def a_leaf(
    authority: Authority,
    public_key: ec.EllipticCurvePublicKey,
    *,
    at: datetime,
    life: timedelta = timedelta(days=90),
    purposes: tuple[ObjectIdentifier, ...] = (CLAIM_SIGNING, DOCUMENT_SIGNING),
    non_repudiation: bool = True,
    level: bytes | None = None,
    foreign_issuer_id: bool = False,
) -> x509.Certificate:
    """A leaf for `public_key`. `level` 0x0a or 0x14 makes it one of the conformance programme's."""
    issuer = authority.intermediate
    named = public_key if foreign_issuer_id else issuer.key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name(
                [
                    x509.NameAttribute(NameOID.COUNTRY_NAME, "GB"),
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Film Studio"),
                    x509.NameAttribute(NameOID.COMMON_NAME, "Claim signer"),
                ]
            )
        )
        .issuer_name(issuer.certificate.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at - timedelta(hours=1) + life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(non_repudiation=non_repudiation), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(named), critical=False)
    )
    if level is not None:
        builder = (
            builder.add_extension(
                x509.CertificatePolicies([x509.PolicyInformation(CLAIM_POLICY, None)]), critical=False
            )
            .add_extension(
                x509.AuthorityInformationAccess(
                    [
                        x509.AccessDescription(
                            AuthorityInformationAccessOID.OCSP,
                            x509.UniformResourceIdentifier("http://ocsp.studio.example/"),
                        )
                    ]
                ),
                critical=False,
            )
            .add_extension(
                x509.UnrecognizedExtension(ASSURANCE_LEVEL, bytes.fromhex("060a2b0601040183e85e03") + level),
                critical=False,
            )
            .add_extension(x509.UnrecognizedExtension(PRODUCT_RECORD, _RECORD), critical=False)
        )
    return builder.sign(issuer.key, hashes.SHA256())


def _usage(*, non_repudiation: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=non_repudiation,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
