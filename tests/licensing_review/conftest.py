from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.factories.reviews import Desk


@pytest.fixture
def desk(committed_db: None) -> Desk:
    # Models are there when Django is set up, which is after this file is read.
    from tests.factories.reviews import a_desk

    return a_desk()
