from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import StudioError
from embedded.session import database_ready
from generation.evidence import organisation_of_take, write_take_bundle
from generation.trust import trust_document


class Command(BaseCommand):
    help = "Evidence for outsiders: the bundle of a take (export), the keys to check it with (trust)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="Write the evidence bundle of a signed take.")
        export.add_argument("take", type=UUID, help="Identifier of the take.")
        export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.zip")
        export.add_argument("--without-video", action="store_true", help="Only its digest goes along.")
        trust = verbs.add_parser(
            "trust", help="Write the keys that bundles of this installation are checked with."
        )
        trust.add_argument("-o", "--output", type=Path, required=True, metavar="TRUST.json")

    def handle(self, *_args: object, **options: object) -> None:
        output = Path(str(options["output"]))
        draft = output.with_name(f".{output.name}.draft")
        try:
            with database_ready():
                if options["verb"] == "trust":
                    draft.write_text(trust_document() + "\n", encoding="utf-8")
                else:
                    take_id = UUID(str(options["take"]))
                    with draft.open("wb") as stream:
                        write_take_bundle(
                            organisation_of_take(take_id),
                            take_id,
                            stream,
                            everybody=True,
                            with_video=not options["without_video"],
                        )
            draft.replace(output)
        except (StudioError, OSError) as error:
            raise CommandError(str(error)) from error
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"Written to {output}.")
