"""Adapters (LoRA) with random matrices, of nobody."""

from __future__ import annotations

from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor, nn

from licensing.custody.cards import AssetCard
from licensing.custody.words import AssetKind
from tests.factories.custody import an_asset
from tests.factories.licensing import a_consent
from tests.factories.takes import Studio


def matrices(transformer: nn.Module, *, rank: int = 4, seed: int = 5, size: float = 0.5) -> dict[str, Tensor]:
    """Matrices for the attention of every block, loud enough to change any picture."""
    drawn = torch.Generator().manual_seed(seed)
    made: dict[str, Tensor] = {}
    for name, layer in transformer.named_modules():
        if isinstance(layer, nn.Linear) and name.endswith(("to_q", "to_v")):
            made[f"transformer.{name}.lora_A.weight"] = torch.randn(rank, layer.in_features, generator=drawn)
            up = size * torch.randn(layer.out_features, rank, generator=drawn)
            made[f"transformer.{name}.lora_B.weight"] = up
    return made


def as_file(tensors: dict[str, Tensor], *, metadata: dict[str, str] | None = None) -> bytes:
    return save(tensors, metadata=metadata)


def an_adapter(studio: Studio, tensors: dict[str, Tensor], **fields: Any) -> AssetCard:  # noqa: ANN401 - any field
    """An adapter of the studio's consenting performer in custody, which the producer may use."""
    consent = a_consent(
        studio.producer,
        studio.production,
        studio.consenting,
        uses=["create_replica", "stunt_safety_double", "generate_new_performance", "train_project_model"],
        supersedes=studio.consent.id,
    )
    scan = an_asset(studio.producer, consent.id)
    return an_asset(
        studio.producer,
        consent.id,
        **{
            "kind": AssetKind.ADAPTER,
            "label": "Ana, neutral",
            "content": as_file(tensors),
            "built_from": [scan.id],
            "base_model_sha256": studio.model.lock_sha256,
            **fields,
        },
    )
