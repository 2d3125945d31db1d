#!/usr/bin/env python3
"""Say what a signed list of what stands today says of one file, offline: Python 3.11 and `cryptography` alone.

    verify_status_list.py LIST --keys KEYS.json --credential REPORT.json
    verify_status_list.py LIST --keys KEYS.json --uri URI --index N

LIST is a Token Status List (JWT) as fetched from /v1/status-lists/<id>; KEYS.json is the JWK Set of whoever runs the
lists, got in a way you trust. REPORT.json says where the file's state is listed, once the file's own credential was
verified: the report of /v1/verify or `manage.py verify --json`, or c2patool's. Exit status: 0 active; 2 anything
else that the list says; 3 the list answers nothing.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

# Token Status List, 7.1: 0 to 2 are registered; 3, 12 and 13 are of the application that writes these lists.
STATES = {0: "active", 1: "withdrawn", 2: "suspended", 3: "ended", 12: "disputed", 13: "not_delivered"}
LABEL = "org.countersign.status"
LARGEST = 2**20


class NoAnswer(Exception):
    """The list answers nothing; the message says why."""


def unpacked(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise NoAnswer("the list is no JWT: a part of it is no base64url") from error


def key_of(kid: object, keys: Any) -> EllipticCurvePublicKey:
    for entry in keys["keys"]:
        members = {name: entry.get(name) for name in ("crv", "kty", "x", "y")}
        spelled = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(spelled).digest()).rstrip(b"=").decode()
        if thumbprint == kid and members["crv"] == "P-256":
            x, y = (int.from_bytes(unpacked(str(entry[name])), "big") for name in ("x", "y"))
            return EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    raise NoAnswer("it is signed by a key that is not among those you gave")


def checked(token: str, keys: Any) -> dict[str, Any]:
    parts = token.strip().split(".")
    if len(parts) != 3:
        raise NoAnswer("the list is no JWT")
    header, payload = (json.loads(unpacked(part)) for part in parts[:2])
    if header.get("typ") != "statuslist+jwt" or header.get("alg") != "ES256":
        raise NoAnswer("it is no statuslist+jwt signed with ES256")
    raw = unpacked(parts[2])
    if len(raw) != 64:
        raise NoAnswer("its signature is none of P-256")
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        key_of(header.get("kid"), keys).verify(der, f"{parts[0]}.{parts[1]}".encode(), ECDSA(SHA256()))
    except InvalidSignature as error:
        raise NoAnswer("its signature does not hold") from error
    if not isinstance(payload, dict):
        raise NoAnswer("its content is no object")
    return payload


def state_at(index: int, content: dict[str, Any]) -> str:
    bits = content["bits"]
    if bits != 4:
        raise NoAnswer(f"it uses {bits} bits for each index, not 4")
    listed = zlib.decompressobj().decompress(unpacked(content["lst"]), LARGEST)
    if not 0 <= index < len(listed) * 2:
        raise NoAnswer("it holds no such index")
    value = listed[index // 2] >> index % 2 * 4 & 0x0F
    if value not in STATES:
        raise NoAnswer(f"it says {value}, which this program does not know")
    return STATES[value]


def reference_in(report: Any) -> tuple[str, int]:
    """Where the state is listed, by our own report or by c2patool's."""
    listed = ((report.get("authorization") or {}).get("status_list")) if isinstance(report, dict) else None
    if listed:
        return str(listed["uri"]), int(listed["index"])
    active = report.get("manifests", {}).get(report.get("active_manifest"), {})
    for assertion in active.get("assertions", []):
        if assertion.get("label") == LABEL:
            listed = assertion["data"]["status"]["status_list"]
            return str(listed["uri"]), int(listed["idx"])
    raise NoAnswer("the report does not say where the file's state is listed")


def answer(arguments: argparse.Namespace, at: datetime) -> dict[str, Any]:
    if arguments.credential:
        uri, index = reference_in(json.loads(arguments.credential.read_text(encoding="utf-8")))
    elif arguments.uri is not None and arguments.index is not None:
        uri, index = arguments.uri, arguments.index
    else:
        raise NoAnswer("give --credential, or --uri and --index")
    keys = json.loads(arguments.keys.read_text(encoding="utf-8"))
    payload = checked(arguments.list.read_text(encoding="ascii"), keys)
    if payload["sub"] != uri:
        raise NoAnswer("it is another list than the one that the credential names")
    issued, expires = (datetime.fromtimestamp(payload[name], UTC) for name in ("iat", "exp"))
    if at >= expires:
        raise NoAnswer(f"it ended on {expires:%Y-%m-%d %H:%M} UTC and says nothing of today")
    if at < issued:
        raise NoAnswer("it is dated after now; look at the clock of this machine")
    return {
        "state": state_at(index, payload["status_list"]),
        "as_of": issued.isoformat(),
        "expires_at": expires.isoformat(),
        "fetch_again": at.timestamp() >= payload["iat"] + payload["ttl"],
        "reason": None,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", type=Path)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--credential", type=Path)
    parser.add_argument("--uri")
    parser.add_argument("--index", type=int)
    parser.add_argument("--at", type=datetime.fromisoformat, help="another moment than now, RFC 3339")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        said = answer(arguments, arguments.at or datetime.now(UTC))
    except NoAnswer as refusal:
        said = {"state": None, "reason": str(refusal)}
    except (OSError, KeyError, TypeError, ValueError, AttributeError, zlib.error) as error:
        said = {"state": None, "reason": f"a file is malformed: {error!r}"}
    if arguments.json:
        print(json.dumps(said))
    else:
        print(f"{said['state'] or 'no answer'}: {said['reason'] or 'as of ' + said['as_of']}")
    return {"active": 0, None: 3}.get(said["state"], 2)


if __name__ == "__main__":
    sys.exit(main())
