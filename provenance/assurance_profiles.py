"""What the C2PA conformance programme asks of a claim signer beyond the standard itself.

Source: C2PA conformance programme 0.2, certificate profiles for claim signers, assurance levels 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier

from provenance.certificates import extension_of
from provenance.lint_values import LintFinding, Profile, problem

CLAIM_POLICY = ObjectIdentifier("1.3.6.1.4.1.62558.1.1")
ASSURANCE_LEVEL = ObjectIdentifier("1.3.6.1.4.1.62558.3")
PRODUCT_RECORD = ObjectIdentifier("1.3.6.1.4.1.62558.4")

# The value of ASSURANCE_LEVEL: an object identifier, 1.3.6.1.4.1.62558.3.10 or .20, in DER.
_LEVEL_DER = {
    Profile.AL1: bytes.fromhex("060a2b0601040183e85e030a"),
    Profile.AL2: bytes.fromhex("060a2b0601040183e85e0314"),
}
_LONGEST_LIFE = {Profile.AL1: timedelta(days=366), Profile.AL2: timedelta(days=90)}
# A UTF8String of 36 octets: the record's UUID in the list of conforming products.
_RECORD_DER = re.compile(rb"\x0c\x24[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAMES = {
    NameOID.COUNTRY_NAME: "country",
    NameOID.ORGANIZATION_NAME: "organisation",
    NameOID.COMMON_NAME: "common name",
}


def level_findings(leaf: x509.Certificate, profile: Profile) -> Iterator[LintFinding]:
    """What keeps `leaf` from being a certificate of assurance level `profile`, AL1 or AL2."""
    yield from _shape_findings(leaf, _LONGEST_LIFE[profile])
    policies = extension_of(leaf, x509.CertificatePolicies)
    if policies is None or CLAIM_POLICY not in {one.policy_identifier for one in policies.value}:
        yield problem("policy", f"no certificate policy {CLAIM_POLICY.dotted_string}")
    access = extension_of(leaf, x509.AuthorityInformationAccess)
    if access is None or not any(
        one.access_method == AuthorityInformationAccessOID.OCSP for one in access.value
    ):
        yield problem("ocsp", "names no OCSP responder")
    if _unknown_extension(leaf, ASSURANCE_LEVEL) != _LEVEL_DER[profile]:
        yield problem("level", f"does not state assurance level {profile.removeprefix('al')}")
    record = _unknown_extension(leaf, PRODUCT_RECORD)
    if record is None or not _RECORD_DER.fullmatch(record):
        yield problem("product", "names no record of the list of conforming products")


def _shape_findings(leaf: x509.Certificate, longest: timedelta) -> Iterator[LintFinding]:
    if leaf.not_valid_after_utc - leaf.not_valid_before_utc > longest:
        yield problem("lives-too-long", f"lives longer than {longest.days} days")
    for oid, name in _NAMES.items():
        if not leaf.subject.get_attributes_for_oid(oid):
            yield problem("subject-incomplete", f"the subject names no {name}")
    usage = extension_of(leaf, x509.KeyUsage)
    if usage is not None and not usage.value.content_commitment:
        yield problem("usage", "key usage lacks nonRepudiation")
    constraints = extension_of(leaf, x509.BasicConstraints)
    if constraints is None or not constraints.critical:
        yield problem("constraints", "basic constraints must be there and critical")
    purposes = extension_of(leaf, x509.ExtendedKeyUsage)
    if purposes is not None and purposes.critical:
        yield problem("purpose", "extended key usage must not be critical")


def _unknown_extension(leaf: x509.Certificate, oid: ObjectIdentifier) -> bytes | None:
    for extension in leaf.extensions:
        if extension.oid == oid and isinstance(extension.value, x509.UnrecognizedExtension):
            return extension.value.value
    return None
