"""What the gate adds to a verdict: names that may mean a person, and rules whose originals nobody has read. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from licensing.agreed_limits import EDITS_RULE, SIGHT_RULE
from licensing.clauses.case import TRAINING, WITHOUT_MODEL
from licensing.decision_cards import OwedDuty, Reason
from licensing.quotas import QUOTA_RULE, QuotaState, delivery_amounts, quota_reasons, take_amounts
from licensing.rulebook.book import RuleBook, RuleEntry, rule_book
from licensing.rules import Verdict
from licensing.screening import VERSION, NameHit
from licensing.values import Decision, Outcome, Stage, UseOrder

NAME_RULE = "GATE-NAME"
COUNSEL_RULE = "GATE-COUNSEL"
LOG_RULE = "GATE-LOG"
_HOUSE_GRADE = "A"
_DECIDING = frozenset({NAME_RULE, COUNSEL_RULE, QUOTA_RULE, EDITS_RULE, SIGHT_RULE})


def rule_sha256(entry: RuleEntry) -> str:
    """Digest of a rule's content; a confirmation holds as long as it stays the same."""
    content: dict[str, Canonical] = {
        "id": entry.id,
        "edition": entry.edition,
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None,
        "clause": entry.clause,
        "requires": entry.requires,
        "source": list(entry.source),
        "grade": entry.grade,
        "figures": dict(entry.figures),
    }
    return sha256_hex(canonical_bytes(content))


@lru_cache(maxsize=1)
def below_grade_a() -> dict[str, str]:
    """The rules whose original must be read by counsel before an allow may rest on them, with their digests."""
    entries = rule_book().entries.values()
    return {entry.id: rule_sha256(entry) for entry in entries if not entry.is_grade_a and entry.decides_uses}


def reasons_of(verdict: Verdict, book: RuleBook) -> tuple[Reason, ...]:
    return tuple(
        Reason(rule.id, rule.outcome.value, rule.message, rule.cure, book[rule.id].grade)
        for rule in verdict.rules
    )


def duties_of(verdict: Verdict) -> tuple[OwedDuty, ...]:
    return tuple(OwedDuty(duty.duty.value, duty.to, dict(duty.inputs), duty.due) for duty in verdict.duties)


def name_reasons(questions: Iterable[NameHit], *, hidden: Collection[UUID]) -> tuple[Reason, ...]:
    """One reason for every name that may, or may not, mean somebody on the register.

    Of the `hidden`, whom only legal sees, neither the spelling on file is repeated nor what it met in the prompt:
    any member reads the reason, and the one gives the other away.
    """
    return tuple(
        Reason(
            NAME_RULE,
            Outcome.ESCALATE.value,
            f"Something in the prompt may mean {hit.performer_id} ({VERSION})."
            if hit.performer_id in hidden
            else f"“{hit.wording}” may mean {hit.performer_id}, on the register as {hit.kind} “{hit.alias}” "
            f"({VERSION}).",
            "Say who is meant: add the performer to the cast, or word the prompt so that nobody could be meant.",
            _HOUSE_GRADE,
        )
        for hit in questions
    )


def uncast_reasons(found: Iterable[NameHit], *, hidden: Collection[UUID]) -> tuple[Reason, ...]:
    """Who was named for certain without being cast; the rules judge them as a replica made without them.

    `hidden` as in `name_reasons`.
    """
    return tuple(
        Reason(
            NAME_RULE,
            Outcome.WARN.value,
            f"{'Somebody named in the prompt' if hit.performer_id in hidden else f'“{hit.wording}”'} is "
            f"{hit.performer_id}, who is not in the cast; judged as a replica made without them.",
            "Add the performer to the cast, or take the name out of the prompt.",
            _HOUSE_GRADE,
        )
        for hit in found
    )


def counsel_reasons(
    verdict: Verdict, *, confirmed: frozenset[tuple[str, str]], concerns_likeness: bool
) -> tuple[Reason, ...]:
    """Why an allow has to wait for counsel, if it has. Only a likeness waits: a street at night does not."""
    if not verdict.decision.permitted or not concerns_likeness:
        return ()
    rests_on = {*verdict.satisfied, *(rule.id for rule in verdict.rules)}
    unread = [
        rule
        for rule, digest in below_grade_a().items()
        if rule in rests_on and (rule, digest) not in confirmed
    ]
    if not unread:
        return ()
    return (
        Reason(
            COUNSEL_RULE,
            Outcome.ESCALATE.value,
            f"Nobody of counsel has confirmed the originals behind {', '.join(unread)}.",
            "Have counsel read the originals and confirm these rules, or decide this use in legal review.",
            _HOUSE_GRADE,
        ),
    )


def log_reasons(verdict: Verdict, pending: Iterable[UUID]) -> tuple[Reason, ...]:
    """For a use that is not permitted: whose consent is recorded but not yet in force, which may be all it lacks.

    Args:
        verdict: what the rules say without these records.
        pending: performers with an active record that the log does not cover.
    """
    if verdict.decision.permitted:
        return ()
    return tuple(
        Reason(
            LOG_RULE,
            Outcome.ESCALATE.value,
            f"A consent of {performer_id} is recorded and not yet in force: the log has not confirmed its record.",
            "It comes into force by itself, as a rule within a second. Ask again then.",
            _HOUSE_GRADE,
        )
        for performer_id in dict.fromkeys(pending)
    )


def limit_reasons(
    verdict: Verdict, quotas: Iterable[QuotaState], order: UseOrder, facts: Mapping[str, Canonical]
) -> tuple[Reason, ...]:
    """What the limits of the consents relied on say, where the use makes a take or delivers one."""
    if order.stage == Stage.DELIVER:
        amounts = delivery_amounts()
    elif order.stage == Stage.GENERATE and order.use not in WITHOUT_MODEL | TRAINING:
        amounts = take_amounts(order.duration_ms)
    else:
        return ()
    consents = facts["consents"]
    whose = {
        str(one["consent_id"]): str(one["person_id"])
        for one in (consents if isinstance(consents, list) else ())
        if isinstance(one, Mapping)
    }
    return quota_reasons(quotas, verdict.relied_on, amounts, whose=whose)


def most_severe(decision: Decision, reasons: Iterable[Reason]) -> Decision:
    """The decision once every reason of the gate's own is heard; of these a limit of a consent alone refuses."""
    own = (Decision(reason.outcome) for reason in reasons if reason.rule_id in _DECIDING)
    return max((decision, *own), key=lambda one: one.severity)


_DECISION_OF = {
    Outcome.PASS.value: Decision.ALLOW,
    Outcome.DUTY.value: Decision.ALLOW_WITH_DUTIES,
}


def decision_of(reasons: Iterable[Reason]) -> Decision:
    """The decision that these reasons, and no others, make: the most severe of them."""
    decisions = (_DECISION_OF.get(reason.outcome) or Decision(reason.outcome) for reason in reasons)
    return max(decisions, key=lambda one: one.severity, default=Decision.ALLOW)
