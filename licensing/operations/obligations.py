"""Duties become owed when their effect happens, and end when they are proved served or waived by legal."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import subjects, trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.ids import new_id
from core.tenancy import tenant
from licensing.errors import DigestMalformed, NoSuchDecision, UnknownPerformer
from licensing.models.decision import Decision
from licensing.models.owed import Obligation, ObligationEnd, ObligationUse
from licensing.models.performer import Engagement, Performer
from licensing.operations.ledger import assess_if_known
from licensing.owed.clocks import clocks
from licensing.owed.duty_reading import ReadDuty, read_duty
from licensing.owed.errors import ClockUnknown, NoSuchObligation, ObligationEnded, PayNotServed
from licensing.owed.values import DueWord, Effect, EndKind, WaiverReason
from licensing.owed_cards import ObligationCard
from licensing.owed_queries import obligation_card
from licensing.packs import pack_row
from licensing.rulebook.book import rule_book
from licensing.values import DutyKind
from productions.queries import production_facts

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PAY = (DutyKind.PAY_PERFORMER, DutyKind.PAY_PLAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObligation:
    """An obligation that no decision names, such as a half-yearly report. `since`: what its clock counts from."""

    clock: str
    since: datetime
    to_code: str = ""
    performer_id: UUID | None = None
    production_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Proof that something was done: the digest of the paper, when, and who got it."""

    document_sha256: str
    served_on: date
    served_to: str


def open_from_decision(
    organisation_id: UUID,
    decision_id: UUID,
    *,
    effect: Effect,
    effect_id: UUID,
    at: datetime,
    actor_label: str,
) -> tuple[UUID, ...]:
    """Open what a decision's duties make owed now that its effect happens; in the transaction of that effect.

    A duty that is owed already for the same production, person and rule gets a further use instead. The same effect
    told twice changes nothing. Where every figure is known, the amount is posted at once.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id):
        decision = Decision.objects.select_related("pack").filter(id=decision_id).first()
        if decision is None:
            raise NoSuchDecision("There is no such decision here.")
        found = _Reader(decision)
        opened = []
        for duty in decision.duties:
            row = _owed_for(decision, found, duty, at=at, actor_label=actor_label)
            read = found.read(duty)
            with transaction.atomic():
                ObligationUse.objects.bulk_create(
                    [
                        ObligationUse(
                            organisation_id=organisation_id,
                            obligation=row,
                            decision=decision,
                            effect=effect,
                            effect_id=effect_id,
                            inputs=duty["inputs"],
                            units=dict(read.units),
                            at=at,
                        )
                    ],
                    ignore_conflicts=True,
                )
            if row.duty == DutyKind.RECORD_BASIS:
                _record_basis(row, decision, at=at, actor_label=actor_label)
            assess_if_known(row, at=at, actor_label=actor_label)
            opened.append(row.id)
        return tuple(opened)


def open_by_clock(new: NewObligation, *, actor: Actor) -> ObligationCard:
    """Open an obligation that a rule's clock counts, such as bargaining after a notice.

    Raises:
        ClockUnknown: no rule on file has this clock.
        UnknownPerformer, productions.errors.NoSuchProduction: not here.
    """
    rule_clock = clocks().get(new.clock)
    if rule_clock is None:
        raise ClockUnknown(f"There is no clock {new.clock}. Known: {', '.join(clocks())}.")
    agreement = None
    if new.production_id is not None:
        agreement = production_facts(actor.organisation_id, new.production_id).agreement
    with tenant(actor.organisation_id, user_id=actor.user_id):
        if new.performer_id and not Performer.objects.filter(id=new.performer_id).exists():
            raise UnknownPerformer(new.performer_id)
        at = clock.now()
        row: Obligation = Obligation.objects.create(
            production_id=new.production_id,
            performer_id=new.performer_id,
            duty=rule_clock.duty,
            to_code="" if new.performer_id else new.to_code or "sag_aftra",
            rule_id=rule_clock.rule,
            grade=rule_clock.grade,
            pack_edition=pack_row(at).edition,
            agreement=agreement,
            inputs={},
            due_word=DueWord.CLOCK,
            clock=rule_clock.id,
            clock_since=new.since,
            note=new.note,
            opened_at=at,
            actor=actor.label,
        )
        _log_opened(row, actor_label=actor.label)
    return obligation_card(row.id, actor=actor)


def serve(obligation_id: UUID, service: Service, *, actor: Actor) -> ObligationCard:
    """Record that an obligation was met, with what proves it.

    Raises:
        NoSuchObligation: not here.
        DigestMalformed: the paper's digest is none.
        PayNotServed: it is a duty to pay.
        ObligationEnded: it ended before.
    """
    if not _SHA256.fullmatch(service.document_sha256):
        raise DigestMalformed("The paper's SHA-256 has 64 hexadecimal digits in lower case.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _obligation(obligation_id)
        if row.duty in _PAY:
            raise PayNotServed("A duty to pay ends when payroll paid it. Record the payment.")
        _end(
            row,
            EndKind.SERVED,
            at=clock.now(),
            actor_label=actor.label,
            by_id=actor.user_id,
            document_sha256=service.document_sha256,
            served_on=service.served_on,
            served_to=service.served_to,
        )
    return obligation_card(obligation_id, actor=actor)


def waive(obligation_id: UUID, *, reason_code: WaiverReason, reason: str, actor: Actor) -> ObligationCard:
    """Record that something is not owed any more, and why. What the ledger holds of it stays there.

    Raises:
        NoSuchObligation: not here.
        ObligationEnded: it ended before.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _end(
            _obligation(obligation_id),
            EndKind.WAIVED,
            at=clock.now(),
            actor_label=actor.label,
            by_id=actor.user_id,
            reason_code=reason_code,
            reason=reason,
        )
    return obligation_card(obligation_id, actor=actor)


class _Reader:
    """The duties of one decision, read with what its facts say of the people."""

    def __init__(self, decision: Decision) -> None:
        facts = json.loads(bytes(decision.facts))
        self.agreement: str | None = (facts.get("project") or {}).get("agreement")
        self._rules = {reason["rule_id"] for reason in decision.reasons}
        self._replicas = {one["person_id"]: one.get("replica_type") for one in facts.get("subjects") or ()}

    def read(self, duty: Mapping[str, Canonical]) -> ReadDuty:
        return read_duty(
            duty,
            rules_that_spoke=self._rules,
            agreement=self.agreement,
            replica_type=self._replicas.get(str(duty["to"])),
        )

    def is_person(self, to: str) -> bool:
        return to in self._replicas


def _owed_for(
    decision: Decision, found: _Reader, duty: Mapping[str, Any], *, at: datetime, actor_label: str
) -> Obligation:
    read = found.read(duty)
    performer_id = UUID(duty["to"]) if found.is_person(duty["to"]) else None
    same = {
        "production_id": decision.production_id,
        "performer_id": performer_id,
        "duty": duty["duty"],
        "to_code": "" if performer_id else duty["to"],
        "rule_id": read.rule_id,
        "formula": read.formula or "",
    }
    engagement = Engagement.objects.filter(
        production_id=decision.production_id, performer_id=performer_id
    ).first()
    row = Obligation(
        id=new_id(),
        organisation_id=decision.organisation_id,
        **same,
        grade=_grade_of(read.rule_id),
        pack_edition=decision.pack.edition,
        agreement=(engagement.agreement if engagement else None) or found.agreement,
        category=(engagement.category or "") if engagement else "",
        inputs=duty["inputs"],
        due_word=read.due,
        clock=read.clock or "",
        clock_since=at if read.clock else None,
        decision=decision,
        opened_at=at,
        actor=actor_label,
    )
    # Two takes may finish at once: the constraint lets one of them open it.
    Obligation.objects.bulk_create([row], ignore_conflicts=True)
    stored: Obligation = Obligation.objects.get(**same, decision__isnull=False)
    if stored.id == row.id:
        _log_opened(stored, actor_label=actor_label)
    return stored


def _grade_of(rule_id: str) -> str:
    entry = rule_book().entries.get(rule_id)
    return entry.grade if entry else "A"


def _record_basis(row: Obligation, decision: Decision, *, at: datetime, actor_label: str) -> None:
    """The basis stands in the decision's own facts: their digest is the proof."""
    if not ObligationEnd.objects.filter(obligation=row).exists():
        _end(
            row,
            EndKind.SERVED,
            at=at,
            actor_label=actor_label,
            by_id=None,
            document_sha256=decision.facts_sha256,
            served_on=at.date(),
            served_to="the facts of the decision",
        )


def _end(
    row: Obligation,
    kind: EndKind,
    *,
    at: datetime,
    actor_label: str,
    by_id: UUID | None,
    **columns: Any,  # noqa: ANN401 - any column
) -> None:
    try:
        with transaction.atomic():
            ObligationEnd.objects.create(
                obligation=row, kind=kind, at=at, actor=actor_label, by_id=by_id, **columns
            )
    except IntegrityError as error:
        there = ObligationEnd.objects.filter(obligation=row).first()
        if there is None:
            raise
        raise ObligationEnded(there.kind) from error
    is_served = kind is EndKind.SERVED
    trail.record(
        organisation_id=row.organisation_id,
        entry_type=EntryType.OBLIGATION_SERVED if is_served else EntryType.OBLIGATION_WAIVED,
        actor=actor_label,
        subject=f"obligation:{row.id}",
        fields={"obligation": str(row.id)}
        | (
            {"document_sha256": columns["document_sha256"]}
            if is_served
            else {"reason_code": str(columns["reason_code"])}
        ),
        at=at,
        production_id=row.production_id,
        person_id=row.performer_id,
    )


def _log_opened(row: Obligation, *, actor_label: str) -> None:
    trail.record(
        organisation_id=row.organisation_id,
        entry_type=EntryType.OBLIGATION_OPENED,
        actor=actor_label,
        subject=f"obligation:{row.id}",
        fields={
            "obligation": str(row.id),
            "duty": row.duty,
            "rule": row.rule_id,
            "decision": str(row.decision_id) if row.decision_id else None,
            "performers": subjects.performers(row.organisation_id, [row.performer_id])
            if row.performer_id
            else None,
        },
        at=row.opened_at,
        production_id=row.production_id,
        person_id=row.performer_id,
    )


def _obligation(obligation_id: UUID) -> Obligation:
    row: Obligation | None = Obligation.objects.filter(id=obligation_id).first()
    if row is None:
        raise NoSuchObligation("There is no such obligation here.")
    return row
