"""Whether an adapter can be trained on a model folder here, and if not why. Without torch."""

from __future__ import annotations

from pathlib import Path

from generation.engines.families import FAMILIES, HOSTED
from generation.engines.folder import family_of
from generation.engines.speed_settings import speed_settings


def why_untrainable(folder: Path) -> str | None:
    """What stands against training an adapter on the model in `folder`; None where nothing does.

    Raises:
        UnknownPipeline, UnexpectedModelFile: the folder is not one we load.
    """
    family = family_of(folder)
    if family is HOSTED:
        return "a service runs this model: there are no weights here to train an adapter on"
    if not family.trains_adapters:
        able = ", ".join(sorted(one.pipeline for one in FAMILIES.values() if one.trains_adapters))
        return f"adapters are trained here on {able} alone, and this model is a {family.pipeline}"
    if (folder / "transformer_2").is_dir():
        return "it has two transformers, and no adapter can be laid over both"
    speed = speed_settings(folder)
    if speed.fp8 or speed.offload is not None or speed.compiles or "sage" in speed.attention:
        return "its speed.json narrows, offloads or compiles what would have to be learned through"
    if speed.devices > 1:
        return "its speed.json divides a clip among several devices, and a training has one"
    if speed.distilled is not None:
        return "its weights were distilled to few steps, and what is learned on them would unlearn that"
    return None
