"""Proofs that travel: an entry's place under a signed checkpoint, as one text. Pure.

Source: C2SP tlog-proof. The text holds the entry's index, the inclusion proof, and the checkpoint with all its
signatures. It does not hold the entry; whoever checks brings the hash of its leaf.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from audit.checkpoint import (
    Checkpoint,
    NoteError,
    NoteKey,
    parse_signature,
    signature_lines,
    text_of,
    verify_checkpoint,
)
from audit.cosignature import WitnessKey
from audit.merkle import HASH_BYTES, ProofError, verify_inclusion

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_INDEX = "index "
_EXTRA = "extra "
# A tree of 2**63 leaves is 63 high.
_MOST_HASHES = 63
_LARGEST_INDEX = 2**63 - 1


class ProofRefused(ValueError):
    """A proof that is malformed or does not hold. The message says what."""


@dataclass(frozen=True, slots=True)
class LogProof:
    """An entry's place.

    Attributes:
        index: the entry's place, from 0.
        hashes: from the leaf's sibling up, 32 bytes each.
        checkpoint: the signed note.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def to_text(self) -> str:
        lines = [_FIRST_LINE, f"{_INDEX}{self.index}"]
        lines += [base64.b64encode(item).decode("ascii") for item in self.hashes]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def read_proof(text: str) -> LogProof:
    """The proof in `text`. Extra data is passed over: nothing vouches for it.

    Raises:
        ProofRefused: the text has another form.
    """
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != _FIRST_LINE:
        raise ProofRefused("This is no proof in the form of C2SP tlog-proof.")
    if lines and lines[0].startswith(_EXTRA):
        lines.pop(0)
    if not lines or not lines[0].startswith(_INDEX):
        raise ProofRefused("The proof does not say which entry it is about.")
    return LogProof(_index(lines[0].removeprefix(_INDEX)), _hashes(lines[1:]), checkpoint)


def proved_checkpoint(proof: LogProof, *, leaf_hash: bytes, key: NoteKey) -> Checkpoint:
    """The checkpoint under which the leaf stands, once `key` is shown to have signed it.

    Size and root come from the signed checkpoint alone.

    Raises:
        ProofRefused: the checkpoint is not signed by `key`, or the leaf does not stand under it at that place.
    """
    try:
        signed = verify_checkpoint(proof.checkpoint, key=key)
        verify_inclusion(
            leaf_hash=leaf_hash, index=proof.index, size=signed.size, proof=proof.hashes, root=signed.root
        )
    except (NoteError, ProofError) as error:
        raise ProofRefused(str(error)) from error
    return signed


def names_key(proof: LogProof, key: NoteKey) -> bool:
    """Whether the checkpoint carries a signature, true or false, that claims to be by `key`.

    Raises:
        ProofRefused: its signatures cannot be read.
    """
    try:
        claimed = [parse_signature(line.removesuffix("\n"))[:2] for line in signature_lines(proof.checkpoint)]
    except NoteError as error:
        raise ProofRefused(str(error)) from error
    return (key.name, key.key_id) in claimed


def cosigned_by(proof: LogProof, witnesses: Sequence[WitnessKey]) -> tuple[str, ...]:
    """The names of those of `witnesses` that cosigned the checkpoint.

    Raises:
        ProofRefused: a line in the name of one of them is false.
    """
    try:
        text, lines = text_of(proof.checkpoint), signature_lines(proof.checkpoint)
        return tuple(one.name for one in witnesses if one.find(lines, text=text) is not None)
    except NoteError as error:
        raise ProofRefused(str(error)) from error


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or str(int(text[:20])) != text or int(text) > _LARGEST_INDEX:
        raise ProofRefused("The index is not a plain decimal number.")
    return int(text)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > _MOST_HASHES:
        raise ProofRefused("The proof is longer than any tree is high.")
    hashes = []
    for line in lines:
        try:
            content = base64.b64decode(line, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ProofRefused("A hash of the proof is not base64.") from error
        if len(content) != HASH_BYTES or base64.b64encode(content).decode("ascii") != line:
            raise ProofRefused("A hash of the proof has another length than 32 bytes.")
        hashes.append(content)
    return tuple(hashes)
