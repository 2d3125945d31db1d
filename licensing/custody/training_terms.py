"""What the terms of a consent say of training. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from core.canonical import Canonical
from licensing.clauses.case import TRAINING


def permits_training(terms: Mapping[str, Canonical]) -> bool:
    """Whether training a model is among the uses that the terms name; to be rendered with is another use."""
    intended = terms.get("intended_use")
    uses: Canonical = intended.get("uses") if isinstance(intended, dict) else None
    return isinstance(uses, list) and any(use in TRAINING for use in uses)
