"""The rules of a witness: it cosigns a checkpoint only when it has seen the log grow to it.

Source: C2SP tlog-witness. A witness belongs to somebody who does not trust the log, a union for example, and needs
nothing of it but the public key that signs its checkpoints.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import NoteError, NoteKey, from_base64, open_note, parse_checkpoint, text_of
from audit.cosignature import WitnessKey, cosign
from audit.listening import Answer, Request
from audit.merkle import EMPTY_ROOT, HASH_BYTES, ProofError, verify_consistency
from audit.own_folder import FolderUnusable, alone_in, keep_first, prepare_folder, private_key
from audit.signed_heads import Signed, SignedHeads, StateUnreadable

KEY = "witness.key.pem"
NAME = "name"
LOGS = "logs.txt"
STATE = "state.jsonl"

_LOGS_HEAD = """\
# The logs this witness cosigns, one a line. Restart it after a change.
# One log:                  its vkey
# Every log of one signer:  the beginning of their names, an asterisk, a space, the signer's public key in hex
"""
_MOST_PROOF_LINES = 63

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrustedLogs:
    """The keys that a witness believes, each for one log or for all whose names begin alike."""

    keys: tuple[NoteKey, ...]
    signers: tuple[tuple[str, bytes], ...]

    def keys_of(self, origin: str) -> list[NoteKey]:
        """The keys that may sign for a log; none where it is unknown."""
        found = [key for key in self.keys if key.name == origin]
        return found + [NoteKey(origin, public) for start, public in self.signers if origin.startswith(start)]


def read_logs(text: str) -> TrustedLogs:
    """The content of the file of logs.

    Raises:
        FolderUnusable: a line is neither of the two forms.
    """
    keys, signers = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        stated = line.partition("#")[0].strip() if line.lstrip().startswith("#") else line.strip()
        if not stated:
            continue
        try:
            if "* " in stated:
                start, _, public = stated.partition("* ")
                signers.append((start, _public(public.strip())))
            else:
                keys.append(NoteKey.from_vkey(stated))
        except ValueError as error:
            raise FolderUnusable(f"{LOGS}, line {number}: {error}") from error
    return TrustedLogs(tuple(keys), tuple(signers))


class Witness:
    """Key, memory and trusted logs of one witness. Calls may come from several threads."""

    def __init__(self, *, name: str, key: Ed25519PrivateKey, heads: SignedHeads, logs: TrustedLogs) -> None:
        self.key = WitnessKey.of(name, key)
        self._private = key
        self._heads = heads
        self._logs = logs
        self._one_at_a_time = threading.Lock()

    def add_checkpoint(self, body: bytes, *, at: datetime) -> Answer:
        """What `add-checkpoint` answers to a request with this body."""
        try:
            old_size, proof, note = _read(body)
            text = text_of(note)
            checkpoint = parse_checkpoint(text)
        except (NoteError, UnicodeDecodeError) as error:
            return _refusal(HTTPStatus.BAD_REQUEST, str(error))
        keys = self._logs.keys_of(checkpoint.origin)
        if not keys:
            return _refusal(HTTPStatus.NOT_FOUND, "This log is not witnessed here.")
        try:
            open_note(note, keys=keys)
        except NoteError as error:
            return _refusal(HTTPStatus.FORBIDDEN, str(error))
        if old_size > checkpoint.size:
            return _refusal(HTTPStatus.BAD_REQUEST, "The old size is larger than the checkpoint.")
        wanted = Signed(checkpoint.size, checkpoint.root)
        # Compared and remembered under one lock: two requests at once must not roll one of them back.
        with self._one_at_a_time:
            known = self._heads.get(checkpoint.origin) or Signed(0, EMPTY_ROOT)
            if old_size != known.size:
                return _stale(known.size)
            if wanted.size == known.size and wanted.root != known.root:
                logger.error(
                    "Two trees of %d entries were shown for log %s: %s and now\n%s",
                    wanted.size,
                    checkpoint.origin,
                    known.root.hex(),
                    note,
                )
                return _stale(known.size)
            try:
                _require_growth(known, wanted, proof)
            except ProofError as error:
                logger.warning("Log %s did not prove its growth: %s\n%s", checkpoint.origin, error, note)
                return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
            if wanted != known:
                # Before the answer: what was given out is never forgotten.
                self._heads.put(checkpoint.origin, wanted)
        line = cosign(text, name=self.key.name, key=self._private, at=at)
        return Answer(HTTPStatus.OK, line.encode())


def responder(witness: Witness, *, prefix: str, clock: Callable[[], datetime]) -> Callable[[Request], Answer]:
    """What answers requests to a witness whose submission prefix has this path."""

    def respond(request: Request) -> Answer:
        if request.target != f"{prefix}/add-checkpoint":
            return _refusal(HTTPStatus.NOT_FOUND, "There is no such address.")
        if request.method != "POST":
            return _refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Checkpoints are posted.")
        return witness.add_checkpoint(request.body, at=clock())

    return respond


def begin_witness(folder: Path, *, name: str, logs: Sequence[str]) -> WitnessKey:
    """Make a witness in `folder`, which holds none yet.

    Args:
        folder: made for this account alone.
        name: its name to the world, a URL without a scheme; it cannot be changed later.
        logs: lines of the file of logs.

    Raises:
        FolderUnusable: there is a witness already, or a line of `logs` cannot be read.
        NoteError: no key may have that name.
    """
    read_logs("\n".join(logs))
    prepare_folder(folder)
    with alone_in(folder):
        if (folder / NAME).exists():
            raise FolderUnusable(f"There is a witness in {folder} already.")
        if (folder / KEY).exists():
            raise FolderUnusable(f"{folder} holds a key and no name. Look what happened there.")
        key = WitnessKey.of(name, private_key(folder / KEY))
        SignedHeads.begin(folder / STATE)
        keep_first(folder / LOGS, (_LOGS_HEAD + "".join(f"{line}\n" for line in logs)).encode())
        keep_first(folder / NAME, f"{name}\n".encode())
    return key


@contextmanager
def open_witness(folder: Path) -> Iterator[Witness]:
    """The witness of `folder`, which it has for itself as long as the block lasts.

    Raises:
        FolderUnusable: no witness was made there, another process is in there, or something of it is missing.
    """
    if not (folder / NAME).exists():
        raise FolderUnusable(f"There is no witness in {folder}. Make one with `init`.")
    prepare_folder(folder)
    with alone_in(folder):
        if not (folder / KEY).exists() or not (folder / STATE).exists():
            raise FolderUnusable(
                f"{folder / KEY} or {folder / STATE} is missing. Put it back; a witness that forgot what it signed "
                "must not go on under the same name."
            )
        logs = read_logs((folder / LOGS).read_text("utf-8"))
        try:
            heads = SignedHeads(folder / STATE)
        except StateUnreadable as error:
            raise FolderUnusable(str(error)) from error
        try:
            yield Witness(
                name=(folder / NAME).read_text("utf-8").strip(),
                key=private_key(folder / KEY),
                heads=heads,
                logs=logs,
            )
        finally:
            heads.close()


def _read(body: bytes) -> tuple[int, list[bytes], str]:
    """Old size, proof and note of a request."""
    head, separator, note = body.decode().partition("\n\n")
    if not separator:
        raise NoteError("A request is an old size, a proof, an empty line, and a checkpoint.")
    first, *lines = head.split("\n")
    name, _, size = first.partition(" ")
    if name != "old" or not (size.isascii() and size.isdigit()) or str(int(size[:20])) != size:
        raise NoteError("The first line is `old` and a plain decimal number.")
    if len(lines) > _MOST_PROOF_LINES:
        raise NoteError(f"A proof has at most {_MOST_PROOF_LINES} lines.")
    proof = [from_base64(line) for line in lines]
    if any(len(one) != HASH_BYTES for one in proof):
        raise NoteError("A line of the proof is a hash.")
    return int(size), proof, note


def _require_growth(known: Signed, wanted: Signed, proof: list[bytes]) -> None:
    if known.size == 0 and wanted.size > 0:
        if proof:
            raise ProofError("From an empty tree there is nothing to prove.")
        return
    verify_consistency(
        old_size=known.size, new_size=wanted.size, old_root=known.root, new_root=wanted.root, proof=proof
    )


def _public(text: str) -> bytes:
    content = bytes.fromhex(text)
    if len(content) != HASH_BYTES:
        raise ValueError("a public key has 64 hex digits")
    return content


def _stale(size: int) -> Answer:
    return Answer(HTTPStatus.CONFLICT, f"{size}\n".encode(), "text/x.tlog.size")


def _refusal(status: HTTPStatus, message: str) -> Answer:
    return Answer(status, f"{message}\n".encode())
