"""Report 2: the replica custody log (SAG-AFTRA 2026, section 39.H)."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.values import Role
from core.clock import rfc3339
from licensing.custody.holding import people_with_access
from licensing.custody.words import CustodyAct
from licensing.models.custody import CustodyAsset, CustodyEvent
from licensing.reporting.definition import NONE, Column, Narrowing, Reading, ReportDefinition, Row
from licensing.reporting.narrowing import engagements, in_period, of_people, of_productions
from web.templatetags.words import words

_ACCESS_ACTS = (CustodyAct.RELEASED, CustodyAct.OPENED, CustodyAct.RELEASE_REFUSED)
_AT_ONCE = 200

COLUMNS = (
    Column("asset", "Its kind and its identifier.", 1.5),
    Column("person", "Whom it depicts.", 1.1),
    Column("built_from", "The assets it was built from; none where it was handed in as it is.", 1.4),
    Column("created_at", "When it was made, as whoever handed it in says.", 1.1),
    Column("location/region", "Where the sealed file lies.", 0.9),
    Column("access list", "Identifiers of the people who may have it used.", 1.5),
    Column("access events", "Releases of its key, openings and refusals, the first first.", 2.6),
    Column("copies", "The sealed file, and copies outside this house that were recorded.", 1.4),
    Column("retention_until", "The last day it may be kept.", 0.9),
    Column(
        "destroyed_at + attestation", "When it was destroyed, and the SHA-256 of the signed attestation.", 1.6
    ),
)


def rows(reading: Reading) -> Iterator[Row]:
    """Assets in custody, destroyed ones too, in the order they were taken in."""
    scope = reading.scope
    found = (
        CustodyAsset.objects.select_related("depicts", "consent__production")
        .filter(of_people(reading, "depicts_id"), of_productions(scope, "consent__production_id"))
        .filter(in_period(scope, "received_at"))
        .prefetch_related("built_from", "events__release")
        .order_by("received_at", "id")
    )
    bound = engagements() if scope.agreement else {}
    for row in found.iterator(chunk_size=_AT_ONCE):
        if scope.agreement:
            engagement = bound.get((row.consent.production_id, row.depicts_id))
            agreement = (engagement.agreement if engagement else None) or row.consent.production.agreement
            if agreement != scope.agreement:
                continue
        events = list(row.events.all())
        copies = [one.note for one in events if one.act == CustodyAct.COPY_RECORDED]
        destroyed = (
            f"{rfc3339(row.destroyed_at)[:19]}Z; {row.attestation_sha256}" if row.destroyed_at else NONE
        )
        yield (
            f"{words(row.kind)} {row.id}",
            row.depicts.professional_name,
            [str(one.parent_id) for one in row.built_from.all()],
            row.created_at,
            row.region or None,
            sorted(str(one) for one in people_with_access(row.id)),
            [_event(one) for one in events if one.act in _ACCESS_ACTS],
            [*(() if row.destroyed_at else ("sealed file in the media store",)), *copies],
            row.retention_until,
            destroyed,
        )


def _event(one: CustodyEvent) -> str:
    about = str(one.release.job_id) if one.release else one.note
    return f"{rfc3339(one.at)[:19]}Z {words(one.act)} {about}".strip()


CUSTODY_LOG = ReportDefinition(
    code="replica_custody_log",
    number=2,
    title="Replica custody log",
    purpose="Where everything that carries a likeness lies, who may use it and did, and how it ended.",
    readers="studio legal and the union",
    columns=COLUMNS,
    narrowings=frozenset(Narrowing),
    period_means="when the asset was taken into custody",
    roles=(Role.LEGAL, Role.ADMIN, Role.UNION_REP, Role.AUDITOR),
    rows=rows,
    notes=("People are named by their identifiers here, so that the list can be handed on.",),
)
