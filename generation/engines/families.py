"""The pipelines that may be loaded.

This table is the allow-list: a class that is not named here is never imported on a model folder's word. It is read
without torch, so that a web process can refuse a size before anything is decided or queued.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from generation.engines.family import Ability, Family, RenderDefaults
from generation.engines.family_limits import no_limits
from generation.engines.ltx_families import LTX_FAMILIES
from generation.engines.other_families import OTHER_FAMILIES
from generation.engines.wan_families import WAN_FAMILIES

FAMILIES: Mapping[str, Family] = {
    family.pipeline: replace(family, abilities=family.abilities | {Ability.PREVIEWS})
    for family in (*WAN_FAMILIES, *LTX_FAMILIES, *OTHER_FAMILIES)
}

HOSTED = Family(
    pipeline="hosted",
    components={},
    optional=frozenset(),
    # What a service makes stands in its declaration.
    limits=no_limits,
    defaults=RenderDefaults(
        width=1280, height=720, num_frames=96, fps=24, steps=1, guidance_scale=0.0, max_sequence_length=1
    ),
)
"""Models that somebody else runs. No folder of weights names it."""


def component_configs(folder: Path) -> dict[str, dict[str, object]]:
    """`config.json` of every component folder that has one, by component name."""
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*/config.json"))
    }
