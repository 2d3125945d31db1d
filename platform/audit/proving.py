"""What an entry's proof comes to: whether it holds, its steps, and a command that checks it without us."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from audit.checkpoint import NoteError, NoteKey, verify_checkpoint
from audit.drawing import Picture, Step, draw, steps_to_root
from audit.merkle import leaf_hash
from audit.queries import ProvedEntry

# Python's own library alone; what the entry says goes in as base64, so that no entry, however it got into the
# database, can put a command into somebody's terminal.
_COMMAND = """\
python3 - <<'END'
import base64, hashlib

# The text of the entry, in base64.
text = base64.b64decode("{text}")
# The hash to join at each step, and the side it stands on.
steps = [{steps}]

found = hashlib.sha256(b"\\x00" + text).digest()
for side, given in steps:
    given = bytes.fromhex(given)
    found = hashlib.sha256(b"\\x01" + (given + found if side == "left" else found + given)).digest()
print(text)
print("Root:", base64.b64encode(found).decode())
END"""


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's proof as it is shown.

    Attributes:
        broken: why it does not hold, as a sentence; empty when it does.
        steps: from the leaf to the root, as far as they can be computed.
        command: for a terminal with Python; prints the text of the entry and the root that it leads to.
        root_base64: the root as the third line of the checkpoint spells it: what the command must print.
    """

    broken: str
    steps: tuple[Step, ...]
    picture: Picture | None
    command: str
    root_base64: str


def proof_of(proved: ProvedEntry) -> Proof:
    """`proved`, computed again from the bytes of the entry."""
    leaf = leaf_hash(proved.body.encode())
    root = bytes.fromhex(proved.root_hex)
    hashes = [bytes.fromhex(item) for item in proved.proof_hex]
    index, size = proved.line.index, proved.size
    try:
        steps = steps_to_root(leaf_hash=leaf, index=index, size=size, proof=hashes)
    except ValueError as error:
        return Proof(f"It cannot be computed: {error}", (), None, "", _base64(root))
    reached = bytes.fromhex(steps[-1].result_hex) if steps else leaf
    return Proof(
        broken=_why_broken(proved, leaf=leaf, reached=reached),
        steps=steps,
        picture=draw(steps, leaf_hash=leaf, index=index, size=size, root=root),
        command=_COMMAND.format(
            text=base64.b64encode(proved.body.encode()).decode(),
            steps="".join(f'\n    ("{step.side}", "{step.given_hex}"),' for step in steps),
        ),
        root_base64=_base64(root),
    )


def _why_broken(proved: ProvedEntry, *, leaf: bytes, reached: bytes) -> str:
    if leaf.hex() != proved.line.leaf_hash_hex:
        return "The text of the entry is not the text that was hashed when it got its place."
    if reached.hex() != proved.root_hex:
        return "The hashes lead to another root than the one that was signed: the stored tree was changed."
    try:
        signed = verify_checkpoint(proved.checkpoint, key=NoteKey.from_vkey(proved.vkey))
    except NoteError as error:
        return f"The checkpoint is not signed by the log's key: {error}"
    if (signed.size, signed.root.hex()) != (proved.size, proved.root_hex):
        return "The checkpoint says another size or root than the one it is stored under."
    return ""


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
