from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import StudioError
from embedded import services
from embedded.session import own_server, prepare_database
from embedded.supervisor import Supervisor, supervised

_LOOK_EVERY_S = 0.2


class _StopAsked(BaseException):
    """SIGINT or SIGTERM."""


class Command(BaseCommand):
    help = "Run everything: database, log sequencer, worker and web server, with demo data. Ctrl-C stops it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo-data", action="store_true", help="start empty, or with what is there")

    def handle(self, *_args: object, **options: object) -> None:
        try:
            with _stoppable(), supervised([], say=self.stdout.write) as supervisor:
                self._run(supervisor, demo_data=not options["no_demo_data"])
        except _StopAsked:
            self.stdout.write("Stopped.")
        except StudioError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _run(self, supervisor: Supervisor, *, demo_data: bool) -> None:
        host, port = settings.ENVIRONMENT.host, settings.ENVIRONMENT.port
        services.require_free_address(host, port)
        with own_server(supervisor) as server:
            prepare_database(server)
            self.stdout.write("The database is up to date.")
            supervisor.start(*services.log(server))
            supervisor.start(services.worker())
            if demo_data:
                call_command("demo_data")
            supervisor.start(services.web())
            self.stdout.write(f"Open http://{host}:{port}/ (logs in {settings.DATA_FOLDER / 'logs'}).")
            while True:
                time.sleep(_LOOK_EVERY_S)
                supervisor.look_after()


@contextmanager
def _stoppable() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        # Once is enough: an impatient second Ctrl-C must not cut the orderly stop short.
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise _StopAsked

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
