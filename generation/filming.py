"""A claimed take at the device, from the model to the encoded file, in as much memory as there is."""

from __future__ import annotations

import logging
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from generation import claims
from generation.claimed_take import Claim
from generation.encoding import Delivery, Encoded, VideoWriter
from generation.engines.base import Loaded, Progress, Stage, rounded_frame
from generation.engines.folder import LOCK_NAME
from generation.engines.given import Given
from generation.engines.hosted_declaration import is_hosted
from generation.engines.spawned import DEVICE, Patience
from generation.errors import NoApprovedModel, OutOfDeviceMemory, WeightsAltered
from generation.heartbeat import Heartbeat
from generation.hosted.working import hosted_engine
from generation.mastering.keeping import FramesKeeper
from generation.serving import presence
from generation.serving.values import WorkerState
from generation.stopwatch import Stopwatch
from generation.values import LOADING, TakeState
from provenance.statement import SoftBinding
from provenance.watermarks.provider import marker

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a render is written: the video, and the frames for masters where they are kept."""

    video: Path
    frames: Path | None


@dataclass(frozen=True, slots=True)
class Filmed:
    encoded: Encoded
    fingerprint: dict[str, str | int]
    soft_bindings: tuple[SoftBinding, ...] = ()


def patience() -> Patience:
    environment = settings.ENVIRONMENT
    return Patience(render_s=environment.render_s, grace_s=environment.render_grace_s)


def model_at_the_device(claimed: Claim, heart: Heartbeat) -> Loaded:
    """The claim's model, loaded; it must be the one the studio approved.

    Raises:
        NoApprovedModel, WeightsAltered, UnsafeModelFile, LockMissing, UnknownPipeline, MissingCapability: see there.
        DeviceLost, RenderTooSlow: see `generation.engines.spawned`.
    """
    if is_hosted(claimed.model_folder):
        return hosted_engine(claimed, heart.check)
    return loaded_for(claimed, heart)


class ForModel(Protocol):
    """A claim on work that needs a model at the device."""

    @property
    def worker(self) -> str: ...
    @property
    def model_folder(self) -> Path: ...
    @property
    def model_sha256(self) -> str: ...
    @property
    def model_is_approved(self) -> bool: ...


class Watched(Protocol):
    """Who looks after the claim meanwhile."""

    def show(self, stage: str) -> None: ...
    def check(self) -> None: ...


def loaded_for(claimed: ForModel, heart: Watched) -> Loaded:
    """As `model_at_the_device`, of a model whose weights lie here.

    Raises:
        As there.
    """
    if not claimed.model_is_approved:
        raise NoApprovedModel(
            "This studio has taken back that the model may be used for this production. Ask with another one."
        )
    heart.show(LOADING)
    presence.say(claimed.worker, WorkerState.LOADING)
    loaded = DEVICE.load(
        claimed.model_folder,
        threads=settings.ENVIRONMENT.torch_threads,
        patience=patience(),
        meanwhile=heart.check,
    )
    presence.hold(claimed.worker, loaded.lock_sha256, device=loaded.device, vram_mb=loaded.vram_mb)
    presence.say(claimed.worker, WorkerState.RUNNING)
    heart.show("")
    if loaded.lock_sha256 != claimed.model_sha256:
        raise WeightsAltered(LOCK_NAME, "its digest is not the one this studio approved for the model")
    return loaded


def filmed(
    claimed: Claim, loaded: Loaded, given: Given, places: Places, watch: Stopwatch, heart: Heartbeat
) -> Filmed:
    """Render and encode; where the device is too small, again with one more saving of memory each time.

    The size is never made smaller. Each saving stands in the take's history and in its fingerprint.

    Raises:
        OutOfDeviceMemory: it is too small with all of them.
    """
    film = _Film(claimed, given, places, watch, heart)
    tried = 0
    while True:
        try:
            return film.once(loaded, loaded.savings[:tried])
        except OutOfDeviceMemory:
            if tried == len(loaded.savings):
                raise
            saving, tried = loaded.savings[tried], tried + 1
            logger.warning("Take %s does not fit the device; trying with %s.", claimed.take_id, saving)
            claims.eased(claimed, saving)
            loaded = model_at_the_device(claimed, heart)


class _Film:
    def __init__(
        self, claimed: Claim, given: Given, places: Places, watch: Stopwatch, heart: Heartbeat
    ) -> None:
        self._claim, self._given, self._places = claimed, given, places
        self._watch, self._heart = watch, heart
        self._is_denoised = False

    def once(self, loaded: Loaded, savings: tuple[str, ...]) -> Filmed:
        """Render, and encode what is decoded already while the rest is being decoded."""
        spec, places = self._claim.spec, self._places
        delivery = Delivery(
            width=spec.delivered_width,
            height=spec.delivered_height,
            num_frames=spec.num_frames,
            fps=spec.fps,
        )
        began = time.perf_counter()
        denoised_at = began

        def on_progress(latest: Progress) -> None:
            nonlocal denoised_at
            if latest == Progress(Stage.DENOISE, latest.steps, latest.steps):
                denoised_at = time.perf_counter()
                self._denoised()
            self._heart.progress(latest)

        keeper = FramesKeeper(places.frames, spec) if places.frames else None
        marked = marker()
        writing = VideoWriter(places.video, delivery, mark=marked.put if marked else None)
        rendering = loaded.engine.render(
            spec,
            on_progress=on_progress,
            given=self._given,
            unrounded=keeper is not None,
            savings=savings,
        )
        with writing as writer, keeper or nullcontext(), closing(rendering) as frames:
            for frame in frames:
                if keeper is not None:
                    keeper.write(frame)
                writer.write(rounded_frame(frame))
            decoded_at = time.perf_counter()
            if keeper is not None:
                keeper.finish()
            encoded = writer.finish()
        self._watch.add("denoise", denoised_at - began)
        self._watch.add("decode", decoded_at - denoised_at)
        self._watch.add("encode", time.perf_counter() - decoded_at)
        saved: dict[str, str | int] = {"memory_savings": "+".join(savings)} if savings else {}
        return Filmed(
            encoded=encoded,
            fingerprint={**loaded.engine.fingerprint(), **saved},
            soft_bindings=(SoftBinding(marked.alg, marked.mark.hex()),) if marked else (),
        )

    def _denoised(self) -> None:
        """Move the take on, once also where it is rendered again with less memory."""
        if not self._is_denoised:
            claims.moved_on(self._claim, TakeState.ENCODING)
            self._is_denoised = True
