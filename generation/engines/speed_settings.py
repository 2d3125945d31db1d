"""`speed.json` of a model folder: what makes it render faster or in less memory, and what that was measured to do.

{
 "attention": "_native_cudnn",
 "compile": true,
 "cache": {"kind": "first_block", "threshold": 0.1},
 "fp8": false,
 "offload": null,
 "tile_decoding": false,
 "distilled": {"files": {"transformer": "distilled/four-steps.safetensors"}, "scale": 1.0, "steps": 4,
               "guidance_scale": 1.0},
 "devices": 2,
 "effects": {"attention": "...", "compile": "...", "cache": "..."}
}

The file is one of the folder's, so it is locked and approved with the weights. Every setting that is on says its
effect as somebody measured it, or `not measured`. Without torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from generation.engines.distilled import Distilled, distilled_in
from generation.errors import UnexpectedModelFile

FILE_NAME = "speed.json"
_MOST_CHARACTERS = 64 * 2**10
_LONGEST_EFFECT = 400
_MOST_RATIOS = 1000

# Ways to compute attention that need nothing from the network. What begins with `sage` rounds to eight bits.
ATTENTIONS = (
    *("native", "_native_cudnn", "_native_efficient", "_native_flash", "_native_math"),
    *(
        "flash",
        "_flash_3",
        "flex",
        "xformers",
        "sage",
        "_sage_qk_int8_pv_fp16_cuda",
        "_sage_qk_int8_pv_fp8_cuda",
    ),
)


class CacheKind(StrEnum):
    """Step caches of diffusers: where little changes from step to step, a step is guessed. All are lossy."""

    FIRST_BLOCK = "first_block"
    TAYLORSEER = "taylorseer"
    SEA = "sea"
    MAG = "mag"


# What may be said of each, with its bounds. Whole numbers where both bounds are whole.
_NUMBERS: Mapping[CacheKind, Mapping[str, tuple[float, float]]] = {
    CacheKind.FIRST_BLOCK: {"threshold": (0.0, 1.0)},
    CacheKind.TAYLORSEER: {
        "cache_interval": (2, 20),
        "disable_cache_before_step": (1, 100),
        "disable_cache_after_step": (1, 1000),
        "max_order": (0, 4),
    },
    CacheKind.SEA: {
        "threshold": (0.0, 4.0),
        "residual_order": (0, 1),
        "retention_steps": (0, 100),
        "cache_end_steps": (0, 100),
        "max_consecutive_cached": (0, 20),
    },
    CacheKind.MAG: {"threshold": (0.0, 1.0), "max_skip_steps": (1, 20), "retention_ratio": (0.0, 1.0)},
}


class Offload(StrEnum):
    """Weights that wait in the machine's memory and come to the device when their turn is."""

    LEAF = "leaf"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class StepCache:
    """`numbers` are arguments of the cache's own class. `ratios`: of MagCache alone, calibrated for these weights."""

    kind: CacheKind
    numbers: Mapping[str, float]
    ratios: tuple[float, ...] = ()

    @property
    def said(self) -> str:
        told = " ".join(f"{name}={value:g}" for name, value in sorted(self.numbers.items()))
        return f"{self.kind} {told}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedSettings:
    """`effects`: by setting, in the operator's words. `devices`: how many denoise one clip together."""

    attention: str = "native"
    compiles: bool = False
    cache: StepCache | None = None
    fp8: bool = False
    offload: Offload | None = None
    tiles_decoding: bool = False
    distilled: Distilled | None = None
    devices: int = 1
    effects: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def lossy(self) -> tuple[str, ...]:
        """What changes the picture for speed or memory, as takes and credentials say it."""
        return (
            *((self.distilled.said,) if self.distilled else ()),
            *((f"step cache: {self.cache.said}",) if self.cache else ()),
            *(("weights in fp8",) if self.fp8 else ()),
            *(("attention in eight bits",) if "sage" in self.attention else ()),
            *(("decoded in tiles",) if self.tiles_decoding else ()),
        )


PLAIN = SpeedSettings()


def speed_settings(folder: Path) -> SpeedSettings:
    """The settings of the model in `folder`; plain ones where it brings none.

    Raises:
        UnexpectedModelFile: `speed.json` cannot be used.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return PLAIN
    try:
        with path.open(encoding="utf-8") as stream:
            settings = _settings(json.loads(stream.read(_MOST_CHARACTERS)))
        _check_files(folder, settings)
    except (OSError, ValueError, RecursionError) as error:
        raise UnexpectedModelFile(FILE_NAME, f"cannot be used ({error})") from error
    return settings


def _check_files(folder: Path, settings: SpeedSettings) -> None:
    for name in settings.distilled.files.values() if settings.distilled else ():
        if not (folder / name).is_file():
            raise ValueError(f"distilled: there is no file {name}")


_SETTINGS = ("attention", "compile", "cache", "fp8", "offload", "tile_decoding", "distilled", "devices")
_MOST_DEVICES = 16
# What was not seen to work where a clip is divided among devices.
_OF_ONE_DEVICE = ("compile", "cache", "fp8", "offload")


def _settings(content: object) -> SpeedSettings:
    said = _object("the file", content)
    if unknown := sorted(said.keys() - {*_SETTINGS, "effects"}):
        raise ValueError(f"{unknown[0]}: no such setting")
    attention = said.get("attention", "native")
    if attention not in ATTENTIONS:
        raise ValueError(f"attention must be one of {', '.join(ATTENTIONS)}")
    devices = _devices(said.get("devices", 1))
    for name in ("compile", "fp8", "tile_decoding"):
        if not isinstance(said.get(name, False), bool):
            raise ValueError(f"{name} must be true or false")  # noqa: TRY004 - as for any other
    effects = _object("effects", said.get("effects", {}))
    turned_on = {one for one in _SETTINGS if said.get(one) not in (None, False, "native")}
    if devices == 1:
        turned_on.discard("devices")
    if devices > 1 and (both := sorted(turned_on & set(_OF_ONE_DEVICE))):
        raise ValueError(f"{both[0]} is for one device, and not for {devices}")
    if turned_on != effects.keys():
        raise ValueError(
            f"effects must be stated of {', '.join(sorted(turned_on)) or 'nothing'}, and no other"
        )
    for name, effect in effects.items():
        if not isinstance(effect, str) or not effect.strip() or len(effect) > _LONGEST_EFFECT:
            raise ValueError(f"effects: {name} needs up to {_LONGEST_EFFECT} characters, or `not measured`")
    cache, offload, distilled = said.get("cache"), said.get("offload"), said.get("distilled")
    return SpeedSettings(
        attention=str(attention),
        compiles=bool(said.get("compile")),
        cache=None if cache is None else _cache(_object("cache", cache)),
        fp8=bool(said.get("fp8")),
        offload=None if offload is None else Offload(str(offload)),
        tiles_decoding=bool(said.get("tile_decoding")),
        distilled=None if distilled is None else distilled_in(_object("distilled", distilled)),
        devices=devices,
        effects={name: str(effect) for name, effect in effects.items()},
    )


def _devices(said: object) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not 1 <= said <= _MOST_DEVICES:
        raise ValueError(f"devices must be a whole number from 1 to {_MOST_DEVICES}")
    return said


def _cache(said: Mapping[str, object]) -> StepCache:
    kind = CacheKind(str(said.get("kind")))
    bounds = _NUMBERS[kind]
    ratios = said.get("ratios")
    if (kind is CacheKind.MAG) != isinstance(ratios, list):
        raise ValueError("cache: ratios are calibrated for these weights, and of mag alone")
    numbers: dict[str, float] = {}
    for name, value in said.items():
        if name in ("kind", "ratios"):
            continue
        if name not in bounds:
            raise ValueError(f"cache: {kind} has no {name}")
        least, most = bounds[name]
        whole = isinstance(least, int) and isinstance(most, int)
        wanted = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, wanted) or not least <= value <= most:
            raise ValueError(f"cache: {name} must be from {least} to {most}")
        numbers[name] = value
    return StepCache(kind, numbers, _ratios(ratios) if isinstance(ratios, list) else ())


def _ratios(values: list[object]) -> tuple[float, ...]:
    if not 0 < len(values) <= _MOST_RATIOS:
        raise ValueError(f"cache: up to {_MOST_RATIOS} ratios, and one at least")
    found = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 100:  # noqa: PLR2004 - far from any
            raise ValueError("cache: ratios are numbers above 0")
        found.append(float(value))
    return tuple(found)


def _object(name: str, content: object) -> Mapping[str, object]:
    if not isinstance(content, dict):
        raise ValueError(f"{name} must be an object")  # noqa: TRY004 - as for any other
    return content
