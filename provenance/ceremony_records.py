"""Records of key ceremonies: who was there, and what was made.

Each is signed with the key that it tells of, and names the one before it, so none is changed or taken out unseen.

    ceremonies/0001.json, 0002.json, ...   below the keys folder
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from core.key_files import write_new
from provenance.providers.signing_key import SigningKey, holds

FORMAT = "countersign-key-ceremony-1"


class BadCeremonyRecord(ValueError):
    """A record was changed, or one is missing. The message says which."""


@dataclass(frozen=True, slots=True)
class CeremonyRecord:
    """One record as it lies there. `sha256_hex` is of the whole file."""

    number: int
    stated: Mapping[str, Any]
    sha256_hex: str


def keep_record(keys_folder: Path, stated: Mapping[str, Canonical], key: SigningKey) -> CeremonyRecord:
    """Sign `stated` with `key` and keep it as the next record. The caller is alone among writers.

    Raises:
        BadCeremonyRecord: the records before it do not hold.
        KeyUnavailable: the key does not sign.
    """
    known = ceremony_records(keys_folder)
    number = len(known) + 1
    record: dict[str, Canonical] = {
        **stated,
        "format": FORMAT,
        "number": number,
        "previous": known[-1].sha256_hex if known else None,
        "key": key.address,
        "public_key": key.public_key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode("ascii"),
        "public_key_sha256": key.public_key_sha256,
    }
    signature = base64.b64encode(key.sign(canonical_bytes(record))).decode("ascii")
    text = json.dumps({"record": record, "signature": signature}, indent=2, ensure_ascii=False)
    path = _folder(keys_folder) / f"{number:04}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_new(path, text)
    return CeremonyRecord(number, record, sha256_hex(text.encode()))


def ceremony_records(keys_folder: Path) -> tuple[CeremonyRecord, ...]:
    """All records in their order, each checked: its signature, and that it names the one before.

    Raises:
        BadCeremonyRecord: one of them does not hold.
    """
    found: list[CeremonyRecord] = []
    for path in sorted(_folder(keys_folder).glob("*.json")):
        content = path.read_bytes()
        try:
            document = json.loads(content)
            record = document["record"]
            public_key = serialization.load_pem_public_key(record["public_key"].encode("ascii"))
            signed = isinstance(public_key, ec.EllipticCurvePublicKey) and holds(
                public_key, base64.b64decode(document["signature"], validate=True), canonical_bytes(record)
            )
            number, previous = record["number"], record["previous"]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadCeremonyRecord(f"{path.name} is no record of a ceremony: {error!r}") from error
        expected = (len(found) + 1, found[-1].sha256_hex if found else None)
        if not signed:
            raise BadCeremonyRecord(f"{path.name} is not signed by the key that it tells of.")
        if (number, previous) != expected:
            raise BadCeremonyRecord(
                f"{path.name} does not follow the record before it: one is missing or changed."
            )
        found.append(CeremonyRecord(number, record, sha256_hex(content)))
    return tuple(found)


def _folder(keys_folder: Path) -> Path:
    return keys_folder / "ceremonies"
