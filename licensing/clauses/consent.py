"""Which consent record counts for a person, and how well it serves what is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date

from licensing.clauses.case import Case
from licensing.clauses.findings import BEFORE_USE, Duty, Finding
from licensing.facts import ConsentRecord, Fact, FactsUnknown, Subject
from licensing.places import uncovered
from licensing.values import DutyKind, Outcome, ReplicaType, SignerRole, SubjectState

_EVERYTHING = "*"
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """How one record stands. A flaw means it does not count; something unknown, that nobody can tell yet."""

    record: ConsentRecord
    flaws: tuple[str, ...]
    unknown: tuple[str, ...]
    vague: bool | None
    gaps: tuple[str, ...]
    gaps_unknown: tuple[str, ...]
    of_this_project: bool

    @property
    def counts(self) -> bool:
        return not self.flaws and not self.unknown

    @property
    def rank(self) -> tuple[int, int, int]:
        """Lower serves better; bargained before not, signed for this project before another."""
        if self.flaws:
            service = 4
        elif self.gaps:
            service = 3
        elif self.vague:
            service = 2
        elif self.unknown or self.gaps_unknown or self.vague is None:
            service = 1
        else:
            service = 0
        return service, self.record.bargained.value is not True, not self.of_this_project


class NoRecord(Exception):
    """There is no record to weigh: none names this person, project and replica type."""


def best_standing(case: Case, subject: Subject) -> Standing | None:
    """The record that serves the question best, or None. Two records are never added together.

    In a commercial a record of another one counts within the limits of COM-02; elsewhere none of another project.

    Raises:
        FactsUnknown: what would pick the record is unknown.
    """
    return best_standing_of(
        case, subject.person_id.known(), subject.replica_type.known(), state=subject.state
    )


def best_standing_of(
    case: Case, person_id: str, replica_type: ReplicaType, *, state: Fact[SubjectState] | None
) -> Standing | None:
    """As `best_standing`, for a person who need not be a subject; `state` None: nothing is known of them."""
    # By the fact itself: two subjects may be one person in different states.
    key = (best_standing_of, person_id, replica_type, None if state is None else (state.path, state.value))
    return case.once(key, lambda: _best(case, person_id, replica_type, state))


def _best(
    case: Case, person_id: str, replica_type: ReplicaType, state: Fact[SubjectState] | None
) -> Standing | None:
    mine = [
        record
        for record in case.facts.consents.known()
        if record.person_id.value in (None, person_id) and record.replica_type.value in (None, replica_type)
    ]
    here = [record for record in mine if record.project_id.value in (None, case.project_id)]
    standings = [_weigh(case, record, here, state) for record in here]
    if all(standing.flaws for standing in standings) and case.under_commercials():
        reaching = [record for record in mine if record not in here and carries_over(case, record)]
        standings += [_weigh(case, record, [*here, *reaching], state) for record in reaching]
    return min(standings, key=lambda standing: standing.rank, default=None)


def carries_over(case: Case, record: ConsentRecord) -> bool:
    """Whether a record of another commercial reaches this one: advertiser, product line, and time (COM-02).

    Raises:
        FactsUnknown: one of them is unknown and the others do not settle it.
    """
    use = case.facts.use
    if record.advertiser.known() != use.advertiser.known():
        return False
    if record.product_line.known() != use.product_line.known():
        return False
    months = case.rule("COM-02").whole_number("maximum_period_of_use_months")
    last = months_after(record.original_production_start.known(), months)
    return case.facts.project.production_start.known() <= last


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has none such; the last there is at most."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    if day.year + years > MAXYEAR:
        return date.max
    for last in range(day.day, 27, -1):
        try:
            return day.replace(year=day.year + years, month=month + 1, day=last)
        except ValueError:
            continue
    return day.replace(year=day.year + years, month=month + 1)


def missing_consent(
    case: Case, subject: Subject, standing: Standing | None, outcome: Outcome
) -> Iterator[Finding]:
    """What a consent rule finds when it asks whether a record counts; a pass when one does.

    Raises:
        FactsUnknown: whether one counts cannot be told.
    """
    label = subject.label
    duty = Duty(DutyKind.OBTAIN_CONSENT, label, {"replica_type": subject.replica_type.known()}, BEFORE_USE)
    if standing is None:
        text = f"{label}: no consent is on record for project {case.project_id} and {subject.replica_type.known()}."
        yield Finding(outcome, text, duties=(duty,))
        return
    if standing.flaws:
        text = f"{label}: consent {standing.record.label} does not count: {'; '.join(standing.flaws)}."
        yield Finding(outcome, text, duties=(duty,))
    if standing.unknown:
        raise FactsUnknown(standing.unknown)
    if standing.counts:
        yield Finding(Outcome.PASS, f"{label}: consent {standing.record.label} counts.")


def _weigh(
    case: Case, record: ConsentRecord, siblings: Iterable[ConsentRecord], state: Fact[SubjectState] | None
) -> Standing:
    flaws: list[str] = []
    unknown: list[str] = []
    for check in (_identified, _form, _signature, _signer(state), _validity, _withdrawal(siblings)):
        try:
            flaws.extend(check(case, record))
        except FactsUnknown as gap:
            unknown.extend(gap.paths)
    gaps, gaps_unknown = _gaps(case, record)
    return Standing(
        record=record,
        flaws=tuple(flaws),
        unknown=tuple(dict.fromkeys(unknown)),
        vague=_vague(case, record),
        gaps=gaps,
        gaps_unknown=gaps_unknown,
        of_this_project=record.project_id.value == case.project_id,
    )


def _identified(_: Case, record: ConsentRecord) -> Iterator[str]:
    yield from ()
    missing = [
        fact.path for fact in (record.person_id, record.project_id, record.replica_type) if fact.is_unknown
    ]
    if missing:
        raise FactsUnknown(missing)


def _form(_: Case, record: ConsentRecord) -> Iterator[str]:
    form = record.form_kind.known()
    if not form.is_valid:
        yield f"its form is {form}"


def _signature(case: Case, record: ConsentRecord) -> Iterator[str]:
    if case.happened(record.separately_signed_at) is None:
        yield "it was not signed by then"


_Check = Callable[[Case, ConsentRecord], Iterator[str]]


def _signer(state: Fact[SubjectState] | None) -> _Check:
    def check(_: Case, record: ConsentRecord) -> Iterator[str]:
        role = record.signer_role.known()
        if role != SignerRole.PERFORMER and record.authority_verified.known() is False:
            yield f"the authority of the {role} who signed was not verified"
        if state is None:
            return
        of_whom = state.known()
        if role not in MAY_SIGN[of_whom]:
            yield f"a signature by the {role} does not bind for {of_whom}"
        elif role == SignerRole.PERFORMER and not of_whom.is_living and not record.survives_death.known():
            yield "the performer's own consent does not survive death"

    return check


_FOR_THE_DEAD = frozenset({SignerRole.ESTATE, SignerRole.AUTHORISED_REPRESENTATIVE, SignerRole.PERFORMER})
MAY_SIGN = {
    SubjectState.LIVING_ADULT: frozenset({SignerRole.PERFORMER, SignerRole.AGENT_WITH_POWER}),
    SubjectState.MINOR: frozenset({SignerRole.GUARDIAN}),
    SubjectState.DECEASED_WITH_LIFETIME_CONSENT: _FOR_THE_DEAD,
    SubjectState.DECEASED_REPRESENTED: _FOR_THE_DEAD,
    SubjectState.DECEASED_UNLOCATED: _FOR_THE_DEAD | {SignerRole.UNION},
}


def _validity(case: Case, record: ConsentRecord) -> Iterator[str]:
    begin, end = record.valid_from, record.valid_until
    if begin.value is not None and begin.value > case.today:
        yield f"it is valid only from {begin.value.isoformat()}"
    if end.value and end.value < case.today:
        yield f"it ended on {end.value.isoformat()}"
    missing = [fact.path for fact in (begin, end) if fact.is_unknown]
    if missing:
        raise FactsUnknown(missing)


def _withdrawal(siblings: Iterable[ConsentRecord]) -> _Check:
    def check(case: Case, record: ConsentRecord) -> Iterator[str]:
        own = case.happened(record.withdrawn_at)
        if own is not None:
            yield f"it was withdrawn on {own.date().isoformat()}"
            return
        signed = record.separately_signed_at.value
        for sibling in siblings:
            ended = sibling.withdrawn_at.value
            # A later signature renews consent; an earlier one falls with the withdrawal.
            if sibling is not record and ended and ended <= case.asked_at and signed and signed <= ended:
                yield f"consent {sibling.label} for the same was withdrawn on {ended.date().isoformat()}"

    return check


def _vague(case: Case, record: ConsentRecord) -> bool | None:
    """Whether the description fails to be specific; None: nobody has said."""
    intended = record.intended_use
    phrases = case.rule("TVT-04").texts("never_specific")
    if intended.reasonably_specific.value is False:
        return True
    if intended.description.value is not None:
        text = intended.description.value.casefold()
        if not text.strip() or any(phrase in text for phrase in phrases):
            return True
    if intended.reasonably_specific.is_unknown or intended.description.is_unknown:
        return None
    return False


def _gaps(case: Case, record: ConsentRecord) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is asked and not described, and the facts that would be needed to tell."""
    use, intended = case.facts.use, record.intended_use
    gaps: list[str] = []
    unknown: list[str] = []

    def compare(noun: str, asked: Callable[[], Iterable[str]], held: Fact[tuple[str, ...]]) -> None:
        try:
            outside = _outside(noun, asked(), held.known())
        except FactsUnknown:
            unknown.extend(_unknown_paths(asked, held))
            return
        if outside:
            gaps.append(f"{noun} {', '.join(outside)}")

    compare("use", lambda: [use.use.known()], intended.uses)
    compare("purpose", lambda: [use.purpose.known()], intended.purposes)
    compare("media", use.media.known, intended.media)
    compare("territories", use.territories.known, intended.territories)
    compare("languages", use.languages.known, intended.languages)
    compare("scenes", use.scenes.known, intended.scenes)
    return tuple(gaps), tuple(unknown)


def _outside(noun: str, asked: Iterable[str], held: tuple[str, ...]) -> tuple[str, ...]:
    if noun == "territories":
        return uncovered(asked, held)
    if noun in ("languages", "scenes") and _EVERYTHING in held:
        return ()
    return tuple(str(item) for item in asked if item not in held)


def _unknown_paths(asked: Callable[[], Iterable[str]], held: Fact[tuple[str, ...]]) -> Iterator[str]:
    try:
        asked()
    except FactsUnknown as unknown:
        yield from unknown.paths
    if held.is_unknown:
        yield held.path
