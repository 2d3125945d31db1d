"""What approvals of legal review do to a verdict. Called by the gate, inside its transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum
from django.db.models.query import RawQuerySet

from audit.coverage import covered_sql
from core.canonical import Canonical
from core.clock import rfc3339
from licensing.decision_cards import Reason
from licensing.models.consent import Consent, ConsentEvent
from licensing.models.decision import Decision
from licensing.models.review import ReviewApproval, ReviewApprovalUse
from licensing.moments import Moment
from licensing.names import ConsentEventKind, ConsentStatus
from licensing.order_json import order_to_json
from licensing.review.limits import Limits, uses_sha256
from licensing.review.powers import Lifted, blocking, power_over
from licensing.review.words import ReviewAct, StoredState
from licensing.values import Outcome, UseOrder

# Locked, so that a withdrawal and a decision come one after the other, and two takes do not both have the last one.
_STANDING = """
SELECT approval.*, second.given_by_id AS key_by, second.acting_for_id AS key_for
FROM licensing_reviewapproval approval
JOIN licensing_reviewcase reviewed ON reviewed.id = approval.case_id
LEFT JOIN licensing_reviewsecondkey second ON second.approval_id = approval.id
WHERE approval.use_sha256 = ANY(%s) AND approval.pack_sha256 = %s
    AND reviewed.state = %s
    AND approval.approved_at <= %s AND approval.valid_until > %s
    AND {approval_covered}
    AND (NOT approval.needs_second_key OR (second.id IS NOT NULL AND {key_covered}))
ORDER BY approval.id
FOR UPDATE OF reviewed
"""
# The same at another moment. A case has no state of then: what was approved stood until somebody withdrew it.
_STOOD = """
SELECT approval.*, second.given_by_id AS key_by, second.acting_for_id AS key_for
FROM licensing_reviewapproval approval
LEFT JOIN licensing_reviewsecondkey second ON second.approval_id = approval.id AND second.given_at <= %(settled)s
WHERE approval.use_sha256 = ANY(%(uses)s) AND approval.pack_sha256 = %(pack)s
    AND approval.approved_at <= %(settled)s AND approval.valid_until > %(as_of)s
    AND NOT EXISTS (
        SELECT FROM licensing_reviewevent event
        WHERE event.case_id = approval.case_id AND event.act = ANY(%(ends)s) AND event.at <= %(settled)s
    )
    AND {approval_covered}
    AND (NOT approval.needs_second_key OR (second.id IS NOT NULL AND {key_covered}))
ORDER BY approval.id
"""
_STILL = """
SELECT count(*) FROM (
    SELECT FROM licensing_reviewapproval approval
    JOIN licensing_reviewcase reviewed ON reviewed.id = approval.case_id
    WHERE approval.id = ANY(%s) AND reviewed.state = %s AND approval.valid_until > %s
    {lock}
) AS standing
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One approval that holds now for the use in question, with what is left of it."""

    id: UUID
    case_id: UUID
    lifted: tuple[Lifted, ...]
    limits: Limits
    people: frozenset[UUID]
    said: dict[str, Canonical] = field(repr=False)
    counts: bool

    def covers(self, reason: Reason) -> bool:
        return any(one.covers(reason) for one in self.lifted)


@dataclass(frozen=True, slots=True)
class Relief:
    """The reasons of a verdict after approvals, and the approvals that it then rests on."""

    reasons: tuple[Reason, ...]
    approvals: tuple[Standing, ...] = ()


def relieved(reasons: Collection[Reason], approvals: Iterable[Standing]) -> Relief:
    """`reasons` with what approvals lift turned into warnings that say so. Pure.

    Whatever an approval was not given for stays as it is, and so does whatever nobody may lift, whichever approval
    names it.
    """
    held = tuple(approvals)
    used: dict[UUID, Standing] = {}
    told: list[Reason] = []
    for reason in reasons:
        standing = next((one for one in held if one.covers(reason)), None)
        if not blocking([reason]) or standing is None or power_over(reason) is None:
            told.append(reason)
            continue
        used[standing.id] = standing
        told.append(_as_warning(reason, standing))
    return Relief(tuple(told), tuple(used.values()))


def _as_warning(reason: Reason, standing: Standing) -> Reason:
    until = f"{standing.limits.valid_until:%Y-%m-%d %H:%M} UTC"
    conditions = "; ".join(standing.limits.conditions)
    return replace(
        reason,
        outcome=Outcome.WARN.value,
        message=f"Approved in legal review until {until} (case {standing.case_id}): {reason.message}",
        cure=f"Keep to the conditions of the approval: {conditions}." if conditions else "",
    )


def standing_approvals(
    order: UseOrder,
    *,
    pack_sha256: str,
    at: datetime,
    asked_by: UUID | None,
    repeats: UUID | None,
    moment: Moment | None = None,
) -> tuple[Standing, ...]:
    """The approvals that hold for this use now, within their limits and not given by whoever asks.

    Args:
        order: what is asked.
        pack_sha256: of the rules it is decided by; an approval under other rules does not hold.
        at: the moment of deciding.
        asked_by: whose own keys do not count.
        repeats: the decision that this one repeats; what rests on an approval already takes nothing more of it.
        moment: asks for those that held at another time, and locks nothing.
    """
    digests = list(uses_sha256(order_to_json(order)))
    if moment is None:
        asked = _STANDING.format(
            approval_covered=covered_sql("approval.entry_uid"), key_covered=covered_sql("second.entry_uid")
        )
        rows = ReviewApproval.objects.raw(asked, [digests, pack_sha256, StoredState.APPROVED.value, at, at])
    else:
        rows = _stood(digests, pack_sha256, moment)
    found = (standing_of(row, repeats) for row in rows)
    return tuple(
        one
        for one in found
        if asked_by not in one.people
        and one.limits.contain(order.media, order.territories)
        and (not one.counts or _has_room(one, order.duration_ms, moment))
    )


def _stood(uses: list[str], pack: str, moment: Moment) -> RawQuerySet[ReviewApproval]:
    by = "%(known_at)s"
    asked = _STOOD.format(
        approval_covered=covered_sql("approval.entry_uid", by=by),
        key_covered=covered_sql("second.entry_uid", by=by),
    )
    values = {
        "uses": uses,
        "pack": pack,
        "as_of": moment.as_of,
        "known_at": moment.known_at,
        "settled": moment.settled,
        "ends": [ReviewAct.WITHDRAWN.value, ReviewAct.REFUSED.value],
    }
    return ReviewApproval.objects.raw(asked, values)


def standing_of(row: ReviewApproval, repeats: UUID | None) -> Standing:
    limits = limits_of(row)
    key_by, key_for = row.key_by, row.key_for  # type: ignore[attr-defined]  # of the raw query
    people = {row.approved_by_id, row.acting_for_id, key_by, key_for} - {None}
    return Standing(
        id=row.id,
        case_id=row.case_id,
        lifted=tuple(Lifted(**one | {"rules": tuple(one["rules"])}) for one in row.lifted),
        limits=limits,
        people=frozenset(people),
        said={
            "approval": str(row.id),
            "case": str(row.case_id),
            "lifted": [one["rule_id"] for one in row.lifted],
            "limits": limits.as_json(),
            "limits_sha256": row.limits_sha256,
            "approved_at": rfc3339(row.approved_at),
            "approved_by": f"user:{row.approved_by_id}",
            "approved_for": f"user:{row.acting_for_id}" if row.acting_for_id else None,
            "second_key_by": f"user:{key_by}" if key_by else None,
            "second_key_for": f"user:{key_for}" if key_for else None,
        },
        counts=not ReviewApprovalUse.objects.filter(approval_id=row.id, decision_id=repeats).exists(),
    )


def limits_of(row: ReviewApproval) -> Limits:
    return Limits(
        valid_until=row.valid_until,
        media=tuple(row.media),
        territories=tuple(row.territories),
        most_takes=row.most_takes,
        most_ms=row.most_ms,
        conditions=tuple(row.conditions),
        document_sha256=row.document_sha256,
    )


def _has_room(standing: Standing, duration_ms: int | None, moment: Moment | None) -> bool:
    limits = standing.limits
    uses = ReviewApprovalUse.objects.filter(approval_id=standing.id)
    if moment is not None:
        uses = uses.filter(used_at__lte=moment.settled)
    used = uses.aggregate(takes=Sum("takes", default=0), ms=Sum("ms", default=0))
    if limits.most_takes is not None and used["takes"] >= limits.most_takes:
        return False
    # Of an unknown length nobody can say that it is within the limit.
    return limits.most_ms is None or (bool(duration_ms) and used["ms"] + duration_ms <= limits.most_ms)


def note_uses(row: Decision, order: UseOrder, approvals: Iterable[Standing]) -> None:
    """Write down that a decision rests on approvals, and what it takes of their limits."""
    for one in approvals:
        ReviewApprovalUse.objects.create(
            approval_id=one.id,
            decision=row,
            takes=1 if one.counts else 0,
            ms=(order.duration_ms or 0) if one.counts else 0,
            used_at=row.decided_at,
        )


def any_withdrawn(
    performer_ids: Collection[UUID], production_id: UUID, *, moment: Moment | None = None
) -> bool:
    """Whether somebody withdrew a consent in this production that no later record of the same kind renews."""
    rows = Consent.objects.filter(performer_id__in=performer_ids, production_id=production_id)
    if moment is None:
        withdrawn = rows.filter(status=ConsentStatus.WITHDRAWN)
        active = rows.filter(status=ConsentStatus.ACTIVE)
    else:
        known = rows.filter(recorded_at__lte=moment.known_at)
        ended = ConsentEvent.objects.filter(at__lte=moment.settled).exclude(kind=ConsentEventKind.RECORDED)
        withdrawn = known.filter(id__in=ended.filter(kind=ConsentEventKind.WITHDRAWN).values("consent_id"))
        active = known.exclude(id__in=ended.values("consent_id"))
    return bool(_kinds(withdrawn) - _kinds(active))


def _kinds(rows: QuerySet[Consent]) -> set[tuple[UUID, str]]:
    return set(rows.values_list("performer_id", "replica_type"))


def approvals_stand(approval_ids: Collection[UUID], *, at: datetime, hold: bool = False) -> bool:
    """Whether all of these approvals still hold; `hold` keeps them until the caller's transaction is over."""
    if not approval_ids:
        return True
    asked = _STILL.format(lock="FOR SHARE OF reviewed" if hold else "")
    with connection.cursor() as cursor:
        cursor.execute(asked, [list(approval_ids), StoredState.APPROVED.value, at])
        (standing,) = cursor.fetchone()
    return bool(standing == len(set(approval_ids)))
