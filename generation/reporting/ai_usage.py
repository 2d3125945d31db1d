"""Report 8: the AI usage register, for insurers and distributors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TypeAlias
from uuid import UUID

from accounts.values import Role
from generation.authorship.queries import verdicts
from generation.models import ModelRecord, ModelRelease, Take
from generation.reporting.scoped import productions
from generation.values import TakeState
from licensing.reporting.definition import Cell, Column, Narrowing, Reading, ReportDefinition, Row
from licensing.reporting.narrowing import in_period
from licensing.values import VendorPaper
from web.templatetags.words import words

_Key: TypeAlias = "tuple[UUID, str]"

COLUMNS = (
    Column("tool", "The model's name.", 1.2),
    Column("version", "The version that was approved, and the digest of its weights.", 1.6),
    Column("licence tier", "The licence it is used under, and the vendor's tier where one is recorded.", 1),
    Column("vendor", "Who made or sells it.", 1),
    Column(
        "terms snapshot hash",
        "SHA-256 of the vendor's terms that were on file when takes were asked for.",
        1.2,
    ),
    Column("training-data statement", "What it was trained on, as the organisation has it on file.", 2),
    Column("inputs class", "What it was given.", 1.2),
    Column("region", "Where it ran.", 0.8),
    Column("task", "The use that was asked for, and the production.", 1.3),
    Column("shots", "Shots with signed takes.", 1.2),
    Column("human reviewer", "People who selected or rejected its takes.", 1.2),
    Column("indemnity", "Whether a paper of the vendor's on indemnity is on file.", 1),
)


def rows(reading: Reading) -> Iterator[Row]:
    """One row for each production, model and use that a signed take was made with."""
    for production in productions(reading):
        takes = (
            Take.objects.filter(
                in_period(reading.scope, "requested_at"),
                shot__sequence__production_id=production.id,
                state=TakeState.SIGNED,
            )
            .select_related("model", "shot")
            .order_by("model__name", "model__version", "shot__order", "shot__code", "number")
        )
        grouped: dict[_Key, list[Take]] = defaultdict(list)
        for take in takes:
            grouped[take.model_id, take.request["use"]].append(take)
        histories = _histories({take.model_id for take in takes})
        judged = verdicts(reading.actor.organisation_id, {take.shot_id for take in takes})
        for (_, use), made in grouped.items():
            reviewers = {judged[take.id].by_name for take in made if take.id in judged}
            terms = _terms_then(histories.get(made[0].model_id, []), made)
            yield _row(made[0].model, production.title, use, made, terms=terms, reviewers=sorted(reviewers))


def _histories(model_ids: Collection[UUID]) -> dict[UUID, list[ModelRecord]]:
    """What was on file about each model, the latest first."""
    found: dict[UUID, list[ModelRecord]] = defaultdict(list)
    for one in ModelRecord.objects.filter(model_id__in=model_ids).order_by("-stated_at", "-id"):
        found[one.model_id].append(one)
    return found


def _terms_then(history: Sequence[ModelRecord], made: Sequence[Take]) -> list[str]:
    """Digests of the vendor's terms on file when each of the takes was asked for."""
    told = (
        next((one.content["terms_sha256"] for one in history if one.stated_at <= take.requested_at), "")
        for take in made
    )
    return sorted({one for one in told if one})


def _row(
    model: ModelRelease,
    title: str,
    use: str,
    made: Sequence[Take],
    *,
    terms: list[str],
    reviewers: list[str],
) -> Row:
    return (
        model.name,
        f"{model.version}; weights {model.lock_sha256}",
        "; ".join(one for one in (model.licence, model.licence_tier) if one) or None,
        model.vendor or None,
        terms or None,
        model.data_statement or None,
        _inputs(made),
        model.region or None,
        f"{words(use)}, {title}",
        list(dict.fromkeys(take.shot.code for take in made)),
        reviewers or None,
        _on_file(model, VendorPaper.IP_INDEMNITY),
    )


def _inputs(made: Sequence[Take]) -> list[str]:
    with_cast = any(take.request.get("cast") for take in made)
    return ["text prompt", *(("identity of a performer under a recorded decision",) if with_cast else ())]


def _on_file(model: ModelRelease, paper: VendorPaper) -> Cell:
    """Whether the paper is on file; None where nobody has said what is."""
    if model.on_file is None:
        return None
    return "on file" if paper in model.on_file else "not on file"


AI_USAGE_REGISTER = ReportDefinition(
    code="ai_usage_register",
    number=8,
    title="AI usage register",
    purpose="Which models were used for what, on whose terms, and who looked at what they made.",
    readers="insurers and distributors",
    columns=COLUMNS,
    narrowings=frozenset({Narrowing.PRODUCTION, Narrowing.PERIOD}),
    period_means="when the take was asked for",
    roles=(Role.PRODUCER, Role.LEGAL, Role.ADMIN, Role.AUDITOR),
    rows=rows,
    notes=(
        "Signed takes alone: what was refused, failed or cancelled is no part of the work.",
        "A column that reads not recorded is a question to put to the vendor, never an answer.",
    ),
)
