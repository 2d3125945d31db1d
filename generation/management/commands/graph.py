from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.command_line import add_who_asks, who_asks
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
        add_who_asks(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object instead of the tree")
        parser.add_argument("--svg", type=Path, metavar="FILE", help="also draw it into this file")

    def handle(self, *_args: object, **options: object) -> None:
        kind, one, direction, depth = (options[name] for name in ("kind", "id", "direction", "depth"))
        svg = options["svg"]
        if not isinstance(one, UUID):
            raise CommandError("Name the node.")
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
                answer = graph(asked, actor=who_asks(options))
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
