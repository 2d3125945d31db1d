"""The demo's world."""

from __future__ import annotations

import pytest

from generation.operations.demo_data import accounts_file, ensure_demo_data


@pytest.mark.usefixtures("committed_db")
def test_the_demo_world_is_made_once_and_found_again() -> None:
    first = ensure_demo_data()

    again = ensure_demo_data()

    assert again == first
    assert accounts_file().stat().st_mode & 0o077 == 0
