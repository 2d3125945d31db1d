from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.queries import actor_of
from core.errors import StudioError
from embedded.session import database_ready
from generation.graph.answering import graph
from generation.graph.tree import as_json, svg_of, tree_lines
from generation.graph.values import Direction, Node, NodeKind, Question


class Command(BaseCommand):
    help = "Say what a node of the graph rests on and what rests on it: a take, a consent, a delivery or any other."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[one.value for one in NodeKind])
        parser.add_argument("id", type=UUID, help="identifier of it")
        parser.add_argument(
            "--direction", choices=[one.value for one in Direction], help="one way alone; by default both"
        )
        parser.add_argument("--depth", type=int, default=64, help="at most so many steps")
        parser.add_argument("--history", action="store_true", help="also takes that gave no pictures")
        parser.add_argument("--organisation", type=UUID, required=True, help="identifier of the organisation")
        parser.add_argument(
            "--as",
            dest="person",
            type=UUID,
            required=True,
            help="identifier of who asks: they see what they may",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of the tree")
        parser.add_argument("--svg", type=Path, metavar="FILE", help="also draw it into this file")

    def handle(self, *_args: object, **options: object) -> None:
        kind, one, direction, depth = (options[name] for name in ("kind", "id", "direction", "depth"))
        organisation, person, svg = options["organisation"], options["person"], options["svg"]
        if not (isinstance(one, UUID) and isinstance(organisation, UUID) and isinstance(person, UUID)):
            raise CommandError("Name the node, the organisation and who asks.")
        if not isinstance(depth, int) or depth < 1:
            raise CommandError("--depth is a number of steps, from 1.")
        asked = Question(
            node=Node(NodeKind(str(kind)), one),
            directions=(Direction(str(direction)),) if direction else (Direction.UP, Direction.DOWN),
            depth=depth,
            with_history=bool(options["history"]),
        )
        try:
            with database_ready():
                actor = actor_of(user_id=person, organisation_id=organisation)
                if actor is None:
                    raise CommandError("This person is no member of that organisation.")
                answer = graph(asked, actor=actor)
        except StudioError as refusal:
            raise CommandError(str(refusal)) from refusal
        if isinstance(svg, Path):
            try:
                svg.write_text(svg_of(answer), encoding="utf-8")
            except OSError as error:
                raise CommandError(f"The drawing cannot be written: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(answer)))
            return
        for line in tree_lines(answer):
            self.stdout.write(line)
