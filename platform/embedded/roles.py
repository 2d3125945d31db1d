"""The database roles of the product, and how each connects.

| role | may |
|---|---|
| `countersign_owner` | own every table and run migrations; bound by row-level security like everybody (FORCE) |
| `countersign_app` | read and write rows as policies and grants allow; owns nothing |
| `countersign_log` | integrate the audit log (the sequencer) and nothing else |
| `countersign_queue` | own and use the schema of the built-in broker and nothing else |
| `countersign_system` | no login; BYPASSRLS; owns the few SECURITY DEFINER functions that cross organisations |
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from psycopg.conninfo import make_conninfo

EMBEDDED_PORT = 5432
EMBEDDED_ADMINISTRATOR = "postgres"
DATABASE_NAME = "countersign"

# sun_path holds 107 bytes and the socket's own name takes 16 of them.
_LONGEST_SOCKET_FOLDER = 85
# pgmq joins host and other words with spaces and quotes none of them.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")


class Role(StrEnum):
    OWNER = "countersign_owner"
    APP = "countersign_app"
    LOG = "countersign_log"
    QUEUE = "countersign_queue"


SYSTEM_ROLE = "countersign_system"


@dataclass(frozen=True, slots=True)
class Server:
    """Where PostgreSQL listens. `host` starts with a slash for a unix socket's folder."""

    host: str
    port: int
    database: str
    administrator: str
    administrator_password: str | None
    parameters: tuple[tuple[str, str], ...] = ()
    is_embedded: bool = False

    @property
    def place(self) -> str:
        """Host, port and database in one phrase for a person."""
        return f"{self.host}:{self.port}, database {self.database}"


def password_file(data_folder: Path, user: str) -> Path:
    """Where the password of `user` lies, mode 0600; absent until the server was provisioned."""
    return data_folder / "keys" / f"postgres-{user}.password"


def password(data_folder: Path, user: str) -> str | None:
    path = password_file(data_folder, user)
    return path.read_text(encoding="ascii").strip() if path.exists() else None


def write_password(data_folder: Path, user: str, secret: str) -> None:
    """Keep the password of a database role, readable by this account alone."""
    path = password_file(data_folder, user)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(secret + "\n", encoding="ascii")
    draft.rename(path)


def socket_folder(data_folder: Path) -> Path:
    """Folder of the embedded server's unix socket, short enough for the kernel and plain enough for the broker."""
    folder = data_folder.resolve() / "run"
    if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER and _PLAIN_PATH.fullmatch(str(folder)):
        return folder
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"countersign-{digest}"


def embedded_server(data_folder: Path) -> Server:
    return Server(
        host=str(socket_folder(data_folder)),
        port=EMBEDDED_PORT,
        database=DATABASE_NAME,
        administrator=EMBEDDED_ADMINISTRATOR,
        administrator_password=password(data_folder, EMBEDDED_ADMINISTRATOR),
        is_embedded=True,
    )


def outside_server(url: str) -> Server:
    """The server a `postgresql://` URL names; its user is who provisions, not who serves.

    Raises:
        ValueError: another scheme, no database name or an impossible port.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must start with postgresql://")
    database = parts.path.lstrip("/")
    if not database:
        raise ValueError("DATABASE_URL names no database")
    parameters = tuple(parse_qsl(parts.query))
    asked = dict(parameters)
    host = asked.get("host") or unquote(parts.hostname or "")
    return Server(
        host=host or "127.0.0.1",
        port=parts.port or int(asked.get("port", EMBEDDED_PORT)),
        database=unquote(database),
        administrator=unquote(parts.username or EMBEDDED_ADMINISTRATOR),
        administrator_password=unquote(parts.password) if parts.password else None,
        parameters=tuple(pair for pair in parameters if pair[0] not in ("host", "port")),
    )


def django_database(server: Server, role: Role, data_folder: Path) -> dict[str, object]:
    """The entry of `DATABASES` for `role`."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": server.database,
        "USER": str(role),
        "PASSWORD": password(data_folder, role) or "",
        "HOST": server.host,
        "PORT": str(server.port),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(server.parameters) | {"connect_timeout": 5},
    }


def conninfo(server: Server, user: str, data_folder: Path, *, database: str | None = None) -> str:
    """A libpq URL for `user`; for tools that open connections of their own."""
    secret = server.administrator_password if user == server.administrator else password(data_folder, user)
    credentials = quote(user) + (f":{quote(secret, safe='')}" if secret else "")
    name = quote(database or server.database)
    query = urlencode((*_place(server), *server.parameters))
    host = "" if server.host.startswith("/") else f"{server.host}:{server.port}"
    return f"postgresql://{credentials}@{host}/{name}" + (f"?{query}" if query else "")


def queue_conninfo(server: Server, data_folder: Path) -> str:
    """The built-in broker's connection in libpq's keyword form: pgmq misreads a URL with a socket's folder.

    It keeps no further parameters; TLS towards an outside server is asked for with libpq's own PGSSLMODE.
    """
    return make_conninfo(
        host=server.host,
        port=server.port,
        dbname=server.database,
        user=Role.QUEUE,
        password=password(data_folder, Role.QUEUE) or "",
    )


def _place(server: Server) -> tuple[tuple[str, str], ...]:
    # A URL has no room for a folder where the host stands.
    return (("host", server.host), ("port", str(server.port))) if server.host.startswith("/") else ()
