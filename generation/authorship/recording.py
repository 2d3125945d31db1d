"""Writing acts of people into the record, inside the transaction that does them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from core.digests import new_salt, sha256_hex
from core.ids import new_id
from generation.authorship.values import Act, ContributionKind, Evidence, EvidenceKind
from generation.models import Contribution, Take
from generation.values import TakeState

# What a person sets on a take beside the words, in the order a report tells it.
_PARAMETERS = ("width", "height", "num_frames", "fps", "steps", "guidance_scale")


def record_act(act: Act, *, actor: Actor, at: datetime) -> Contribution:
    """Put one act on record and log it. Call inside `core.tenancy.tenant`.

    Raises:
        ValueError: no person acts; a process contributes nothing.
    """
    if actor.user_id is None:
        raise ValueError("Only a person contributes.")
    content: dict[str, Canonical] = {
        **act.stated,
        "kind": str(act.kind),
        "at": rfc3339(at),
        "by": str(actor.user_id),
        "production": str(act.production_id),
        "sequence": _text(act.sequence_id),
        "shot": _text(act.shot_id),
        "take": _text(act.take_id),
        "supersedes": _text(act.supersedes_id),
        "evidence": [one.to_json() for one in act.evidence],
        "salt": new_salt().hex(),
    }
    digest = sha256_hex(canonical_bytes(content))
    row: Contribution = Contribution.objects.create(
        id=new_id(),
        production_id=act.production_id,
        sequence_id=act.sequence_id,
        shot_id=act.shot_id,
        take_id=act.take_id,
        kind=act.kind,
        content=content,
        content_sha256=digest,
        supersedes_id=act.supersedes_id,
        at=at,
        actor=actor.label,
        by_id=actor.user_id,
    )
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.CONTRIBUTION_RECORDED,
        actor=actor.label,
        subject=f"contribution:{row.id}",
        fields={
            "contribution": str(row.id),
            "kind": str(act.kind),
            "content_sha256": digest,
            "take": _text(act.take_id),
            "supersedes": _text(act.supersedes_id),
        },
        at=at,
        production_id=act.production_id,
    )
    return row


def record_request(take: Take, *, production_id: UUID, seed_chosen: bool, actor: Actor, at: datetime) -> None:
    """What a person did by asking for `take`: new words, and numbers other than the take before had.

    A seed that was drawn is no choice of anybody. Repeating a request adds nothing.
    """
    if actor.user_id is None:
        return
    earlier = Take.objects.filter(shot_id=take.shot_id, number__lt=take.number).exclude(
        state=TakeState.REFUSED
    )
    evidence = (
        Evidence(EvidenceKind.TAKE, str(take.id)),
        Evidence(EvidenceKind.DECISION, str(take.decision_id)),
        Evidence(EvidenceKind.REQUEST, take.request_sha256),
    )

    def recorded(kind: ContributionKind, stated: dict[str, Canonical]) -> None:
        act = Act(
            kind=kind,
            production_id=production_id,
            shot_id=take.shot_id,
            take_id=take.id,
            stated=stated,
            evidence=evidence,
        )
        record_act(act, actor=actor, at=at)

    if not earlier.filter(prompt=take.prompt, negative_prompt=take.negative_prompt).exists():
        recorded(
            ContributionKind.PROMPT_WRITTEN, {"prompt": take.prompt, "negative_prompt": take.negative_prompt}
        )
    before = earlier.select_related("model").order_by("-number").first()
    changed = _changed(before, take, seed_chosen=seed_chosen) if before is not None else []
    if changed:
        recorded(ContributionKind.PARAMETERS_CHANGED, {"changes": changed})


def one_at_a_time(what: str) -> None:
    """Let one transaction after the other go on with `what`; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _changed(before: Take, after: Take, *, seed_chosen: bool) -> list[dict[str, Canonical]]:
    pairs: list[tuple[str, str, str]] = [
        (name, _number(getattr(before, name)), _number(getattr(after, name))) for name in _PARAMETERS
    ]
    pairs.append(("model", str(before.model), str(after.model)))
    if seed_chosen:
        pairs.append(("seed", str(before.seed), str(after.seed)))
    return [{"parameter": name, "from": old, "to": new} for name, old, new in pairs if old != new]


def _number(value: object) -> str:
    # A row just made holds a guidance as it was given; one that was read holds what the column keeps.
    return f"{float(str(value)):g}"


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
