"""What a consent says of edits and of who may look, weighed beside the rules, whose facts do not say it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from licensing.agreed import AgreedTerms
from licensing.clauses.case import TRAINING, WITHOUT_MODEL
from licensing.decision_cards import Reason
from licensing.delivering import OUTSIDE
from licensing.values import Outcome, UseOrder

EDITS_RULE = "GATE-EDITS"
SIGHT_RULE = "GATE-SIGHT"
_HOUSE_GRADE = "A"
_ANOTHER_CONSENT = "agree on a new consent with the performer"


def agreed_reasons(
    order: UseOrder, relied_on: Collection[str], agreed: Mapping[str, AgreedTerms]
) -> tuple[Reason, ...]:
    """Why the consents relied on do not let this pass: edits beyond them, or somebody who may not look.

    A consent that says nothing of either limits neither; one that says "nothing" allows none.

    Args:
        order: what is asked.
        relied_on: the consents that the verdict rests on.
        agreed: what each says beyond the rules, by its id.
    """
    return tuple(
        reason
        for consent in relied_on
        if consent in agreed
        for reason in (*_edits(order, consent, agreed[consent]), *_sight(order, consent, agreed[consent]))
    )


def _edits(order: UseOrder, consent: str, said: AgreedTerms) -> Iterator[Reason]:
    allowed = said.limit("edits")
    if allowed is None or order.use in WITHOUT_MODEL | TRAINING:
        return
    clause = f"Terms of consent {consent}, edits: {said.person_id} allows {_listed(allowed)}"
    made = order.stated.edits if order.stated else None
    if made is None:
        yield Reason(
            EDITS_RULE,
            Outcome.ESCALATE.value,
            f"{clause}; nobody said which edits this makes.",
            "State the edits that are made, or that none is.",
            _HOUSE_GRADE,
        )
        return
    beyond = [one for one in made if one not in allowed]
    if beyond:
        yield Reason(
            EDITS_RULE,
            Outcome.DENY.value,
            f"{clause}; this makes {_listed(beyond)}.",
            f"Leave these edits out, or {_ANOTHER_CONSENT}.",
            _HOUSE_GRADE,
        )


def _sight(order: UseOrder, consent: str, said: AgreedTerms) -> Iterator[Reason]:
    allowed = said.limit("visible_to")
    seen_by = order.delivery.seen_by if order.delivery else None
    if allowed is None or seen_by is None or seen_by in allowed:
        return
    who = "somebody of no circle that a consent names" if seen_by == OUTSIDE else seen_by
    named = _listed(allowed, none="nobody but who must work on it")
    yield Reason(
        SIGHT_RULE,
        Outcome.DENY.value,
        f"Terms of consent {consent}, who may look: {said.person_id} names {named}; by this delivery {who} looks.",
        f"Deliver it to somebody whom the consent names, or {_ANOTHER_CONSENT}.",
        _HOUSE_GRADE,
    )


def _listed(codes: Iterable[str], *, none: str = "none") -> str:
    return ", ".join(codes) or none
