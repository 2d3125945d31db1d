"""A consent that says who may look binds in the house, and at whoever a delivery would show it to."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models.organisation import Organisation
from accounts.values import Actor, Role
from core.tenancy import tenant
from generation.deliveries.values import RecipientKind, seen_by
from generation.operations.deliveries import try_delivery
from generation.operations.recipients import register_recipient
from licensing.agreed import Audience
from licensing.agreed_limits import SIGHT_RULE
from licensing.delivering import OUTSIDE
from tests.factories.accounts import a_member
from tests.factories.deliveries import a_delivery_order, a_signed_take
from tests.factories.documents import an_authority
from tests.factories.licensing import a_consent, rule_ids
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, a_studio


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    return a_studio(pristine_model)


def _member(studio: Studio, role: Role) -> Actor:
    with tenant(studio.organisation_id):
        organisation = Organisation.objects.get(id=studio.organisation_id)
    return a_member(role, organisation=organisation)


def _agreed(studio: Studio, *who: str) -> None:
    a_consent(
        studio.producer,
        studio.production,
        studio.consenting,
        supersedes=studio.consent.id,
        agreed={"visible_to": list(who)},
    )


def test_who_works_on_it_and_whom_the_consent_names_look_and_nobody_else(studio: Studio) -> None:
    _agreed(studio, "production", "vendors")
    take = a_signed_take(studio, studio.consenting)
    union, performer = _member(studio, Role.UNION_REP), _member(studio, Role.PERFORMER)

    for one in (union, performer):
        for name in ("video", "poster", "contact-sheet"):
            refused = an_api_client(one).get(f"/v1/takes/{take.id}/{name}")
            assert refused.status_code == 403
            assert refused.json()["type"].endswith("/sight-not-agreed")
            assert a_browser(one).get(f"/takes/{take.id}/{name}").status_code == 403
        page = a_browser(one).get(f"/takes/{take.id}").text
        assert "You may not look at this take" in page
        assert "<video" not in page
        assert "<img" not in a_browser(one).get(f"/shots/{take.shot_id}").text
    artist = _member(studio, Role.ARTIST)
    assert an_api_client(artist).get(f"/v1/takes/{take.id}/video").status_code == 200
    assert "<video" in a_browser(artist).get(f"/takes/{take.id}").text

    # The performer whose likeness it is looks at it, whatever their colleagues may.
    an_authority(_member(studio, Role.LEGAL), studio.consenting, performer)
    assert an_api_client(performer).get(f"/v1/takes/{take.id}/video").status_code == 200


@pytest.mark.parametrize("who", [("union",), None])
def test_the_union_looks_where_it_is_named_or_nobody_said_who(
    studio: Studio, who: tuple[str, ...] | None
) -> None:
    if who is not None:
        _agreed(studio, *who)
    take = a_signed_take(studio, studio.consenting)

    assert an_api_client(_member(studio, Role.UNION_REP)).get(f"/v1/takes/{take.id}/video").status_code == 200


def test_a_delivery_shows_it_to_nobody_whom_the_consent_leaves_out(studio: Studio) -> None:
    _agreed(studio, "production", "buyer")
    take = a_signed_take(studio, studio.consenting)
    vendor = register_recipient(
        name="Ferrule Sound", kind=RecipientKind.VENDOR, contact="", actor=studio.producer
    )
    buyer = register_recipient(
        name="Larkfield Pictures", kind=RecipientKind.DISTRIBUTOR, contact="", actor=studio.producer
    )

    refused = try_delivery(a_delivery_order(take.id, vendor.id), actor=studio.producer).decision
    assert (refused.outcome, SIGHT_RULE in rule_ids(refused)) == ("deny", True)
    for status in ("final", "temp"):
        order = a_delivery_order(take.id, buyer.id, output_status=status)
        assert SIGHT_RULE not in rule_ids(try_delivery(order, actor=studio.producer).decision)


def test_every_kind_of_recipient_is_of_some_circle_until_the_work_is_released() -> None:
    assert {seen_by(one, "temp") for one in RecipientKind} <= {*Audience, OUTSIDE}
    assert seen_by(RecipientKind.INSURER, "final") == OUTSIDE
    assert seen_by(RecipientKind.DISTRIBUTOR, "final") is None
