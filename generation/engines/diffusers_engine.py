"""Renders with a diffusers pipeline from a checked local folder."""

from __future__ import annotations

import os

# OpenMP's threads spin while they wait for each other. Beside a database, an encoder and other work on few cores that
# costs more than the work itself: a render on a busy machine with two cores took a hundred times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import gc
import inspect
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from generation.engines import decoding, speeding
from generation.engines.adapters import laid_over
from generation.engines.base import AnyFrame, OnProgress, Progress, Stage
from generation.engines.family import Ability, Family, PictureWay
from generation.engines.folder import CheckedFolder, check_folder
from generation.engines.given import WORDS_ALONE, Given
from generation.engines.given_checks import check_given
from generation.engines.memory import Saving, possible, saved
from generation.engines.prompt_memory import remember_prompts
from generation.engines.reference_pictures import shown
from generation.engines.speed_settings import PLAIN, SpeedSettings, speed_settings
from generation.engines.step_reports import can_report_steps, reporting_steps
from generation.engines.trainable import why_untrainable
from generation.errors import MissingCapability, OutOfDeviceMemory
from generation.model_defaults import model_defaults
from generation.spec import RenderSpec
from generation.training_spec import TrainedAdapter, TrainingPicture, TrainingSpec

if TYPE_CHECKING:
    from PIL import Image

    from generation.engines.class_pictures import Asked
    from generation.engines.previews import Previews
    from generation.engines.ring import Member, Ring
    from generation.engines.wan_given import GivenLatents

# What the pipeline's call must take; read from its signature, because classes of one version differ.
_NEEDED = frozenset(
    {
        "prompt",
        "negative_prompt",
        "height",
        "width",
        "num_frames",
        "num_inference_steps",
        "generator",
        "output_type",
    }
)
# Who speaks or sings in it is on nobody's record.
SOUND = "made with the pictures and not kept"
_OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}


class DiffusersEngine:
    """One pipeline with its weights, on one device, in one thread at a time."""

    def __init__(
        self,
        pipeline: Any,  # noqa: ANN401 - diffusers is untyped
        checked: CheckedFolder,
        *,
        max_sequence_length: int,
        speed: SpeedSettings = PLAIN,
    ) -> None:
        self.checked = checked
        self._speed = speed
        self._pipeline = pipeline
        self._max_sequence_length = max_sequence_length
        self.ring: Ring | None = None
        """The processes that denoise with this one, where it leads some."""

    def check(self, spec: RenderSpec) -> None:
        self.checked.limits.check(spec)

    def render(
        self,
        spec: RenderSpec,
        *,
        on_progress: OnProgress,
        given: Given = WORDS_ALONE,
        unrounded: bool = False,
        savings: Sequence[str] = (),
    ) -> Generator[AnyFrame, None, None]:
        """See `VideoEngine.render`."""
        self.check(spec)
        check_given(self.checked.family, given, spec)
        made = tuple(Saving(one) for one in savings)

        def on_chunk(done: int, of: int) -> None:
            on_progress(Progress(Stage.DECODE, done, of))

        generator = _generator(spec)
        with _memory_errors(), saved(self._pipeline, made):
            if self.ring is None:
                latents = self.denoised(spec, given, on_progress=on_progress, generator=generator)
            else:
                with self.ring.led(spec, given, on_progress) as told:
                    latents = self.denoised(spec, given, on_progress=told, generator=generator)
            in_tiles = self._speed.tiles_decoding or Saving.VAE_TILING in made
            decoded = decoding.decoded_in_tiles if in_tiles else decoding.decoded
            yield from decoded(self._pipeline, latents, spec, generator, on_chunk, unrounded=unrounded)

    def denoised(
        self,
        spec: RenderSpec,
        given: Given,
        *,
        on_progress: OnProgress,
        generator: torch.Generator | None = None,
    ) -> torch.Tensor:
        """The latents of a clip. `generator`: where its noise is drawn; a new one of its seed where none is given."""
        # Adapters are taken off and pictures forgotten before anything is decoded: the decoder has no use for them.
        with laid_over(self._pipeline, given.adapters), shown(self._pipeline, given.references) as references:
            return self._latents(spec, given, generator or _generator(spec), on_progress, references)

    def train(
        self,
        spec: TrainingSpec,
        pictures: Sequence[TrainingPicture],
        *,
        on_step: Callable[[int, float], None],
    ) -> TrainedAdapter:
        """Train an adapter on `pictures`; the weights are afterwards what they were. See `lora_training.trained`.

        Raises:
            MissingCapability: adapters are not trained on this folder here.
            OutOfDeviceMemory, SourceUnreadable, LearnedNothing, AdapterUnusable: see there.
        """
        why = why_untrainable(self.checked.folder)
        if why is not None:
            raise MissingCapability(f"No adapter can be trained on this model: {why}.")
        from generation.engines.lora_training import trained

        with _memory_errors():
            return trained(
                self._pipeline,
                spec,
                pictures,
                max_sequence_length=self._max_sequence_length,
                on_step=on_step,
            )

    @property
    def savings(self) -> tuple[Saving, ...]:
        """What it can do to need less memory, in the order in which it is tried."""
        # Weights of one of several devices are not moved: the others would wait.
        return possible(self._pipeline) if self.ring is None else ()

    def fingerprint(self) -> Mapping[str, str | int]:
        import diffusers
        import transformers

        device = self._pipeline.device
        return {
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "transformers": transformers.__version__,
            "device": torch.cuda.get_device_name(device) if device.type == "cuda" else _cpu_capability(),
            "dtype": str(self._pipeline.transformer.dtype).removeprefix("torch."),
            "threads": torch.get_num_threads(),
            **speeding.said(self._speed),
            **({"sound": SOUND} if "vocoder" in self.checked.family.components else {}),
            "batch": 1,
        }

    def _latents(
        self,
        spec: RenderSpec,
        given: Given,
        generator: torch.Generator,
        on_progress: OnProgress,
        references: Sequence[Image.Image],
    ) -> torch.Tensor:
        if self.checked.family.way is PictureWay.ARGUMENTS:
            from generation.engines.class_pictures import asked_with

            asked = asked_with(self._pipeline, spec, given, references)
            latents = self._called(spec, generator, on_progress, asked=asked)
            # A copy: a view would keep what was made of the references in memory while the clip is decoded.
            return latents[:, :, asked.before :].clone() if asked.before else latents
        if not given.has_pictures:
            return self._called(spec, generator, on_progress)
        from generation.engines.wan_given import GivenLatents

        pictures = GivenLatents(self._pipeline, spec, given, generator)
        with pictures.scheduled() as beginning:
            return self._called(spec, generator, on_progress, pictures, latents=beginning)

    def _called(
        self,
        spec: RenderSpec,
        generator: torch.Generator,
        on_progress: OnProgress,
        pictures: GivenLatents | None = None,
        *,
        asked: Asked | None = None,
        **begun: torch.Tensor,
    ) -> torch.Tensor:
        """The finished latents; `begun` holds what the pipeline begins with where that is not noise alone."""
        taken = inspect.signature(type(self._pipeline).__call__).parameters
        steps = spec.steps if pictures is None else pictures.steps
        steps = steps if asked is None else asked.steps
        previews = self._previews(spec, steps)

        walked = None if pictures is None else lambda step: pictures.walked[step - 1]

        def seen(step: int, latents: torch.Tensor) -> torch.Tensor:
            after = latents if pictures is None else pictures.after_step(step, latents)
            if previews is not None:
                previews.look(step, latents, after, levels=walked)
            return after

        def after_step(step: int) -> None:
            # An exception raised here ends the call at once. The pipeline's own `_interrupt` flag would skip the
            # remaining steps, decode what there is and return noise as if it were finished.
            preview = None if previews is None else previews.take()
            on_progress(Progress(Stage.DENOISE, step, steps, preview))

        offered: dict[str, object] = {
            "guidance_scale": spec.guidance_scale,
            "max_sequence_length": self._max_sequence_length,
            "frame_rate": float(spec.fps),
            # Some classes read them from the pictures.
            "height": spec.height,
            "width": spec.width,
            "num_frames": spec.num_frames,
        }
        if "guidance_scale" not in taken:
            self._pipeline.guider = self._pipeline.guider.new(guidance_scale=spec.guidance_scale)
        watched = None if previews is None and pictures is None else seen
        looking = nullcontext() if previews is None else previews.watching()
        try:
            with (
                speeding.caching(self._pipeline, self._speed, steps=steps),
                looking,
                reporting_steps(self._pipeline, after_step, watched) as reported,
            ):
                latents: torch.Tensor = self._pipeline(
                    prompt=spec.prompt,
                    negative_prompt=spec.negative_prompt,
                    num_inference_steps=spec.steps,
                    generator=generator,
                    output_type="latent",
                    **begun,
                    **({} if asked is None else asked.arguments),
                    **{name: value for name, value in offered.items() if name in taken},
                    **reported,
                ).frames
        finally:
            self._pipeline.maybe_free_model_hooks()
        return latents

    def _previews(self, spec: RenderSpec, steps: int) -> Previews | None:
        if Ability.PREVIEWS not in self.checked.family.abilities:
            return None
        from generation.engines.previews import Previews

        return Previews(self._pipeline, spec, steps=steps)


def load(folder: Path, *, threads: int | None = None, member: Member | None = None) -> DiffusersEngine:
    """Check `folder`, load it on the best device and return the engine.

    On a CPU everything is computed in float32: bfloat16 weights widen to it without loss. On CUDA the transformer
    and text encoder keep bfloat16 with the modules that diffusers marks as float32, and the autoencoder is widened.

    Args:
        folder: a diffusers folder with its lock file.
        threads: threads torch may use; None leaves its own choice.
        member: which of several processes this is, where the model is set for several devices.

    Raises:
        LockMissing, WeightsAltered, PickleWeights, CodeInModelFolder, UnexpectedModelFile, UnknownPipeline: the
            folder is not one we load.
        MissingCapability: the pipeline cannot report its steps, be guided or return latents.
    """
    os.environ.update(_OFFLINE)
    checked = check_folder(folder)
    speed = speed_settings(checked.folder)
    if speed.devices > 1 and member is None:
        raise MissingCapability("devices: several are led by the process at the first of them alone.")
    if threads is not None:
        torch.set_num_threads(threads)
    if checked.family.pipeline in ("WanImageToVideoPipeline", "WanVACEPipeline"):
        from generation.engines.wan_words import clean_words_alike

        clean_words_alike()
    on_cuda = torch.cuda.is_available()
    from diffusers import DiffusionPipeline
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    diffusers_logging.disable_progress_bar()
    transformers_logging.disable_progress_bar()
    pipeline = DiffusionPipeline.from_pretrained(
        checked.folder,
        local_files_only=True,
        use_safetensors=True,
        dtype={
            "default": torch.bfloat16 if on_cuda else torch.float32,
            # What encodes and decodes pictures is computed in full; the first of them is not in every folder.
            **dict.fromkeys({"image_encoder", "vae"} & _parts(checked), torch.float32),
        },
        low_cpu_mem_usage=True,
    )
    # What was loaded is what was checked: a file swapped between the two shows in its stamps.
    checked.recheck()
    _check_capabilities(pipeline, checked.family)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.to(("cuda" if on_cuda else "cpu") if member is None else member.device())
    speeding.prepare(pipeline, speed, folder=checked.folder)
    if member is not None:
        member.join(speeding.transformers_of(pipeline))
    remember_prompts(pipeline)
    return DiffusersEngine(
        pipeline,
        checked,
        max_sequence_length=model_defaults(checked.folder).render.max_sequence_length,
        speed=speed,
    )


def _parts(checked: CheckedFolder) -> set[str]:
    """The components that the folder has."""
    return {path.parent.name for path in checked.folder.glob("*/config.json")}


def _check_capabilities(pipeline: Any, family: Family) -> None:  # noqa: ANN401 - diffusers is untyped
    name = type(pipeline).__name__
    taken = inspect.signature(type(pipeline).__call__).parameters
    missing = sorted(((_NEEDED - family.reads) | family.takes) - taken.keys())
    if missing:
        raise MissingCapability(f"{name} of this diffusers version does not take {', '.join(missing)}.")
    if "guidance_scale" not in taken and not hasattr(pipeline, "guider"):
        raise MissingCapability(f"{name} of this diffusers version takes no guidance.")
    if not can_report_steps(pipeline):
        raise MissingCapability(f"{name} of this diffusers version tells nobody of its steps.")
    if family.way is PictureWay.LATENTS and not (
        "latents" in taken
        and "latents" in getattr(pipeline, "_callback_tensor_inputs", ())
        and hasattr(pipeline.scheduler, "sigmas")
        and hasattr(pipeline.vae, "encode")
    ):
        raise MissingCapability(
            f"{name} of this diffusers version lets nobody put pictures into its latents."
        )


def _generator(spec: RenderSpec) -> torch.Generator:
    """On the CPU it draws the same noise whatever device renders."""
    return torch.Generator("cpu").manual_seed(spec.seed)


@contextmanager
def _memory_errors() -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        gc.collect()
        torch.cuda.empty_cache()
        raise OutOfDeviceMemory("The device has too little memory for this size and length.") from error
    except RuntimeError as error:
        # The CPU allocator has no exception class of its own.
        if "DefaultCPUAllocator" not in str(error):
            raise
        gc.collect()
        raise OutOfDeviceMemory("The machine has too little memory for this size and length.") from error


def _cpu_capability() -> str:
    return f"cpu {torch.backends.cpu.get_cpu_capability()}"
