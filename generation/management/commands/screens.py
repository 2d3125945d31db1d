from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from embedded.session import database_ready
from generation.screens.errors import ScreenUnusable
from generation.screens.finished import LookedAgain, look_again, pictures_left_out
from generation.screens.weights import checked_digest, write_lock


class Command(BaseCommand):
    help = (
        "Lock a folder of a screen's weights as it is (lock), or check it against its lock (check). The digest that "
        "it tells goes into COUNTERSIGN_SCREEN_<KIND>. Have the screens look again at an organisation's signed films "
        "and its references, where they could say something else now (again); run it where the files lie. Pictures "
        "and clips in custody are left out: they are looked at when a take or a training is given them."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["lock", "check", "again"])
        parser.add_argument("folder", type=Path, nargs="?", help="lock, check: where the weights are")
        parser.add_argument("--organisation", type=UUID, help="again: whose films")
        parser.add_argument("--production", type=UUID, help="again: of this one alone")
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")

    def handle(self, *_args: object, **options: object) -> None:
        if options["action"] == "again":
            self._again(options)
            return
        if options["folder"] is None:
            raise CommandError("Name the folder.")
        folder = Path(str(options["folder"]))
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            digest = write_lock(folder) if options["action"] == "lock" else checked_digest(folder)
        except (ScreenUnusable, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"folder": str(folder), "weights_sha256": digest}))
        else:
            self.stdout.write(f"{folder} is in order. Its digest is {digest}.")

    def _again(self, options: dict[str, object]) -> None:
        organisation, of_one = options["organisation"], options["production"]
        production = of_one if isinstance(of_one, UUID) else None
        if not isinstance(organisation, UUID):
            raise CommandError("Say whose films: --organisation.")
        counted: Counter[str] = Counter()
        with database_ready():
            for one in look_again(organisation, actor_label="system", production_id=production):
                counted[self._told(one)] += 1
            counted["in_custody"] = pictures_left_out(organisation, production_id=production)
        told = {word: counted[word] for word in ("looked_at", "unchanged", "not_looked_at", "in_custody")}
        if options["json"]:
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write(
                f"Looked at {told['looked_at']}; nothing could have changed for {told['unchanged']}; "
                f"{told['not_looked_at']} could not be looked at. Pictures and clips in custody are left out, "
                f"and looked at when a take or a training is given one: {told['in_custody']}."
            )

    def _told(self, one: LookedAgain) -> str:
        name = f"{one.file.kind.value} {one.file.id}"
        if one.report is not None:
            self.stdout.write(f"{name}: {'; '.join(card.in_words for card in one.report.cards)}")
            return "looked_at"
        if one.why_not:
            self.stderr.write(f"{name}: {one.why_not}")
            return "not_looked_at"
        return "unchanged"
