"""Which consents of a register a question can turn on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licensing.values import Agreement, ReplicaType

# Of somebody a prompt names without their being a subject, a replica of one of these kinds is asked for.
_OF_THE_NAMED = (ReplicaType.ICDR.value, ReplicaType.VOICE_REPLICA.value)
# Only there a record of another production is weighed (COM-02).
_CARRYING_OVER = (Agreement.SAG_COMMERCIALS_2025.value, Agreement.SAG_AUDIO_COMMERCIALS_2025.value)


def weighed(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """`values` with those of the consents that a rule may weigh: of the kind asked, and of the production asked.

    Every rule reads the records of one person and one kind of replica, and save in a commercial of one production;
    so a person who agreed to ten things is judged by the one that is asked. Where the question does not say plainly
    what it asks, all are left.
    """
    consents, project = values.get("consents"), values.get("project")
    kinds = _kinds(values.get("subjects"), _named(values.get("use")))
    if kinds is None or not isinstance(consents, list) or not isinstance(project, dict):
        return values
    return {**values, "consents": list(_weighed(consents, kinds, _production(project)))}


def _named(use: object) -> set[str] | None:
    """Whom the prompts name; None: that cannot be told."""
    prompt = use.get("prompt") if isinstance(use, dict) else None
    named = prompt.get("named_people") if isinstance(prompt, dict) else []
    if not isinstance(use, dict) or not isinstance(named, list):
        return None
    people = [one.get("person_id") if isinstance(one, dict) else None for one in named]
    return None if None in people else {str(one) for one in people}


def _kinds(subjects: object, named: set[str] | None) -> dict[str, set[str]] | None:
    """Of everybody in question the kinds of replica that are asked for; None: that cannot be told."""
    if named is None or not isinstance(subjects, list):
        return None
    kinds: dict[str, set[str]] = {who: {*_OF_THE_NAMED} for who in named}
    for subject in subjects:
        who = subject.get("person_id") if isinstance(subject, dict) else None
        kind = subject.get("replica_type") if isinstance(subject, dict) else None
        if not isinstance(who, str) or not isinstance(kind, str):
            return None
        kinds.setdefault(who, set()).add(kind)
    return kinds


def _production(project: Mapping[str, Any]) -> str | None:
    """The one production whose records are weighed; None: of all of them."""
    agreement, own = project.get("agreement"), project.get("project_id")
    if not isinstance(own, str) or not isinstance(agreement, str) or agreement in _CARRYING_OVER:
        return None
    return own


def _weighed(consents: list[Any], kinds: Mapping[str, set[str]], production: str | None) -> Iterator[Any]:
    for consent in consents:
        if not isinstance(consent, dict):
            yield consent
            continue
        who, kind, where = consent.get("person_id"), consent.get("replica_type"), consent.get("project_id")
        is_asked = kind in kinds.get(str(who), ()) and production in (None, where)
        if is_asked or None in (who, kind, where):
            yield consent
