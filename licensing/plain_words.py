"""Consents and decisions in the words of the people they concern."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from accounts.values import Actor
from core import clock
from core.canonical import Canonical
from licensing import values
from licensing.agreed import SECTION, Audience, Edit, notice_days_in
from licensing.agreeing.asked import notice_text
from licensing.asked_in_words import SaidGroup, asked_in_words
from licensing.decision_cards import DecisionCard
from licensing.doors import SEES_EVERYBODY
from licensing.names import ConsentStatus
from licensing.performer_cards import ConsentCard, EngagementOf, PerformerCard
from licensing.queries import (
    asked_of,
    consent_cards,
    decision_card,
    engagements_of,
    names_of_people,
    performer_card,
    performers,
)
from licensing.questions import QuestionCard, asked_about_the_same
from licensing.quotas import QuotaUnit
from licensing.register_cards import ChangeCard, register_changes
from licensing.review_cards import CaseLink
from licensing.review_queries import case_of_decision
from licensing.strike_queries import suspended_consents
from productions.queries import production_card
from web.templatetags.words import words

NOT_YET_IN_FORCE = "not_yet_in_force"
_EVERYTHING = "*"
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What stands in quotation marks was written by somebody and stays.
_QUOTED_OR_CODE = re.compile(r"“[^”]*”|\b[a-z][a-z0-9_]*\b")
_CODES = frozenset(
    member.value
    for vocabulary in (*vars(values).values(), Edit, Audience)
    if isinstance(vocabulary, type) and issubclass(vocabulary, StrEnum)
    for member in vocabulary
)


@dataclass(frozen=True, slots=True)
class ConsentInWords:
    """A record as its performer reads it.

    `state`: active, suspended, not_yet_in_force, expired, superseded or withdrawn.
    """

    card: ConsentCard
    state: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedPerformer:
    card: PerformerCard
    consents: int
    active: int


@dataclass(frozen=True, slots=True)
class PerformerPage:
    card: PerformerCard
    consents: tuple[ConsentInWords, ...]
    engagements: tuple[EngagementOf, ...]
    changes: tuple[ChangeCard, ...]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A decision with names in place of the identifiers that its messages carry.

    `said` is what was asked and stated; `review` None where no case of legal review is about it. `same`: of what was
    asked beside takes every question about the same, the latest first.
    """

    card: DecisionCard
    production_title: str
    review: CaseLink | None
    said: tuple[SaidGroup, ...]
    same: tuple[QuestionCard, ...]


def performer_list(organisation_id: UUID, *, everybody: bool) -> tuple[ListedPerformer, ...]:
    """The register with the number of records and of those that hold today."""
    today = clock.now().astimezone(UTC).date()
    records: dict[UUID, list[ConsentCard]] = {}
    for card in consent_cards(organisation_id):
        records.setdefault(card.performer_id, []).append(card)
    return tuple(
        ListedPerformer(
            card=one,
            consents=len(records.get(one.id, ())),
            active=sum(
                1 for card in records.get(one.id, ()) if state_of(card, today) == ConsentStatus.ACTIVE
            ),
        )
        for one in performers(organisation_id, everybody=everybody)
    )


def performer_page(performer_id: UUID, *, actor: Actor) -> PerformerPage:
    """One performer: every consent record of theirs, the latest first, engagements, and what changed.

    Raises:
        UnknownPerformer: nobody of this id is registered here, or only legal may know.
    """
    today, organisation_id = clock.now().astimezone(UTC).date(), actor.organisation_id
    card = performer_card(organisation_id, performer_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    consents = consent_cards(organisation_id, performer_id=performer_id)
    suspended = suspended_consents(organisation_id)
    return PerformerPage(
        card=card,
        consents=tuple(in_words(one, today, suspended=one.id in suspended) for one in consents),
        engagements=engagements_of(organisation_id, performer_id),
        changes=register_changes(performer_id, actor=actor),
    )


def decision_page(decision_id: UUID, *, actor: Actor) -> DecisionPage:
    """One decision; whom only legal sees is not named to others.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    organisation_id, everybody = actor.organisation_id, actor.is_one_of(*SEES_EVERYBODY)
    card = readable(decision_card(organisation_id, decision_id), organisation_id, everybody=everybody)
    return DecisionPage(
        card=card,
        production_title=production_card(organisation_id, card.production_id).title,
        review=case_of_decision(organisation_id, decision_id),
        said=said_of(decision_id, actor=actor),
        same=asked_about_the_same(decision_id, actor=actor),
    )


def said_of(decision_id: UUID, *, actor: Actor) -> tuple[SaidGroup, ...]:
    """What was asked and stated for a decision, in groups; whom only legal sees is not named to others.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    asked, project = asked_of(actor.organisation_id, decision_id)
    names = names_of_people(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    return asked_in_words(asked, project, names)


def readable(decision: DecisionCard, organisation_id: UUID, *, everybody: bool) -> DecisionCard:
    """`decision` with names for identifiers and words for codes; for members, never for logs or manifests.

    Without `everybody`, whom only legal sees is not named.
    """
    production = production_card(organisation_id, decision.production_id)
    names = names_of_people(organisation_id, everybody=everybody)
    names[str(production.id)] = f"“{production.title}”"

    return replace(
        decision,
        reasons=tuple(
            replace(one, message=said_with(one.message, names), cure=said_with(one.cure, names))
            for one in decision.reasons
        ),
        duties=tuple(replace(one, to=names.get(one.to, one.to)) for one in decision.duties),
        closest=tuple(
            replace(
                one,
                person_id=names.get(one.person_id, one.person_id),
                missing=tuple(
                    replace(gap, words=said_with(gap.words, names), cure=said_with(gap.cure, names))
                    for gap in one.missing
                ),
            )
            for one in decision.closest
        ),
    )


def said_with(text: str, names: Mapping[str, str]) -> str:
    """`text` with `names` for the identifiers in it and words for codes."""
    return _IDENTIFIER.sub(lambda found: names.get(found.group(), found.group()), _worded(text))


def _worded(text: str) -> str:
    """`text` with the codes of our vocabulary, such as `ebdr_no_scan`, as forms show them."""
    return _QUOTED_OR_CODE.sub(
        lambda found: words(found.group()) if found.group() in _CODES else found.group(), text
    )


def state_of(card: ConsentCard, today: date) -> str:
    if card.status == ConsentStatus.ACTIVE and card.valid_until is not None and card.valid_until < today:
        return "expired"
    if card.status == ConsentStatus.ACTIVE and not card.is_in_log:
        return NOT_YET_IN_FORCE
    return card.status


def in_words(card: ConsentCard, today: date, *, suspended: bool = False) -> ConsentInWords:
    """What was agreed, sentence by sentence; a term nobody stated is said to be missing, not left out.

    `suspended`: by a strike, which ends none of it.
    """
    use = card.intended_use
    sentences = (
        _sentence("You allow", use.get("uses"), "No use is named."),
        _sentence("For", use.get("purposes"), "No purpose is named."),
        _sentence("In scenes", use.get("scenes"), "No scene is named.", everything="In every scene."),
        _sentence("Shown in", use.get("media"), "No medium is named."),
        _sentence("In", use.get("territories"), "No territory is named."),
        _sentence(
            "In the languages", use.get("languages"), "No language is named.", everything="In every language."
        ),
        _sentence("Sensitive content allowed:", use.get("sensitive"), "Nothing sensitive is allowed."),
        *_beyond_the_rules(card.terms),
        *_limits(card),
        _validity(card),
        _signature(card.terms),
        _death(card.terms),
    )
    state = state_of(card, today)
    return ConsentInWords(card, "suspended" if suspended and state == "active" else state, sentences)


def _sentence(opening: str, terms: Canonical, none: str, *, everything: str | None = None) -> str:
    if terms is None:
        return f"{opening}: not stated, so nothing is cleared by it."
    if not isinstance(terms, list | tuple) or not terms:
        return none
    if everything is not None and _EVERYTHING in terms:
        return everything
    return f"{opening} {', '.join(words(term) for term in terms)}."


def _beyond_the_rules(terms: Mapping[str, Canonical]) -> Iterator[str]:
    """What was agreed and no rule of the pack reads; older records do not say it."""
    agreed = terms.get(SECTION)
    if not isinstance(agreed, Mapping):
        return
    for name, opening in (("does", "It does this"), ("says", "It says this")):
        if agreed.get(name):
            yield f"{opening}: “{agreed[name]}”"
    for name, opening, none in (
        ("edits", "These may be edited:", "Nothing may be edited."),
        ("training", "May learn from you:", "Nothing learns from your likeness."),
        ("visible_to", "May look at it:", "Nobody looks at it but who must work on it."),
    ):
        if name in agreed:
            yield _sentence(opening, agreed[name], none)
    if (days := notice_days_in(terms)) is not None:
        yield notice_text(days)


def _validity(card: ConsentCard) -> str:
    begins = f"from {card.valid_from:%-d %B %Y}" if card.valid_from else "from a day nobody stated"
    if card.valid_until:
        return f"Holds {begins} until {card.valid_until:%-d %B %Y}."
    ends = "without end" if card.terms.get("valid_until") is False else "until a day nobody stated"
    return f"Holds {begins} {ends}."


def _limits(card: ConsentCard) -> Iterator[str]:
    words_of = (("most_uses", "uses"), ("most_takes", "takes"), ("most_seconds", "seconds of video"))
    found = [f"{card.terms[name]} {noun}" for name, noun in words_of if card.terms.get(name) is not None]
    yield f"At most {' and '.join(found)}." if found else "No limit on how many takes or how much video."
    units = {quota.unit for quota in card.quotas}
    if QuotaUnit.USES in units:
        yield "Each delivery of a finished file to somebody is a use."
    if QuotaUnit.TAKES_AS_USES in units:
        yield "Each take that is signed is a use."


def _signature(terms: Mapping[str, Canonical]) -> str:
    signed, role = terms.get("separately_signed_at"), terms.get("signer_role")
    form = str(terms.get("form_kind") or "form not stated").replace("_", " ")
    if not isinstance(signed, str):
        return f"Not known to be signed ({form})."
    return (
        f"Signed on {datetime.fromisoformat(signed):%-d %B %Y} by the {str(role).replace('_', ' ')} ({form})."
    )


def _death(terms: Mapping[str, Canonical]) -> str:
    match terms.get("survives_death"):
        case True:
            return "Holds after death."
        case False:
            return "Ends at death."
        case _:
            return "Whether it holds after death is not stated, so it does not."
