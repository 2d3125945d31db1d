"""Logs of invented leaves, for the signer and for witnesses."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from audit.checkpoint import Checkpoint
from audit.merkle import consistency_spans, leaf_hash, tree_root


@dataclass
class ALog:
    """A log that grows, and its proofs. `fork` gives another one that began alike."""

    origin: str = field(default_factory=lambda: f"countersign/log/{uuid4().hex}")
    leaves: list[bytes] = field(default_factory=list)

    def grow(self, number: int = 1, *, word: str = "entry") -> ALog:
        start = len(self.leaves)
        self.leaves += [leaf_hash(f"{word} {start + step}".encode()) for step in range(number)]
        return self

    def fork(self, size: int) -> ALog:
        return ALog(self.origin, self.leaves[:size])

    def root(self, size: int | None = None) -> bytes:
        return tree_root(self.leaves[:size])

    def head(self) -> Checkpoint:
        return Checkpoint(self.origin, len(self.leaves), self.root())

    def proof(self, old_size: int) -> list[bytes]:
        if old_size == 0:
            return []
        spans = consistency_spans(old_size=old_size, new_size=len(self.leaves))
        return [tree_root(self.leaves[start:end]) for start, end in spans]
