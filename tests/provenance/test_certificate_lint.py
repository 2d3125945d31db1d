"""The lint by profile: a certificate of each assurance level passes its own, and every departure has a code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from provenance.certificate_lint import findings_of_chain
from provenance.certificates import CLAIM_SIGNING, DOCUMENT_SIGNING, EMAIL_PROTECTION
from provenance.lint_values import Profile, Severity
from tests.factories.issuing import Authority, a_leaf, an_authority
from tests.factories.provenance import NOON

LEVEL_1, LEVEL_2 = b"\x0a", b"\x14"
KEY = ec.generate_private_key(ec.SECP256R1()).public_key()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return an_authority(at=NOON)


def _codes(authority: Authority, profile: Profile, *, days: float = 0, **leaf: Any) -> dict[str, Severity]:  # noqa: ANN401 - of `a_leaf`
    chain = [a_leaf(authority, KEY, at=NOON, **leaf), authority.intermediate.certificate]
    found = findings_of_chain(
        chain, anchors=[authority.root.certificate], at=NOON + timedelta(days=days), profile=profile
    )
    return {one.code: one.severity for one in found}


@pytest.mark.parametrize(
    ("profile", "leaf"),
    [
        (Profile.OWN, {}),
        (Profile.AL1, {"level": LEVEL_1, "life": timedelta(days=366)}),
        (Profile.AL2, {"level": LEVEL_2, "life": timedelta(days=90)}),
        (Profile.IDENTITY, {"purposes": (EMAIL_PROTECTION,), "life": timedelta(days=800)}),
    ],
)
def test_a_certificate_of_a_profile_passes_it(
    authority: Authority, profile: Profile, leaf: dict[str, Any]
) -> None:
    assert _codes(authority, profile, **leaf) == {}


@pytest.mark.parametrize(
    ("profile", "leaf", "codes"),
    [
        (Profile.AL2, {"level": LEVEL_2, "life": timedelta(days=91)}, {"lives-too-long"}),
        (Profile.AL2, {"level": LEVEL_1}, {"level"}),
        (Profile.AL1, {"level": LEVEL_2}, {"level"}),
        (Profile.AL1, {"level": LEVEL_1, "non_repudiation": False}, {"usage"}),
        (Profile.AL1, {}, {"policy", "ocsp", "level", "product"}),
        (Profile.OWN, {"foreign_issuer_id": True}, {"identifiers"}),
        (Profile.OWN, {"purposes": (EMAIL_PROTECTION,)}, {"purpose"}),
        (Profile.IDENTITY, {"purposes": (CLAIM_SIGNING, DOCUMENT_SIGNING)}, {"purpose"}),
        (Profile.IDENTITY, {"purposes": (CLAIM_SIGNING, EMAIL_PROTECTION)}, {"purpose"}),
    ],
)
def test_a_departure_is_a_problem_with_its_code(
    authority: Authority, profile: Profile, leaf: dict[str, Any], codes: set[str]
) -> None:
    assert _codes(authority, profile, **leaf) == dict.fromkeys(codes, Severity.PROBLEM)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (59, {}),
        (61, {"ends-soon": Severity.WARNING}),
        (91, {"not-valid-now": Severity.PROBLEM}),
    ],
)
def test_days_that_run_out_are_a_warning_before_they_are_a_problem(
    authority: Authority, days: int, found: dict[str, Severity]
) -> None:
    assert _codes(authority, Profile.OWN, days=days) == found
