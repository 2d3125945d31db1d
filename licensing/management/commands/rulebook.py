"""Ask the rulebook without a database, and look at packs of rules before anybody decides by them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.queries import actor_of
from audit.checkpoint import NoteError, NoteKey
from core import clock
from core.errors import StudioError
from licensing.doors import MAY_STAGE_PACKS
from licensing.house_rules.pack_text import PackText, book_with, from_folder
from licensing.house_rules.replay import replay
from licensing.house_rules.signed_pack import open_pack, pack_vkey, signed_pack
from licensing.matters import decide_matter
from licensing.operations.house_packs import (
    HousePackCard,
    activate_pack,
    house_packs,
    replay_pack,
    stage_pack,
)
from licensing.scenario_files import BadScenarioFile, decide_all, read_scenarios


class Command(BaseCommand):
    help = "Decide the scenarios of a file with the rulebook: one JSON answer a line."
    # No checks and no migrations check: the rulebook needs no database.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        asking = actions.add_parser("decide", help="decide every scenario of FILE")
        asking.add_argument("file", metavar="FILE", help='{"scenarios": [{"id", "facts"}]}')
        asking.add_argument(
            "--json", action="store_true", help="one JSON object a line instead of plain words"
        )

        matters = actions.add_parser("matters", help="decide every matter of FILE that is no use")
        matters.add_argument("file", metavar="FILE", help='{"matters": [{"id", "facts"}]}')
        actions.add_parser("key", help="print the public key of the packs that are signed here")
        sign = actions.add_parser("sign", help="sign the pack of rules in a folder or a file")
        sign.add_argument("source", metavar="FOLDER|FILE", type=Path)
        sign.add_argument(
            "-o", "--out", metavar="FILE", type=Path, help="where to; without it, to the screen"
        )
        taken = actions.add_parser(
            "import", help="say whether a signed pack would be taken, and what is in it"
        )
        again = actions.add_parser(
            "replay", help="decide the last month again with a signed pack; writes nothing"
        )
        for parser_of in (taken, again):
            parser_of.add_argument("file", metavar="FILE", type=Path)
            parser_of.add_argument(
                "--key", metavar="VKEY", help="who signs packs; by default this installation"
            )
        again.add_argument("--organisation", type=UUID, required=True, help="whose decisions")
        stage = actions.add_parser("stage", help="hand in a signed pack, for a second person to put in force")
        stage.add_argument("file", metavar="FILE", type=Path)
        look = actions.add_parser("preview", help="replay a pack that was handed in, and keep the result")
        activate = actions.add_parser(
            "activate", help="put a replayed pack in force; the former one is the way back"
        )
        for parser_of in (look, activate):
            parser_of.add_argument("pack", metavar="PACK", type=UUID)
        for parser_of in (stage, look, activate):
            parser_of.add_argument("--organisation", type=UUID, required=True)
            parser_of.add_argument("--user", type=UUID, required=True, help="who acts: legal or admin there")
        listed = actions.add_parser("list", help="the packs of an organisation")
        listed.add_argument("--organisation", type=UUID, required=True)
        again.add_argument("--days", type=int, default=31)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - as argparse read them
        try:
            match options["action"]:
                case "decide":
                    self._decide(options)
                case "matters":
                    self._matters(Path(options["file"]))
                case "key":
                    self.stdout.write(pack_vkey(settings.KEYS_FOLDER))
                case "sign":
                    self._sign(options["source"], options["out"])
                case "import":
                    self._say(_card(self._opened(options)))
                case "replay":
                    self._replay(options)
                case "list":
                    for card in house_packs(options["organisation"]):
                        self._say(_shown(card))
                case _:
                    self._say(_shown(self._act(options)))
        except (StudioError, NoteError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _say(self, content: object) -> None:
        self.stdout.write(json.dumps(content, ensure_ascii=False))

    def _matters(self, path: Path) -> None:
        asked = json.loads(path.read_text(encoding="utf-8"))
        # All of them before the first line, as for uses.
        answers = [{"id": one["id"], **decide_matter(one["facts"]).as_json()} for one in asked["matters"]]
        for answer in answers:
            self._say(answer)

    def _sign(self, source: Path, out: Path | None) -> None:
        text = from_folder(source) if source.is_dir() else source.read_text(encoding="utf-8")
        note = signed_pack(text, settings.KEYS_FOLDER)
        if out:
            out.write_text(note, encoding="utf-8")
        else:
            self.stdout.write(note, ending="")

    def _opened(self, options: dict[str, Any]) -> PackText:
        key = NoteKey.from_vkey(options["key"] or pack_vkey(settings.KEYS_FOLDER))
        return open_pack(options["file"].read_text(encoding="utf-8"), keys=[key])

    def _replay(self, options: dict[str, Any]) -> None:
        pack, until = self._opened(options), clock.now()
        found = replay(
            options["organisation"],
            book=book_with(pack),
            since=until - timedelta(days=options["days"]),
            until=until,
            progress=self._tell,
        )
        self._say({"pack": _card(pack), "replay": found.as_json()})

    def _act(self, options: dict[str, Any]) -> HousePackCard:
        actor = actor_of(user_id=options["user"], organisation_id=options["organisation"])
        if actor is None or not actor.is_one_of(*MAY_STAGE_PACKS):
            raise CommandError("This person may not do that for the organisation.")
        match options["action"]:
            case "stage":
                return stage_pack(options["file"].read_text(encoding="utf-8"), actor=actor)
            case "preview":
                return replay_pack(options["pack"], actor=actor, progress=self._tell)
            case _:
                return activate_pack(options["pack"], actor=actor)

    def _tell(self, done: int, of: int) -> None:
        self.stderr.write(f"{done} of {of} decisions")

    def _decide(self, options: dict[str, Any]) -> None:
        try:
            # All of them before the first line: half an answer to a bad file would read as an answer.
            answers = list(decide_all(read_scenarios(Path(str(options["file"])))))
        except BadScenarioFile as error:
            raise CommandError(str(error)) from error
        for answer in answers:
            self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else _plain(answer))


def _card(pack: PackText) -> dict[str, Any]:
    return {
        "pack": pack.label,
        "state_of": pack.state_of.isoformat(),
        "sha256": pack.sha256,
        "rules": [rule.entry.id for rule in pack.rules],
        "book": book_with(pack).pack,
        "book_sha256": book_with(pack).sha256_hex,
    }


def _shown(card: HousePackCard) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(card), default=str))  # type: ignore[no-any-return]


def _plain(answer: dict[str, Any]) -> str:
    lines = [f"{answer['id']}: {answer['decision']}"]
    lines += [f"  {rule['id']} {rule['outcome']}: {rule['message']}" for rule in answer["rules"]]
    lines += [f"  owed: {duty['duty']} to {duty['to']}" for duty in answer["duties"]]
    return "\n".join(lines)
