"""Variables about keys: where they lie, and what they must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

KEY_VARIABLES = frozenset(
    {
        "COUNTERSIGN_KEY_POLICY",
        "COUNTERSIGN_SIGNER_PROFILE",
        "COUNTERSIGN_PKCS11_MODULE",
        "COUNTERSIGN_PKCS11_PIN_FILE",
        "COUNTERSIGN_KMS_URL",
        "COUNTERSIGN_KMS_REGION",
        "COUNTERSIGN_KMS_CREDENTIALS_FILE",
    }
)
_POLICIES = ("development", "production")
_PROFILES = ("own", "al1", "al2")


class BadKeyVariable(ValueError):
    """A variable about keys holds what it cannot. The message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStores:
    """Where keys may lie, and what they must be.

    Attributes:
        policy: development makes itself what is missing; production signs only with installed keys that cannot leave
            their store.
        profile: what certificates are held against: own, al1, al2.
        pkcs11_module, pkcs11_pin_file: the module that reaches tokens, and the file with the PIN.
        kms_url, kms_region, kms_credentials_file: the key service, and the file with the credentials for it.
    """

    policy: str = "development"
    profile: str = "own"
    pkcs11_module: Path | None = None
    pkcs11_pin_file: Path | None = None
    kms_url: str | None = None
    kms_region: str = "us-east-1"
    kms_credentials_file: Path | None = None


def read_key_stores(env: Mapping[str, str]) -> KeyStores:
    """What `env` says about keys. Whether a file can be used is seen when it is: it may come with a token.

    Raises:
        BadKeyVariable: naming the variable and what it may hold.
    """
    return KeyStores(
        policy=_choice(env, "COUNTERSIGN_KEY_POLICY", _POLICIES),
        profile=_choice(env, "COUNTERSIGN_SIGNER_PROFILE", _PROFILES),
        pkcs11_module=_path(env, "COUNTERSIGN_PKCS11_MODULE"),
        pkcs11_pin_file=_path(env, "COUNTERSIGN_PKCS11_PIN_FILE"),
        kms_url=_service_url(env.get("COUNTERSIGN_KMS_URL") or None),
        kms_region=env.get("COUNTERSIGN_KMS_REGION") or "us-east-1",
        kms_credentials_file=_path(env, "COUNTERSIGN_KMS_CREDENTIALS_FILE"),
    )


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = env.get(name) or choices[0]
    if value not in choices:
        raise BadKeyVariable(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def _path(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    if not value:
        return None
    if not Path(value).is_absolute():
        raise BadKeyVariable(f"{name} must be an absolute path, not {value!r}.")
    return Path(value)


def _service_url(value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    encrypted = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))
    if not parts.hostname or not encrypted or parts.path not in ("", "/") or parts.query:
        raise BadKeyVariable(
            f"COUNTERSIGN_KMS_URL must be https://host, or http:// on this machine alone, not {value!r}."
        )
    return value.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
