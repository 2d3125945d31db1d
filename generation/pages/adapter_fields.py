"""What the form of a take asks about adapters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from generation.adapters.values import LARGEST_SCALE, AdapterChoice
from licensing.custody.cards import AssetCard

_LEAST = Decimal("0.05")


def adapter_fields(adapters: Sequence[AssetCard]) -> dict[str, forms.Field]:
    """No fields where whoever asks may use no adapter: a choice among nothing helps nobody."""
    if not adapters:
        return {}
    return {
        "adapter": forms.TypedChoiceField(
            required=False,
            empty_value=None,
            coerce=UUID,
            choices=[("", "None"), *((one.id, f"{one.label} ({one.performer_name})") for one in adapters)],
            help_text="A likeness in custody. It is released to this one render, and only while the consent lasts.",
        ),
        "adapter_scale": forms.DecimalField(
            required=False,
            min_value=_LEAST,
            max_value=LARGEST_SCALE,
            max_digits=3,
            decimal_places=2,
            label="Strength of the adapter",
            help_text="1 as it was trained, less for less of it. Empty: 1.",
        ),
    }


def adapters_in(said: Mapping[str, Any]) -> tuple[AdapterChoice, ...]:
    """The adapters that a valid form asks for."""
    chosen = said.get("adapter")
    return () if chosen is None else (AdapterChoice(chosen, said.get("adapter_scale") or Decimal(1)),)
