"""The demo's world."""

from __future__ import annotations

import pytest

from accounts.models.user import User
from generation.operations.demo_data import accounts_file, ensure_demo_data


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
