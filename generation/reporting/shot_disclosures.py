"""Report 9: the shot disclosure map, from the cuts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from accounts.values import Role
from generation.authorship.cards import CutCard, CutEntryCard
from generation.authorship.queries import cuts_of
from generation.models import Take
from generation.reporting.scoped import contribution_of, productions, share_of_frame
from licensing.disclosures.cards import DueDisclosure
from licensing.disclosures.queries import due_disclosures
from licensing.doors import SEES_EVERYBODY
from licensing.queries import decision_card, names_of_people, performers_of
from licensing.reporting.definition import NONE, Cell, Column, Narrowing, Reading, ReportDefinition, Row
from provenance.queries import SourceStatement, source_statements
from web.templatetags.words import words

COLUMNS = (
    Column("reel", "The reel, as whoever cut the sequence named it.", 0.7),
    Column("timecode in/out", "On the reel, every frame counted; the second is the first frame after.", 1.3),
    Column("shot", "Sequence, shot and take, or the element made by hand.", 1.3),
    Column("contribution", "generated, altered or enhanced by a model, by the credential of the take.", 1),
    Column("share of frame", "How much of each image is a model's.", 0.9),
    Column("tool", "Model and version.", 1.2),
    Column("performers", "Whose likeness the take's decision is about.", 1.2),
    Column("consent_id", "The consents that decision rests on.", 1.4),
    Column("C2PA manifest id", "Of the take's content credential.", 1.4),
    Column("digitalSourceType", "As the credential has it, a term of IPTC's.", 1.4),
    Column("disclosure", "What the audience is told, where anything is due.", 1.6),
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What rows of one production are told from. `due` is by decision."""

    takes: Mapping[UUID, Take]
    sources: Mapping[UUID, SourceStatement]
    names: Mapping[str, str]
    due: Mapping[UUID, list[DueDisclosure]]


def rows(reading: Reading) -> Iterator[Row]:
    """Every stretch of every cut that counts, in its order."""
    organisation_id = reading.actor.organisation_id
    names = names_of_people(organisation_id, everybody=reading.actor.is_one_of(*SEES_EVERYBODY))
    for production in productions(reading):
        cuts = cuts_of(organisation_id, production.id)
        take_ids = {one.take_id for cut in cuts for one in cut.entries if one.take_id}
        due: dict[UUID, list[DueDisclosure]] = defaultdict(list)
        for one in due_disclosures(organisation_id, production.id):
            for decision_id in one.decisions:
                due[decision_id].append(one)
        takes = Take.objects.filter(id__in=take_ids).select_related("model", "shot__sequence")
        known = _Known(
            takes={row.id: row for row in takes},
            sources=source_statements(organisation_id, take_ids),
            names=names,
            due=due,
        )
        for cut in cuts:
            for entry in cut.entries:
                yield _row(organisation_id, cut, entry, known)


def _row(organisation_id: UUID, cut: CutCard, entry: CutEntryCard, known: _Known) -> Row:
    place: tuple[Cell, Cell] = (cut.reel or None, f"{entry.timecode_in} to {entry.timecode_out}")
    if entry.take_id is None:
        # What nobody declared to be made without AI is not said to be.
        none: Cell = NONE if entry.without_ai else None
        return (*place, entry.title, none, none, none, None, None, none, none, none)
    take, source = known.takes[entry.take_id], known.sources.get(entry.take_id)
    people = performers_of(organisation_id, take.decision_id)
    consents = decision_card(organisation_id, take.decision_id).consent_ids
    return (
        *place,
        f"{take.shot.sequence.code} {take.shot.code}, take {take.number}",
        contribution_of(source),
        share_of_frame(source),
        f"{take.model.name} {take.model.version}",
        [known.names.get(str(one), str(one)) for one in people],
        [str(one) for one in consents],
        source.manifest_id if source else None,
        source.digital_source_type if source else None,
        _disclosure(known.due.get(take.decision_id, [])),
    )


def _disclosure(due: list[DueDisclosure]) -> list[str]:
    """What is told for each duty of the take's decision; no duty is none, and a duty not met says so."""
    said = []
    for one in due:
        recorded = [
            f"{words(approved.kind)} ({approved.territory})"
            for way in one.ways
            for approved in way.approvals
            if approved.is_recorded
        ]
        said.append(f"{one.rule_id}: {', '.join(recorded) if recorded else 'due, not recorded'}")
    return said


SHOT_DISCLOSURE_MAP = ReportDefinition(
    code="shot_disclosure_map",
    number=9,
    title="Shot disclosure map",
    purpose="Where in the work a model's images stand, whose likeness is in them, and what the audience is told.",
    readers="distributors, insurers and broadcasters",
    columns=COLUMNS,
    narrowings=frozenset({Narrowing.PRODUCTION}),
    roles=(Role.PRODUCER, Role.LEGAL, Role.ADMIN, Role.AUDITOR),
    rows=rows,
    notes=(
        "The cuts of the sequences as they count today. A take that stands in no cut is not in this map.",
        "An element made by hand reads none where a person declared it made without AI; nobody has proved it.",
        "Performers are those whom the decision names; who else can be seen is not evaluated.",
    ),
)
