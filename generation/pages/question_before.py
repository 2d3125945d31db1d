"""What was asked before, as the form of its kind is filled with it to state it anew."""

from __future__ import annotations

from typing import Any

from generation.pages.question_forms import FORMS
from licensing.questions import QuestionKind
from licensing.stating import Stated
from licensing.values import UseOrder


def said_before(kind: QuestionKind, order: UseOrder) -> dict[str, Any] | None:
    """What was stated then, by field; None where the form has no room for it all."""
    stated = order.stated or Stated()
    if len(order.cast) > 1 or len(stated.captures or ()) > 1 or len(stated.pay or ()) > 1:
        return None
    of_the_kind: dict[QuestionKind, object] = {
        QuestionKind.TRAINING: stated.training,
        QuestionKind.TRANSFER: stated.transfer,
        QuestionKind.CAPTURE: next(iter(stated.captures or ()), None),
        QuestionKind.WORKPLACE: stated.workplace,
    }
    section = of_the_kind[kind]
    facts: dict[str, Any] = {
        name: getattr(section, name) for name in getattr(section, "__dataclass_fields__", ()) if section
    }
    shown: dict[str, Any] = {
        "production": str(order.production_id),
        "about": order.prompt,
        "purpose": order.purpose,
        "use": order.use,
        "territories": ", ".join(order.territories),
        "scenes": ", ".join(order.scenes),
        "replaces_in_person_work": _entered(order.replaces_in_person_work),
        "sensitive": list(order.sensitive or ()),
        "nothing_sensitive": order.sensitive == (),
        "biometrics": list(facts.pop("biometrics", None) or ()),
        "nothing_measured": getattr(section, "biometrics", None) == (),
        "session": next((one.session for one in stated.pay or ()), None),
        "session_at": facts.pop("session_at", None),
    }
    for member in order.cast:
        shown |= {"performer": str(member.performer_id), "replica_type": member.replica_type}
    for name in FORMS[kind].events:
        value = facts.pop(name, None)
        answer = {None: "", False: "no"}.get(value, "yes")
        shown |= {name: answer, f"{name}_when": value or None}
    return shown | {name: _entered(value) for name, value in facts.items()}


def _entered(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
