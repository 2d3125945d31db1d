"""What an agreement has other organisations tell a union, as far as their grants open it to the union's own.

What is seen is decided by the policies of the database alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from core.tenancy import granted_sight
from licensing.models.synthetic import SyntheticStep
from licensing.reporting.definition import Reading
from licensing.reporting.narrowing import is_within
from licensing.synthetics.order import Step
from licensing.synthetics.reading import step_of

_FILES = """
SELECT file.id, file.role, file.why_human_role, file.opened_at, production.title, production.agreement,
       organisation.name
FROM licensing_syntheticfile file
JOIN productions_production production ON production.id = file.production_id
JOIN accounts_organisation organisation ON organisation.id = file.organisation_id
WHERE file.organisation_id <> %s
ORDER BY file.opened_at, file.id
"""
_STEPS = "SELECT * FROM licensing_syntheticstep WHERE file_id = ANY(%s) ORDER BY recorded_at, id"
_LICENCES = """
SELECT licence.material, licence.licensee, licence.affiliated, licence.public_commercial, licence.for_pay,
       licence."union", licence.noticed_on, licence.notice_sha256, licence.meeting, licence.outcome,
       licence.recorded_at, production.title, organisation.name
FROM licensing_traininglicence licence
JOIN productions_production production ON production.id = licence.production_id
JOIN accounts_organisation organisation ON organisation.id = licence.organisation_id
WHERE licence.organisation_id <> %s
    AND NOT EXISTS (SELECT FROM licensing_traininglicence newer WHERE newer.supersedes_id = licence.id)
ORDER BY licence.recorded_at, licence.id
"""
_NOTICES = """
SELECT notice.rule_id, notice.to_code, notice.note, notice.opened_at, ended.kind, ended.served_on,
       ended.document_sha256, production.title, organisation.name
FROM licensing_obligation notice
JOIN productions_production production ON production.id = notice.production_id
JOIN accounts_organisation organisation ON organisation.id = notice.organisation_id
LEFT JOIN licensing_obligationend ended ON ended.obligation_id = notice.id
WHERE notice.organisation_id <> %s
ORDER BY notice.opened_at, notice.id
"""


@dataclass(frozen=True, slots=True)
class GrantedFile:
    """A case file of a Synthetic. `whose`: the studio."""

    role: str
    why_human_role: str
    production_title: str
    whose: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class GrantedLicence:
    material: str
    licensee: str
    affiliated: bool | None
    public_commercial: bool | None
    for_pay: bool | None
    union: str
    noticed_on: date | None
    notice_sha256: str
    meeting: str
    outcome: str
    recorded_at: datetime
    production_title: str
    whose: str


@dataclass(frozen=True, slots=True)
class GrantedNotice:
    """A notice that a decision made owed; `ended` None: it is owed still."""

    rule_id: str
    to_code: str
    note: str
    opened_at: datetime
    ended: str | None
    served_on: date | None
    document_sha256: str | None
    production_title: str
    whose: str


def granted_files(reading: Reading) -> Iterator[GrantedFile]:
    """Case files in the scope, the first opened first; none where the scope names productions of one's own."""
    actor, scope = reading.actor, reading.scope
    if scope.production_ids:
        return
    with granted_sight(actor.organisation_id, user_id=actor.user_id):
        found = [
            row
            for row in _read(_FILES, actor.organisation_id)
            if is_within(scope, row[3]) and scope.agreement in (None, row[5])
        ]
        steps: dict[UUID, list[Step]] = {row[0]: [] for row in found}
        # Of the manager's own rows there are none: it would add its condition to the policies.
        for row in SyntheticStep.objects.raw(_STEPS, [list(steps)]):
            steps[row.file_id].append(step_of(row))
    for file_id, role, why, _, title, _, whose in found:
        yield GrantedFile(role, why, title, whose, tuple(steps[file_id]))


def granted_licences(reading: Reading) -> list[GrantedLicence]:
    """Licences to train in the scope that nothing newer supersedes, the first first; as above."""
    rows = [] if reading.scope.production_ids else _granted(_LICENCES, reading)
    return [
        one for one in (GrantedLicence(*row) for row in rows) if is_within(reading.scope, one.recorded_at)
    ]


def granted_notices(reading: Reading) -> list[GrantedNotice]:
    """Notices of licences that decisions made owed, in the scope, the first first; as above."""
    rows = [] if reading.scope.production_ids else _granted(_NOTICES, reading)
    return [one for one in (GrantedNotice(*row) for row in rows) if is_within(reading.scope, one.opened_at)]


def _granted(statement: str, reading: Reading) -> list[tuple[Any, ...]]:
    actor = reading.actor
    with granted_sight(actor.organisation_id, user_id=actor.user_id):
        return _read(statement, actor.organisation_id)


def _read(statement: str, organisation_id: UUID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [organisation_id])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
