"""Whether what the house demands of screens is met for a delivery: by what they said, or by whoever answers for it.

Answering for a finished film is legal's judgement of it, which stands in its credential (`generation.file_reviews`):
an approval covers what the screens had said before it was given, and nothing that they said since.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.tenancy import tenant
from generation.deliveries.asking import PreparedDelivery
from generation.models import FileReview
from generation.screens.policy import OpenScreen, open_screens, refuse_open
from generation.screens.queries import ScreenReport, screens_of
from generation.screens.values import ScreenedKind, ScreenKind, ScreenOutcome, ScreenStep
from licensing.queries import performers_of
from provenance.updating.definition import ReviewOutcome

_APPROVED = (ReviewOutcome.APPROVED, ReviewOutcome.APPROVED_WITH_LIMITS)


def refuse_while_open(ready: PreparedDelivery, *, organisation_id: UUID) -> None:
    """Let a delivery go on, where every demand is met.

    Raises:
        ScreensNotClear: naming each answer that is not enough, and who could answer for it.
    """
    refuse_open(screens_open(ready, organisation_id=organisation_id), what=ScreenStep.DELIVER)


def screens_open(ready: PreparedDelivery, *, organisation_id: UUID) -> tuple[OpenScreen, ...]:
    """The answers about the file that goes out which are not enough."""
    take_id, master_id = ready.order.take_id, ready.order.master_id
    of_take = screens_of(organisation_id, ScreenedKind.TAKE, take_id)
    report = screens_of(organisation_id, ScreenedKind.MASTER, master_id) if master_id else of_take
    covers_since = _told_since(of_take, report)
    everything = (
        frozenset(ScreenKind) if _is_approved(organisation_id, take_id, covers_since) else frozenset()
    )
    return open_screens(
        organisation_id,
        ScreenStep.DELIVER,
        report,
        shows_a_likeness=bool(performers_of(organisation_id, ready.take_decision_id)),
        attested=everything,
    )


def _told_since(of_take: ScreenReport, report: ScreenReport) -> datetime | None:
    """From when on whoever judged the take's film knew what is told of the file that goes out.

    A master shows the take's own pictures: only what was found in it alone is news.
    """
    news = any(
        one.outcome is ScreenOutcome.FLAGGED and one.found != of_take.of(one.kind).found
        for one in report.cards
    )
    return report.screened_at if news or of_take.screened_at is None else of_take.screened_at


def _is_approved(organisation_id: UUID, take_id: UUID, since: datetime | None) -> bool:
    with tenant(organisation_id):
        latest = FileReview.objects.filter(take_id=take_id).first()
    return (
        latest is not None and latest.outcome in _APPROVED and (since is None or latest.reviewed_at >= since)
    )
