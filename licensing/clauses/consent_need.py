"""Which consent rule protects a person in this question, if any."""

from __future__ import annotations

from licensing.clauses.case import COMMERCIALS, EMPLOYMENT_BASED, TV_THEATRICAL, Case, met
from licensing.clauses.consent import best_standing
from licensing.facts import FactsUnknown, NamedPerson, Subject
from licensing.values import Agreement, ExemptBasis, ReplicaType, Use

_SAME_PICTURE = EMPLOYMENT_BASED | {ReplicaType.BACKGROUND_REPLICA}
_ALTERATION_BASES = frozenset({ExemptBasis.SUBSTANTIALLY_AS_SCRIPTED, ExemptBasis.CUSTOMARY_POST})
_OUTPUT_BASES = frozenset(
    {ExemptBasis.SUBSTANTIALLY_AS_SCRIPTED, ExemptBasis.SAFETY_IMPOSSIBLE, ExemptBasis.UNRECOGNISABLE}
)
_BY_AGREEMENT = {
    Agreement.SAG_DYN_AI_AUDIO: "AUD-01",
    Agreement.SAG_SOUND_2024: "SND-01",
    Agreement.SAG_TV_ANIMATION_2024: "ANI-01",
    Agreement.ACTRA_IPA_2025: "ACT-01",
}


def claimed_bases(case: Case) -> tuple[ExemptBasis, ...]:
    """The bases claimed; the one fact whose absence means that none is."""
    return case.facts.use.exempt_basis.value or ()


def claims_free_speech(case: Case) -> bool:
    return ExemptBasis.FIRST_AMENDMENT_REVIEWED in claimed_bases(case)


def signed_off(case: Case) -> bool:
    return case.facts.use.basis_signed_off_by.known() is not False


def alteration_basis(case: Case, subject: Subject) -> ExemptBasis | None:
    """The claimed basis, if any, on which TVT-07 would ask no consent for altering a recorded performance."""
    bases = [basis for basis in claimed_bases(case) if basis in _ALTERATION_BASES]
    if not bases or not met(
        case.under_tv_theatrical,
        subject.union_covered.known,
        lambda: subject.replica_type.known() == ReplicaType.DIGITAL_ALTERATION,
    ):
        return None
    return bases[0]


def output_basis(case: Case, subject: Subject) -> ExemptBasis | None:
    """The claimed basis, if any, on which TVT-08 would ask no further consent in the same picture."""
    bases = [basis for basis in claimed_bases(case) if basis in _OUTPUT_BASES]
    if not bases or not met(
        case.under_tv_theatrical,
        case.makes_output,
        subject.union_covered.known,
        lambda: subject.replica_type.known() in _SAME_PICTURE,
        lambda: not case.another_picture(subject),
    ):
        return None
    return bases[0]


def exempt(case: Case, subject: Subject) -> bool:
    """Whether a signed-off basis means that no consent is asked of this person."""
    basis = alteration_basis(case, subject) or output_basis(case, subject)
    return basis is not None and signed_off(case)


def consent_rule(case: Case, subject: Subject) -> str | None:
    """Id of the rule that asks for the person's consent, or None where nothing asks for it.

    TN-01 stands in wherever no other rule protects: nobody is replicated without authorisation.

    Raises:
        FactsUnknown: facts that decide it are unknown.
    """
    return case.once((consent_rule, id(subject)), lambda: _consent_rule(case, subject))


def _consent_rule(case: Case, subject: Subject) -> str | None:
    replica_type = subject.replica_type.known()
    if replica_type == ReplicaType.NONE or exempt(case, subject):
        return None
    agreement = case.agreement
    if agreement == Agreement.NONE or not subject.union_covered.known():
        return "TN-01"
    if agreement in TV_THEATRICAL:
        return _tv_theatrical_rule(case, subject, replica_type)
    if agreement in COMMERCIALS:
        return "COM-01"
    if agreement == Agreement.SAG_IMA_2025:
        return "IMA-01" if subject.recognisable.known() else None
    return _BY_AGREEMENT.get(agreement, "TN-01")


def needs_consent(case: Case, subject: Subject) -> bool:
    """Whether some rule asks for the person's consent, whichever it is.

    Under TV/Theatrical the living and the dead both have one, so an unknown state leaves no doubt about it.

    Raises:
        FactsUnknown: as for `consent_rule`.
    """
    if case.agreement in TV_THEATRICAL and case.use != Use.DUB_LANGUAGE:
        return subject.replica_type.known() != ReplicaType.NONE and not exempt(case, subject)
    return consent_rule(case, subject) is not None


def replicated(case: Case, subject: Subject) -> bool:
    """Whether something of the person is replicated in a way that statutes ask consent for.

    Wider than `consent_rule`: an agreement may let a dub pass that a statute does not.
    """
    if subject.replica_type.known() == ReplicaType.NONE or exempt(case, subject):
        return False
    return not met(
        lambda: case.agreement == Agreement.SAG_IMA_2025,
        subject.union_covered.known,
        lambda: not subject.recognisable.known(),
    )


def _tv_theatrical_rule(case: Case, subject: Subject, replica_type: ReplicaType) -> str | None:
    if case.dead(subject):
        return "TVT-11"
    if case.use == Use.DUB_LANGUAGE:
        return "TVT-16" if any(dub_dates_passed(case, subject)) else None
    if replica_type in _SAME_PICTURE:
        return "TVT-01"
    return {ReplicaType.ICDR: "TVT-09", ReplicaType.DIGITAL_ALTERATION: "TVT-07"}.get(replica_type, "TN-01")


def dub_dates_passed(case: Case, subject: Subject) -> tuple[bool, bool]:
    """Whether the dub clause applies by the contract's date, and by the start of photography."""
    since = case.rule("TVT-16").day("consent_needed_from")
    return (
        subject.contract_date.known() >= since,
        case.facts.project.principal_photography_start.known() >= since,
    )


def asks_consent(case: Case, subject: Subject, rule_id: str) -> bool:
    return consent_rule(case, subject) == rule_id


def relied_on(case: Case) -> tuple[str, ...]:
    """Ids of the consent records that count for the people whose consent is asked."""
    records: dict[str, None] = {}
    for subject in case.facts.subjects.value or ():
        try:
            standing = best_standing(case, subject) if consent_rule(case, subject) is not None else None
        except FactsUnknown:
            continue
        if standing is not None and standing.counts:
            records[standing.record.label] = None
    return tuple(records)


def recognisable_names(case: Case) -> tuple[NamedPerson, ...]:
    """People named in the prompt with a facial feature that stays recognisable.

    Raises:
        FactsUnknown: somebody is named and it is unknown with what or how recognisable.
    """
    return tuple(person for person in case.facts.use.named_people.known() if _shows(person))


def _shows(person: NamedPerson) -> bool:
    return met(lambda: bool(person.features.known()), person.stays_recognisable.known)
