"""The tests of the log drive its sequencer by hand, and begin with none at work."""

from __future__ import annotations

import pytest


@pytest.fixture
def sequenced() -> bool:
    return False
