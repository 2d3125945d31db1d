"""Case files of Synthetics: opened, and carried on step by step."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.models.synthetic import SyntheticFile, SyntheticStep
from licensing.synthetics.errors import NoSuchSyntheticFile, StepRefused, SyntheticFileOnRecord
from licensing.synthetics.order import Step, require_step
from licensing.synthetics.reading import SyntheticFileCard, steps_of, synthetic_card
from productions.queries import production_facts

_KEPT = "It is on record. The log has not confirmed it yet and will without your doing. Do not send it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSyntheticFile:
    production_id: UUID
    role: str
    why_human_role: str


def open_file(new: NewSyntheticFile, *, actor: Actor) -> SyntheticFileCard:
    """Open the case file of a Synthetic, and wait until the log covers it. Nothing is allowed by it.

    Raises:
        StepRefused: role or reason is missing.
        SyntheticFileOnRecord: the role has one.
        productions.errors.NoSuchProduction: not here.
        LogNotReady: it is on record; its entry is not covered yet.
    """
    if not (new.role.strip() and new.why_human_role.strip()):
        raise StepRefused("Name the role, and say why it is a human one.")
    production_facts(actor.organisation_id, new.production_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        at = clock.now()
        try:
            with transaction.atomic():
                row: SyntheticFile = SyntheticFile.objects.create(
                    id=new_id(),
                    production_id=new.production_id,
                    role=new.role.strip(),
                    why_human_role=new.why_human_role.strip(),
                    opened_at=at,
                    opened_by_id=actor.user_id,
                )
        except IntegrityError as error:
            raise SyntheticFileOnRecord("This role of the production has a case file already.") from error
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.SYNTHETIC_OPENED,
            actor=actor.label,
            subject=f"synthetic:{row.id}",
            fields={"synthetic": str(row.id)},
            at=at,
            production_id=new.production_id,
        )
    wait_until_covered(actor.organisation_id, [entry_uid], message=_KEPT)
    return synthetic_card(row.id, actor=actor)


def take_step(file_id: UUID, step: Step, *, actor: Actor) -> SyntheticFileCard:
    """Enter a step into a case file, and wait until the log covers it. The gate counts it only then.

    Raises:
        NoSuchSyntheticFile: not here.
        StepRefused: it does not follow, or lacks what it needs.
        LogNotReady: it is on record; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: SyntheticFile | None = SyntheticFile.objects.filter(id=file_id).first()
        if row is None:
            raise NoSuchSyntheticFile("There is no such case file here.")
        with connection.cursor() as cursor:
            # As the table's trigger: one step at a time, so that each is looked at beside all before it.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 20261123))", [str(file_id)])
        at = clock.now()
        require_step(step, steps_of(row), at=at)
        step_id = new_id()
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.SYNTHETIC_STEPPED,
            actor=actor.label,
            subject=f"synthetic:{row.id}",
            fields={
                "synthetic": str(row.id),
                "synthetic_step": str(step_id),
                "step_code": step.kind.value,
                "proof_sha256": step.proof_sha256 or None,
            },
            at=at,
            production_id=row.production_id,
        )
        SyntheticStep.objects.create(
            id=step_id,
            file=row,
            kind=step.kind,
            happened_at=step.happened_at,
            finding=step.finding,
            author=step.author,
            text=step.text,
            proof_sha256=step.proof_sha256,
            amount_minor=step.amount_minor,
            currency=step.currency,
            plan=step.plan,
            recorded_at=at,
            recorded_by_id=actor.user_id,
            entry_uid=entry_uid,
        )
    wait_until_covered(actor.organisation_id, [entry_uid], message=_KEPT)
    return synthetic_card(file_id, actor=actor)
