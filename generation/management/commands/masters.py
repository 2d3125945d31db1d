from __future__ import annotations

import json
from fractions import Fraction
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.command_line import add_who_asks, who_asks
from accounts.errors import RoleMissing
from accounts.values import Actor
from core.errors import StudioError
from core.ids import new_id
from embedded.session import database_ready
from generation.doors import MAY_DELIVER
from generation.mastering.cameras import CameraMove, CameraOrder, CameraSource
from generation.mastering.cards import MasterCard
from generation.mastering.queries import master_path, masters_of_take
from generation.mastering.values import FORMATS, MasterFormat, rate_of
from generation.operations.masters import MasterOrder, cancel_master, request_master


class Command(BaseCommand):
    help = (
        "Ask for a master of a signed take (make); cancel one that is not finished (cancel); "
        "list the masters of a take with what was read back of each and "
        "where its file lies (list); say which formats there are (formats). A worker makes them: one must be running."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["make", "cancel", "list", "formats"])
        parser.add_argument(
            "take", type=UUID, nargs="?", help="identifier of the take; of the master to be cancelled"
        )
        parser.add_argument("--format", choices=[one.value for one in MasterFormat], help="make: which")
        parser.add_argument("--fps", help="make: such as 24000/1001; by default as the take has it")
        parser.add_argument(
            "--cameras",
            choices=[one.value for one in CameraSource],
            help="make handoff_3d: where the camera stood, as declared or to be solved from the pictures",
        )
        parser.add_argument(
            "--move", choices=[one.value for one in CameraMove], help="with --cameras declared"
        )
        parser.add_argument("--amount", help="with --move: degrees of a turn, metres of a way")
        parser.add_argument("--fov", help="with --cameras declared: what the camera sees across, in degrees")
        parser.add_argument("--recipient", type=UUID, help="make: mark its pictures for this recipient alone")
        parser.add_argument("--key", help="make: idempotency key; by default a new one")
        add_who_asks(parser, required=False, only="make, cancel, list")
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")

    def handle(self, *_args: object, **options: object) -> None:
        if options["action"] == "formats":
            for one, said in FORMATS.items():
                self.stdout.write(f"{one.value}\t{said.title}, {said.note}")
            return
        take_id = options["take"]
        if not isinstance(take_id, UUID):
            raise CommandError("Name the take.")
        try:
            with database_ready():
                told = self._told(take_id, options)
        except (StudioError, ValueError) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"take": str(take_id), "masters": told}))
            return
        for line in told:
            self.stdout.write(f"{line['id']}\t{line['format']}\t{line['state']}\t{line['file'] or ''}")

    def _told(self, take_id: UUID, options: dict[str, object]) -> list[dict[str, object]]:
        actor = who_asks(options)
        if options["action"] == "list":
            return [_said(one, actor) for one in masters_of_take(actor.organisation_id, take_id)]
        if not actor.is_one_of(*MAY_DELIVER):
            raise RoleMissing(frozenset(MAY_DELIVER))
        if options["action"] == "cancel":
            return [_said(cancel_master(take_id, actor=actor), actor)]
        if not options["format"]:
            raise CommandError("Say with --format as what.")
        recipient = options["recipient"]
        order = MasterOrder(
            take_id=take_id,
            format=MasterFormat(str(options["format"])),
            fps=rate_of(str(options["fps"])) if options["fps"] else None,
            cameras=_cameras(options),
            recipient_id=recipient if isinstance(recipient, UUID) else None,
        )
        key = str(options["key"] or new_id())
        return [_said(request_master(order, actor=actor, idempotency_key=key), actor)]


def _cameras(options: dict[str, object]) -> CameraOrder | None:
    if not options["cameras"]:
        return None
    return CameraOrder.from_json(
        {
            "source": options["cameras"],
            "move": options["move"],
            "amount": options["amount"],
            "horizontal_fov": options["fov"],
        }
    )


def _said(card: MasterCard, actor: Actor) -> dict[str, object]:
    return {
        "id": str(card.id),
        "format": card.format.value,
        "fps": str(Fraction(card.fps)),
        "state": card.state.value,
        "source": card.source.value,
        "recipient": str(card.recipient_id) if card.recipient_id else None,
        "message": card.failure_message,
        "facts": card.facts,
        "sha256": card.file_sha256,
        "size_bytes": card.size_bytes,
        "manifest_id": card.manifest_id,
        "file": str(master_path(actor.organisation_id, card.id)) if card.is_downloadable else None,
    }
