from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core import clock
from provenance.interchange import BadList, NoAnswer, OtherAnswer, crjson_of, pem_of, roots_in

_NO_ANSWER, _OTHER_ANSWER = 3, 2


class Command(BaseCommand):
    help = (
        "Tell of credentials in C2PA's interchange form. Exit status: 0 there is an answer, whatever it says; "
        "2 at that time it would be another one, which cannot be made now; 3 no credential can be read; 1 a list or "
        "a time is wrong."
    )
    # Needs no database, so it must not fail where checks would.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        crjson = acts.add_parser("crjson", help="what a validator answers about one file, as crJSON")
        crjson.add_argument("file", type=Path)
        crjson.add_argument(
            "--trust", type=Path, required=True, help="roots of signers: PEM, or a trust list of ours"
        )
        crjson.add_argument("--tsa", type=Path, help="roots of time-stamping authorities, the same")
        crjson.add_argument("--at", help="time of the validation (RFC 3339); now by default")

    def handle(self, *_args: object, **options: object) -> None:
        file, trust, tsa = options["file"], options["trust"], options["tsa"]
        if not isinstance(file, Path) or not isinstance(trust, Path):
            raise TypeError("argparse made no path of an argument")
        at = _instant(options["at"])
        listed_at = at or clock.now()
        try:
            document = crjson_of(
                file,
                anchors=roots_in(trust, at=listed_at),
                tsa_roots_pem=pem_of(roots_in(tsa, at=listed_at)) if isinstance(tsa, Path) else "",
                at=at,
            )
        except BadList as error:
            raise CommandError(str(error)) from error
        except NoAnswer as error:
            self.stderr.write(str(error))
            sys.exit(_NO_ANSWER)
        except OtherAnswer as error:
            self.stderr.write(str(error))
            sys.exit(_OTHER_ANSWER)
        self.stdout.write(json.dumps(document))


def _instant(text: object) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise CommandError(f"--at: {text} is no time as RFC 3339 writes it.") from error
    if instant.tzinfo is None:
        raise CommandError(f"--at: {text} names no zone. Write 2027-01-31T12:00:00Z.")
    return instant
