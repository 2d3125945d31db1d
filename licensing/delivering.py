"""What is known of a file that is about to be delivered, as the rulebook's section `delivery` asks for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.canonical import Canonical

OUTSIDE = "outside"
"""Of a recipient in none of the circles that a consent names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFacts:
    """One delivery of a finished file; None anywhere means that nobody has said.

    Attributes:
        recipient_id: whom it goes to. No rule reads it; an approval given for one recipient covers no other.
        marks: kinds of disclosure that were found in the file when it was read back.
        marks_stripped: whether one that was put into it is there no longer.
        disclosures_recorded: kinds for which the wording is on record.
        ca_covered_provider: whether whoever runs the model is a covered provider in California.
        seen_by: the circle that gets to look by it, in a word of `licensing.agreed.Audience`, or `OUTSIDE`; None: it
            is for release, which is a use and no mere look. No rule reads it, the gate does.
    """

    recipient_id: UUID
    marks: tuple[str, ...] | None
    marks_stripped: bool | None
    disclosures_recorded: tuple[str, ...] | None
    ca_covered_provider: bool | None
    seen_by: str | None = None

    def as_facts(self) -> dict[str, Canonical]:
        return {
            "marks": None if self.marks is None else list(self.marks),
            "marks_stripped": self.marks_stripped,
            "disclosures_recorded": None
            if self.disclosures_recorded is None
            else list(self.disclosures_recorded),
        }
