from __future__ import annotations

import json
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.values import Actor, process_actor
from core.errors import StudioError
from embedded.session import database_ready
from generation.operations.queue import (
    drain_worker,
    pause_every_queue,
    pause_queue,
    resume_every_queue,
    resume_queue,
)
from generation.serving.queries import worker_cards
from generation.serving.values import WorkerCard


class Command(BaseCommand):
    help = (
        "Say which workers there are (list); have one finish what it has and take up nothing new (drain), or take up "
        "work again (restore); let the takes of an organisation, or of every one, wait (pause) or go on (resume). "
        "What is done here is done by whoever runs the installation: an organisation cannot undo it by itself."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["list", "drain", "restore", "pause", "resume"])
        parser.add_argument("name", nargs="?", help="drain, restore: which worker, as `list` names it")
        parser.add_argument(
            "--organisation", type=UUID, help="pause, resume: whose queue; by default everybody's"
        )
        parser.add_argument("--reason", default="", help="pause: why; whoever waits reads it")
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")

    def handle(self, *_args: object, **options: object) -> None:
        try:
            with database_ready():
                told = self._told(options)
        except StudioError as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(told))

    def _told(self, options: dict[str, object]) -> dict[str, object]:
        organisation = options["organisation"]
        action = options["action"]
        if action == "list":
            return {"workers": [self._line(one) for one in worker_cards()]}
        if action in ("drain", "restore"):
            if not options["name"]:
                raise CommandError("Name the worker.")
            card = drain_worker(str(options["name"]), drain=action == "drain", actor=None)
            return {"worker": self._line(card)}
        if action == "pause":
            reason = str(options["reason"])
            if isinstance(organisation, UUID):
                pause_queue(reason, actor=_system(organisation), by_house=True)
                return self._count(1, "paused")
            return self._count(pause_every_queue(reason), "paused")
        if isinstance(organisation, UUID):
            resume_queue(actor=_system(organisation), by_house=True)
            return self._count(1, "resumed")
        return self._count(resume_every_queue(), "resumed")

    def _line(self, card: WorkerCard) -> dict[str, object]:
        held = card.model_sha256[:12] or "no model"
        memory = "" if card.vram_mb is None else f", {card.vram_mb} MiB"
        self.stdout.write(f"{card.name}\t{card.word}\t{held}\t{card.device or 'unknown device'}{memory}")
        return {
            "name": card.name,
            "state": card.word,
            "since": card.state_since.isoformat(),
            "seen_at": card.seen_at.isoformat(),
            "device": card.device,
            "vram_mb": card.vram_mb,
            "model_sha256": card.model_sha256,
        }

    def _count(self, organisations: int, word: str) -> dict[str, object]:
        self.stdout.write(f"Queues {word}: {organisations}.")
        return {word: organisations}


def _system(organisation_id: UUID) -> Actor:
    return process_actor(organisation_id=organisation_id, label="system")
