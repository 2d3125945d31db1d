from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.values import process_actor
from core.errors import StudioError
from embedded.session import database_ready
from generation.evidence import organisation_of_production, organisation_of_take, write_take_bundle
from generation.operations.non_use import NonUseOrder, state_non_use
from generation.trust import trust_document


class Command(BaseCommand):
    help = (
        "Evidence for outsiders: the bundle of a take (export), a statement of non-use (non-use), the keys to check "
        "both with (trust)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="Write the evidence bundle of a signed take.")
        export.add_argument("take", type=UUID, help="Identifier of the take.")
        export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.zip")
        export.add_argument("--without-video", action="store_true", help="Only its digest goes along.")
        non_use = verbs.add_parser(
            "non-use", help="Write a signed statement that nothing touched a performer."
        )
        non_use.add_argument("--performer", type=UUID, required=True, metavar="ID")
        non_use.add_argument("--production", type=UUID, required=True, metavar="ID")
        non_use.add_argument("--from", dest="since", type=_since, required=True, metavar="DATE")
        non_use.add_argument(
            "--to",
            dest="until",
            type=_until,
            required=True,
            metavar="DATE",
            help="That day included, by UTC.",
        )
        non_use.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.zip")
        trust = verbs.add_parser(
            "trust", help="Write the keys that bundles of this installation are checked with."
        )
        trust.add_argument("-o", "--output", type=Path, required=True, metavar="TRUST.json")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        output = Path(str(options["output"]))
        draft = output.with_name(f".{output.name}.draft")
        try:
            with database_ready():
                if options["verb"] == "trust":
                    draft.write_text(trust_document() + "\n", encoding="utf-8")
                else:
                    with draft.open("wb") as stream:
                        _write(stream, options)
            draft.replace(output)
        except (StudioError, OSError) as error:
            raise CommandError(str(error)) from error
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"Written to {output}.")


def _write(stream: BinaryIO, options: dict[str, Any]) -> None:
    if options["verb"] == "non-use":
        order = NonUseOrder(
            performer_id=options["performer"],
            production_id=options["production"],
            since=options["since"],
            until=options["until"],
        )
        actor = process_actor(organisation_id=organisation_of_production(order.production_id), label="system")
        state_non_use(order, stream, actor=actor, everybody=True)
        return
    take_id = options["take"]
    write_take_bundle(
        organisation_of_take(take_id),
        take_id,
        stream,
        everybody=True,
        with_video=not options["without_video"],
    )


def _since(text: str) -> datetime:
    """A day, or an instant where it says a time; without a zone in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _until(text: str) -> datetime:
    """As `_since`; a day is meant whole."""
    return _since(text) + timedelta(days="T" not in text)
