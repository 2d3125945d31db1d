"""Who asks the gate, and for what work. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Asker:
    """`may_open_a_case`: a person asks, and what the rules leave to a person goes to the legal desk.

    `job`: the work it is asked for, which may hold some of a consent's limits already. `makes_anew`: False where what
    was made already is only coded again, which takes nothing of those limits.
    """

    label: str
    user_id: UUID | None
    repeats: UUID | None = None
    may_open_a_case: bool = False
    job: UUID | None = None
    makes_anew: bool = True
