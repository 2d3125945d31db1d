"""State a fact of the register anew: a performer came of age, moved or died; an engagement was signed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from accounts.values import Actor
from audit import subjects, trail
from audit.entry_types import EntryType
from core import clock
from core.clock import rfc3339
from core.ids import new_id
from core.tenancy import tenant
from licensing.errors import (
    DigestMalformed,
    FactsUnreadable,
    NoSuchEngagement,
    NothingToChange,
    UnknownPerformer,
)
from licensing.models.performer import Engagement, Performer
from licensing.names import ChangeReason
from licensing.performer_cards import EngagementCard, PerformerCard, card_of, engagement_card_of
from licensing.places import is_territory
from productions.queries import production_facts

PERFORMER_FACTS = ("state", "domicile")
ENGAGEMENT_FACTS = (
    "category",
    "agreement",
    "is_engaged",
    "engaged_at",
    "contract_date",
    "representation",
    "union_covered",
    "employed_on_project",
    "recognisable",
    "portrayed_as_minor",
    "replica_from",
    "estimated_days",
)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_COLUMNS = {"replica_from": "replica_from_id"}

Value = str | bool | int | date | datetime | UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """What is true now, why the register said otherwise, and the paper that shows it.

    `facts`: values by the name of the fact; None: it is unknown from here on. What is not named stays as it is.
    `true_since`: the day from which it is true; None: nobody has said.
    """

    facts: Mapping[str, Value]
    reason: ChangeReason
    document_sha256: str
    true_since: date | None = None


def restate_performer(performer_id: UUID, new: Restatement, *, actor: Actor) -> PerformerCard:
    """Change what is known of a person; the next decision reads it, and earlier ones keep the facts they had.

    Raises:
        UnknownPerformer: nobody of this id is registered here.
        FactsUnreadable: another fact, no territory, or a day that has not come.
        DigestMalformed: the paper's digest is none.
        NothingToChange: the register says so already.
    """
    _require_statement(new, PERFORMER_FACTS)
    domicile = new.facts.get("domicile")
    if domicile is not None and not is_territory(str(domicile)):
        raise FactsUnreadable("domicile", f"{domicile!r} is no territory the rulebook knows.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = Performer.objects.select_for_update().filter(id=performer_id).first()
        if row is None:
            raise UnknownPerformer(performer_id)
        _restate(row, new, actor=actor, performer_id=row.id, production_id=None)
        return card_of(row)


def restate_engagement(engagement_id: UUID, new: Restatement, *, actor: Actor) -> EngagementCard:
    """Change what is known of an engagement, as `restate_performer` does of a person.

    Raises:
        NoSuchEngagement: there is none of this id here.
        productions.errors.NoSuchProduction: the replica would come from a production that is not here.
        FactsUnreadable, DigestMalformed, NothingToChange: as there.
    """
    _require_statement(new, ENGAGEMENT_FACTS)
    facts = dict(new.facts)
    if facts.get("engaged_at") is not None:
        # When somebody was engaged says that they are.
        facts["is_engaged"] = True
    elif facts.get("is_engaged") is False or ("is_engaged" in facts and facts["is_engaged"] is None):
        facts["engaged_at"] = None
    with tenant(actor.organisation_id, user_id=actor.user_id):
        origin = facts.get("replica_from")
        if isinstance(origin, UUID):
            production_facts(actor.organisation_id, origin)
        row = Engagement.objects.select_for_update().filter(id=engagement_id).first()
        if row is None:
            raise NoSuchEngagement("There is no such engagement here.")
        stated = Restatement(
            facts=facts,
            reason=new.reason,
            document_sha256=new.document_sha256,
            true_since=new.true_since,
        )
        _restate(row, stated, actor=actor, performer_id=row.performer_id, production_id=row.production_id)
        return engagement_card_of(row)


def _require_statement(new: Restatement, known: tuple[str, ...]) -> None:
    if unknown := [name for name in new.facts if name not in known]:
        raise FactsUnreadable(unknown[0], f"{unknown[0]}: is no fact that can be stated here")
    if not _SHA256.fullmatch(new.document_sha256):
        raise DigestMalformed("The paper's SHA-256 has 64 hexadecimal digits in lower case.")
    if new.true_since is not None and new.true_since > clock.now().date():
        raise FactsUnreadable("true_since", "true_since: has not come yet; state it on that day")


def _restate(
    row: Performer | Engagement,
    new: Restatement,
    *,
    actor: Actor,
    performer_id: UUID,
    production_id: UUID | None,
) -> None:
    changed = []
    for name, value in new.facts.items():
        column = _COLUMNS.get(name, name)
        if getattr(row, column) != value:
            setattr(row, column, value)
            changed.append(name)
    if not changed:
        raise NothingToChange("The register says exactly this already.")
    statement_id, at = new_id(), clock.now()
    stated = {
        "statement": str(statement_id),
        "reason": new.reason.value,
        "true_since": new.true_since.isoformat() if new.true_since else None,
        "document_sha256": new.document_sha256,
        "recorded_at": rfc3339(at),
        "recorded_by": str(actor.user_id),
    }
    with connection.cursor() as cursor:
        # A trigger keeps the old value and the new one with these words, and refuses an update without them.
        cursor.execute("SELECT set_config('app.register_change', %s, true)", [json.dumps(stated)])
        row.save(update_fields=changed)
        cursor.execute("SELECT set_config('app.register_change', '', true)")
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.REGISTER_CHANGED,
        actor=actor.label,
        subject=f"change:{statement_id}",
        fields={
            "change": str(statement_id),
            "performer": subjects.performers(actor.organisation_id, [performer_id])[0],
            "reason_code": new.reason.value,
            "document_sha256": new.document_sha256,
        },
        at=at,
        production_id=production_id,
        person_id=performer_id,
    )
