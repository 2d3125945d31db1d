"""The signer's HTTP interface, with a token that whoever asks must show.

| request | answers |
|---|---|
| GET /v1/keys | both public keys |
| GET /v1/state?origin= | size and root that were signed last; size 0 when nothing was |
| POST /v1/checkpoints | a signed checkpoint; 409 with size and root when it does not continue what was signed |
| POST /v1/statements | a signed statement |
| POST /v1/adopt | goes on from a signed checkpoint, only right after an earlier key was taken over |
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from audit.checkpoint import Checkpoint
from audit.listening import Answer, Request
from audit.signed_heads import Signed
from audit.signer.signing import NotExtended, Signer, Unfit, Unproved

# A tree of 2**63 leaves has proofs of at most 64 hashes.
_LONGEST_PROOF = 64


def responder(signer: Signer, *, token: str) -> Callable[[Request], Answer]:
    """What answers requests to `signer` that show `token`."""
    wanted = f"Bearer {token}".encode()

    def respond(request: Request) -> Answer:
        if not hmac.compare_digest(request.authorization.encode(errors="replace"), wanted):
            return _refusal(HTTPStatus.UNAUTHORIZED, "The token is missing or another one.")
        try:
            return _respond(signer, request)
        except NotExtended as conflict:
            return _json(_head(conflict.head), status=HTTPStatus.CONFLICT)
        except Unproved as refusal:
            return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(refusal))
        except Unfit as refusal:
            return _refusal(HTTPStatus.BAD_REQUEST, str(refusal))

    return respond


def _respond(signer: Signer, request: Request) -> Answer:
    parts = urlsplit(request.target)
    match request.method, parts.path:
        case "GET", "/v1/keys":
            return _json(
                {
                    "checkpoint_key_hex": signer.checkpoint_public.hex(),
                    "statement_vkey": signer.statement_key.vkey(),
                    "v": 1,
                }
            )
        case "GET", "/v1/state":
            return _json(_head(signer.head(parse_qs(parts.query).get("origin", [""])[0])))
        case "POST", "/v1/checkpoints":
            asked = _members(request.body, origin=str, size=int, root_hex=str, old_size=int, proof_hex=list)
            note = signer.sign(
                Checkpoint(asked["origin"], asked["size"], _hash(asked["root_hex"])),
                old_size=asked["old_size"],
                proof=[_hash(one) for one in asked["proof_hex"][: _LONGEST_PROOF + 1]],
            )
            return _json({"note": note})
        case "POST", "/v1/statements":
            return _json({"note": signer.sign_statement(_members(request.body, text=str)["text"])})
        case "POST", "/v1/adopt":
            adopted = signer.adopt(_members(request.body, note=str)["note"])
            return _json({"origin": adopted.origin, "size": adopted.size})
        case _:
            return _refusal(HTTPStatus.NOT_FOUND, "There is no such address.")


def _members(body: bytes, **wanted: type) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unfit("The request is no JSON.") from error
    if not isinstance(asked, dict) or asked.keys() != wanted.keys():
        raise Unfit(f"The request is an object with the members {', '.join(sorted(wanted))}.")
    for name, kind in wanted.items():
        # Not isinstance: a bool would pass for an int.
        if type(asked[name]) is not kind:
            raise Unfit(f"{name} is of another type.")
    return asked


def _hash(text: object) -> bytes:
    if not isinstance(text, str):
        raise Unfit("A hash is a string.")
    try:
        content = bytes.fromhex(text)
    except ValueError as error:
        raise Unfit("A hash is written in hex.") from error
    if len(content) != 32 or content.hex() != text:  # noqa: PLR2004 - SHA-256
        raise Unfit("A hash has 64 hex digits in lower case.")
    return content


def _head(head: Signed | None) -> dict[str, object]:
    return {"size": head.size, "root_hex": head.root.hex()} if head else {"size": 0, "root_hex": None}


def _refusal(status: HTTPStatus, message: str) -> Answer:
    return _json({"error": message}, status=status)


def _json(said: dict[str, object], *, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(status, json.dumps(said).encode() + b"\n", "application/json")
