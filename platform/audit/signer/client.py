"""The signer, asked by the product."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from audit.checkpoint import Checkpoint
from audit.listening import Address, connect
from audit.signed_heads import Signed

_TIMEOUT_S = 10.0

_Read = TypeVar("_Read")


class SignerUnreachable(ConnectionError):
    """The signer does not answer. Nothing is lost: what waits for it is signed when it does."""


class SignerRefuses(Exception):
    """The signer will not sign this. The message is its own."""


class HeadDiffers(Exception):
    """The log does not continue what was signed of it. `head` is that, None when nothing was."""

    def __init__(self, head: Signed | None) -> None:
        self.head = head
        super().__init__("The signer has signed something else of this log.")


@dataclass(frozen=True, slots=True)
class SignerKeys:
    """The public halves: 32 bytes for checkpoints, a vkey for statements."""

    checkpoint: bytes
    statement_vkey: str


class SignerClient:
    """One connection that stays open. For one thread at a time."""

    def __init__(self, address: Address, *, token_files: Sequence[Path]) -> None:
        self._address = address
        self._token_files = token_files
        self._connection: http.client.HTTPConnection | None = None

    def keys(self) -> SignerKeys:
        return self._ask("GET", "/v1/keys", _keys)

    def head(self, origin: str) -> Signed | None:
        """What was signed last of a log."""
        return self._ask("GET", f"/v1/state?origin={quote(origin, safe='')}", _head)

    def sign(self, checkpoint: Checkpoint, *, old_size: int, proof: Sequence[bytes]) -> str:
        """The signed note of `checkpoint`.

        Raises:
            HeadDiffers: it does not continue what was signed, or `old_size` is not where the signer stands.
            SignerRefuses: the proof does not hold, or this is never signed.
            SignerUnreachable: see there.
        """
        return self._ask(
            "POST",
            "/v1/checkpoints",
            _note,
            {
                "origin": checkpoint.origin,
                "size": checkpoint.size,
                "root_hex": checkpoint.root.hex(),
                "old_size": old_size,
                "proof_hex": [one.hex() for one in proof],
            },
        )

    def sign_statement(self, text: str) -> str:
        """`text` as a note signed with the key of statements.

        Raises:
            SignerRefuses: it is no text of a note.
            SignerUnreachable: see there.
        """
        return self._ask("POST", "/v1/statements", _note, {"text": text})

    def adopt(self, note: str) -> None:
        """Let the signer go on from a checkpoint of its key, where it has just taken over that key.

        Raises:
            SignerRefuses: it has not.
            SignerUnreachable: see there.
        """
        self._ask("POST", "/v1/adopt", bool, {"note": note})

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(
        self,
        method: str,
        path: str,
        read: Callable[[dict[str, object]], _Read],
        said: dict[str, object] | None = None,
    ) -> _Read:
        """What `read` finds in the answer; an answer it cannot read is none."""
        body = None if said is None else json.dumps(said).encode()
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        for last in (self._connection is None, True):
            try:
                return read(self._answer(method, self._address.prefix + path, body, headers))
            except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                self.close()
                # A connection that rested may have been closed from the other side; every request may be repeated.
                if last:
                    raise SignerUnreachable(
                        f"The signer of the log at {self._address} does not answer: {error}"
                    ) from error
        raise AssertionError  # the second round always returns or raises

    def _answer(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> dict[str, object]:
        if self._connection is None:
            self._connection = connect(self._address, timeout_s=_TIMEOUT_S)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        said = json.loads(answer.read())
        if not isinstance(said, dict):
            raise ValueError("its answer is no object")  # noqa: TRY004 - as unreadable as one that is no JSON
        if answer.status == HTTPStatus.CONFLICT:
            raise HeadDiffers(_head(said))
        if answer.status != HTTPStatus.OK:
            raise SignerRefuses(str(said.get("error", answer.reason)))
        return said

    def _token(self) -> str:
        for path in self._token_files:
            if path.exists():
                return path.read_text(encoding="ascii").strip()
        raise SignerUnreachable(
            f"The signer of the log at {self._address} has not been started, or its token was not copied to "
            f"{self._token_files[0]}."
        )


def _keys(said: dict[str, object]) -> SignerKeys:
    return SignerKeys(bytes.fromhex(str(said["checkpoint_key_hex"])), str(said["statement_vkey"]))


def _note(said: dict[str, object]) -> str:
    return str(said["note"])


def _head(said: dict[str, object]) -> Signed | None:
    return Signed(int(str(said["size"])), bytes.fromhex(str(said["root_hex"]))) if said["size"] else None
