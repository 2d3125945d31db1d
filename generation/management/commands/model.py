from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import RoleMissing
from accounts.queries import actor_of
from core import clock
from core.errors import StudioError
from embedded.session import database_ready
from generation.doors import MAY_STATE_MODELS
from generation.engines.folder import check_folder, write_lock
from generation.model_facts import FACTS, facts_from_json
from generation.operations.models import NewModel, approve_model


class Command(BaseCommand):
    help = (
        "Lock a model folder as it is (lock), check it against its lock (check), or approve it for a studio with "
        "what is on file about it (approve). Only the last one needs a database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["lock", "check", "approve"])
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
        parser.add_argument("--organisation", type=UUID, help="approve: identifier of the studio")
        parser.add_argument("--as", dest="person", type=UUID, help="approve: identifier of who approves")
        parser.add_argument("--name", help="approve: what the model is called")
        parser.add_argument("--model-version", help="approve: its version")
        parser.add_argument(
            "--facts",
            type=Path,
            metavar="FILE.json",
            help="approve: what is on file, an object as POST /v1/models/<id>/statements takes it",
        )

    def handle(self, *_args: object, **options: object) -> None:
        folder = Path(str(options["folder"]))
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            if options["action"] == "approve":
                told = _approved(folder, options)
            else:
                locks = options["action"] == "lock"
                told = {"lock_sha256": write_lock(folder) if locks else check_folder(folder).lock_sha256}
        except (StudioError, OSError, ValueError) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"folder": str(folder), **told}))
        else:
            self.stdout.write(f"{folder} is in order. Its digest is {told['lock_sha256']}.")


def _approved(folder: Path, options: dict[str, object]) -> dict[str, str]:
    organisation, person, path = options["organisation"], options["person"], options["facts"]
    name, version = options["name"], options["model_version"]
    if not (isinstance(organisation, UUID) and isinstance(person, UUID) and isinstance(path, Path)):
        raise CommandError("Say with --organisation, --as and --facts for whom, by whom and what is on file.")
    if not (isinstance(name, str) and isinstance(version, str)):
        raise CommandError("Say with --name and --model-version what is approved.")
    facts = facts_from_json(json.loads(path.read_text(encoding="utf-8")))
    with database_ready():
        actor = actor_of(user_id=person, organisation_id=organisation)
        if actor is None:
            raise CommandError("This person is no member of that organisation.")
        if not actor.is_one_of(*MAY_STATE_MODELS):
            raise RoleMissing(frozenset(MAY_STATE_MODELS))
        new = NewModel(
            name=name,
            version=version,
            folder=str(folder.resolve()),
            **{one: getattr(facts, one) for one in FACTS},
        )
        card = approve_model(new, actor=actor, at=clock.now())
    return {"model": str(card.id), "lock_sha256": card.lock_sha256}
