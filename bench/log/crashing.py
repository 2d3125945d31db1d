"""The programs of the log under load, killed and stopped again and again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings
from django.db import connections

from audit.checkpoint import parse_checkpoint, text_of
from audit.inspection import inspect_logs
from audit.merkle import leaf_hash
from audit.models import PLATFORM
from audit.signer.signing import STATE
from bench.log.judging import Judgement, Signed, StoredEntry, StoredLog, judged
from bench.log.recording import Writers
from core.clock import now
from embedded import services
from embedded.cluster import Cluster, prepare_cluster
from embedded.programs import Program, RunningProgram
from embedded.roles import Role, Server, conninfo
from embedded.server import postgres_program
from embedded.session import prepare_database

_SETTLES_WITHIN_S = 120.0
_STARTS_WITHIN_S = 60.0
# Between two acts.
_MOST_BATCHES = 12
# Exit code of a command that finds no database.
_DATABASE_AWAY = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """How often each is ended without a warning."""

    sequencer_kills: int
    signer_kills: int
    database_stops: int
    writers: int = 6
    seed: int = 20261123


@dataclass(slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        kills: how often each was really ended while it was at work.
        problems: kinds of what the product's own check found.
    """

    judgement: Judgement
    kills: dict[str, int]
    rolled_back: int
    problems: list[str]
    seconds: float


class _Killable:
    """A program of the product without the wrapper that ends it gently."""

    def __init__(self, program: Program, output: Path) -> None:
        self._program = program
        self._output = output
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._output.open("ab") as output:
            self._process = _started(self._program, output)

    @property
    def is_ready(self) -> bool:
        if self._process is not None and self._process.poll() == _DATABASE_AWAY:
            # It came while the database was stopped; the product's supervisor starts it again too.
            self.start()
        return self._process is not None and self._process.poll() is None and self._program.is_ready()

    def await_ready(self) -> None:
        _wait(lambda: self.is_ready)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def make_sure(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)

    def _end(self, number: int) -> None:
        if self._process is None:
            return
        if self._process.poll() is not None:
            raise RuntimeError(f"{self._program.name} ended by itself, see {self._output}.")
        self._process.send_signal(number)
        self._process.wait(30)
        self._process = None


def _started(program: Program, output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        program.command, env=dict(program.environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output
    )


@dataclass(slots=True)
class _World:
    """Database, signer and two sequencers, of which one works on while the other is started again."""

    cluster: Cluster
    database: RunningProgram
    folder: Path
    signer: _Killable = field(init=False)
    sequencers: list[_Killable] = field(default_factory=list)
    signed: set[Signed] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.signer = _Killable(services.signer(), self.folder / "signer.log")

    def begin(self) -> None:
        self.signer.start()
        self.signer.await_ready()
        self.sequencers = [self._sequencer(number) for number in range(2)]
        for sequencer in self.sequencers:
            sequencer.start()

    def end(self) -> None:
        """Leave nothing running, however the run went."""
        for sequencer in self.sequencers:
            sequencer.make_sure()
        self.signer.make_sure()
        self.database.stop()

    def _sequencer(self, number: int) -> _Killable:
        program = services.sequencer(self.cluster.server)
        # Each under a name of its own, by which the database tells whether it has come.
        label = f"{program.environment['PGAPPNAME']}-{number}"
        url = conninfo(self.cluster.server, Role.LOG, settings.DATA_FOLDER)
        named = Program(
            name=program.name,
            command=program.command,
            is_ready=lambda: _has_come(url, label),
            environment=dict(program.environment) | {"PGAPPNAME": label},
        )
        return _Killable(named, self.folder / f"sequencer-{number}.log")

    def await_work(self, batches: int) -> None:
        """Wait until the sequencer that came first works, and that many batches more are signed."""
        self.sequencers[0].await_ready()
        wanted = _signed_batches() + batches
        _wait(lambda: _signed_batches() >= wanted)

    def kill_sequencer(self) -> None:
        oldest = self.sequencers[0]
        oldest.kill()
        oldest.start()
        self.sequencers.append(self.sequencers.pop(0))

    def kill_signer(self) -> None:
        self.signer.kill()
        self.remember_signed()
        self.signer.start()
        self.signer.await_ready()

    def stop_database(self) -> None:
        """`immediate`: every session is cut off, and what is on disk has to be recovered."""
        if self.database.pid is None:
            raise RuntimeError("The database does not run.")
        os.kill(self.database.pid, signal.SIGQUIT)
        _wait(lambda: self.database.exit_code is not None)
        connections.close_all()
        self.database = RunningProgram(postgres_program(self.cluster))
        self.database.start()

    def remember_signed(self) -> None:
        """Every line of the signer's memory, while nobody can write it anew."""
        # What follows the last end of a line was never answered for.
        whole, _, _ = (settings.SIGNER_FOLDER / STATE).read_bytes().rpartition(b"\n")
        for line in whole.splitlines():
            said = json.loads(line)
            self.signed.add(Signed(said["origin"], said["size"], bytes.fromhex(said["root_hex"])))


def crash_run(plan: Plan, folder: Path) -> Outcome:
    """Follow `plan` under load and compare. Django's settings must name an embedded server in `folder`."""
    chance = random.Random(plan.seed)  # noqa: S311 - a schedule, not a secret
    began = time.monotonic()
    with _running(folder) as world:
        acts = {
            "sequencer": (world.kill_sequencer, plan.sequencer_kills),
            "signer": (world.kill_signer, plan.signer_kills),
            "database": (world.stop_database, plan.database_stops),
        }
        order = [name for name, (_, times) in acts.items() for _ in range(times)]
        chance.shuffle(order)
        kills = dict.fromkeys(acts, 0)
        writers = Writers(plan.writers)
        with writers.at_work():
            for name in order:
                world.await_work(chance.randint(1, _MOST_BATCHES))
                # Anywhere in the next batches.
                time.sleep(chance.random() * 0.1)
                acts[name][0]()
                kills[name] += 1
        _wait(_is_settled, within_s=_SETTLES_WITHIN_S)
        for sequencer in world.sequencers:
            sequencer.await_ready()
            sequencer.stop()
        world.signer.stop()
        world.remember_signed()
        judgement = judged(writers.recorded, _stored_logs(), world.signed)
        problems = sorted({problem.kind for problem in inspect_logs(at=now()).problems})
        connections.close_all()
    return Outcome(judgement, kills, writers.rolled_back, problems, time.monotonic() - began)


@contextmanager
def _running(folder: Path) -> Iterator[_World]:
    cluster = prepare_cluster(settings.DATA_FOLDER, binaries_folder=settings.ENVIRONMENT.postgres_bin)
    world = _World(cluster, RunningProgram(postgres_program(cluster)), folder)
    with ExitStack() as stack:
        stack.callback(world.end)
        world.database.start()
        _provisioned(cluster.server)
        world.begin()
        yield world


def _provisioned(server: Server) -> None:
    prepare_database(server)
    with psycopg.connect(conninfo(server, Role.LOG, settings.DATA_FOLDER)) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            value = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
            if value != ("on",):
                raise RuntimeError(f"{setting} is {value}: nothing would be proved.")


def _has_come(url: str, label: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
            row = connection.execute(
                "SELECT FROM pg_stat_activity WHERE application_name = %s", [label]
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None


def _signed_batches() -> int:
    with connections["log"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_checkpoint WHERE note IS NOT NULL")
        return int(cursor.fetchone()[0])


def _is_settled() -> bool:
    """Nothing waits, and every log is signed to its end."""
    with connections["log"].cursor() as cursor:
        cursor.execute(
            """
            SELECT NOT EXISTS (SELECT FROM audit_outbox) AND NOT EXISTS (
                SELECT FROM audit_logorigin o JOIN LATERAL (
                    SELECT note FROM audit_checkpoint c WHERE c.origin_id = o.id ORDER BY size DESC LIMIT 1
                ) newest ON true WHERE newest.note IS NULL
            )
            """
        )
        return bool(cursor.fetchone()[0])


def _stored_logs() -> list[StoredLog]:
    """Everything that is stored, the leaves hashed anew from their bytes."""
    logs = []
    with connections["log"].cursor() as cursor:
        cursor.execute("SELECT id, origin, organisation_id FROM audit_logorigin")
        for log_id, origin, organisation_id in cursor.fetchall():
            cursor.execute(
                "SELECT size, root, note FROM audit_checkpoint WHERE origin_id = %s ORDER BY size", [log_id]
            )
            checkpoints = []
            for size, root, note in cursor.fetchall():
                checkpoints.append(Signed(origin, size, bytes(root)))
                if note is not None:
                    said = parse_checkpoint(text_of(note))
                    checkpoints.append(Signed(said.origin, said.size, said.root))
            if organisation_id == PLATFORM:
                cursor.execute(
                    "SELECT index, body FROM audit_platformentry WHERE origin_id = %s ORDER BY index",
                    [log_id],
                )
                entries = [StoredEntry(index, leaf_hash(bytes(body))) for index, body in cursor.fetchall()]
            else:
                cursor.execute(
                    "SELECT index, body, uid, type, production_id, counter FROM audit_entry"
                    " WHERE origin_id = %s ORDER BY index",
                    [log_id],
                )
                entries = [
                    StoredEntry(index, leaf_hash(bytes(body)), uid, (entry_type, production), counter)
                    for index, body, uid, entry_type, production, counter in cursor.fetchall()
                ]
            logs.append(StoredLog(origin, organisation_id, entries, checkpoints))
    return logs


def _wait(condition: Callable[[], bool], *, within_s: float = _STARTS_WITHIN_S) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("It did not come to that.")
        time.sleep(0.02)
