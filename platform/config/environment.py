"""Environment variables, read once into one frozen value.

An unknown `COUNTERSIGN_` variable or an unreadable value refuses to start: a misspelt setting that is silently
ignored is a setting nobody has.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from audit.checkpoint import NoteError, NoteKey
from audit.listening import Address, BadAddress, parse_address
from audit.witness.client import Witness, parse_witness
from config.key_environment import KEY_VARIABLES, BadKeyVariable, KeyStores, read_key_stores
from config.screen_environment import SCREEN_VARIABLES, BadScreenVariable, ScreenSetting, read_screens
from embedded.roles import Role, Server, embedded_server, outside_server

PROJECT = Path(__file__).resolve().parents[2]

_KNOWN = (
    KEY_VARIABLES
    | SCREEN_VARIABLES
    | frozenset(
        {
            "COUNTERSIGN_DATA",
            "COUNTERSIGN_SECRET_KEY",
            "COUNTERSIGN_DEBUG",
            "COUNTERSIGN_ALLOWED_HOSTS",
            "COUNTERSIGN_HOST",
            "COUNTERSIGN_PORT",
            "COUNTERSIGN_PUBLIC_URL",
            "COUNTERSIGN_SECURE_COOKIES",
            "COUNTERSIGN_STATUS_LIST_TTL_SECONDS",
            "COUNTERSIGN_LOG_LEVEL",
            "COUNTERSIGN_LOG_SIGNER",
            "COUNTERSIGN_LOG_WAIT_SECONDS",
            "COUNTERSIGN_POSTGRES_BIN",
            "COUNTERSIGN_DATABASE_ROLE",
            "COUNTERSIGN_HOSTED_KEYS",
            "COUNTERSIGN_MODEL_FOLDER",
            "COUNTERSIGN_TORCH_THREADS",
            "COUNTERSIGN_TAKES_PER_PERSON",
            "COUNTERSIGN_RENDER_SECONDS",
            "COUNTERSIGN_TRAINING_SECONDS",
            "COUNTERSIGN_RENDER_GRACE_SECONDS",
            "COUNTERSIGN_VERIFY_PER_MINUTE",
            "COUNTERSIGN_TSA_URLS",
            "COUNTERSIGN_TSA_ROOTS",
            "COUNTERSIGN_TSA_INTERVAL_SECONDS",
            "COUNTERSIGN_CREDENTIAL_TIMESTAMP",
            "COUNTERSIGN_FETCH_REMOTE_MANIFESTS",
            "COUNTERSIGN_RESOLVE_REFERENCES",
            "COUNTERSIGN_RULE_PACK_KEYS",
            "COUNTERSIGN_WATERMARK",
            "COUNTERSIGN_WITNESSES",
            "COUNTERSIGN_WITNESS_QUORUM",
            "COUNTERSIGN_TEST_DATABASE_URL",
            "COUNTERSIGN_TEST_BROKER_URL",
        }
    )
)
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_CREDENTIAL_TIMESTAMPS = ("off", "preferred", "required")
_DATABASE_ROLES = {"app": Role.APP, "owner": Role.OWNER}


class BadEnvironment(ValueError):
    """A variable the product does not know, or a value it cannot use. The message names both."""


@dataclass(frozen=True, slots=True)
class TimeStamping:
    """Outside authorities of time.

    Attributes:
        urls: asked in this order; none means that nothing is time-stamped.
        roots: PEM file of the certificates that authorities are accepted under; there whenever `urls` are.
        interval_s: how often a log that has grown is stamped.
        credentials: whether signed files are stamped as well: off, preferred, required.
    """

    urls: tuple[str, ...]
    roots: Path | None
    interval_s: int
    credentials: str


@dataclass(frozen=True, slots=True)
class Environment:
    data_folder: Path
    secret_key: str | None
    debug: bool
    allowed_hosts: tuple[str, ...]
    host: str
    port: int
    public_url: str | None
    secure_cookies: bool
    status_list_ttl_s: int
    verify_per_minute: int
    log_level: str
    log_wait_s: int
    postgres_bin: Path | None
    database: Server
    database_role: Role
    broker_url: str | None
    model_folder: Path
    hosted_keys: Path | None
    torch_threads: int | None
    takes_per_person: int
    render_s: int
    training_s: int
    render_grace_s: int
    time_stamping: TimeStamping
    log_signer: Address | None
    witnesses: tuple[Witness, ...]
    witness_quorum: int
    rule_pack_keys: tuple[str, ...]
    key_stores: KeyStores
    fetch_remote_manifests: bool
    resolve_references: bool
    watermark: str
    screens: tuple[ScreenSetting, ...]

    @property
    def uses_embedded_database(self) -> bool:
        return self.database.is_embedded


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """The environment of this process, or of `variables`.

    Raises:
        BadEnvironment: naming the variable and what it may hold.
    """
    env = os.environ if variables is None else variables
    unknown = sorted(name for name in env if name.startswith("COUNTERSIGN_") and name not in _KNOWN)
    if unknown:
        raise BadEnvironment(f"Unknown setting {unknown[0]}. Known: {', '.join(sorted(_KNOWN))}.")
    data_folder = Path(env.get("COUNTERSIGN_DATA") or PROJECT / "var").resolve()
    witnesses = _witnesses(env)
    return Environment(
        data_folder=data_folder,
        secret_key=env.get("COUNTERSIGN_SECRET_KEY") or None,
        debug=_flag(env, "COUNTERSIGN_DEBUG", default=False),
        allowed_hosts=_hosts(env.get("COUNTERSIGN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")),
        host=env.get("COUNTERSIGN_HOST") or "127.0.0.1",
        port=_integer(env, "COUNTERSIGN_PORT", default=8000, low=1, high=65535),
        public_url=_public_url(env),
        status_list_ttl_s=_integer(
            env, "COUNTERSIGN_STATUS_LIST_TTL_SECONDS", default=900, low=120, high=21_600
        ),
        verify_per_minute=_integer(env, "COUNTERSIGN_VERIFY_PER_MINUTE", default=30, low=0, high=100_000),
        secure_cookies=_flag(env, "COUNTERSIGN_SECURE_COOKIES", default=False),
        log_level=_choice(env, "COUNTERSIGN_LOG_LEVEL", _LOG_LEVELS, default="INFO"),
        log_wait_s=_integer(env, "COUNTERSIGN_LOG_WAIT_SECONDS", default=10, low=1, high=600),
        postgres_bin=_folder(env, "COUNTERSIGN_POSTGRES_BIN"),
        database=_server(env, data_folder),
        database_role=_DATABASE_ROLES[
            _choice(env, "COUNTERSIGN_DATABASE_ROLE", tuple(_DATABASE_ROLES), default="app")
        ],
        broker_url=env.get("CELERY_BROKER_URL") or None,
        model_folder=_folder(env, "COUNTERSIGN_MODEL_FOLDER") or PROJECT / "generation" / "builtin_model",
        hosted_keys=_folder(env, "COUNTERSIGN_HOSTED_KEYS"),
        torch_threads=(
            _integer(env, "COUNTERSIGN_TORCH_THREADS", default=1, low=1, high=1024)
            if env.get("COUNTERSIGN_TORCH_THREADS")
            else None
        ),
        takes_per_person=_integer(env, "COUNTERSIGN_TAKES_PER_PERSON", default=200, low=0, high=1_000_000),
        render_s=_integer(env, "COUNTERSIGN_RENDER_SECONDS", default=7200, low=1, high=604_800),
        training_s=_integer(env, "COUNTERSIGN_TRAINING_SECONDS", default=28_800, low=1, high=604_800),
        render_grace_s=_integer(env, "COUNTERSIGN_RENDER_GRACE_SECONDS", default=120, low=1, high=3600),
        time_stamping=_time_stamping(env),
        log_signer=_log_signer(env),
        witnesses=witnesses,
        rule_pack_keys=_rule_pack_keys(env),
        witness_quorum=_witness_quorum(env, len(witnesses)),
        key_stores=_key_stores(env),
        fetch_remote_manifests=_flag(env, "COUNTERSIGN_FETCH_REMOTE_MANIFESTS", default=False),
        resolve_references=_flag(env, "COUNTERSIGN_RESOLVE_REFERENCES", default=False),
        watermark=_watermark(env),
        screens=_screens(env),
    )


def require_own_keys(data_folder: Path) -> None:
    """Refuse a data folder whose keys this account may not read: it was made by another one, often by root.

    Raises:
        BadEnvironment: naming the folder and what to do.
    """
    keys = data_folder / "keys"
    if keys.exists() and not os.access(keys, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        raise BadEnvironment(
            f"{keys} belongs to another account. Run as that account, give the folder to this one, or set "
            "COUNTERSIGN_DATA to a folder of your own."
        )


def _watermark(env: Mapping[str, str]) -> str:
    """`off`, `builtin`, or the dotted name of what makes a provider."""
    value = env.get("COUNTERSIGN_WATERMARK") or "off"
    if value not in {"off", "builtin"} and not all(part.isidentifier() for part in value.split(".")):
        raise BadEnvironment(f"COUNTERSIGN_WATERMARK is off, builtin or a dotted name, not {value!r}.")
    return value


def _screens(env: Mapping[str, str]) -> tuple[ScreenSetting, ...]:
    try:
        return read_screens(env)
    except BadScreenVariable as error:
        raise BadEnvironment(str(error)) from error


def _key_stores(env: Mapping[str, str]) -> KeyStores:
    try:
        return read_key_stores(env)
    except BadKeyVariable as error:
        raise BadEnvironment(str(error)) from error


def _public_url(env: Mapping[str, str]) -> str | None:
    """Where strangers reach this installation; without it credentials name its lists by an id alone."""
    value = (env.get("COUNTERSIGN_PUBLIC_URL") or "").rstrip("/")
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadEnvironment(f"COUNTERSIGN_PUBLIC_URL is an address of http or https, not {value!r}.")
    return value


def _log_signer(env: Mapping[str, str]) -> Address | None:
    """Where the signer of the log is asked; None for the one of this data folder."""
    value = env.get("COUNTERSIGN_LOG_SIGNER")
    if not value:
        return None
    try:
        return parse_address(value)
    except BadAddress as error:
        raise BadEnvironment(f"COUNTERSIGN_LOG_SIGNER: {error}") from error


def _witnesses(env: Mapping[str, str]) -> tuple[Witness, ...]:
    try:
        found = tuple(parse_witness(one) for one in (env.get("COUNTERSIGN_WITNESSES") or "").split())
    except ValueError as error:
        raise BadEnvironment(f"COUNTERSIGN_WITNESSES holds vkey@url, separated by spaces: {error}") from error
    names = [one.key.name for one in found]
    if len(set(names)) < len(names):
        raise BadEnvironment("COUNTERSIGN_WITNESSES names one witness twice.")
    return found


def _rule_pack_keys(env: Mapping[str, str]) -> tuple[str, ...]:
    """Who signs packs of rules; none named means that this installation alone does."""
    found = tuple((env.get("COUNTERSIGN_RULE_PACK_KEYS") or "").split())
    try:
        for one in found:
            NoteKey.from_vkey(one)
    except NoteError as error:
        raise BadEnvironment(f"COUNTERSIGN_RULE_PACK_KEYS holds public keys, name+id+key: {error}") from error
    return found


def _witness_quorum(env: Mapping[str, str], number: int) -> int:
    if number == 0 and env.get("COUNTERSIGN_WITNESS_QUORUM"):
        raise BadEnvironment("COUNTERSIGN_WITNESS_QUORUM needs COUNTERSIGN_WITNESSES.")
    return _integer(env, "COUNTERSIGN_WITNESS_QUORUM", default=number, low=1, high=max(number, 1))


def _time_stamping(env: Mapping[str, str]) -> TimeStamping:
    urls = tuple((env.get("COUNTERSIGN_TSA_URLS") or "").split())
    for url in urls:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise BadEnvironment(f"COUNTERSIGN_TSA_URLS holds addresses of http or https, not {url!r}.")
    roots = env.get("COUNTERSIGN_TSA_ROOTS") or None
    if urls and roots is None:
        raise BadEnvironment("COUNTERSIGN_TSA_URLS needs COUNTERSIGN_TSA_ROOTS: whose time stamps to accept.")
    if roots is not None and not _holds_certificates(Path(roots)):
        raise BadEnvironment(f"COUNTERSIGN_TSA_ROOTS: {roots} is no PEM file of certificates.")
    credentials = _choice(
        env,
        "COUNTERSIGN_CREDENTIAL_TIMESTAMP",
        _CREDENTIAL_TIMESTAMPS,
        default="preferred" if urls else "off",
    )
    if credentials != "off" and not urls:
        raise BadEnvironment(f"COUNTERSIGN_CREDENTIAL_TIMESTAMP={credentials} needs COUNTERSIGN_TSA_URLS.")
    return TimeStamping(
        urls=urls,
        roots=Path(roots).resolve() if roots else None,
        interval_s=_integer(env, "COUNTERSIGN_TSA_INTERVAL_SECONDS", default=3600, low=1, high=86_400),
        credentials=credentials,
    )


def _holds_certificates(path: Path) -> bool:
    try:
        return b"-----BEGIN CERTIFICATE-----" in path.read_bytes()
    except OSError:
        return False


def _server(env: Mapping[str, str], data_folder: Path) -> Server:
    url = env.get("DATABASE_URL")
    if not url:
        return embedded_server(data_folder)
    try:
        return outside_server(url)
    except ValueError as error:
        raise BadEnvironment(f"DATABASE_URL: {error}") from error


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name)
    if not value:
        return default
    if value not in ("0", "1"):
        raise BadEnvironment(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def _integer(env: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    value = env.get(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise BadEnvironment(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
    return int(value)


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...], *, default: str) -> str:
    value = env.get(name) or default
    if value not in choices:
        raise BadEnvironment(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    if not value:
        return None
    path = Path(value)
    if not path.is_dir():
        raise BadEnvironment(f"{name}: {value} is not a folder.")
    return path.resolve()


def _hosts(value: str) -> tuple[str, ...]:
    return tuple(host.strip() for host in value.split(",") if host.strip())
