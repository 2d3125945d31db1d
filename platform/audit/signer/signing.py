"""The rules of the signer. It signs a log's checkpoint only when it has seen how the log grew to it.

So whoever holds the whole database, and even the signer's token, cannot get a signature under a second history of a
log: they would need the signer's folder too.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import (
    Checkpoint,
    NoteError,
    NoteKey,
    parse_checkpoint,
    sign_checkpoint,
    sign_note,
    text_of,
    verify_checkpoint,
)
from audit.merkle import ProofError, verify_consistency
from audit.own_folder import FolderUnusable, alone_in, keep_first, prepare_folder, private_key
from audit.signed_heads import Signed, SignedHeads, StateUnreadable
from audit.signer.place import TOKEN

CHECKPOINT_KEY = "checkpoint.key.pem"
STATEMENT_KEY = "statement.key.pem"
STATE = "state.jsonl"

ORIGIN = re.compile(r"countersign/(log|platform)/[0-9a-f]{32}")
LONGEST_STATEMENT = 64 * 1024

logger = logging.getLogger(__name__)


class NotExtended(Exception):
    """The log that is offered does not continue what was signed. `head` is what was, None for nothing."""

    def __init__(self, head: Signed | None) -> None:
        self.head = head
        super().__init__("What was signed of this log is not what this continues.")


class Unproved(Exception):
    """The consistency proof does not hold."""


class Unfit(ValueError):
    """This is never signed, by nobody. The message says why."""


class Signer:
    """Both keys and the memory of what was signed. Calls may come from several threads."""

    def __init__(
        self,
        *,
        checkpoint_key: Ed25519PrivateKey,
        statement_key: Ed25519PrivateKey,
        heads: SignedHeads,
        adopts: bool,
    ) -> None:
        self._checkpoint_key = checkpoint_key
        self._statement_key = statement_key
        self._heads = heads
        self._adopts = adopts
        self._one_at_a_time = threading.Lock()
        self.statement_key = named_statement_key(statement_key)

    @property
    def checkpoint_public(self) -> bytes:
        return self._checkpoint_key.public_key().public_bytes_raw()

    def head(self, origin: str) -> Signed | None:
        """What was signed last of a log."""
        with self._one_at_a_time:
            return self._heads.get(origin)

    def sign(self, checkpoint: Checkpoint, *, old_size: int, proof: Sequence[bytes]) -> str:
        """The signed note of `checkpoint`; asked again for the last one, the same again.

        Args:
            checkpoint: the head to sign.
            old_size: what the caller believes was signed last; 0 for a log that begins.
            proof: consistency proof from there.

        Raises:
            Unfit: no checkpoint of a log of ours.
            NotExtended: it is another log at this size, a smaller one, or `old_size` is not where we stand.
            Unproved: it does not continue what was signed.
        """
        if not ORIGIN.fullmatch(checkpoint.origin):
            raise Unfit("The name of a log is countersign/log/ or countersign/platform/ and 32 hex digits.")
        if checkpoint.size < 1:
            raise Unfit("An empty log is not signed.")
        wanted = Signed(checkpoint.size, checkpoint.root)
        with self._one_at_a_time:
            known = self._heads.get(checkpoint.origin)
            if wanted != known:
                self._refuse_unless_grown(known, wanted, old_size=old_size, proof=proof)
                # Before the signature leaves this process: what was given out is never forgotten.
                self._heads.put(checkpoint.origin, wanted)
            return sign_checkpoint(checkpoint, key=self._checkpoint_key)

    def sign_statement(self, text: str) -> str:
        """`text` as a note signed with the key of statements, which signs no checkpoints.

        Raises:
            Unfit: too long, or no text of a note.
        """
        if len(text.encode(errors="replace")) > LONGEST_STATEMENT:
            raise Unfit(f"A statement has at most {LONGEST_STATEMENT} bytes.")
        try:
            return sign_note(text, name=self.statement_key.name, key=self._statement_key)
        except (NoteError, UnicodeEncodeError) as error:
            raise Unfit(str(error)) from error

    def adopt(self, note: str, *, asked_by_person: bool = False) -> Checkpoint:
        """Go on from a checkpoint that this key signed and this memory lacks.

        Args:
            note: the newest signed checkpoint of a log, from wherever it was kept.
            asked_by_person: otherwise only while this process has just taken over the key of an earlier version,
                which kept no memory.

        Raises:
            Unfit: not signed by this key, or nobody may adopt now.
            NotExtended: the memory of this log reaches as far already.
        """
        if not (asked_by_person or self._adopts):
            raise Unfit("What was signed before is adopted by a person: `manage.py audit signer adopt`.")
        try:
            origin = parse_checkpoint(text_of(note)).origin
            checkpoint = verify_checkpoint(note, key=NoteKey.of(origin, self._checkpoint_key))
        except NoteError as error:
            raise Unfit(str(error)) from error
        head = Signed(checkpoint.size, checkpoint.root)
        with self._one_at_a_time:
            known = self._heads.get(origin)
            if known is not None and known != head:
                raise NotExtended(known)
            self._heads.put(origin, head)
        logger.warning("Adopted log %s at %d entries.", origin, head.size)
        return checkpoint

    @staticmethod
    def _refuse_unless_grown(
        known: Signed | None, wanted: Signed, *, old_size: int, proof: Sequence[bytes]
    ) -> None:
        if old_size != (known.size if known else 0) or (known and wanted.size <= known.size):
            raise NotExtended(known)
        if known is None:
            if proof:
                raise Unproved("A log that begins needs no proof.")
            return
        try:
            verify_consistency(
                old_size=known.size,
                new_size=wanted.size,
                old_root=known.root,
                new_root=wanted.root,
                proof=proof,
            )
        except ProofError as error:
            raise Unproved(str(error)) from error


def named_statement_key(key: Ed25519PrivateKey) -> NoteKey:
    """The public key of statements under its name, which is of its own making: there is one per signer."""
    digest = hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()
    return NoteKey.of(f"countersign/statements/{digest[:32]}", key)


@contextmanager
def open_signer(
    folder: Path, *, earlier_key: Path | None = None, forgetful: bool = False
) -> Iterator[Signer]:
    """The signer of `folder`, which it has for itself as long as the block lasts.

    Args:
        folder: made on first use.
        earlier_key: where a version without a signer kept its key; it is moved over when there is none yet.
        forgetful: go on with a lost memory; only when a person adopts what was signed.

    Raises:
        FolderUnusable: another process is in there, a key cannot be read, or the memory is lost.
    """
    prepare_folder(folder)
    with alone_in(folder):
        key, state = folder / CHECKPOINT_KEY, folder / STATE
        if not key.exists() and state.exists() and state.stat().st_size:
            raise FolderUnusable(f"{key} is missing, and {state} says that it was used. Put it back.")
        if not state.exists():
            if key.exists() and not forgetful:
                raise FolderUnusable(
                    f"{state} is missing: what was signed is forgotten, and signing on could contradict it. Put the "
                    "file back, or run `audit signer adopt` with the newest checkpoints that others hold."
                )
            # Before the key, so that there is no key without a memory unless the memory was lost.
            SignedHeads.begin(state)
        takes_over = earlier_key is not None and earlier_key.exists() and not key.exists()
        if earlier_key is not None and takes_over:
            logger.warning("Taking over the key in %s.", earlier_key)
            keep_first(key, earlier_key.read_bytes())
            earlier_key.unlink()
        checkpoint_key = private_key(key)
        keep_first(folder / TOKEN, secrets.token_urlsafe(32).encode() + b"\n")
        try:
            heads = SignedHeads(state)
        except StateUnreadable as error:
            raise FolderUnusable(str(error)) from error
        try:
            yield Signer(
                checkpoint_key=checkpoint_key,
                statement_key=private_key(folder / STATEMENT_KEY),
                heads=heads,
                adopts=takes_over,
            )
        finally:
            heads.close()
