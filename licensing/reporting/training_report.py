"""Report 6: the notice that material is licensed to train a system (TVT-22 and WGA-02)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from accounts.values import Role
from licensing.models.owed import Obligation
from licensing.models.reported import TrainingLicence
from licensing.owed.values import EndKind
from licensing.reporting.definition import (
    NONE,
    Cell,
    Column,
    Narrowing,
    Reading,
    ReportDefinition,
    Row,
    yes_or_no,
)
from licensing.reporting.granted_notices import granted_licences, granted_notices
from licensing.reporting.narrowing import in_period, of_productions
from licensing.reporting.recording import standing
from licensing.values import DutyKind
from web.templatetags.words import words

_RULES = ("TVT-22", "WGA-02")

COLUMNS = (
    Column("material", "What is licensed, and of which production.", 2.2),
    Column("licensee", "To whom.", 1.2),
    Column("affiliated?", "Whether the licensee is affiliated with the producer.", 0.8),
    Column("system public/commercial?", "Whether the system is a public-facing commercial one.", 1),
    Column("compensation?", "Whether it is licensed for pay.", 1),
    Column("notice date", "Which union was told, when, and the SHA-256 of what shows it.", 2),
    Column("meeting", "What is on record of a meeting.", 1.4),
    Column("outcome", "What came of it.", 1.4),
)


def rows(reading: Reading) -> Iterator[Row]:
    """Licences that were entered, then notices that a decision made owed, then what others granted to see of both."""
    scope = reading.scope
    licences = (
        standing(TrainingLicence.objects.all())
        .filter(of_productions(scope), in_period(scope, "recorded_at"))
        .select_related("production")
        .order_by("recorded_at", "id")
    )
    for row in licences:
        yield (
            f"{row.material} ({row.production.title})" if row.production else row.material,
            row.licensee,
            yes_or_no(row.affiliated),
            yes_or_no(row.public_commercial),
            yes_or_no(row.for_pay),
            _told(row.union, row.noticed_on, row.notice_sha256),
            row.meeting or None,
            row.outcome or None,
        )
    notices = (
        Obligation.objects.filter(of_productions(scope), in_period(scope, "opened_at"))
        .filter(duty=DutyKind.NOTIFY_UNION, rule_id__in=_RULES)
        .select_related("production", "decision", "ended")
        .order_by("opened_at", "id")
    )
    for notice in notices:
        yield (
            _material(notice),
            None,
            None,
            None,
            None,
            _notice(notice),
            None,
            f"duty of {notice.rule_id} {words(notice.ended.kind)}"
            if getattr(notice, "ended", None)
            else "owed",
        )
    yield from _granted(reading)


def _granted(reading: Reading) -> Iterator[Row]:
    for one in granted_licences(reading):
        yield (
            f"{one.material} ({one.production_title}, {one.whose})",
            one.licensee,
            yes_or_no(one.affiliated),
            yes_or_no(one.public_commercial),
            yes_or_no(one.for_pay),
            _told(one.union, one.noticed_on, one.notice_sha256),
            one.meeting or None,
            one.outcome or None,
        )
    for notice in granted_notices(reading):
        served = notice.served_on if notice.ended == EndKind.SERVED else None
        about = f"{notice.production_title} ({notice.whose})"
        yield (
            f"{about}: {notice.note}" if notice.note else about,
            None,
            None,
            None,
            None,
            _told(notice.to_code, served, notice.document_sha256 or ""),
            None,
            f"duty of {notice.rule_id} {words(notice.ended)}" if notice.ended else "owed",
        )


def _told(union: str, on: date | None, sha256: str) -> str:
    return (
        f"{words(union)} on {on.isoformat()}, SHA-256 {sha256}" if on else f"{words(union)}: {NONE} on record"
    )


def _material(row: Obligation) -> Cell:
    title = row.production.title if row.production else None
    scenes = row.decision.asked.get("scenes") if row.decision else None
    told = f"scenes {', '.join(scenes)} of {title}" if scenes and title else title
    return f"{told}: {row.note}" if told and row.note else told or row.note or None


def _notice(row: Obligation) -> str:
    end = getattr(row, "ended", None)
    if end is None or end.kind != EndKind.SERVED:
        return _told(row.to_code, None, "")
    return _told(row.to_code, end.served_on, end.document_sha256)


TRAINING_NOTICE = ReportDefinition(
    code="training_licence_notice",
    number=6,
    title="Training-licence notice",
    purpose="Which material is licensed to train a system, and what the unions were told of it.",
    readers="SAG-AFTRA, the WGA and studio legal",
    columns=COLUMNS,
    narrowings=frozenset({Narrowing.PRODUCTION, Narrowing.PERIOD}),
    period_means="when the licence was entered, or the notice became owed",
    roles=(Role.LEGAL, Role.ADMIN, Role.PRODUCER, Role.UNION_REP, Role.AUDITOR),
    rows=rows,
    notes=(
        (
            "Licences are told as they were entered. A notice that a decision made owed stands here too; of the "
            "licence behind it only what was entered is known."
        ),
        (
            "A union's own organisation reads what studios granted it to see under its agreement: licences and "
            "notices that name it and a production under that agreement, and no other."
        ),
    ),
)
