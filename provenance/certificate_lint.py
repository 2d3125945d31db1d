"""What is wrong, or will soon be, with a chain that is to sign: by profile, each finding with a code. Pure.

The lint is ours because the SDK's check is weak: it signs with a leaf that lacks the digitalSignature usage, and
with a chain that lacks its intermediate.

Source: C2PA 2.4, 14.5; the conformance programme's profiles (`provenance.assurance_profiles`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from provenance.assurance_profiles import level_findings
from provenance.certificates import (
    CLAIM_SIGNING,
    DOCUMENT_SIGNING,
    EMAIL_PROTECTION,
    LONGEST_LEAF_LIFE,
    extension_of,
)
from provenance.errors import CertificateEnded, ChainIncomplete, SignerUnfit
from provenance.lint_values import LintFinding, Profile, Severity, problem, warning

# Usages a signing certificate must not be good for as well (C2PA 2.4, 14.5.1.1).
_FOREIGN_USAGES = (
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.OCSP_SIGNING,
)
# A new certificate takes its authority days, and people a ceremony.
WARN_BEFORE = timedelta(days=30)

_ENDED, _NO_ANCHOR = "not-valid-now", "no-anchor"


def findings_of_chain(
    chain: Sequence[x509.Certificate],
    *,
    anchors: Sequence[x509.Certificate],
    at: datetime,
    profile: Profile = Profile.OWN,
    warn_before: timedelta = WARN_BEFORE,
) -> tuple[LintFinding, ...]:
    """Everything about `chain` (leaf first, no root) under `anchors` at `at`, problems before warnings."""
    if not chain:
        return (problem("empty", "the chain holds no certificate"),)
    found = [*_leaf_findings(chain[0], profile, at=at)]
    for position, certificate in enumerate(chain[1:], start=1):
        found += [
            problem(one.code, f"certificate {position}: {one.said}")
            for one in _issuer_findings(certificate, at=at)
        ]
    found += _path_findings(chain, anchors, at=at)
    if not any(one.severity is Severity.PROBLEM for one in found):
        found += _ending_soon(chain, at=at, before=warn_before)
    return tuple(sorted(found, key=lambda one: one.severity is not Severity.PROBLEM))


def problems_of_chain(
    chain: Sequence[x509.Certificate],
    *,
    anchors: Sequence[x509.Certificate],
    at: datetime,
    profile: Profile = Profile.OWN,
) -> tuple[str, ...]:
    """Everything that keeps `chain` (leaf first, no root) from signing under `anchors` at `at`.

    Empty when there is nothing.
    """
    return tuple(
        one.said
        for one in findings_of_chain(chain, anchors=anchors, at=at, profile=profile)
        if one.severity is Severity.PROBLEM
    )


def require_fit(
    chain: Sequence[x509.Certificate],
    *,
    anchors: Sequence[x509.Certificate],
    public_key: ec.EllipticCurvePublicKey,
    at: datetime,
    profile: Profile = Profile.OWN,
) -> None:
    """Refuse a chain that must not sign at `at`, or is not that of `public_key`.

    Raises:
        CertificateEnded: it, or one above it, is outside its life.
        ChainIncomplete: no anchor issued its end, and nothing else is wrong.
        SignerUnfit: everything else.
    """
    found = [
        one
        for one in findings_of_chain(chain, anchors=anchors, at=at, profile=profile)
        if one.severity is Severity.PROBLEM
    ]
    if chain and chain[0].public_key() != public_key:
        found.append(problem("other-key", "the private key is not the certificate's"))
    if not found:
        return
    codes, said = {one.code for one in found}, tuple(one.said for one in found)
    if _ENDED in codes:
        raise CertificateEnded(said)
    if codes == {_NO_ANCHOR}:
        raise ChainIncomplete(said)
    raise SignerUnfit(said)


def _leaf_findings(leaf: x509.Certificate, profile: Profile, *, at: datetime) -> Iterator[LintFinding]:
    if not _inside_validity(leaf, at):
        yield problem(
            _ENDED,
            f"not valid at {at:%Y-%m-%d}: valid {leaf.not_valid_before_utc:%Y-%m-%d} "
            f"to {leaf.not_valid_after_utc:%Y-%m-%d}",
        )
    if profile is Profile.OWN and leaf.not_valid_after_utc - leaf.not_valid_before_utc > LONGEST_LEAF_LIFE:
        yield problem("lives-too-long", f"lives longer than {LONGEST_LEAF_LIFE.days} days")
    key = leaf.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        yield problem("key", "the key is not P-256, which ES256 needs")
    constraints = extension_of(leaf, x509.BasicConstraints)
    if constraints is not None and constraints.value.ca:
        yield problem("constraints", "is a certificate authority")
    usage = extension_of(leaf, x509.KeyUsage)
    if usage is None or not usage.critical or not usage.value.digital_signature:
        yield problem("usage", "key usage must be critical and hold digitalSignature")
    elif usage.value.key_cert_sign:
        yield problem("usage", "key usage holds keyCertSign")
    yield from _purpose_findings(leaf, profile)
    if extension_of(leaf, x509.SubjectKeyIdentifier) is None:
        yield problem("identifiers", "no subject key identifier")
    if extension_of(leaf, x509.AuthorityKeyIdentifier) is None:
        yield problem("identifiers", "no authority key identifier")
    if profile in (Profile.AL1, Profile.AL2):
        yield from level_findings(leaf, profile)


def _purpose_findings(leaf: x509.Certificate, profile: Profile) -> Iterator[LintFinding]:
    extension = extension_of(leaf, x509.ExtendedKeyUsage)
    purposes = set(extension.value) if extension is not None else set()
    if profile is Profile.IDENTITY:
        if EMAIL_PROTECTION not in purposes:
            yield problem("purpose", "extended key usage lacks e-mail protection, which identities need")
        if CLAIM_SIGNING in purposes:
            yield problem("purpose", "extended key usage holds C2PA claim signing; an identity has its own")
    else:
        if CLAIM_SIGNING not in purposes:
            yield problem("purpose", "extended key usage lacks C2PA claim signing")
        if not purposes & {DOCUMENT_SIGNING, EMAIL_PROTECTION}:
            yield problem("purpose", "extended key usage lacks document signing or e-mail protection")
    if purposes & set(_FOREIGN_USAGES):
        yield problem("purpose", "extended key usage holds a purpose foreign to claim signing")


def _issuer_findings(certificate: x509.Certificate, *, at: datetime) -> Iterator[LintFinding]:
    if not _inside_validity(certificate, at):
        yield problem(_ENDED, f"not valid at {at:%Y-%m-%d}")
    constraints = extension_of(certificate, x509.BasicConstraints)
    if constraints is None or not constraints.critical or not constraints.value.ca:
        yield problem("constraints", "basic constraints must be critical and say CA")
    usage = extension_of(certificate, x509.KeyUsage)
    if usage is None or not usage.value.key_cert_sign:
        yield problem("usage", "key usage lacks keyCertSign")


def _path_findings(
    chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], *, at: datetime
) -> Iterator[LintFinding]:
    for position, (subject, issuer) in enumerate(pairwise(chain)):
        if not _issued(subject, issuer):
            yield problem("order", f"certificate {position} is not issued by certificate {position + 1}")
        elif not _points_at(subject, issuer):
            yield problem(
                "identifiers",
                f"certificate {position}: its authority key identifier is not the subject key identifier of "
                f"certificate {position + 1}",
            )
    if any(certificate.subject == certificate.issuer for certificate in chain):
        yield problem(
            "root-inside", "the chain holds a self-signed certificate; roots belong in the trust list"
        )
    if not any(_issued(chain[-1], anchor) and _inside_validity(anchor, at) for anchor in anchors):
        yield problem(
            _NO_ANCHOR, "no current anchor issued the end of the chain (an intermediate may be missing)"
        )


def _ending_soon(
    chain: Sequence[x509.Certificate], *, at: datetime, before: timedelta
) -> Iterator[LintFinding]:
    first = min(chain, key=lambda certificate: certificate.not_valid_after_utc)
    left = first.not_valid_after_utc - at
    if left < before:
        which = "it" if first is chain[0] else "a certificate above it"
        yield warning(
            "ends-soon",
            f"{left.days} {'day' if left.days == 1 else 'days'} left: {which} ends on "
            f"{first.not_valid_after_utc:%Y-%m-%d}",
        )


def _points_at(subject: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the authority key identifier, where both are there, is the issuer's own."""
    named = extension_of(subject, x509.AuthorityKeyIdentifier)
    own = extension_of(issuer, x509.SubjectKeyIdentifier)
    if named is None or own is None or named.value.key_identifier is None:
        return True
    return named.value.key_identifier == own.value.digest


def _issued(subject: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        subject.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _inside_validity(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
