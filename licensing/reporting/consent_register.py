"""Report 1: the consent register."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from accounts.values import Role
from core.canonical import Canonical
from core.tenancy import granted_sight
from licensing.models.performer import Engagement
from licensing.performer_cards import consents
from licensing.reporting.consent_status import dates_words, status_of, status_words, struck_now
from licensing.reporting.definition import (
    NONE,
    Cell,
    Column,
    Narrowing,
    Reading,
    ReportDefinition,
    Row,
    listed,
    stated,
)
from licensing.reporting.narrowing import engagements, in_period, is_within, of_people, of_productions
from web.templatetags.words import words

NOT_GRANTED = "not granted to see"
_AT_ONCE = 500

COLUMNS = (
    Column("consent_id", "The record's identifier here.", 1.4),
    Column("person", "Professional name.", 1.2),
    Column("ids", "What registers and unions call the person: scope and value."),
    Column(
        "agreement+edition", "Of the engagement, or of the production where the engagement names none.", 1.3
    ),
    Column("replica_type", "What is made of the person."),
    Column("project", "The production; of another organisation also whose."),
    Column("description", "The intended use, in the words that were signed.", 2.2),
    Column("scenes", "Scenes agreed to.", 0.8),
    Column("media", "Media agreed to."),
    Column("territories", "Territories agreed to, ISO 3166 and WORLD."),
    Column("languages", "Languages agreed to.", 0.8),
    Column("dates", "First and last day of the consent; open where the terms set none.", 1.1),
    Column("form_kind", "The form of the signed paper."),
    Column("signed_at", "When it was separately signed.", 1.1),
    Column("signer_role", "In which role the performer's side signed."),
    Column("representation", "Who negotiated for the performer, by the engagement.", 1.1),
    Column("notice_at", "When notice of the session or use was given.", 1.1),
    Column("business_reason", "The articulable business reason that was given.", 1.8),
    Column("status", "What the record is on the day of the report.", 1.1),
    Column("doc_hash", "SHA-256 of the signed paper.", 1.6),
    Column("supersedes", "The record it took the place of.", 1.2),
)


def rows(reading: Reading) -> Iterator[Row]:
    """Records of this organisation, then those that others granted to see; by person, the latest first."""
    yield from _own(reading)
    if not reading.scope.production_ids and reading.scope.performer_id is None:
        yield from _granted(reading)


def _own(reading: Reading) -> Iterator[Row]:
    scope = reading.scope
    found = (
        consents()
        .filter(of_people(reading), of_productions(scope), in_period(scope, "recorded_at"))
        .select_related("performer", "production", "notice")
        .prefetch_related("performer__identifiers")
        .order_by("performer__professional_name", "-recorded_at", "id")
    )
    bound, struck = engagements(), struck_now(reading.at)
    for row in found.iterator(chunk_size=_AT_ONCE):
        engagement = bound.get((row.production_id, row.performer_id))
        agreement = (engagement.agreement if engagement else None) or row.production.agreement
        if scope.agreement is not None and scope.agreement != agreement:
            continue
        yield _row(
            row.terms,
            consent_id=row.id,
            person=row.performer.professional_name,
            ids=[f"{one.scope} {one.value}" for one in row.performer.identifiers.all()],
            agreement=agreement,
            replica_type=row.replica_type,
            project=row.production.title,
            dates=dates_words(row.valid_from, row.valid_until),
            representation=_representation(engagement),
            status=status_of(row, reading.at, struck=row.production.agreement in struck),
            doc_hash=row.document_sha256,
            supersedes=row.supersedes_id or NONE,
        )


def _row(terms: Mapping[str, Canonical], **known: Any) -> Row:  # noqa: ANN401 - a cell each
    used = terms.get("intended_use")
    use: Mapping[str, Canonical] = used if isinstance(used, Mapping) else {}
    return (
        known["consent_id"],
        known["person"],
        known["ids"],
        words(known["agreement"]) if known["agreement"] else None,
        words(known["replica_type"]),
        known["project"],
        stated(use, "description"),
        stated(use, "scenes"),
        stated(use, "media"),
        stated(use, "territories"),
        stated(use, "languages"),
        known["dates"],
        _word(terms, "form_kind"),
        stated(terms, "separately_signed_at"),
        _word(terms, "signer_role"),
        known["representation"],
        stated(terms, "notice_given_at"),
        stated(terms, "business_reason"),
        known["status"],
        known["doc_hash"],
        known["supersedes"],
    )


def _word(terms: Mapping[str, Canonical], name: str) -> Cell:
    value = terms.get(name)
    return words(value) if value else None


def _representation(engagement: Engagement | None) -> Cell:
    return listed(words(engagement.representation)) if engagement and engagement.representation else None


# What is seen is decided by the policies alone. Registers' numbers are not among what a grant opens.
_GRANTED = """
SELECT consent.id, performer.professional_name, organisation.name, production.title, consent.replica_type,
       consent.terms, consent.valid_from, consent.valid_until, consent.status, consent.withdrawn_at,
       consent.recorded_at, consent.document_sha256, consent.supersedes_id, engaged.agreement,
       engaged.representation,
       (SELECT notice.effective_at FROM licensing_withdrawalnotice notice WHERE notice.consent_id = consent.id)
FROM licensing_consent consent
JOIN licensing_performer performer ON performer.id = consent.performer_id
JOIN accounts_organisation organisation ON organisation.id = consent.organisation_id
LEFT JOIN productions_production production ON production.id = consent.production_id
LEFT JOIN licensing_engagement engaged ON engaged.production_id = consent.production_id
    AND engaged.performer_id = consent.performer_id
WHERE consent.organisation_id <> %s
ORDER BY performer.professional_name, consent.recorded_at DESC, consent.id
"""


def _granted(reading: Reading) -> Iterator[Row]:
    actor, scope = reading.actor, reading.scope
    with granted_sight(actor.organisation_id, user_id=actor.user_id), connection.cursor() as cursor:
        cursor.execute(_GRANTED, [actor.organisation_id])
        found = cursor.fetchall()
    for one in found:
        (consent_id, person, whose, title, kind, terms, begins, ends, status, withdrawn, recorded) = one[:11]
        document, supersedes, agreement, representation, ends_at = one[11:]
        if not is_within(scope, recorded) or scope.agreement not in (None, agreement):
            continue
        yield _row(
            json.loads(terms),
            consent_id=consent_id,
            person=person,
            ids=NOT_GRANTED,
            agreement=agreement,
            replica_type=kind,
            project=f"{title or NOT_GRANTED} ({whose})",
            dates=dates_words(begins, ends),
            representation=words(representation) if representation else None,
            # Whether another organisation's log covers it, and its strikes, are not seen from here.
            status=status_words(
                status,
                withdrawn_at=withdrawn,
                ends_at=ends_at,
                valid_until=ends,
                is_in_log=True,
                struck=False,
                at=reading.at,
            ),
            doc_hash=document,
            supersedes=supersedes or NONE,
        )


CONSENT_REGISTER = ReportDefinition(
    code="consent_register",
    number=1,
    title="Consent register",
    purpose="Who agreed to what: every record of consent with its signed terms.",
    readers="studio legal and the union; performers and whoever acts for them, of themselves",
    columns=COLUMNS,
    narrowings=frozenset(Narrowing),
    period_means="when the consent was recorded here",
    roles=(Role.LEGAL, Role.ADMIN, Role.AUDITOR, Role.UNION_REP),
    for_own=True,
    granted=True,
    rows=rows,
    notes=(
        (
            "Records of other organisations are shown as far as a grant in force opens them. Whether their log "
            "covers them, and what is under strike there, is not seen from here."
        ),
    ),
)
