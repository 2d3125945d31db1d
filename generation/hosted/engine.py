"""Renders by a service of somebody else's, through the same promise as an engine with weights of its own.

What is recorded, and when, is the business of the `Desk`: the engine asks it before anything leaves this machine and
tells it whatever comes back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

import numpy as np

from core.digests import sha256_hex
from generation.engines.base import AnyFrame, OnProgress, Progress, Stage
from generation.engines.given import WORDS_ALONE, Given
from generation.engines.hosted_declaration import HostedDeclaration, Sent
from generation.errors import MissingCapability
from generation.hosted.client import Busy, Failing, Job, JobGone, JobState, VideosClient
from generation.hosted.errors import HostedAnswerUnfit, HostedRefused, HostedUnavailable, HostedUncertain
from generation.hosted.wire import NotAnswered, NotSent, TooMuch
from generation.spec import RenderSpec
from provenance.errors import SourceUnusable
from provenance.film_reading import Film, opened_film

Told = TypeVar("Told")
Fields: TypeAlias = Mapping[str, str]

# How often a job is asked for: quickly at first, because small ones are done soon.
_FIRST_LOOK_S, _LONGEST_LOOK_S, _SLOWER = 1.0, 10.0, 1.5
# How often, while nothing happens, whoever waits is asked whether to go on.
_ASK_S = 0.25
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
_PERCENT = 100
# Codes by which services say that the content is what they refuse; each has its own.
_CONTENT = ("moderation", "content", "safety", "policy")


@dataclass(frozen=True, slots=True)
class Request:
    """What leaves this machine about a take: nothing but `fields`."""

    fields: Fields
    prompt_sha256: str
    prompt_characters: int


class Desk(Protocol):
    """Keeps the record of one take's requests to a service."""

    def open_job(self, request: Request) -> str | None:
        """The job of an attempt before this one that asked for the same and was not ended.

        Raises:
            HostedUncertain: that attempt sent the request and heard nothing.
        """

    def sending(self, request: Request) -> str:
        """Record what is about to be sent; the key by which the service knows the request again."""

    def accepted(self, job_id: str) -> None:
        """Record under which name the service works on it."""

    def answered(self, film: Path) -> Path:
        """Examine and keep what the service sent; where it lies from now on.

        Raises:
            HostedAnswerUnfit: it is not fit to be used.
        """

    def new_file(self) -> Path:
        """Where to write what comes."""

    def ended(self, error: BaseException) -> bool:
        """Record that it came to nothing; whether the job is to be ended at the service as well."""


class HostedEngine:
    """One take's worth of a service: it holds the record of that take.

    Args:
        declared: the service.
        client: which talks to it.
        desk: which keeps the record.
    """

    def __init__(self, declared: HostedDeclaration, client: VideosClient, desk: Desk) -> None:
        self._declared = declared
        self._client = client
        self._desk = desk

    def check(self, spec: RenderSpec) -> None:
        self._declared.limits.check(spec)

    def render(
        self,
        spec: RenderSpec,
        *,
        on_progress: OnProgress,
        given: Given = WORDS_ALONE,
        unrounded: bool = False,
        savings: Sequence[str] = (),  # noqa: ARG002 - there is no memory here to save
    ) -> Generator[AnyFrame, None, None]:
        """See `VideoEngine.render`.

        Raises:
            HostedKeyMissing, HostedRefused, HostedUnavailable, HostedUncertain, HostedAnswerUnfit: see there.
        """
        self.check(spec)
        if given.has_pictures or given.adapters:
            what = "pictures" if given.has_pictures else "an adapter"
            raise MissingCapability(f"{self._declared.model} is given words alone, and was given {what}.")
        waiting = _Waiting(on_progress, until=time.monotonic() + self._declared.longest_wait_s)
        film = self._film(spec, waiting)
        with _unfit(), opened_film(film) as opened:
            yield from self._frames(opened, spec, on_progress, unrounded=unrounded)

    def fingerprint(self) -> Mapping[str, str | int]:
        return {
            "engine": "hosted",
            "host": self._declared.host,
            "hosted_model": self._declared.model,
            "territory": self._declared.territory,
            "told": ", ".join(sorted(self._declared.sends)) or "words, size and length alone",
        }

    def _film(self, spec: RenderSpec, waiting: _Waiting) -> Path:
        request = request_of(self._declared, spec)
        job_id: str | None = None
        try:
            job_id = self._desk.open_job(request)
            if job_id is None:
                job_id = self._created(request, waiting)
            self._finished(job_id, waiting)
            return self._desk.answered(self._downloaded(job_id, waiting))
        except BaseException as error:
            if self._desk.ended(error) and job_id is not None:
                # It ends by itself at the service as well; what matters here is why this ended.
                with suppress(Exception):
                    self._client.delete(job_id)
            raise

    def _created(self, request: Request, waiting: _Waiting) -> str:
        key = self._desk.sending(request)
        declared = self._declared

        def create() -> Job:
            try:
                return self._client.create(request.fields, idempotency_key=key)
            except (NotAnswered, TooMuch, Failing) as error:
                if declared.repeats_safely:
                    raise
                raise HostedUncertain(
                    f"{declared.host} was sent the request and did not answer. Whether it works on it is not known; "
                    "look there before you try again."
                ) from error

        job = waiting.persisting(create, host=declared.host)
        self._desk.accepted(job.id)
        _check(job, declared)
        return job.id

    def _finished(self, job_id: str, waiting: _Waiting) -> None:
        pause = _FIRST_LOOK_S
        while True:
            try:
                job = waiting.persisting(lambda: self._client.job(job_id), host=self._declared.host)
            except JobGone as gone:
                raise HostedAnswerUnfit(f"{self._declared.host} knows the job no longer.") from gone
            _check(job, self._declared)
            if job.state is JobState.DONE:
                waiting.told(Progress(Stage.DENOISE, _PERCENT, _PERCENT))
                return
            waiting.told(Progress(Stage.DENOISE, min(job.progress, _PERCENT - 1), _PERCENT))
            waiting.pause(pause, host=self._declared.host)
            pause = min(pause * _SLOWER, _LONGEST_LOOK_S)

    def _downloaded(self, job_id: str, waiting: _Waiting) -> Path:
        path = self._desk.new_file()

        def download() -> None:
            self._client.download(job_id, path, on_block=lambda _taken, _of: waiting.ask())

        try:
            waiting.persisting(download, host=self._declared.host)
        except JobGone as gone:
            raise HostedAnswerUnfit(f"{self._declared.host} has the film no longer.") from gone
        return path

    def _frames(
        self, film: Film, spec: RenderSpec, on_progress: OnProgress, *, unrounded: bool
    ) -> Iterator[AnyFrame]:
        wanted = (spec.width, spec.height, spec.fps)
        if (film.width, film.height, film.fps) != wanted:
            raise HostedAnswerUnfit(
                f"{self._declared.host} sent {film.width}x{film.height} at {film.fps} a second, and {spec.width}x"
                f"{spec.height} at {spec.fps} was asked for."
            )
        number = 0
        for frame in film.frames:
            number += 1
            if number > spec.num_frames:
                break
            on_progress(Progress(Stage.DECODE, number, spec.num_frames))
            yield frame.astype(np.float32) if unrounded else frame
        if number != spec.num_frames:
            count = f"more than {spec.num_frames}" if number > spec.num_frames else str(number)
            raise HostedAnswerUnfit(
                f"{self._declared.host} sent {count} frames, and {spec.num_frames} are declared for this length."
            )


def request_of(declared: HostedDeclaration, spec: RenderSpec) -> Request:
    """What is sent for `spec`: the prompt as it stands, and what the declaration says can be told."""
    told = {
        Sent.SEED: str(spec.seed),
        Sent.NEGATIVE_PROMPT: spec.negative_prompt,
        Sent.STEPS: str(spec.steps),
        Sent.GUIDANCE: f"{spec.guidance_scale:g}",
    }
    fields = {
        "model": declared.model,
        "prompt": spec.prompt,
        "size": f"{spec.width}x{spec.height}",
        "seconds": declared.seconds_of(spec.num_frames),
        **{one.value: told[one] for one in sorted(declared.sends) if told[one]},
    }
    return Request(fields, sha256_hex(spec.prompt.encode()), len(spec.prompt))


class _Waiting:
    """Waits for a service for as long as whoever asked for the take still wants it."""

    def __init__(self, on_progress: OnProgress, *, until: float) -> None:
        self._on_progress = on_progress
        self._until = until
        self._latest = Progress(Stage.DENOISE, 0, _PERCENT)
        self._asked_at = 0.0

    def told(self, progress: Progress) -> None:
        self._latest = progress
        self._on_progress(progress)

    def ask(self) -> None:
        """Raise what speaks against going on, at most four times a second."""
        if time.monotonic() - self._asked_at < _ASK_S:
            return
        self._asked_at = time.monotonic()
        # The last step of a stage is told once.
        if self._latest.step < self._latest.steps:
            self._on_progress(self._latest)
        else:
            self._on_progress(Progress(Stage.DECODE, 0, _PERCENT))

    def pause(self, seconds: float, *, host: str) -> None:
        end = time.monotonic() + seconds
        if end > self._until:
            raise HostedUnavailable(f"{host} did not finish in time.")
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _ASK_S))
            self.ask()

    def persisting(self, ask: Callable[[], Told], *, host: str) -> Told:
        """What `ask` gives, asked again for as long as the service is busy, broken or away.

        Raises:
            HostedUnavailable: it stays so.
        """
        pause = _FIRST_PAUSE_S
        while True:
            try:
                return ask()
            except Busy as busy:
                why, rest = "has too much to do", busy.after_s
            except (Failing, NotAnswered, NotSent, TooMuch) as error:
                why, rest = f"does not answer as it should ({error})", None
            try:
                self.pause(pause if rest is None else max(rest, _ASK_S), host=host)
            except HostedUnavailable as late:
                raise HostedUnavailable(f"{host} {why}, for as long as it was tried.") from late
            pause = min(pause * 2, _LONGEST_PAUSE_S)


def _check(job: Job, declared: HostedDeclaration) -> None:
    if job.state is not JobState.FAILED:
        return
    if any(part in job.code for part in _CONTENT):
        raise HostedRefused(f"{declared.host} refuses the content ({job.code}).", words=job.words)
    raise HostedAnswerUnfit(
        f"{declared.host} gave the job up ({job.code or 'without a reason'}).", words=job.words
    )


@contextmanager
def _unfit() -> Iterator[None]:
    """Turns what cannot be decoded into what was sent not being fit."""
    try:
        yield
    except SourceUnusable as error:
        raise HostedAnswerUnfit(f"The film that was sent cannot be used: {error}") from error
