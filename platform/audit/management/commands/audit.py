from __future__ import annotations

import json
import signal
import threading
from dataclasses import asdict
from types import FrameType
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.acknowledging import acknowledge_gap
from audit.erasure import erase_person
from audit.field_kinds import EntryRefused
from audit.inspection import inspect_logs
from audit.management.anchor_verb import add_anchor_verb, follow_anchor_verb
from audit.management.progress import progress_line
from audit.management.signer_verb import add_signer_verb, follow_signer_verb
from audit.reconciliation import registered
from audit.reopening import give_up_log
from audit.sequencing import run_sequencer
from audit.signer.client import SignerUnreachable
from core.clock import now
from core.errors import DatabaseUnavailable
from embedded.session import database_ready


class Command(BaseCommand):
    help = "The audit log: integrate what is recorded, or check everything that is stored."
    # The log must go on while some other part of the product is misconfigured.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("sequence", help="Give committed entries their places until told to stop.")
        check = verbs.add_parser(
            "check", help="Recompute every log. Exit code 0 when all agrees, 1 when not."
        )
        check.add_argument("--json", action="store_true", help="One JSON object on standard output.")
        add_signer_verb(verbs)
        reopen = verbs.add_parser(
            "reopen",
            help="Give up a log that is not the one that was signed, after looking, and open another that says so.",
        )
        reopen.add_argument("origin", help="Name of the log, as the check and the messages tell it.")
        acknowledge = verbs.add_parser(
            "acknowledge",
            help="Answer in the log for why it was opened anew; the check then no longer fails for it.",
        )
        acknowledge.add_argument("origin", help="Name of the log that the check tells as reopened.")
        acknowledge.add_argument(
            "--reason", required=True, help="A code, such as restore_after_disk_failure."
        )
        add_anchor_verb(verbs)
        erase = verbs.add_parser(
            "erase-person",
            help="Erase what tells which entries are about a person, and log that it was erased.",
        )
        erase.add_argument("person_id", type=UUID, help="Identifier of the performer.")
        erase.add_argument("--organisation", type=UUID, required=True, help="Identifier of whose log.")

    def handle(self, *args: object, **options: object) -> None:  # noqa: ARG002 - Django's signature
        if options["verb"] == "signer":
            # Before any database: the signer never sees one.
            follow_signer_verb(options, say=self.stdout.write)
            return
        try:
            with database_ready():
                if options["verb"] == "sequence":
                    self._sequence()
                elif options["verb"] == "reopen":
                    self._reopen(str(options["origin"]))
                elif options["verb"] == "acknowledge":
                    self._acknowledge(str(options["origin"]), str(options["reason"]))
                elif options["verb"] == "anchor":
                    follow_anchor_verb(options, say=self.stdout.write)
                elif options["verb"] == "erase-person":
                    self._erase(options["organisation"], options["person_id"])
                else:
                    self._check(as_json=bool(options["json"]))
        except DatabaseUnavailable as error:
            raise CommandError(str(error), returncode=3) from error

    def _reopen(self, origin: str) -> None:
        try:
            if not give_up_log(origin):
                raise CommandError("No log of this name is written to, or nothing of it was ever signed.")
        except SignerUnreachable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            "Another log goes on in its place; its first entry says why. The old one stays as it is."
        )

    def _acknowledge(self, origin: str, reason_code: str) -> None:
        try:
            entry = acknowledge_gap(origin, reason_code=reason_code, actor="system", at=now())
        except EntryRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if entry is None:
            raise CommandError("No log of this name was opened in place of another one.")
        self.stdout.write(
            f"Entry {entry} says so. The check goes on telling the gap, no longer as a problem."
        )

    def _sequence(self) -> None:
        stop = threading.Event()

        def told_to_stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - Python's signature
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, told_to_stop)
        run_sequencer(stop)

    def _erase(self, organisation_id: object, person_id: object) -> None:
        if not isinstance(organisation_id, UUID) or not isinstance(person_id, UUID):
            raise TypeError("The parser gives identifiers.")
        entry = erase_person(organisation_id, person_id, actor="system", at=now())
        if entry is None:
            self.stdout.write("Nothing in this log can be told to be about this person.")
        else:
            self.stdout.write(f"Erased; entry {entry} says so. Backups hold the key until they expire.")

    def _check(self, *, as_json: bool) -> None:
        with progress_line("entries looked at") as progress:
            report = inspect_logs(at=now(), reconcilers=registered(), progress=progress)
        if as_json:
            told = asdict(report)
            # Of the contract are the other two; this one is there when there is something to tell.
            if not report.acknowledged:
                del told["acknowledged"]
            self.stdout.write(json.dumps(told))
        else:
            for problem in (*report.acknowledged, *report.problems):
                self.stdout.write(f"{problem.kind}: {problem.log} {problem.what}")
            self.stdout.write(f"{report.entries} entries, {len(report.problems)} problems.")
        if report.problems:
            raise CommandError("The log is not what it should be.", returncode=1)
