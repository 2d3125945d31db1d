"""What is known of a pipeline class before anything is loaded: its parts, its sizes, and what it can be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from generation.engines.family_limits import Configs
from generation.engines.sizes import SizeLimits

ClassName = tuple[str, str]


class Ability(StrEnum):
    """What a class can be given beside words. Loading a folder holds the class against what its family says here."""

    FIRST_FRAME = "first_frame"
    """A picture on the first frame."""
    LAST_FRAME = "last_frame"
    """One on the last frame as well."""
    KNOWN_FRAMES = "known_frames"
    """Pictures anywhere in the clip, one or many."""
    BEGINNING = "beginning"
    """A clip to begin from, and how far to go from it."""
    REFERENCES = "references"
    """Pictures of what is to be in the clip, without a place in it."""
    PREVIEWS = "previews"
    """A small picture of the clip while it is made."""


class PictureWay(StrEnum):
    """How pictures come into a clip."""

    NONE = "none"
    LATENTS = "latents"
    """They are put into the latents between steps, by us: see `wan_given`."""
    ARGUMENTS = "arguments"
    """The class takes them: see `class_pictures`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderDefaults:
    """What a model of a family renders when its folder has no `defaults.json`."""

    width: int
    height: int
    num_frames: int
    fps: int
    steps: int
    guidance_scale: float
    max_sequence_length: int


AsStated: TypeAlias = "Callable[[Family, Mapping[str, object], Configs], Family]"


def _as_it_is(family: Family, _index: Mapping[str, object], _configs: Configs) -> Family:
    return family


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One pipeline class of diffusers.

    Attributes:
        components: for every component name, the (library, class) pairs that may stand there.
        optional: components that may be absent from the folder or null there.
        abilities: what it can be given beside words; what is not named is refused.
        needs: all that it must be given; such a class makes nothing of words alone.
        way: how pictures come into its clips.
        takes: arguments by which its class takes pictures.
        reads: arguments that its class does not take, because it reads them from the pictures.
        as_stated: the family as the settings of a folder make it, from `model_index.json` and the configurations.
        most_references: how many reference pictures it is given at most; 0 where it is given none.
        trains_adapters: whether an adapter can be trained on it here, see `generation.engines.lora_training`.
    """

    pipeline: str
    components: Mapping[str, frozenset[ClassName]]
    optional: frozenset[str]
    limits: Callable[[Configs], SizeLimits]
    defaults: RenderDefaults
    abilities: frozenset[Ability] = frozenset()
    needs: frozenset[Ability] = frozenset()
    way: PictureWay = PictureWay.NONE
    takes: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    as_stated: AsStated = _as_it_is
    most_references: int = 0
    trains_adapters: bool = False


# transformers 5 saves every fast tokenizer under the first of these names.
FAST_TOKENIZERS = frozenset(
    {("transformers", "TokenizersBackend"), ("transformers", "PreTrainedTokenizerFast")},
)
T5_TOKENIZERS = FAST_TOKENIZERS | {("transformers", "T5Tokenizer"), ("transformers", "T5TokenizerFast")}
T5_ENCODERS = frozenset({("transformers", "T5EncoderModel")})
FLOW_SCHEDULERS = frozenset(
    {
        ("diffusers", "FlowMatchEulerDiscreteScheduler"),
        ("diffusers", "UniPCMultistepScheduler"),
    }
)
