from __future__ import annotations

import json
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from embedded import services
from embedded.session import prepare_database, server_ready
from embedded.supervisor import supervised
from generation.errors import CameraMoveUnknown
from generation.management.story import Demo, DemoFailed, Outcome, relative_to_project
from generation.operations.demo_data import ensure_demo_data
from provenance.values import CredentialState

DEFAULT_PROMPT = "a red ball moves left over the sea"


class Command(BaseCommand):
    help = "One take from prompt to verified file, with a real database, log sequencer and worker."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
        parser.add_argument("--out", type=Path, metavar="DIR", help="also copy the video there")
        parser.add_argument("--prompt", default=DEFAULT_PROMPT)
        parser.add_argument(
            "--camera",
            default="",
            metavar="MOVE",
            help="a camera move that the model declares, such as pan_left",
        )

    def handle(self, *_args: object, **options: object) -> None:
        began = time.perf_counter()
        console = Console(file=self.stdout)  # type: ignore[arg-type]  # Django's wrapper writes like a file
        out = options["out"]
        try:
            outcome = self._run(
                console,
                str(options["prompt"]),
                out if isinstance(out, Path) else None,
                camera=str(options["camera"]),
            )
        except (DemoFailed, CameraMoveUnknown) as failure:
            raise CommandError(str(failure)) from failure
        seconds = outcome.seconds | {"total": round(time.perf_counter() - began, 3)}
        trusted = outcome.verification.state is CredentialState.TRUSTED
        console.print(
            f"             {relative_to_project(outcome.video)}",
            highlight=False,
            soft_wrap=True,
            markup=False,
        )
        if options["json"]:
            self.stdout.write(json.dumps(_answer(outcome, seconds)))
        if not trusted:
            raise CommandError(f"The file is {outcome.verification.state.value}, not trusted.")

    def _run(self, console: Console, prompt: str, out: Path | None, *, camera: str) -> Outcome:
        began = time.perf_counter()
        with server_ready() as server:
            prepare_database(server)
            with supervised(
                [*services.log(server), services.worker()],
                say=lambda line: console.print(line, style="dim", markup=False),
            ) as supervisor:
                started = time.perf_counter()
                world = ensure_demo_data()
                prepared = time.perf_counter()
                demo = Demo(
                    world=world,
                    console=console,
                    look_after=supervisor.look_after,
                    prompt=prompt,
                    out=out,
                    camera_move=camera,
                )
                demo.seconds |= {
                    "start": round(started - began, 3),
                    "demo_data": round(prepared - started, 3),
                }
                return demo.run()


def _answer(outcome: Outcome, seconds: dict[str, float]) -> dict[str, object]:
    anchor = settings.KEYS_FOLDER / "anchors" / "claim-signing-root.pem"
    return {
        "take": str(outcome.page.card.id),
        "video": relative_to_project(outcome.video),
        "state": outcome.verification.state.value,
        "decision": str(outcome.page.decision.id),
        "manifest_id": outcome.verification.manifest_id,
        "bundle": relative_to_project(outcome.bundle),
        "trust": relative_to_project(outcome.trust),
        "signer_anchor": relative_to_project(anchor),
        "log_size": outcome.log_size,
        "seconds": seconds,
    }
