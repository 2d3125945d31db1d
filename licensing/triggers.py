"""Which rules a question leaves out: those that a fact it states keeps from saying anything.

A rule asks several things of a question and says nothing when one of them is known not to hold, whatever is unknown
about the others. Most questions settle one such thing for most rules: no rule of an agreement speaks under another
one. What stands here is that first thing, written down once more so that the rule need not be asked at all; a test
asks every rule all the same and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from licensing.clauses import (
    commercials,
    disclosure,
    house,
    netflix,
    other_agreements,
    payments,
    personality,
    protections,
    scans,
    synthetics,
    training_and_transfer,
    tv_theatrical,
    workplace,
)
from licensing.clauses.case import COMMERCIALS, TV_THEATRICAL, WITHOUT_MODEL, Case
from licensing.clauses.consent_need import claimed_bases, claims_free_speech
from licensing.values import Agreement, Buyer, ProjectKind, Stage, SyntheticRole, Use

Check = TypeVar("Check", bound=Callable[..., Any])
_Trigger = Mapping[str, frozenset[object]]

_NAMES = (  # noqa: SIM905 - sixteen literals say no more
    "agreement use buyer stage kind role named struck sensitive exempt free_speech replaces enhances campaigns "
    "workplace law"
).split()
_PLACES = frozenset({"US-CA", "US-NY", "US-IL"})
_YES: frozenset[object] = frozenset({True})
_SCAN: frozenset[object] = frozenset({Use.CREATE_REPLICA})
_TV: _Trigger = {"agreement": TV_THEATRICAL}
_TV_SCAN: _Trigger = {**_TV, "use": _SCAN}
_TV_HUMAN: _Trigger = {**_TV, "role": frozenset({SyntheticRole.HUMAN})}
_RENDERED: frozenset[object] = frozenset(Use) - WITHOUT_MODEL
_COMMERCIAL: _Trigger = {"agreement": COMMERCIALS}
_NETFLIX: _Trigger = {"buyer": frozenset({Buyer.NETFLIX})}
_DELIVERED: _Trigger = {"stage": frozenset({Stage.DELIVER})}


def _under(agreement: Agreement) -> _Trigger:
    return {"agreement": frozenset({agreement})}


def _law_of(place: str) -> _Trigger:
    return {"law": frozenset({place})}


_TRIGGERS: dict[Callable[..., Any], _Trigger] = {
    tv_theatrical.named_in_prompt: {**_TV, "use": _RENDERED, "named": _YES},
    synthetics.synthetic_2026: _TV_HUMAN,
    synthetics.plan_is_paid: _TV_HUMAN,
    synthetics.synthetic_2023: _TV_HUMAN,
    protections.strike_for_the_named: {**_TV, "use": _RENDERED, "named": _YES, "struck": _YES},
    training_and_transfer.to_another_owner: {**_TV, "use": frozenset({Use.TRANSFER_REPLICA})},
    training_and_transfer.footage_for_training: {**_TV, "use": frozenset({Use.LICENSE_FOR_TRAINING})},
    training_and_transfer.scripts_for_training: {"use": frozenset({Use.LICENSE_FOR_TRAINING})},
    protections.authorisation_of_the_named: {"use": _RENDERED, "named": _YES},
    other_agreements.animation: _under(Agreement.SAG_TV_ANIMATION_2024),
    other_agreements.equity: _under(Agreement.EQUITY_PACT),
    workplace.writers: {"workplace": _YES},
    workplace.crew: {"workplace": _YES},
    disclosure.synthetic_advert: {"role": frozenset({SyntheticRole.HUMAN})},
    disclosure.machine_readable_marks: _DELIVERED,
    disclosure.latent_disclosure: _DELIVERED,
    netflix.five_principles: _NETFLIX,
    netflix.always_escalated: _NETFLIX,
    netflix.fabricated_statement: _NETFLIX,
    netflix.talent_enhancement: {"use": _RENDERED, "enhances": _YES},
    house.award_campaign: {"kind": frozenset({ProjectKind.FEATURE}), "campaigns": _YES},
    house.archive_like: {"kind": frozenset({ProjectKind.DOCUMENTARY})},
    tv_theatrical.own_consent: _TV,
    scans.scan_notice: _TV_SCAN,
    scans.business_reason: _TV_SCAN,
    tv_theatrical.another_picture: _TV,
    tv_theatrical.alteration: _TV,
    tv_theatrical.same_picture_output: {**_TV, "exempt": _YES},
    tv_theatrical.independently_created: _TV,
    tv_theatrical.claimed_free_speech: {**_TV, "free_speech": _YES},
    tv_theatrical.replica_of_the_dead: _TV,
    tv_theatrical.other_language: _TV,
    tv_theatrical.another_picture_background: _TV,
    protections.strike: {"struck": _YES},
    protections.no_minor: {"sensitive": _YES},
    protections.intimate_output: {"sensitive": _YES},
    scans.prints_for_the_picture_only: _TV_SCAN,
    scans.biometric_release: {"use": _SCAN},
    payments.scan_session: _TV,
    payments.employment_based_use: _TV,
    payments.independently_created_use: _TV,
    payments.background: _TV,
    commercials.rider_and_notice: _COMMERCIAL,
    commercials.further_commercial: _COMMERCIAL,
    commercials.generated_performance: _COMMERCIAL,
    other_agreements.game_consent: _under(Agreement.SAG_IMA_2025),
    other_agreements.game_output: _under(Agreement.SAG_IMA_2025),
    other_agreements.audio_advert: _under(Agreement.SAG_DYN_AI_AUDIO),
    other_agreements.recording: _under(Agreement.SAG_SOUND_2024),
    other_agreements.animation_voice: _under(Agreement.SAG_TV_ANIMATION_2024),
    other_agreements.actra: _under(Agreement.ACTRA_IPA_2025),
    personality.california_clause: {**_law_of("US-CA"), "replaces": _YES},
    personality.new_york_clause: {**_law_of("US-NY"), "replaces": _YES},
    personality.illinois_clause: {**_law_of("US-IL"), "replaces": _YES},
    personality.illinois_right: _law_of("US-IL"),
    personality.california_dead: _law_of("US-CA"),
    personality.new_york_dead: _law_of("US-NY"),
}


def those_that_may_speak(case: Case, checks: tuple[tuple[str, Check], ...]) -> tuple[tuple[str, Check], ...]:
    """Those of `checks`, each under its rule, that no stated fact keeps from saying anything, in their order."""
    return _may_speak(_stated(case), checks)


@lru_cache(maxsize=2_048)
def _may_speak(
    stated: tuple[object, ...], checks: tuple[tuple[str, Check], ...]
) -> tuple[tuple[str, Check], ...]:
    known = {name: value for name, value in zip(_NAMES, stated, strict=True) if value is not None}
    return tuple((rule_id, check) for rule_id, check in checks if _fits(known, _TRIGGERS.get(check, {})))


def _fits(known: Mapping[str, object], trigger: _Trigger) -> bool:
    return not any(name in known and _outside(known[name], allowed) for name, allowed in trigger.items())


def _outside(value: object, allowed: frozenset[object]) -> bool:
    return allowed.isdisjoint(value) if isinstance(value, frozenset) else value not in allowed


def _stated(case: Case) -> tuple[object, ...]:
    """What the question says of each of `_NAMES`; None is unknown, and keeps no rule from being asked."""
    facts, project, use = case.facts, case.facts.project, case.facts.use
    agreement, asked = project.agreement.value, use.use.value
    return (
        agreement,
        asked,
        project.buyer.value,
        use.stage.value,
        project.kind.value,
        use.synthetic_role.value,
        # Rules that look at these ask for the agreement and the use first, and say so when nobody stated them.
        None if agreement is None or asked is None else _any(use.named_people.value),
        None if agreement is None else _any(project.strike_active.value),
        _any(use.sensitive.value),
        bool(claimed_bases(case)),
        claims_free_speech(case),
        use.replaces_in_person_work.value,
        facts.model.talent_enhancement.value,
        project.award_campaign.value,
        _asked_at_work(case),
        _laws(case),
    )


def _any(values: Iterable[object] | None) -> bool | None:
    return None if values is None else bool(values)


def _asked_at_work(case: Case) -> bool:
    at_work = case.facts.workplace
    return (
        at_work.ai_material_given_to_writer.stated
        or at_work.ai_required_of_writer.stated
        or at_work.crew_prompting_displaces.stated
        or at_work.director_consulted.stated
    )


def _laws(case: Case) -> frozenset[str] | None:
    """Of the places with a law on contracts or personality, those whose law may protect somebody in question."""
    places = [case.facts.project.governing_law.value]
    places += [subject.domicile.value for subject in case.facts.subjects.value or ()]
    return None if None in places else _PLACES.intersection(place for place in places if place)
