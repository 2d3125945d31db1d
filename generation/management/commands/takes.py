from __future__ import annotations

import json
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.command_line import add_who_asks, who_asks
from core.errors import StudioError
from embedded.session import database_ready
from generation.queries import TakeCard
from generation.values import TakeState
from generation.watching import watched

_BAR_WIDTH = 30
_FAILED = (TakeState.FAILED, TakeState.REFUSED, TakeState.CANCELLED)


class Command(BaseCommand):
    help = (
        "Watch a take until it is finished (watch): a bar where somebody looks, one line for each change otherwise. "
        "Ends with an error where it failed, was refused or cancelled."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["watch"])
        parser.add_argument("take", type=UUID, help="identifier of the take")
        add_who_asks(parser)
        parser.add_argument(
            "--longest", type=float, default=3600.0, help="seconds after which to stop looking"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *_args: object, **options: object) -> None:
        take_id, longest_s, as_json = options["take"], options["longest"], bool(options["json"])
        if not isinstance(take_id, UUID):
            raise CommandError("Name the take.")
        if not isinstance(longest_s, float) or longest_s < 0:
            raise CommandError("--longest is a number of seconds.")
        last: TakeCard | None = None
        try:
            with database_ready():
                actor = who_asks(options)
                for last in watched(actor.organisation_id, take_id, longest_s=longest_s):
                    self._show(last, as_json=as_json)
        except StudioError as refusal:
            raise CommandError(str(refusal)) from refusal
        if last is None:
            return
        if self._is_a_screen(as_json=as_json):
            self.stdout.write("")
        if last.state in _FAILED:
            raise CommandError(f"The take is {last.state}. {last.failure_message}".strip())

    def _show(self, card: TakeCard, *, as_json: bool) -> None:
        if as_json:
            told = {
                "state": card.state.value,
                "stage": card.stage,
                "step": card.step,
                "of": card.stage_steps,
                "seconds_left": card.seconds_left,
            }
            self.stdout.write(json.dumps(told))
        elif self._is_a_screen(as_json=as_json):
            # Over the line before, to its end.
            self.stdout.write(f"\r{line_of(card)}\x1b[K", ending="")
            self.stdout.flush()
        else:
            self.stdout.write(line_of(card))

    def _is_a_screen(self, *, as_json: bool) -> bool:
        return not as_json and self.stdout.isatty()


def line_of(card: TakeCard) -> str:
    """Where a take stands, in one line with a bar."""
    if card.is_final or not card.stage_steps:
        return f"{card.state.value.replace('_', ' ')}{f': {card.stage}' if card.stage else ''}"
    done = _BAR_WIDTH * min(card.step, card.stage_steps) // card.stage_steps
    left = "" if card.seconds_left is None else f", about {card.seconds_left} s left"
    return (
        f"{card.state.value} [{'#' * done}{'.' * (_BAR_WIDTH - done)}] {card.stage} {card.step} of "
        f"{card.stage_steps}{left}"
    )
