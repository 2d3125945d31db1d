"""What the demo does, step by step, and how it tells of it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from audit.queries import log_summary
from core import clock
from core.ids import new_id
from generation.evidence import write_take_bundle
from generation.operations.demo_data import DemoData
from generation.operations.takes import request_take
from generation.page_queries import TakePage, take_page
from generation.queries import TakeCard, take_card, take_files
from generation.trust import trust_document
from generation.values import TakeOrder, TakeState
from licensing.values import CastMember
from provenance.values import Verification
from provenance.verifying import verify_file

_PATIENCE_S = 900.0
_LOOK_EVERY_S = 0.2
_LOG_PATIENCE_S = 10.0
_STAGES = {"": "Waiting for the worker", "denoise": "Rendering", "decode": "Decoding and encoding"}


class DemoFailed(Exception):
    """The demo did not come to a signed, trusted file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the demo came to; `seconds` by stage."""

    page: TakePage
    refused: TakePage
    video: Path
    verification: Verification
    bundle: Path
    trust: Path
    log_size: int
    seconds: dict[str, float]


@dataclass(slots=True)
class Demo:
    """One run of the main job.

    `look_after` is called while waiting, so that programs that died are started again; `out` gets a copy of the
    video.
    """

    world: DemoData
    console: Console
    look_after: Callable[[], None]
    prompt: str
    out: Path | None
    camera_move: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self) -> Outcome:
        """Ask, follow, verify, and ask the refused twin.

        Raises:
            DemoFailed: saying at which step.
        """
        began = time.perf_counter()
        page = self._made()
        self.seconds["take"] = round(time.perf_counter() - began, 3)
        video = self._video(page.card)
        began = time.perf_counter()
        verification = verify_file(video, organisation_id=self.world.producer.organisation_id)
        self.seconds["verify"] = round(time.perf_counter() - began, 3)
        self._tell_verified(verification)
        began = time.perf_counter()
        bundle, trust = self._evidence(page.card)
        self.seconds["evidence"] = round(time.perf_counter() - began, 3)
        refused = self._refused_twin()
        size = self._log_size()
        self._say(f"[bold]Logged[/]     {size} entries stand in the studio's log.")
        return Outcome(
            page=page,
            refused=refused,
            video=video,
            verification=verification,
            bundle=bundle,
            trust=trust,
            log_size=size,
            seconds=self.seconds | page.card.seconds,
        )

    def _made(self) -> TakePage:
        world = self.world
        self._say(
            f'[bold]Asked[/]      "{escape(self.prompt)}" for shot {world.shot_code}, scene {world.scene}, with '
            f"{world.consenting_name}."
        )
        card = self._ask(world.consenting_performer_id)
        page = take_page(world.producer.organisation_id, card.id, everybody=False)
        self._tell_decided(page)
        if card.state is not TakeState.QUEUED:
            raise DemoFailed(f"The take was not permitted but {card.state.value}: {_reasons(page)}")
        card = self._follow(card)
        if card.state is not TakeState.SIGNED:
            raise DemoFailed(f"The take is {card.state.value}: {card.failure_code} {card.failure_message}")
        page = take_page(world.producer.organisation_id, card.id, everybody=False)
        self._tell_rendered(card)
        if page.credential is not None:
            self._say(f"[bold]Signed[/]     {page.credential.manifest_id}, naming no person and no prompt.")
        return page

    def _ask(self, performer_id: UUID) -> TakeCard:
        order = TakeOrder(
            shot_id=self.world.shot_id,
            prompt=self.prompt,
            camera_move=self.camera_move,
            cast=(CastMember(performer_id=performer_id, replica_type=self.world.replica_type),),
            requested_at=clock.now(),
            **self.world.declared,
        )
        return request_take(order, actor=self.world.producer, idempotency_key=f"demo-{new_id()}")

    def _follow(self, card: TakeCard) -> TakeCard:
        deadline = time.monotonic() + _PATIENCE_S
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        bar_console = Console(stderr=True)
        with Progress(
            *columns, console=bar_console, transient=True, disable=not bar_console.is_terminal
        ) as progress:
            line = progress.add_task(_STAGES[""], total=None)
            while not card.is_settled:
                if time.monotonic() > deadline:
                    raise DemoFailed(f"The take is still {card.state.value} after {_PATIENCE_S:g} s.")
                time.sleep(_LOOK_EVERY_S)
                self.look_after()
                card = take_card(self.world.producer.organisation_id, card.id)
                what = "Signing" if card.state is TakeState.SIGNING else _STAGES.get(card.stage, card.stage)
                progress.update(line, description=what, completed=card.step, total=card.stage_steps or None)
        return card

    def _video(self, card: TakeCard) -> Path:
        video = take_files(self.world.producer.organisation_id, card.id).video
        if self.out is None:
            return video
        self.out.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy2(video, self.out / f"take-{card.id}.mp4"))

    def _evidence(self, card: TakeCard) -> tuple[Path, Path]:
        """The evidence bundle of the take, and the keys it is checked with."""
        folder = self.out or settings.ENVIRONMENT.data_folder / "evidence"
        folder.mkdir(parents=True, exist_ok=True)
        bundle, trust = folder / f"take-{card.id}.evidence.zip", folder / "TRUST.json"
        with bundle.open("wb") as stream:
            write_take_bundle(self.world.producer.organisation_id, card.id, stream, everybody=True)
        trust.write_text(trust_document() + "\n", encoding="utf-8")
        self._say(
            "[bold]Evidence[/]   in a bundle that anybody checks offline: tools/verify_evidence.py "
            f"{escape(relative_to_project(bundle))} --trust {escape(relative_to_project(trust))}"
        )
        return bundle, trust

    def _refused_twin(self) -> TakePage:
        world = self.world
        card = self._ask(world.other_performer_id)
        page = take_page(world.producer.organisation_id, card.id, everybody=False)
        if card.state is TakeState.QUEUED or card.attempt:
            raise DemoFailed("The same request without consent was not refused.")
        self._say(
            f"[bold]Refused[/]    the same request with {world.other_name}, who has signed nothing: "
            f"{card.state.value.replace('_', ' ')}, before any model ran."
        )
        for reason in page.decision.reasons:
            if reason.outcome in ("deny", "deny_until", "escalate"):
                self._say(f"             {reason.rule_id}: {escape(reason.message)}")
                if reason.cure:
                    self._say(f"             [dim]Cure: {escape(reason.cure)}[/]")
        return page

    def _log_size(self) -> int:
        """How many entries the log holds once it has stopped growing with what this run wrote."""
        organisation_id = self.world.producer.organisation_id
        deadline = time.monotonic() + _LOG_PATIENCE_S
        size, quiet_since = -1, time.monotonic()
        while time.monotonic() < deadline:
            now_there = log_summary(organisation_id).size
            if now_there != size:
                size, quiet_since = now_there, time.monotonic()
            elif time.monotonic() - quiet_since > 1.0:
                break
            time.sleep(_LOOK_EVERY_S)
            self.look_after()
        return size

    def _tell_decided(self, page: TakePage) -> None:
        decision = page.decision
        rules = (
            ", ".join(sorted({reason.rule_id for reason in decision.reasons})) or "no rule speaks against it"
        )
        self._say(
            f"[bold]Decided[/]    {decision.outcome.replace('_', ' ')} under rule pack "
            f"{decision.edition} ({rules}); {len(decision.consent_ids)} consent relied on."
        )

    def _tell_rendered(self, card: TakeCard) -> None:
        self._say(
            f"[bold]Rendered[/]   {card.num_frames} frames of {card.width}x{card.height} by {card.model_name} "
            f"{card.model_version}, shown at {card.delivered_width}x{card.delivered_height}; seed {card.seed}."
        )
        if card.understood is not None:
            words = ", ".join(f"{one.word} ({one.kind})" for one in card.understood) or "none"
            self._say(f"             Understood words: {words}.")
            if card.ignored:
                self._say(f"             Passed over: {', '.join(card.ignored)}.")
        self._say(f"             Likeness check of the picture: {card.screening.replace('_', ' ')}.")

    def _tell_verified(self, verification: Verification) -> None:
        self._say(f"[bold]Verified[/]   {verification.state.value}: {escape(verification.reasons[0])}")

    def _say(self, text: str) -> None:
        self.console.print(text, highlight=False, soft_wrap=True)


def relative_to_project(path: Path) -> str:
    """`path` as it is written in the demo's answer: from the project's folder."""
    return os.path.relpath(path, settings.PROJECT_FOLDER)


def _reasons(page: TakePage) -> str:
    return "; ".join(f"{reason.rule_id}: {reason.message}" for reason in page.decision.reasons)
