from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.command_line import add_who_asks, who_asks
from core.clock import now
from core.errors import StudioError
from core.ids import new_id
from embedded.session import database_ready
from generation.doors import MAY_TRAIN, SEES_TRAININGS
from generation.likeness_training.queries import TrainingCard, training_card, trainings_of
from generation.likeness_training.values import TrainingOrder
from generation.operations.trainings import ask_training_again, cancel_training, request_training
from licensing.values import Purpose


class Command(BaseCommand):
    help = (
        "Ask for the training of an adapter on a likeness in custody (ask); ask the rules again for one in review "
        "(ask-again); cancel one that is not finished (cancel); show one (show); list those of a production (list). "
        "A worker trains: one must be running."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["ask", "ask-again", "cancel", "show", "list"])
        parser.add_argument(
            "about", type=UUID, help="identifier of the production (ask, list) or the training"
        )
        parser.add_argument(
            "--source", type=UUID, action="append", help="ask: an asset in custody; may be repeated"
        )
        parser.add_argument("--name", help="ask: what the adapter is called in custody")
        parser.add_argument("--trigger", help="ask: the word that prompts use for the likeness")
        parser.add_argument("--purpose", choices=[one.value for one in Purpose], default="this_production")
        parser.add_argument("--model", type=UUID, help="ask: by default the one that was approved last")
        parser.add_argument("--rank", type=int, default=16)
        parser.add_argument("--steps", type=int, default=1000)
        parser.add_argument("--learning-rate", default="0.0002")
        parser.add_argument("--frames", type=int, help="ask: of a clip; by default as the model makes them")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--key", help="ask: idempotency key; by default a new one")
        add_who_asks(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")

    def handle(self, *_args: object, **options: object) -> None:
        try:
            with database_ready():
                told = [_said(one) for one in _done(options)]
        except StudioError as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"trainings": told}))
            return
        for line in told:
            self.stdout.write(
                f"{line['id']}\t{line['name']}\t{line['state']}\t{line['step']} of {line['steps']}\t{line['message']}"
            )


def _done(options: dict[str, object]) -> tuple[TrainingCard, ...]:
    action, about = options["action"], options["about"]
    if not isinstance(about, UUID):
        raise CommandError("Name the production or the training.")
    if action == "list":
        return trainings_of(about, actor=who_asks(options, *SEES_TRAININGS))
    if action == "show":
        return (training_card(about, actor=who_asks(options, *SEES_TRAININGS)),)
    actor = who_asks(options, *MAY_TRAIN)
    if action == "cancel":
        return (cancel_training(about, actor=actor),)
    if action == "ask-again":
        return (ask_training_again(about, actor=actor),)
    key = str(options["key"] or new_id())
    return (request_training(_order(about, options), actor=actor, idempotency_key=key),)


def _order(production_id: UUID, options: dict[str, object]) -> TrainingOrder:
    try:
        rate = Decimal(str(options["learning_rate"]))
    except InvalidOperation as error:
        raise CommandError("The learning rate is no number.") from error
    said = {**options, "sources": options["source"] or (), "learning_rate": rate}
    said |= {name: options[name] or "" for name in ("name", "trigger")}
    return TrainingOrder.said(said, production_id=production_id, at=now())


def _said(card: TrainingCard) -> dict[str, object]:
    return {
        "id": str(card.id),
        "name": card.name,
        "state": card.state.value,
        "step": card.step,
        "steps": card.steps,
        "seconds_per_step": card.seconds_per_step,
        "loss_before": card.loss_before,
        "loss_after": card.loss_after,
        "adapter": str(card.adapter_id) if card.adapter_id else None,
        "adapter_sha256": card.adapter_sha256,
        "decision": str(card.decision_id),
        "failure_code": card.failure_code,
        "message": card.failure_message,
    }
