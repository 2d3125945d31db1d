from __future__ import annotations

import json
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.command_line import add_who_asks, who_asks
from accounts.errors import RoleMissing
from accounts.values import Actor
from core.errors import StudioError
from core.ids import new_id
from embedded.session import database_ready
from generation.doors import MAY_MAKE
from generation.management.asking import add_order_arguments, begun_with_sheet, order_of
from generation.operations.takes import request_take
from generation.page_queries import refusal_of
from generation.queries import TakeCard
from generation.values import TakeState
from generation.watching import watched
from licensing.doors import SEES_EVERYBODY

_BAR_WIDTH = 30
_FAILED = (TakeState.FAILED, TakeState.REFUSED, TakeState.CANCELLED)


class Command(BaseCommand):
    help = (
        "Ask for a take of a shot (ask); watch one until it is finished (watch): a bar where somebody looks, one "
        "line for each change otherwise. Ends with an error where it failed, was refused or cancelled."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["ask", "watch"])
        parser.add_argument("about", type=UUID, help="identifier of the shot (ask) or the take (watch)")
        add_who_asks(parser)
        parser.add_argument(
            "--longest", type=float, default=3600.0, help="seconds after which to stop looking"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument("--key", help="ask: idempotency key; by default a new one")
        add_order_arguments(parser)

    def handle(self, *_args: object, **options: object) -> None:
        about, longest_s, as_json = options["about"], options["longest"], bool(options["json"])
        if not isinstance(about, UUID):
            raise CommandError("Name the shot or the take.")
        if not isinstance(longest_s, float) or longest_s < 0:
            raise CommandError("--longest is a number of seconds.")
        last: TakeCard | None = None
        try:
            with database_ready():
                actor = who_asks(options)
                if options["action"] == "ask":
                    self._ask(about, options, actor, as_json=as_json)
                    return
                for last in watched(actor.organisation_id, about, longest_s=longest_s):
                    self._show(last, as_json=as_json)
        except StudioError as refusal:
            raise CommandError(str(refusal)) from refusal
        if last is None:
            return
        if self._is_a_screen(as_json=as_json):
            self.stdout.write("")
        if last.state in _FAILED:
            raise CommandError(f"The take is {last.state}. {last.failure_message}".strip())

    def _ask(self, shot_id: UUID, options: dict[str, object], actor: Actor, *, as_json: bool) -> None:
        if not actor.is_one_of(*MAY_MAKE):
            raise RoleMissing(frozenset(MAY_MAKE))
        key = str(options["key"] or new_id())
        order = order_of(options, shot_id)
        if isinstance(character_id := options["character"], UUID):
            order, begun = begun_with_sheet(order, character_id, actor=actor)
            if aside := len(begun.left_out) + len(begun.unusable):
                self.stderr.write(f"Of the sheet {aside} cannot be used here and are left out.")
        card = request_take(order, actor=actor, idempotency_key=key)
        told = {"take": str(card.id), "state": card.state.value, "decision": str(card.decision_id)}
        self.stdout.write(json.dumps(told) if as_json else f"{card.id}\t{card.state.value}")
        if card.state is TakeState.REFUSED:
            refusal = refusal_of(actor.organisation_id, card, everybody=actor.is_one_of(*SEES_EVERYBODY))
            why = [f"{one['rule']}: {one['message']} {one['cure']}".strip() for one in refusal.reasons]
            raise CommandError("\n".join(why))

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
