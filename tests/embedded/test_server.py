from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from embedded.binaries import Account, choose_account, find_binaries
from embedded.cluster import Cluster, prepare_cluster
from embedded.errors import (
    DataFolderInUse,
    DataFolderNotWritable,
    DataFolderOfAnotherVersion,
    PostgresMissing,
    SocketInUse,
)
from embedded.programs import RunningProgram
from embedded.roles import EMBEDDED_ADMINISTRATOR, conninfo, password_file, socket_folder
from embedded.server import MAINTENANCE_DATABASE, clear_stale_locks, is_running, postgres_program
from tests.embedded.watching import commands_mentioning, eventually

ROOT = Path(settings.PROJECT_FOLDER)

RUN_A_SERVER = """
import sys, time
from pathlib import Path
from embedded.server import running_postgres
with running_postgres(Path(sys.argv[1]), durable=False):
    print("ready", flush=True)
    time.sleep(600 if len(sys.argv) < 3 else float(sys.argv[2]))
"""


def _connect(cluster: Cluster) -> psycopg.Connection:
    url = conninfo(cluster.server, EMBEDDED_ADMINISTRATOR, cluster.data_folder, database=MAINTENANCE_DATABASE)
    return psycopg.connect(url, autocommit=True)


def _environment() -> dict[str, str]:
    return dict(os.environ) | {"PYTHONPATH": str(ROOT / "platform")}


class TestRunningServer:
    def test_answers_on_its_socket_and_on_no_port(self, cluster: Cluster, running: RunningProgram) -> None:
        with _connect(cluster) as connection:
            listens = connection.execute("SHOW listen_addresses").fetchone()
            encrypts = connection.execute("SHOW password_encryption").fetchone()

        assert listens == ("",)
        assert encrypts == ("scram-sha-256",)

    def test_lets_nobody_in_without_the_password(self, cluster: Cluster, running: RunningProgram) -> None:
        host = socket_folder(cluster.data_folder)

        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=str(host), user=EMBEDDED_ADMINISTRATOR, dbname="postgres", password="guess")

    def test_keeps_password_socket_and_files_to_one_account(
        self, cluster: Cluster, running: RunningProgram
    ) -> None:
        secret = password_file(cluster.data_folder, EMBEDDED_ADMINISTRATOR)
        closed = {path: stat.S_IMODE(path.stat().st_mode) for path in (secret, secret.parent, cluster.folder)}

        assert list(closed.values()) == [0o600, 0o700, 0o700]
        assert stat.S_IMODE(socket_folder(cluster.data_folder).stat().st_mode) == 0o700

    def test_comes_back_after_a_kill_with_everything_committed(self, cluster: Cluster) -> None:
        first = RunningProgram(postgres_program(cluster))
        first.start()
        with _connect(cluster) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS i")
        assert first.pid is not None

        os.kill(first.pid, signal.SIGKILL)
        # At once: the old backends still hold the shared memory.
        second = RunningProgram(postgres_program(cluster))
        second.start()

        with _connect(cluster) as connection:
            assert connection.execute("SELECT i FROM kept").fetchone() == (1,)
        second.stop()
        first.stop()

    def test_stops_within_seconds_although_a_session_is_open(self, cluster: Cluster) -> None:
        program = RunningProgram(postgres_program(cluster, durable=False))
        program.start()
        with _connect(cluster):
            began = time.monotonic()
            program.stop()

            assert time.monotonic() - began < 10
            assert not is_running(cluster.data_folder)

    def test_a_second_one_in_the_same_folder_is_refused(
        self, cluster: Cluster, running: RunningProgram
    ) -> None:
        with pytest.raises(DataFolderInUse, match="already works in"):
            RunningProgram(postgres_program(cluster)).start()

        assert is_running(cluster.data_folder)


class TestStaleLocks:
    def test_a_lock_with_the_number_of_another_program_is_removed(self, cluster: Cluster) -> None:
        lock = cluster.folder / "postmaster.pid"
        lock.write_text(f"{os.getpid()}\n{cluster.folder}\n", encoding="ascii")

        clear_stale_locks(cluster.data_folder)

        assert not lock.exists()

    def test_a_server_starts_beside_them(self, cluster: Cluster) -> None:
        # The number of a living process of ours: PostgreSQL alone would believe the file.
        (cluster.folder / "postmaster.pid").write_text(f"{os.getpid()}\n", encoding="ascii")
        program = RunningProgram(postgres_program(cluster, durable=False))

        program.start()

        assert is_running(cluster.data_folder)
        program.stop()


@pytest.mark.slow
def test_a_killed_parent_takes_the_server_along(cluster: Cluster) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", RUN_A_SERVER, str(cluster.data_folder)],
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent, parent.stdout:
        assert parent.stdout.readline() == "ready\n"

        parent.kill()
        parent.wait()

    assert eventually(lambda: not commands_mentioning(str(cluster.folder)))
    assert not is_running(cluster.data_folder)


@pytest.fixture
def other_accounts_may_enter() -> None:
    """Skip where the project lies in a folder of root's alone, as a clone in /root does."""
    places = [ROOT, *ROOT.parents, find_binaries(None).folder]
    if not all(place.stat().st_mode & stat.S_IXOTH for place in places):
        pytest.skip(f"other accounts may not enter {ROOT}")


@pytest.mark.slow
@pytest.mark.usefixtures("other_accounts_may_enter")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_runs_for_an_ordinary_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = Path("/tmp") / f"countersign-nobody-{os.getpid()}"  # noqa: S108 - named for this process
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    # The interpreter of a virtual environment may lie where only root may go.
    python = Path("/usr/bin/python3")
    if not python.exists():
        pytest.skip("no interpreter that everybody may run")
    packages = [path for path in sys.path if path.endswith("site-packages")]

    done = subprocess.run(
        [
            *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
            *(python, "-c", RUN_A_SERVER, folder / "data", "0"),
        ],
        env={"PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), *packages]), "PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "ready\n"), done.stderr
    assert (folder / "data" / "postgres").stat().st_uid == 65534
    subprocess.run(["rm", "-r", folder], check=True)


@pytest.mark.slow
@pytest.mark.usefixtures("other_accounts_may_enter")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")
def test_root_falls_back_to_nobody_where_namespaces_are_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("/tmp") / f"countersign-fallback-{os.getpid()}"  # noqa: S108 - named for this process
    monkeypatch.setattr("embedded.cluster.choose_account", lambda *_: Account.NOBODY)
    cluster = prepare_cluster(folder)
    program = RunningProgram(postgres_program(cluster, durable=False))

    program.start()

    assert is_running(folder)
    assert cluster.folder.stat().st_uid == 65534
    assert password_file(folder, EMBEDDED_ADMINISTRATOR).stat().st_uid == 0
    program.stop()
    subprocess.run(["rm", "-r", folder], check=True)


class TestRefusals:
    def test_a_folder_of_another_major_version_is_left_alone(self, cluster: Cluster) -> None:
        version = cluster.folder / "PG_VERSION"
        true_version = version.read_text(encoding="ascii")
        version.write_text("14\n", encoding="ascii")

        with pytest.raises(DataFolderOfAnotherVersion, match="made by PostgreSQL 14"):
            prepare_cluster(cluster.data_folder)

        version.write_text(true_version, encoding="ascii")

    def test_a_folder_without_programs_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(PostgresMissing, match=f"{tmp_path} holds no executable postgres"):
            find_binaries(tmp_path)

    @pytest.mark.skipif(os.geteuid() != 0, reason="another account is needed to own the folder")
    def test_a_socket_folder_of_another_account_is_refused(self, tmp_path: Path) -> None:
        folder = socket_folder(tmp_path)
        folder.mkdir(parents=True)
        os.chown(folder, 65534, 65534)

        with pytest.raises(SocketInUse, match="belongs to another account"):
            prepare_cluster(tmp_path)

    def test_a_data_folder_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        tmp_path.chmod(0o500)

        with pytest.raises(DataFolderNotWritable, match="COUNTERSIGN_DATA"):
            prepare_cluster(tmp_path / "data")

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
    def test_root_without_any_way_to_run_it_is_told(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("embedded.binaries._runs", lambda *_: False)

        with pytest.raises(PostgresMissing, match="refuses to run as root"):
            choose_account(find_binaries(None), tmp_path)


def test_a_long_or_unusual_path_gets_a_short_socket() -> None:
    long = socket_folder(Path("/tmp") / ("x" * 90))  # noqa: S108 - only a name
    spaced = socket_folder(Path("/tmp/my films"))  # noqa: S108 - only a name

    assert len(str(long)) < 85
    assert " " not in str(spaced)
