"""Approvals of legal review as they stand, for many questions at once. Nothing is locked, and nothing used up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Sum

from audit.coverage import covered_sql
from licensing.foresight.questions import Question
from licensing.models.review import ReviewApproval, ReviewApprovalUse
from licensing.order_json import order_to_json
from licensing.review.lifting import Standing, standing_of
from licensing.review.limits import uses_sha256
from licensing.review.words import StoredState

# The gate's own question in `licensing.review.lifting`, of every use at once.
_ALL = """
SELECT approval.*, second.given_by_id AS key_by, second.acting_for_id AS key_for
FROM licensing_reviewapproval approval
JOIN licensing_reviewcase reviewed ON reviewed.id = approval.case_id
LEFT JOIN licensing_reviewsecondkey second ON second.approval_id = approval.id
WHERE reviewed.state = %s AND approval.valid_until > %s AND {approval_covered}
    AND (NOT approval.needs_second_key OR (second.id IS NOT NULL AND {key_covered}))
ORDER BY approval.id
"""


@dataclass(frozen=True, slots=True)
class Held:
    """An approval, the rules it was given under, and what was taken of it."""

    standing: Standing
    pack_sha256: str
    takes: int
    ms: int

    def has_room(self, duration_ms: int | None) -> bool:
        limits = self.standing.limits
        if limits.most_takes is not None and self.takes >= limits.most_takes:
            return False
        return limits.most_ms is None or (
            bool(duration_ms) and self.ms + (duration_ms or 0) <= limits.most_ms
        )


@dataclass(frozen=True, slots=True)
class Approvals:
    """By digest of the use they were given for."""

    by_use: Mapping[str, tuple[Held, ...]] = field(default_factory=dict)

    def standing(self, question: Question, *, pack_sha256: str, at: datetime) -> tuple[Standing, ...]:
        """Those that hold for the question at `at`, within their limits and not given by whoever asks."""
        if not self.by_use:
            return ()
        order = question.order
        found = []
        held_for = (self.by_use.get(digest, ()) for digest in uses_sha256(order_to_json(order)))
        for held in sorted((one for some in held_for for one in some), key=lambda one: one.standing.id):
            one = replace(held.standing, counts=held.standing.id not in question.counted)
            if (
                held.pack_sha256 == pack_sha256
                and at < one.limits.valid_until
                and question.asked_by not in one.people
                and one.limits.contain(order.media, order.territories)
                and (not one.counts or held.has_room(order.duration_ms))
            ):
                found.append(one)
        return tuple(found)


def approvals_now(at: datetime) -> Approvals:
    """Every approval that stands at `at`. Call inside `core.tenancy.tenant`."""
    asked = _ALL.format(
        approval_covered=covered_sql("approval.entry_uid"), key_covered=covered_sql("second.entry_uid")
    )
    rows = list(ReviewApproval.objects.raw(asked, [StoredState.APPROVED.value, at]))
    uses = ReviewApprovalUse.objects.filter(approval_id__in=[row.id for row in rows])
    taken = {
        one["approval_id"]: (one["takes"], one["ms"])
        for one in uses.values("approval_id").annotate(takes=Sum("takes"), ms=Sum("ms"))
    }
    by_use: dict[str, tuple[Held, ...]] = {}
    for row in rows:
        held = Held(standing_of(row, None), row.pack_sha256, *taken.get(row.id, (0, 0)))
        by_use[row.use_sha256] = (*by_use.get(row.use_sha256, ()), held)
    return Approvals(by_use)
