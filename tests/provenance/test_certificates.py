"""The profile we issue passes our lint; every departure from it is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provenance import certificates
from provenance.certificate_lint import problems_of_chain
from provenance.certificates import Issued
from tests.factories.provenance import NOON


@pytest.fixture(scope="module")
def root() -> Issued:
    return certificates.issue_root("Root", at=NOON)


@pytest.fixture(scope="module")
def intermediate(root: Issued) -> Issued:
    return certificates.issue_intermediate("Authority", issuer=root, at=NOON)


@pytest.fixture(scope="module")
def leaf(intermediate: Issued) -> Issued:
    return certificates.issue_claim_signer("Signer", issuer=intermediate, at=NOON)


def _odd_leaf(
    issuer: Issued, *extensions: tuple[x509.ExtensionType, bool], curve: ec.EllipticCurve | None = None
) -> x509.Certificate:
    key = ec.generate_private_key(curve or ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Odd")]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON)
        .not_valid_after(NOON + timedelta(days=100))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer.key, hashes.SHA256())


def _problems(root: Issued, *chain: x509.Certificate, days: int = 0) -> str:
    return " | ".join(problems_of_chain(chain, anchors=[root.certificate], at=NOON + timedelta(days=days)))


def test_the_issued_chain_is_without_fault(root: Issued, intermediate: Issued, leaf: Issued) -> None:
    problems = _problems(root, leaf.certificate, intermediate.certificate)

    assert problems == ""


def test_the_issued_leaf_keeps_to_the_profile(leaf: Issued) -> None:
    extensions = leaf.certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    life = leaf.certificate.not_valid_after_utc - leaf.certificate.not_valid_before_utc

    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    assert list(purposes) == [certificates.CLAIM_SIGNING, certificates.DOCUMENT_SIGNING]
    assert timedelta(days=90) <= life <= timedelta(days=366)


def test_a_chain_without_its_intermediate_is_refused(root: Issued, leaf: Issued) -> None:
    problems = _problems(root, leaf.certificate)

    assert "an intermediate may be missing" in problems


def test_a_chain_that_carries_its_root_is_refused(root: Issued, intermediate: Issued, leaf: Issued) -> None:
    problems = _problems(root, leaf.certificate, intermediate.certificate, root.certificate)

    assert "self-signed" in problems


def test_a_chain_under_another_root_is_refused(intermediate: Issued, leaf: Issued) -> None:
    stranger = certificates.issue_root("Root", at=NOON)

    problems = _problems(stranger, leaf.certificate, intermediate.certificate)

    assert "no current anchor" in problems


def test_a_chain_in_the_wrong_order_is_refused(root: Issued, intermediate: Issued, leaf: Issued) -> None:
    problems = _problems(root, intermediate.certificate, leaf.certificate)

    assert "not issued by" in problems
    assert "is a certificate authority" in problems


@pytest.mark.parametrize("days", [-30, 400])
def test_a_leaf_outside_its_life_is_refused(
    root: Issued, intermediate: Issued, leaf: Issued, days: int
) -> None:
    problems = _problems(root, leaf.certificate, intermediate.certificate, days=days)

    assert "not valid at" in problems


def test_a_leaf_that_lives_too_long_is_refused(root: Issued, intermediate: Issued) -> None:
    old = certificates.issue_claim_signer("Signer", issuer=intermediate, at=NOON, life=timedelta(days=367))

    problems = _problems(root, old.certificate, intermediate.certificate)

    assert problems == "lives longer than 366 days"


def test_a_bare_leaf_is_told_everything_it_lacks(root: Issued, intermediate: Issued) -> None:
    bare = _odd_leaf(intermediate, curve=ec.SECP384R1())

    problems = _problems(root, bare, intermediate.certificate)

    for lack in (
        "not P-256",
        "digitalSignature",
        "C2PA claim signing",
        "document signing",
        "subject key identifier",
        "authority key identifier",
    ):
        assert lack in problems


def test_a_leaf_for_other_purposes_too_is_refused(root: Issued, intermediate: Issued) -> None:
    purposes = [
        certificates.CLAIM_SIGNING,
        certificates.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.TIME_STAMPING,
    ]
    odd = _odd_leaf(intermediate, (x509.ExtendedKeyUsage(purposes), False))

    problems = _problems(root, odd, intermediate.certificate)

    assert "foreign to claim signing" in problems


def test_an_empty_chain_is_refused(root: Issued) -> None:
    problems = _problems(root)

    assert problems == "the chain holds no certificate"
