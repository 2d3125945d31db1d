"""Correct a fact of a production that rules read: a date, the agreement and its edition, law, kind, buyer."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from uuid import UUID

from django.db import connection

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.clock import rfc3339
from core.ids import new_id
from core.tenancy import tenant
from productions.errors import CorrectionUnfit, NoSuchProduction, NothingToCorrect
from productions.models import Production
from productions.queries import ProductionFacts, facts_of_row
from productions.values import (
    FACTS,
    TERRITORY_PATTERN,
    AgreementCode,
    Buyer,
    Correction,
    Fact,
    ProductionKind,
)

_LONGEST_WHY = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORDS: dict[str, type[StrEnum]] = {"kind": ProductionKind, "agreement": AgreementCode, "buyer": Buyer}


def correct_production(production_id: UUID, new: Correction, *, actor: Actor) -> ProductionFacts:
    """Change what rules read of a production; the next decision reads it, and earlier ones keep the facts they had.

    Raises:
        NoSuchProduction: none of the actor's organisation has the id.
        CorrectionUnfit: a fact there is not, a value it cannot have, no reason or paper, or a day that has not come.
        NothingToCorrect: the production says exactly this already.
    """
    _require_statement(new)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = Production.objects.select_for_update(of=("self",)).filter(id=production_id).first()
        if row is None:
            raise NoSuchProduction("There is no such production here.")
        changed = changes(facts_of_row(row), new)
        if not changed:
            raise NothingToCorrect("The production says exactly this already.")
        _write(row, new, changed, actor=actor)
        return facts_of_row(row)


def changes(facts: ProductionFacts, new: Correction) -> dict[str, Fact]:
    """What of `facts` would become another one, with the new values."""
    return {name: value for name, value in new.facts.items() if getattr(facts, name) != value}


def _require_statement(new: Correction) -> None:
    for name, value in new.facts.items():
        if name not in FACTS:
            raise CorrectionUnfit(name[:40], f"{name[:40]!r} is no fact of a production.")
        _require_value(name, value)
    if not new.because.strip() or len(new.because) > _LONGEST_WHY:
        raise CorrectionUnfit("because", f"Say why, in up to {_LONGEST_WHY} characters.")
    if not _SHA256.fullmatch(new.document_sha256):
        raise CorrectionUnfit(
            "document_sha256", "The paper's SHA-256 has 64 hexadecimal digits in lower case."
        )
    if new.true_since is not None and new.true_since > clock.now().date():
        raise CorrectionUnfit("true_since", "This day has not come yet; correct it on that day.")


def _require_value(name: str, value: Fact) -> None:
    if name == "kind" and value is None:
        raise CorrectionUnfit("kind", "Every production is of some kind.")
    words = _WORDS.get(name)
    if words is not None and value is not None and value not in {one.value for one in words}:
        raise CorrectionUnfit(name, f"{value!r} is none of {', '.join(one.value for one in words)}.")
    if name == "governing_law" and value is not None and not re.fullmatch(TERRITORY_PATTERN, str(value)):
        raise CorrectionUnfit(name, "A territory such as US, US-CA, DE, EU or WORLD.")


def _write(row: Production, new: Correction, changed: dict[str, Fact], *, actor: Actor) -> None:
    statement_id, at = new_id(), clock.now()
    stated = {
        "statement": str(statement_id),
        "reason": new.reason.value,
        "because": new.because.strip(),
        "true_since": new.true_since.isoformat() if new.true_since else None,
        "document_sha256": new.document_sha256,
        "recorded_at": rfc3339(at),
        "recorded_by": str(actor.user_id),
    }
    for name, value in changed.items():
        setattr(row, name, value)
    with connection.cursor() as cursor:
        # A trigger keeps the old value and the new one with these words, and refuses an update without them.
        cursor.execute("SELECT set_config('app.production_change', %s, true)", [json.dumps(stated)])
        row.save(update_fields=list(changed))
        cursor.execute("SELECT set_config('app.production_change', '', true)")
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.PRODUCTION_CHANGED,
        actor=actor.label,
        subject=f"change:{statement_id}",
        fields={
            "change": str(statement_id),
            "reason_code": new.reason.value,
            "document_sha256": new.document_sha256,
        },
        at=at,
        production_id=row.id,
    )
