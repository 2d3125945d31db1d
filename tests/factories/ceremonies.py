"""Keys made before two people and certified, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core import clock
from provenance.ceremony import Made, Plan, hold_ceremony
from provenance.installing import Installed, Issued, install_signer
from provenance.providers.addresses import KeyPurpose
from tests.factories.issuing import Authority, a_leaf

PEOPLE = ("Ada Brown", "Chidi Okafor")


def listening(_person: str, groups: str) -> str:
    """Somebody who types what was read."""
    return f"{groups.split(maxsplit=1)[0]} {groups.rsplit(maxsplit=1)[-1]}"


def a_ceremony(
    address: str,
    *,
    purpose: KeyPurpose = KeyPurpose.CLAIM,
    organisation_id: UUID | None = None,
    people: tuple[str, str] = PEOPLE,
    existing: bool = False,
) -> Made:
    plan = Plan(
        address=address,
        purpose=purpose,
        organisation_id=organisation_id,
        people=people,
        country="GB",
        organisation="Example Film Studio",
        common_name="Claim signer",
        existing=existing,
    )
    return hold_ceremony(plan, compared=listening, at=clock.now())


def an_installed_signer(
    address: str,
    authority: Authority,
    *,
    at: datetime,
    active_from: datetime | None = None,
    overlap: timedelta = timedelta(days=7),
    trust_root: bool = True,
    purpose: KeyPurpose = KeyPurpose.CLAIM,
    organisation_id: UUID | None = None,
    **leaf: Any,  # noqa: ANN401 - of `a_leaf`
) -> Installed:
    made = a_ceremony(address, purpose=purpose, organisation_id=organisation_id)
    certificate = a_leaf(authority, made.key.public_key, at=at, **leaf)
    return install_signer(
        Issued(
            chain_pem=authority.chain_of(certificate),
            root_pem=authority.root_pem if trust_root else None,
            active_from=active_from or at,
            overlap=overlap,
            people=PEOPLE,
        ),
        at=at,
    )
