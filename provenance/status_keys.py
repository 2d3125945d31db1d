"""The keys that sign lists of what stands today, and nothing else; and their public halves, to give to anybody.

anchors/status-list-keys.json   below the keys folder: a JWK Set
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from core.key_files import alone_among_writers, replace_file
from provenance.claim_signers import load_roster, roster_path, usable_key
from provenance.errors import KeyOfAnotherPurpose, SignerUnfit
from provenance.keys import claim_folder
from provenance.providers.addresses import KeyPurpose, PemAddress
from provenance.providers.signing_key import SigningKey
from provenance.providers.stores import generated_key
from provenance.roster import RegisteredKey, to_json
from provenance.status_list import LIFE, StatusListUnusable, jwk

_DEVELOPMENT_KEY = PemAddress("status-list/key.pem")


def keys_path(keys_folder: Path) -> Path:
    return keys_folder / "anchors" / "status-list-keys.json"


def status_key(*, at: datetime) -> SigningKey:
    """The key that was registered last for lists, opened; its public half is among the published ones from then on.

    Raises:
        SignerUnfit: none is registered and the policy makes none, or it cannot be used.
    """
    registered = _registered(at=at)
    key = usable_key(registered.address)
    if key.public_key_sha256 != registered.public_key_sha256:
        raise KeyOfAnotherPurpose(f"Another key than the one registered for lists lies at {key.address}.")
    _publish(key)
    return key


def published_keys(keys_folder: Path, *, at: datetime) -> dict[str, Any]:
    """The JWK Set that lists are checked with at `at`.

    A key that another one has taken the place of stays as long as a list of its making may live.

    Raises:
        StatusListUnusable: the file is damaged.
    """
    every = _read(keys_folder)
    standing = []
    for position, entry in enumerate(every):
        followed = every[position + 1] if position + 1 < len(every) else None
        if followed is None or at.timestamp() < float(followed["iat"]) + LIFE.total_seconds():
            standing.append({name: value for name, value in entry.items() if name != "iat"})
    return {"keys": standing}


def _registered(*, at: datetime) -> RegisteredKey:
    found = _newest()
    if found is not None:
        return found
    if settings.KEY_STORES.policy == "production":
        said = "no key for lists is registered, and the policy `production` makes none by itself"
        raise SignerUnfit((said,))
    folder = settings.KEYS_FOLDER
    with alone_among_writers(claim_folder(folder)):
        found = _newest()
        if found is not None:
            return found
        key = generated_key(_DEVELOPMENT_KEY)
        added = RegisteredKey(
            public_key_sha256=key.public_key_sha256,
            purpose=KeyPurpose.STATUS,
            organisation_id=None,
            address=key.address,
            registered_at=at,
        )
        replace_file(roster_path(folder), to_json(load_roster(folder).with_key(added)))
    return added


def _newest() -> RegisteredKey | None:
    registered = [one for one in load_roster(settings.KEYS_FOLDER).keys if one.purpose is KeyPurpose.STATUS]
    return max(registered, key=lambda one: one.registered_at, default=None)


def _publish(key: SigningKey) -> None:
    folder = settings.KEYS_FOLDER
    entry = jwk(key.public_key)
    if any(one["kid"] == entry["kid"] for one in _read(folder)):
        return
    registered = load_roster(folder).key_for(key.public_key_sha256, KeyPurpose.STATUS)
    with alone_among_writers(claim_folder(folder)):
        kept = [one for one in _read(folder) if one["kid"] != entry["kid"]]
        kept.append(entry | {"iat": int(registered.registered_at.timestamp())})
        replace_file(keys_path(folder), json.dumps({"keys": kept}, indent=2))


def _read(keys_folder: Path) -> list[dict[str, Any]]:
    path = keys_path(keys_folder)
    if not path.exists():
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["keys"]
        return sorted((dict(entry) for entry in found), key=lambda entry: float(entry["iat"]))
    except (KeyError, TypeError, ValueError) as error:
        raise StatusListUnusable(f"{path} is no set of public keys.") from error
