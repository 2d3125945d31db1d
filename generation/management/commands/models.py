from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.command_line import add_who_asks, who_asks
from core import clock
from core.errors import StudioError
from embedded.session import database_ready
from generation.doors import MAY_CLEAR_MODELS, MAY_STATE_MODELS
from generation.engines.capabilities import UNKNOWN, capabilities
from generation.engines.folder import LOCK_NAME, check_folder, write_lock
from generation.model_facts import FACTS, facts_from_json
from generation.model_queries import approved_models
from generation.operations.model_clearances import record_clearance
from generation.operations.models import NewModel, approve_model

_EVERY = "all"


class Command(BaseCommand):
    help = (
        "Lock a model folder as it is (lock), check it against its lock (check), bring it into a studio with what is "
        "on file about it (add; locks it where it has no lock), or clear it for productions as legal does (approve). "
        "The first two need no database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["lock", "check", "add", "approve"])
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
        add_who_asks(parser, required=False, only="add, approve")
        parser.add_argument("--name", help="add: what the model is called")
        parser.add_argument("--model-version", help="add: its version")
        parser.add_argument(
            "--facts",
            type=Path,
            metavar="FILE.json",
            help="add: what is on file, an object as POST /v1/models/<id>/statements takes it",
        )
        parser.add_argument(
            "--production", metavar="UUID", help=f"approve: of which production, or `{_EVERY}` for every one"
        )
        parser.add_argument("--reason", help="approve: why, for the record")
        parser.add_argument("--take-back", action="store_true", help="approve: no longer, instead")

    def handle(self, *_args: object, **options: object) -> None:
        folder = Path(str(options["folder"]))
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            told = _ACTIONS[str(options["action"])](folder, options)
        except (StudioError, OSError, ValueError) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"folder": str(folder), **told}))
        else:
            self.stdout.write(f"{folder} is in order. Its digest is {told['lock_sha256']}.")
            for name, value in told.items():
                if name != "lock_sha256" and options["action"] == "check":
                    self.stdout.write(f"  {name.replace('_', ' ')}: {_said(value)}")


def _said(value: object) -> str:
    return ", ".join(map(str, value)) or "nothing" if isinstance(value, tuple) else str(value)


def _locked(folder: Path, _options: dict[str, object]) -> dict[str, str]:
    return {"lock_sha256": write_lock(folder)}


def _checked(folder: Path, _options: dict[str, object]) -> dict[str, Any]:
    digest, found = check_folder(folder).lock_sha256, capabilities(folder)
    told = {one.name: getattr(found, one.name) for one in fields(found) if one.name != "memory"}
    needs = [asdict(one) for one in found.memory]
    return {"lock_sha256": digest, **told, "min_vram_mb": needs or UNKNOWN}


def _added(folder: Path, options: dict[str, object]) -> dict[str, str]:
    path, name, version = options["facts"], options["name"], options["model_version"]
    if not isinstance(path, Path):
        raise CommandError("Say with --organisation, --as and --facts for whom, by whom and what is on file.")
    if not (isinstance(name, str) and isinstance(version, str)):
        raise CommandError("Say with --name and --model-version what is added.")
    facts = facts_from_json(json.loads(path.read_text(encoding="utf-8")))
    if not (folder / LOCK_NAME).is_file():
        write_lock(folder)
    with database_ready():
        actor = who_asks(options, *MAY_STATE_MODELS)
        new = NewModel(
            name=name,
            version=version,
            folder=str(folder.resolve()),
            **{one: getattr(facts, one) for one in FACTS},
        )
        card = approve_model(new, actor=actor, at=clock.now())
    return {"model": str(card.id), "lock_sha256": card.lock_sha256}


def _approved(folder: Path, options: dict[str, object]) -> dict[str, str]:
    where, reason = options["production"], options["reason"]
    if not (isinstance(where, str) and isinstance(reason, str)):
        raise CommandError("Say with --production and --reason for which production and why.")
    production_id = None if where == _EVERY else UUID(where)
    digest = check_folder(folder).lock_sha256
    with database_ready():
        actor = who_asks(options, *MAY_CLEAR_MODELS)
        found = [one for one in approved_models(actor.organisation_id) if one.lock_sha256 == digest]
        if not found:
            raise CommandError("These weights were not added to that studio. Do so first: models add.")
        said = record_clearance(
            found[0].id,
            production_id=production_id,
            is_cleared=not options["take_back"],
            reason=reason,
            actor=actor,
        )
    return {"model": str(found[0].id), "clearance": str(said.id), "lock_sha256": digest}


_ACTIONS = {"lock": _locked, "check": _checked, "add": _added, "approve": _approved}
