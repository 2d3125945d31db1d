"""The product's own programs: the log's signer and sequencer, the worker and the web server."""

from __future__ import annotations

import http.client
import os
import socket
import sys
from pathlib import Path

import psycopg
from django.conf import settings

from embedded.errors import AddressInUse
from embedded.programs import Program
from embedded.ready import ready_mark
from embedded.roles import Role, Server, conninfo

# A request waits for the database most of the time; more threads than this only take turns.
_MOST_WEB_THREADS = 8


def log(server: Server) -> list[Program]:
    """What keeps the log: the sequencer, and the signer unless it runs elsewhere."""
    own = settings.ENVIRONMENT.log_signer is None
    return [*([signer()] if own else []), sequencer(server)]


def signer() -> Program:
    """`python -m audit.signer`: signs the log's checkpoints, knows nothing of the database and gets no settings."""
    folder, socket_path = settings.SIGNER_FOLDER, settings.LOG_SIGNER.path
    earlier_key = settings.KEYS_FOLDER / "log-checkpoint.key.pem"
    return Program(
        name="Log signer",
        command=(
            *(sys.executable, "-m", "audit.signer", "run", "--folder", str(folder)),
            # Another command may run the signer of this folder already; then this one takes over when it ends.
            *("--listen", f"unix:{socket_path}", "--stand-by", "--earlier-key", str(earlier_key)),
        ),
        is_ready=lambda: _accepts(socket_path),
        environment={
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(settings.PROJECT_FOLDER / "platform"),
            "PYTHONUNBUFFERED": "1",
        },
        output=_log_file("signer"),
        # The sequencer has its last checkpoints signed while it stops.
        others_need_it=True,
    )


def sequencer(server: Server) -> Program:
    """`manage.py audit sequence`: puts recorded entries into the log, one tree per organisation."""
    label = f"countersign-sequencer-{os.getpid()}"
    return Program(
        name="Log sequencer",
        command=(sys.executable, str(settings.PROJECT_FOLDER / "manage.py"), "audit", "sequence"),
        is_ready=lambda: _is_connected(server, Role.LOG, label),
        environment=_environment(label),
        output=_log_file("sequencer"),
    )


def worker() -> Program:
    """One Celery worker with one task at a time: a device renders one take."""
    name = f"worker-{os.getpid()}@{socket.gethostname()}"
    mark = ready_mark(settings.DATA_FOLDER, name)
    return Program(
        name="Worker",
        command=(
            *(sys.executable, "-m", "celery", "--app", "config.celery", "worker"),
            # Threads: the heartbeat of a take runs beside its render, and no fork inherits a CUDA context.
            *("--pool", "threads", "--concurrency", "1", "--hostname", name, "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ),
        is_ready=mark.exists,
        environment=_environment(f"countersign-worker-{os.getpid()}"),
        output=_log_file("worker"),
        prepare=lambda: mark.unlink(missing_ok=True),
    )


def web() -> Program:
    host, port = settings.ENVIRONMENT.host, settings.ENVIRONMENT.port
    threads = min(_MOST_WEB_THREADS, 2 * (os.cpu_count() or 1) + 1)
    return Program(
        name="Web server",
        command=(
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--workers", "1", "--blocking-threads", str(threads), "--no-ws"),
            *("--workers-kill-timeout", "5"),
            "config.wsgi:application",
        ),
        is_ready=lambda: _serves(host, port),
        environment=_environment(f"countersign-web-{os.getpid()}"),
        output=_log_file("web"),
        # WhiteNoise wants to see its folder, also an empty one.
        prepare=lambda: settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True),
    )


def require_free_address(host: str, port: int) -> None:
    """Refuse to start where somebody else listens already.

    Raises:
        AddressInUse: naming the address and the setting.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the web server does: connections of an earlier run that linger are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressInUse(
                f"Cannot listen on {host}:{port} ({error.strerror}). Stop the program that uses it, or set "
                "COUNTERSIGN_PORT or COUNTERSIGN_HOST to another one."
            ) from error


def _environment(label: str) -> dict[str, str]:
    root = settings.PROJECT_FOLDER
    return dict(os.environ) | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        # Absolute, because celery and granian start processes of their own with other working folders.
        "PYTHONPATH": os.pathsep.join((str(root), str(root / "platform"))),
        "PYTHONUNBUFFERED": "1",
        # Shown by pg_stat_activity, so a connection can be traced to its program.
        "PGAPPNAME": label,
    }


def _log_file(name: str) -> Path:
    folder: Path = settings.DATA_FOLDER
    return folder / "logs" / f"{name}.log"


def _accepts(socket_path: Path | None) -> bool:
    if socket_path is None:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(os.fspath(socket_path))
        except OSError:
            return False
    return True


def _is_connected(server: Server, role: Role, label: str) -> bool:
    url = conninfo(server, Role.APP, settings.DATA_FOLDER)
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
            return (
                connection.execute(
                    "SELECT FROM pg_stat_activity WHERE usename = %s AND application_name = %s", [role, label]
                ).fetchone()
                is not None
            )
    except psycopg.OperationalError:
        return False


def _serves(host: str, port: int) -> bool:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to ask when it listens everywhere
    asked = http.client.HTTPConnection(everywhere.get(host, host), port, timeout=5)
    try:
        asked.request("GET", "/readyz", headers={"Host": settings.ALLOWED_HOSTS[0]})
        return asked.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
