"""Everything about a consent record that could be what it lacks for one question, each with what would mend it. Pure.

Candidates only: `licensing.near_miss` keeps those without which the rules refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.canonical import Canonical
from licensing.clauses.consent import MAY_SIGN
from licensing.places import uncovered
from licensing.rulebook.book import RuleBook
from licensing.values import FormKind, SignerRole, SubjectState

Record = Mapping[str, Any]

_LISTS = {
    "uses": ("use", "use", "uses"),
    "purposes": ("purpose", "purpose", "purposes"),
    "media": ("media", "medium", "media"),
    "territories": ("territories", "territory", "territories"),
    "languages": ("languages", "language", "languages"),
    "scenes": ("scenes", "scene", "scenes"),
}
_EVERYTHING = "*"
_SPECIFIC = "What the replica does and says in the scene, sentence by sentence."
_ANEW = "Agree on a new consent with the performer."


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a record lacks: which, in words, and how to cure it.

    `repair`: terms by their path, as they would stand in a record that lacks it no more.
    """

    condition: str
    words: str
    cure: str
    repair: Mapping[str, Canonical]


def gaps_of(
    facts: Mapping[str, Any], subject: Record, record: Record, mine: Sequence[Record], book: RuleBook
) -> Iterator[Missing]:
    """What `record` may lack.

    Args:
        facts: the question, readable by the rulebook.
        subject: the person it is about.
        record: one of the person's.
        mine: all of the person's.
        book: the rules, for their figures.
    """
    asked = _instant(facts.get("asked_at"))
    if asked is None:
        return
    yield from _for_what(facts, subject, record)
    yield from _signature(record, mine, asked)
    yield from _signer(subject, record)
    yield from _term(record, asked)
    yield from _scope(facts, record)
    yield from _attestations(facts, record)
    yield from _steps(record, asked, book)


def _for_what(facts: Mapping[str, Any], subject: Record, record: Record) -> Iterator[Missing]:
    project = (facts.get("project") or {}).get("project_id")
    if project is not None and record.get("project_id") != project:
        cure = "Agree on the same terms for this production."
        yield Missing("project", "it is for another production", cure, {"project_id": project})
    kind = subject.get("replica_type")
    if kind is not None and record.get("replica_type") != kind:
        words = f"it is for {record.get('replica_type') or 'no stated kind of replica'}, not {kind}"
        yield Missing("replica_type", words, f"Agree on the same terms for {kind}.", {"replica_type": kind})


def _signature(record: Record, mine: Sequence[Record], asked: datetime) -> Iterator[Missing]:
    form = record.get("form_kind")
    if form is None or not FormKind(form).is_valid:
        words = "its form is not stated" if form is None else f"its form, {form}, binds nobody"
        repair = {"form_kind": FormKind.SEPARATE_RIDER.value}
        yield Missing("form", words, "Have the same terms signed as a separate rider.", repair)
    now = asked.astimezone(UTC).isoformat()
    signed = record.get("separately_signed_at")
    signed_at = _instant(signed)
    if signed_at is None or signed_at > asked:
        words = "one signature short" if signed is not None else "nobody stated when it was signed"
        yield Missing("signature", words, "Have it signed.", {"separately_signed_at": now})
    ended = _instant(record.get("withdrawn_at"))
    if ended is not None and ended <= asked:
        words = f"it was withdrawn on {ended.date().isoformat()}"
        yield Missing("withdrawn", words, _ANEW, {"withdrawn_at": False})
    fallen = [
        end
        for one in mine
        if one is not record and (end := _instant(one.get("withdrawn_at"))) is not None and end <= asked
    ]
    if fallen and signed_at is not None and signed_at <= max(fallen):
        words = f"another record for the same was withdrawn on {max(fallen).date().isoformat()}, after its signature"
        yield Missing("renewed", words, "Have it signed again.", {"separately_signed_at": now})


def _signer(subject: Record, record: Record) -> Iterator[Missing]:
    state, role = subject.get("state"), record.get("signer_role")
    binding = MAY_SIGN[SubjectState(state)] if state is not None else frozenset(SignerRole)
    living = state is None or SubjectState(state).is_living
    if role is None or SignerRole(role) not in binding:
        who = _usual(binding)
        words = (
            "nobody stated who signed it" if role is None else f"a signature by the {role} does not bind here"
        )
        repair = {"signer_role": who.value, "authority_verified": True}
        yield Missing("signer", words, f"Have it signed by the {who}.", repair)
    elif role != SignerRole.PERFORMER and record.get("authority_verified") is not True:
        words = f"the authority of the {role} who signed it is not verified"
        cure = f"Verify the paper that lets the {role} sign."
        yield Missing("authority", words, cure, {"authority_verified": True})
    if role == SignerRole.PERFORMER and not living and record.get("survives_death") is not True:
        words = "it does not survive the performer's death"
        yield Missing("survives_death", words, "Ask the estate for a consent.", {"survives_death": True})


def _usual(binding: frozenset[SignerRole]) -> SignerRole:
    return SignerRole.PERFORMER if SignerRole.PERFORMER in binding else min(binding)


def _term(record: Record, asked: datetime) -> Iterator[Missing]:
    today = asked.astimezone(UTC).date()
    begins, ends = record.get("valid_from"), record.get("valid_until")
    if begins is None or date.fromisoformat(begins) > today:
        words = "its first day is not stated" if begins is None else f"it begins only on {begins}"
        cure = "State its first day." if begins is None else f"Wait until {begins}."
        yield Missing("valid_from", words, cure, {"valid_from": today.isoformat()})
    if ends is None or (isinstance(ends, str) and date.fromisoformat(ends) < today):
        words = "its last day is not stated" if ends is None else f"it ended on {ends}"
        yield Missing(
            "valid_until", words, "Extend it with the performer.", {"valid_until": today.isoformat()}
        )


def _scope(facts: Mapping[str, Any], record: Record) -> Iterator[Missing]:
    use, intended = facts.get("use") or {}, record.get("intended_use") or {}
    for name, (fact, one, many) in _LISTS.items():
        value = use.get(fact)
        if value is None:
            continue
        asked = [value] if isinstance(value, str) else list(value)
        held = intended.get(name)
        outside = asked if held is None else _outside(name, asked, held)
        if not outside:
            continue
        path = f"intended_use.{name}"
        listed = ", ".join(str(item) for item in outside)
        noun = one if len(outside) == 1 else many
        words = f"its {many} are not stated" if held is None else f"{noun} {listed} not in it"
        repair: dict[str, Canonical] = {path: [*(held or ()), *outside]}
        yield Missing(path, words, f"Agree with the performer on {noun} {listed}.", repair)
    sensitive = [one for one in use.get("sensitive") or () if one not in (intended.get("sensitive") or ())]
    if sensitive:
        words = f"no express agreement to {', '.join(sensitive)}"
        repair = {"intended_use.sensitive": [*(intended.get("sensitive") or ()), *sensitive]}
        yield Missing("intended_use.sensitive", words, "Agree on it expressly, in writing.", repair)


def _outside(name: str, asked: list[str], held: Sequence[str]) -> list[str]:
    if name == "territories":
        return list(uncovered(asked, held))
    if name in ("languages", "scenes") and _EVERYTHING in held:
        return []
    return [one for one in asked if one not in held]


def _attestations(facts: Mapping[str, Any], record: Record) -> Iterator[Missing]:
    intended = record.get("intended_use") or {}
    repair: dict[str, Canonical] = {
        "intended_use.description": _SPECIFIC,
        "intended_use.reasonably_specific": True,
    }
    cure = "Describe the use so that the performer knows what is done, and have it signed."
    yield Missing("description", "its description is not reasonably specific", cure, repair)
    if intended.get("consistent_with_contract") is not True:
        words = "nobody attests that it is in keeping with the contract"
        repair = {"intended_use.consistent_with_contract": True}
        yield Missing("consistent_with_contract", words, "Compare it with the contract and say so.", repair)
    if record.get("bargained") is not True:
        yield Missing("bargained", "it was not bargained for", "Bargain for this use.", {"bargained": True})
    for name in ("advertiser", "product_line"):
        wanted = (facts.get("use") or {}).get(name)
        if wanted is not None and record.get(name) != wanted:
            noun = name.replace("_", " ")
            yield Missing(name, f"it is for another {noun}", f"Agree on this {noun}.", {name: wanted})


def _steps(record: Record, asked: datetime, book: RuleBook) -> Iterator[Missing]:
    """Notice, reason and news to the union: what has to be done in time."""
    hours = book["TVT-02"].whole_number("notice_hours")
    services, given = _instant(record.get("services_at")), _instant(record.get("notice_given_at"))
    latest = (services or asked) - timedelta(hours=hours)
    if given is None or given > min(latest, asked):
        late = None if given is None or services is None else given - latest
        words = "no notice on record" if late is None else f"notice {_lasting(late)} late"
        due = min(latest, asked)
        repair: dict[str, Canonical] = {
            "notice_given_at": due.isoformat(),
            "services_at": (due + timedelta(hours=hours)).isoformat()
            if services is None
            else services.isoformat(),
            "notice_waived_in_writing": False,
        }
        cure = (
            f"Move the session so that notice stands {hours} hours, or let legal review decide on a waiver."
        )
        yield Missing("notice", words, cure, repair)
    reason, requested = _instant(record.get("business_reason_at")), _instant(record.get("requested_at"))
    before = min(requested or asked, asked)
    if not str(record.get("business_reason") or "").strip() or reason is None or reason > before:
        words = (
            "no business reason on record" if reason is None else "its business reason came after the request"
        )
        repair = {
            "business_reason": record.get("business_reason") or "Why the scan is needed.",
            "business_reason_at": before.isoformat(),
            "requested_at": before.isoformat() if requested is None else requested.isoformat(),
        }
        yield Missing("business_reason", words, "Record the reason, then ask anew.", repair)
    told = _instant(record.get("union_notified_at"))
    if told is None or told > asked:
        repair = {"union_notified_at": asked.isoformat()}
        yield Missing("union_notified", "the union was not told", "Tell the union.", repair)


def _lasting(span: timedelta) -> str:
    minutes = max(int(span.total_seconds()) // 60, 1)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours = minutes // 60
    return f"{hours} hour{'' if hours == 1 else 's'}"


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(value.upper()) if isinstance(value, str) else None
