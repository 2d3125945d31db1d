"""Counsel confirms that a rule says what its original says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.tenancy import tenant
from licensing.errors import DigestMalformed, NoSuchRule
from licensing.gate_rules import below_grade_a, rule_sha256
from licensing.models.rule_pack import RuleConfirmation
from licensing.packs import pack_row
from licensing.rulebook.book import rule_book

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ConfirmedRule:
    rule_id: str
    counsel: str
    document_sha256: str
    confirmed_at: datetime


def confirm_rule(rule_id: str, *, counsel: str, document_sha256: str, actor: Actor) -> ConfirmedRule:
    """Record that `counsel` read the original of digest `document_sha256` and stands by the rule's reading.

    A confirmation of the same content is not repeated; the first one stands and is answered.

    Raises:
        NoSuchRule: the rulebook has no rule of this id.
        DigestMalformed: the document's digest is none.
    """
    if rule_id not in rule_book().entries:
        raise NoSuchRule(rule_id)
    (confirmed,) = _confirm((rule_id,), counsel=counsel, document_sha256=document_sha256, actor=actor)
    return confirmed


def confirm_pack(*, counsel: str, document_sha256: str, actor: Actor) -> tuple[ConfirmedRule, ...]:
    """Confirm every rule of the present pack that is below grade A.

    Raises:
        DigestMalformed: the document's digest is none.
    """
    return _confirm(tuple(below_grade_a()), counsel=counsel, document_sha256=document_sha256, actor=actor)


def _confirm(
    rule_ids: tuple[str, ...], *, counsel: str, document_sha256: str, actor: Actor
) -> tuple[ConfirmedRule, ...]:
    if not _SHA256.fullmatch(document_sha256):
        raise DigestMalformed("The document's SHA-256 has 64 hexadecimal digits in lower case.")
    book, at = rule_book(), clock.now()
    with tenant(actor.organisation_id, user_id=actor.user_id):
        pack = pack_row(at)
        confirmed = []
        for rule_id in rule_ids:
            row, is_new = RuleConfirmation.objects.get_or_create(
                organisation_id=actor.organisation_id,
                rule_id=rule_id,
                rule_sha256=rule_sha256(book[rule_id]),
                defaults={
                    "pack": pack,
                    "counsel": counsel,
                    "document_sha256": document_sha256,
                    "confirmed_at": at,
                    "confirmed_by_id": actor.user_id,
                },
            )
            if is_new:
                trail.record(
                    organisation_id=actor.organisation_id,
                    entry_type=EntryType.PACK_CONFIRMED,
                    actor=actor.label,
                    subject=f"pack:{pack.id}",
                    fields={"pack": pack.edition, "rule": rule_id, "document_sha256": document_sha256},
                    at=at,
                )
            confirmed.append(ConfirmedRule(rule_id, row.counsel, row.document_sha256, row.confirmed_at))
        return tuple(confirmed)
