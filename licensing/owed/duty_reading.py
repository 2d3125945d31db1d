"""What a duty of a decision means for money and time: its rule, its formula, its units, its clock. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.canonical import Canonical
from licensing.clauses.findings import BEFORE_DELIVERY, BEFORE_USE, WRITERS_GUILD
from licensing.owed.values import DueWord
from licensing.values import Agreement, DutyKind, ReplicaType

# By the figure that only this duty carries: which rule speaks, before any choice among its formulas.
_PAY_RULES = (
    ("day_factor", "PAY-01"),
    ("used_as_principal", "PAY-04"),
    ("residuals", "PAY-02"),
    ("day_minimum", "PAY-03"),
    ("session_fee_factor", "COM-03"),
    ("words_per_line", "IMA-02"),
    ("per_commercial_usd", "AUD-01"),
    ("session", "PAY-04"),
)
_NOTICES = {
    "transfer": ("TVT-21",),
    "training licence": ("TVT-22",),
    "synthetic": ("TVT-13", "TVT-15"),
    "synthetic voice": ("ANI-01",),
}
_OTHERS: Mapping[DutyKind, tuple[str, ...]] = {
    DutyKind.PAY_PLAN: ("TVT-14",),
    DutyKind.BARGAIN: ("TVT-06", "TVT-09", "TVT-12", "TVT-13", "ANI-01"),
    DutyKind.DISCLOSE: ("EU-02", "NY-03", "CA-03", "EU-01", "DOC-01", "WGA-01"),
    DutyKind.RECORD_BASIS: ("TVT-07", "TVT-08"),
    DutyKind.REPORT_USAGE: ("IMA-02",),
    DutyKind.NOTIFY_PERFORMER: ("AUD-01",),
    DutyKind.BUYER_APPROVAL: ("NFX-02", "NFX-01", "NFX-04"),
}


@dataclass(frozen=True, slots=True)
class ReadDuty:
    """`formula` None: nothing is paid, or which formula holds is still to be said. `units` None: to be stated."""

    rule_id: str
    formula: str | None
    units: Mapping[str, int | str | None]
    due: DueWord
    clock: str | None


def read_duty(
    duty: Mapping[str, Canonical],
    *,
    rules_that_spoke: Collection[str],
    agreement: str | None,
    replica_type: str | None,
) -> ReadDuty:
    """Read one duty as a decision stored it.

    Args:
        duty: `duty`, `to`, `inputs` and `due`.
        rules_that_spoke: of the decision; among several rules that could name the duty, the one that did.
        agreement: the production's, by which an edition's formula is chosen.
        replica_type: of the performer in question.
    """
    kind = DutyKind(str(duty["duty"]))
    inputs = duty["inputs"]
    if not isinstance(inputs, Mapping):
        raise TypeError("The inputs of a duty are a mapping.")
    rule = _rule(kind, str(duty["to"]), inputs, rules_that_spoke)
    formula = None
    if kind in (DutyKind.PAY_PERFORMER, DutyKind.PAY_PLAN):
        formula = _formula(rule, inputs, agreement, replica_type)
    clock = "BIO-01-delete" if rule == "BIO-01" and kind is DutyKind.DELETE else None
    words = {BEFORE_USE: DueWord.BEFORE_USE, BEFORE_DELIVERY: DueWord.BEFORE_DELIVERY}
    due = DueWord.CLOCK if clock else words.get(str(duty["due"]), DueWord.NO_FIGURE)
    return ReadDuty(rule, formula, _units(formula, inputs), due, clock)


def _rule(kind: DutyKind, to: str, inputs: Mapping[str, Canonical], rules_that_spoke: Collection[str]) -> str:
    match kind:
        case DutyKind.PAY_PERFORMER:
            candidates = tuple(rule for name, rule in _PAY_RULES if name in inputs)
        case DutyKind.NOTIFY_UNION:
            about = str(inputs.get("about"))
            candidates = ("WGA-02",) if to == WRITERS_GUILD else _NOTICES.get(about, ("ACT-01",))
        case DutyKind.DELETE:
            candidates = ("BIO-01",) if "biometrics" in inputs else ("AUD-01",)
        case DutyKind.DISCLOSE if to == WRITERS_GUILD:
            candidates = ("WGA-01",)
        case _:
            candidates = _OTHERS.get(kind, tuple(rules_that_spoke))
    spoke = [rule for rule in candidates if rule in rules_that_spoke]
    return (*spoke, *candidates, "GATE-DUTY")[0]


def _formula(
    rule: str, inputs: Mapping[str, Canonical], agreement: str | None, replica_type: str | None
) -> str | None:
    match rule:
        case "PAY-01":
            return "ebdr_creation"
        case "PAY-02":
            return "ebdr_elsewhere" if "bargained_amount" in inputs else "ebdr_same_picture"
        case "PAY-03":
            return "icdr_2023" if agreement == Agreement.SAG_TVT_2023 else "icdr_2026"
        case "PAY-04":
            return "background_as_principal" if "used_as_principal" in inputs else "background_scan"
        case "TVT-14":
            return "synthetic"
        case "COM-03":
            return "commercial"
        case "IMA-02":
            return {
                ReplicaType.VOCAL_REPLICA_IMA.value: "game_vocal",
                ReplicaType.VISUAL_REPLICA_IMA.value: "game_visual",
                ReplicaType.REALTIME_REPLICA.value: "game_realtime",
            }.get(str(replica_type))
        case _:
            # A dynamic audio advert: how long it is used, which its formula turns on, nobody has said yet.
            return None


def _units(formula: str | None, inputs: Mapping[str, Canonical]) -> dict[str, int | str | None]:
    match formula:
        case "ebdr_same_picture" | "ebdr_elsewhere" | "icdr_2026" | "background_as_principal":
            return {"days": _number(inputs.get("estimated_days"))}
        case "background_scan":
            session = inputs.get("session")
            return {"scan_days": None if session is None else int(session != "same_day")}
        case "game_vocal":
            return {"words": None}
        case "game_visual":
            return {"days": _number(inputs.get("days"))}
        case _:
            return {}


def _number(value: Canonical) -> int | str | None:
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None
