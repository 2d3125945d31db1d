"""Two takes side by side."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.tenancy import tenant
from generation.errors import NoSuchTake
from generation.iterating.prompt_difference import Run, difference
from generation.iterating.queries import changed_settings
from generation.models import Take
from generation.queries import TakeCard, take_card


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`changed` holds name, before and after of every setting that differs."""

    before: TakeCard
    after: TakeCard
    words: tuple[Run, ...]
    changed: tuple[tuple[str, str, str], ...]

    @property
    def are_alike(self) -> bool:
        """Whether both were asked for in the same words and settings."""
        return self.before.prompt == self.after.prompt and not self.changed


def compared(organisation_id: UUID, before_id: UUID, after_id: UUID) -> Comparison:
    """What the second take does otherwise than the first.

    Raises:
        NoSuchTake: none of this organisation has one of the ids.
    """
    with tenant(organisation_id):
        rows = {
            row.id: row for row in Take.objects.filter(id__in=[before_id, after_id]).select_related("model")
        }
    if before_id not in rows or after_id not in rows:
        raise NoSuchTake("There is no such take here.")
    before, after = rows[before_id], rows[after_id]
    return Comparison(
        before=take_card(organisation_id, before_id),
        after=take_card(organisation_id, after_id),
        words=difference(before.prompt, after.prompt),
        changed=changed_settings(before, after),
    )
