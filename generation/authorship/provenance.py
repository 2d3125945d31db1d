"""How much of a work is people's: the tier of a production or of one cut, computed from what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core.tenancy import tenant
from generation.authorship.cards import CutCard
from generation.authorship.queries import cut_card, cuts_of
from generation.authorship.reading import standing
from generation.authorship.scale import Placing, Scale, TierFacts, placing, scale
from generation.authorship.values import ContributionKind
from generation.models import Take
from provenance.queries import source_statements


@dataclass(frozen=True, slots=True)
class Heading:
    """What is on record under one of the five headings of the trade; `said` says so too where nothing is."""

    name: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanProvenance:
    """`placing` None: nobody has put anything in order yet, so there is nothing to compute from."""

    scale: Scale
    facts: TierFacts
    placing: Placing | None
    headings: tuple[Heading, ...]


def human_provenance(organisation_id: UUID, production_id: UUID) -> HumanProvenance:
    """The tier of a production, over the cuts of all its sequences.

    Raises:
        productions.errors.NoSuchProduction: none of this organisation has the id.
    """
    return _provenance(organisation_id, cuts_of(organisation_id, production_id))


def human_provenance_of_cut(organisation_id: UUID, sequence_id: UUID) -> HumanProvenance:
    """The tier of one sequence.

    Raises:
        productions.errors.NoSuchSequence: none of this organisation has the id.
    """
    return _provenance(organisation_id, (cut_card(organisation_id, sequence_id),))


def _provenance(organisation_id: UUID, cuts: Sequence[CutCard]) -> HumanProvenance:
    entries = [entry for cut in cuts for entry in cut.entries]
    take_ids = {entry.take_id for entry in entries if entry.take_id is not None}
    sources = source_statements(organisation_id, take_ids)
    with tenant(organisation_id):
        takes = {row.id: row for row in Take.objects.filter(id__in=take_ids)}
        written = {
            (row.shot_id, row.content["prompt"], row.content["negative_prompt"])
            for row in standing().filter(
                kind=ContributionKind.PROMPT_WRITTEN, shot_id__in={row.shot_id for row in takes.values()}
            )
        }
    generated = altered = declared = takes_cut = selected = prompted = replicas = 0
    for entry in entries:
        if entry.take_id is None:
            declared += entry.frames if entry.without_ai else 0
            continue
        take, source = takes[entry.take_id], sources.get(entry.take_id)
        takes_cut += 1
        selected += entry.verdict == ContributionKind.TAKE_SELECTED
        prompted += (take.shot_id, take.prompt, take.negative_prompt) in written
        replicas += bool(take.request.get("cast"))
        if source is not None and source.digital_source_type is not None:
            generated += entry.frames if source.is_generated else 0
            altered += 0 if source.is_generated else entry.frames
    facts = TierFacts(
        frames=sum(entry.frames for entry in entries),
        generated=generated,
        altered=altered,
        declared_human=declared,
        takes=takes_cut,
        selected=selected,
        prompted=prompted,
        # Only a person can save an order; a process is refused.
        arranged=all(cut.number > 0 for cut in cuts if cut.entries),
    )
    return HumanProvenance(
        scale=scale(),
        facts=facts,
        placing=placing(facts, scale().tiers),
        headings=_headings(facts, prompts=len(written), replicas=replicas),
    )


def _headings(facts: TierFacts, *, prompts: int, replicas: int) -> tuple[Heading, ...]:
    return (
        Heading("Script", f"{_count(prompts, 'prompt')} written by people. The screenplay is not recorded."),
        Heading(
            "Visual effects",
            f"Of {_count(facts.frames, 'frame')} {facts.generated} generated, {facts.altered} altered, "
            f"{facts.declared_human} declared as made without AI, {facts.unknown} not recorded.",
        ),
        Heading("Voice", "Not recorded."),
        Heading(
            "Performance capture",
            f"{replicas} of {_count(facts.takes, 'stretch', 'stretches')} from takes show a performer's replica. "
            "Whether somebody performed for them is not recorded.",
        ),
        Heading("Marketing", "Not recorded."),
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
