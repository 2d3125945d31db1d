"""The demo's world."""

from __future__ import annotations

import pytest

from accounts.models.user import User
from accounts.values import Role, user_actor
from generation.operations.demo_data import accounts_file, ensure_demo_data
from licensing.agreeing.my_page import my_page
from licensing.agreeing.queries import offer_cards


@pytest.mark.usefixtures("committed_db")
def test_the_demo_world_is_made_once_and_found_again() -> None:
    first = ensure_demo_data()

    again = ensure_demo_data()

    assert again == first
    assert accounts_file().stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("committed_db")
def test_printed_passwords_open_the_door_of_a_database_that_outlived_the_data_folder() -> None:
    ensure_demo_data()
    accounts_file().unlink()

    (account, *_others) = ensure_demo_data().accounts

    assert User.objects.get(email=account.email).check_password(account.password)
    assert accounts_file().stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("committed_db")
def test_the_performer_finds_one_offer_to_answer_and_the_own_consent() -> None:
    demo = ensure_demo_data()
    ensure_demo_data()
    user = User.objects.get(email="performer@lantern-gate.example")
    performer = user_actor(
        user_id=user.pk,
        organisation_id=demo.producer.organisation_id,
        roles=frozenset({Role.PERFORMER}),
    )

    page = my_page(performer)

    assert page.acts_for_somebody
    assert [one.standing for one in page.offers] == ["offered"]
    assert [one.said.state for one in page.consents] == ["active"]
    assert len(offer_cards(demo.producer)) == 1
