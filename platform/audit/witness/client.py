"""A witness, asked by the log."""

from __future__ import annotations

import http.client
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from audit.checkpoint import NoteError, text_of, to_base64
from audit.cosignature import WitnessKey
from audit.listening import Address, connect, parse_address

_TIMEOUT_S = 5.0
_LONGEST_ANSWER = 64 * 1024
# Base64 holds no @, so the first one after the key begins the address. Names are URLs without a scheme and nothing
# else: they stand in queries and in files.
_WITNESS = re.compile(r"(?P<vkey>[A-Za-z0-9._~:/-]{1,120}\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*)@(?P<url>\S+)")


class WitnessUnreachable(ConnectionError):
    """The witness does not answer, or with something that is no answer."""


class StaleSize(Exception):
    """The witness knows this log at another size, `size`."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(f"The witness knows the log at {size} entries.")


class WitnessRefuses(Exception):
    """The witness will not cosign this. The message is its own."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness as the settings name it."""

    key: WitnessKey
    address: Address


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A verified cosignature: the line of the note and the time it states."""

    line: str
    at: datetime


def parse_witness(text: str) -> Witness:
    """Read `vkey@url`.

    Raises:
        ValueError: it is none; the message says why.
    """
    found = _WITNESS.fullmatch(text)
    if found is None:
        raise NoteError(f"{text!r} is not vkey@url.")
    return Witness(WitnessKey.from_vkey(found["vkey"]), parse_address(found["url"]))


class WitnessClient:
    """One connection that stays open. For one thread."""

    def __init__(self, witness: Witness) -> None:
        self.witness = witness
        self._connection: http.client.HTTPConnection | None = None

    def cosign(self, note: str, *, old_size: int, proof: Sequence[bytes]) -> Cosigned:
        """The witness's cosignature under `note`, verified.

        Raises:
            StaleSize: `old_size` is not where the witness stands, or it has seen another tree of this size.
            WitnessRefuses: it does not know the log, or the proof does not hold.
            WitnessUnreachable: see there.
        """
        lines = "".join(f"{to_base64(one)}\n" for one in proof)
        status, answer = self._ask(f"old {old_size}\n{lines}\n{note}".encode())
        if status == HTTPStatus.CONFLICT:
            size = answer.strip()
            if not (size.isascii() and size.isdigit()):
                raise WitnessUnreachable(f"{self.witness.key.name} answers 409 without a size.")
            raise StaleSize(int(size[:20]))
        if status != HTTPStatus.OK:
            raise WitnessRefuses(f"{status} {answer.strip()[:200]}")
        try:
            found = self.witness.key.find(answer.splitlines(keepends=True), text=text_of(note))
        except NoteError as error:
            raise WitnessUnreachable(f"{self.witness.key.name} answers something false: {error}") from error
        if found is None:
            raise WitnessUnreachable(f"{self.witness.key.name} answers with other keys than its own.")
        line, at = found
        # Lines of several witnesses are put one below the other.
        return Cosigned(line.removesuffix("\n") + "\n", at)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, body: bytes) -> tuple[int, str]:
        path = f"{self.witness.address.prefix}/add-checkpoint"
        for last in (self._connection is None, True):
            try:
                if self._connection is None:
                    self._connection = connect(self.witness.address, timeout_s=_TIMEOUT_S)
                self._connection.request("POST", path, body, {"Content-Type": "text/plain; charset=utf-8"})
                response = self._connection.getresponse()
                answer = response.read(_LONGEST_ANSWER + 1)
                if len(answer) > _LONGEST_ANSWER:
                    raise http.client.HTTPException("its answer is too long")  # noqa: TRY301 - ends as the others do
                return response.status, answer.decode()
            except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
                self.close()
                # A connection that rested may have been closed from the other side. Asking twice does no harm.
                if last:
                    raise WitnessUnreachable(
                        f"The witness {self.witness.key.name} at {self.witness.address} does not answer: {error}"
                    ) from error
        raise AssertionError  # the second round always returns or raises
