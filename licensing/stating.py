"""What whoever asks for a use may state beside the use itself, section by section of the facts. Pure.

None anywhere means that nobody has said, and is never cleared. Who signed off and what a buyer approved in writing is
not stated here: a claim of one's own is no sign-off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from core.canonical import Canonical
from core.clock import rfc3339

_Event: TypeAlias = "datetime | Literal[False]"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerStatement:
    """Answers to a buyer's questions: yes, no or unsure."""

    no_recreation: str | None = None
    no_store_reuse_train: str | None = None
    secured: str | None = None
    temporary_only: str | None = None
    no_talent_work_without_consent: str | None = None
    outside_secured_tools: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStatement:
    """A licence to train models on work, as it would be given."""

    affiliated: bool | None = None
    for_pay: bool | None = None
    public_commercial: bool | None = None
    union_notice_at: _Event | None = None
    writers_notice_at: _Event | None = None
    meeting_pending: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStatement:
    """A replica that would go to somebody else."""

    union_asked_at: _Event | None = None
    union_answer: str | None = None
    assumed_in_writing: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStatement:
    """A session in which somebody is scanned or recorded."""

    person_id: UUID
    session_at: datetime | None = None
    place: str | None = None
    biometrics: tuple[str, ...] | None = None
    written_notice_at: _Event | None = None
    written_release_at: _Event | None = None
    retention_policy_public: bool | None = None
    unrelated_use: bool | None = None
    set_security_only: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkplaceStatement:
    """What a complaint or a plan says about writers, directors and crew."""

    ai_material_given_to_writer: bool | None = None
    disclosed_to_writer: bool | None = None
    ai_required_of_writer: bool | None = None
    crew_prompting_displaces: bool | None = None
    director_consulted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayStatement:
    """What a figure of pay needs to know about somebody's work; no rule permits or refuses by it."""

    person_id: UUID
    session: str | None = None
    used_as_principal: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Everything stated about one use. `captures` empty: there is no session.

    Attributes:
        exempt_basis: why no consent would be needed; None where no such claim is made.
        edits: what of a performance is edited, in words of `licensing.agreed.Edit`; empty: nothing. No rule reads it;
            the gate holds it against the consents that limit edits.
        reuse_consents_all: everybody in a model that enhances talent agreed to its use here.
        ca_covered_provider: whoever runs the model is a covered provider in California.
    """

    exempt_basis: tuple[str, ...] | None = None
    edits: tuple[str, ...] | None = None
    key_visual: bool | None = None
    unscripted_dialogue: bool | None = None
    fabricated_statement: bool | None = None
    archive_like: bool | None = None
    advertiser: str | None = None
    product_line: str | None = None
    reuse_consents_all: bool | None = None
    ca_covered_provider: bool | None = None
    buyer_answers: BuyerStatement | None = None
    training: TrainingStatement | None = None
    transfer: TransferStatement | None = None
    captures: tuple[CaptureStatement, ...] | None = None
    workplace: WorkplaceStatement | None = None
    pay: tuple[PayStatement, ...] | None = None


SECTIONS: dict[str, type[Any]] = {
    "buyer_answers": BuyerStatement,
    "training": TrainingStatement,
    "transfer": TransferStatement,
    "workplace": WorkplaceStatement,
}
RECORDS: dict[str, type[Any]] = {"captures": CaptureStatement, "pay": PayStatement}
_TIMES = frozenset(
    {
        "union_notice_at",
        "writers_notice_at",
        "union_asked_at",
        "session_at",
        "written_notice_at",
        "written_release_at",
    }
)


def stated_of(values: Mapping[str, Any]) -> Stated | None:
    """The statement behind plain values, times as datetimes; None where nothing is stated at all."""
    told: dict[str, Any] = {}
    for name, value in values.items():
        if name in SECTIONS:
            value = _section(SECTIONS[name], value)  # noqa: PLW2901 - one value on its way
        elif name in RECORDS and value is not None:
            value = tuple(RECORDS[name](**_plain_lists(one)) for one in value)  # noqa: PLW2901
        elif name == "exempt_basis":
            # No basis claimed is the same as none mentioned.
            value = tuple(sorted(value)) if value else None  # noqa: PLW2901
        elif name == "edits" and value is not None:
            value = tuple(sorted(value))  # noqa: PLW2901
        told[name] = None if value == "" else value
    stated = Stated(**told)
    return None if stated == Stated() else stated


def stated_to_json(stated: Stated) -> dict[str, Canonical]:
    """What is stated and nothing else, so that what a later release may state too changes no digest of today's."""
    return {
        field.name: _json(value)
        for field in fields(stated)
        if (value := getattr(stated, field.name)) is not None
    }


def stated_from_json(stored: Mapping[str, Any] | None) -> Stated | None:
    """What `stated_to_json` wrote; None for orders that state nothing."""
    return (
        None if stored is None else stated_of({name: _timed(name, value) for name, value in stored.items()})
    )


def _section(kind: type[Any], value: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 - an instance of `kind`
    section = kind(**(value or {}))
    return None if section == kind() else section


def _plain_lists(values: Mapping[str, Any]) -> dict[str, Any]:
    read = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return read | {"person_id": UUID(str(read["person_id"]))}


def _timed(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {key: _timed(key, one) for key, one in value.items()}
    if isinstance(value, list) and name in RECORDS:
        return [_timed(name, one) for one in value]
    return datetime.fromisoformat(value) if name in _TIMES and isinstance(value, str) else value


def _json(value: object) -> Canonical:
    match value:
        case None | bool() | str():
            return value
        case UUID():
            return str(value)
        case datetime():
            return rfc3339(value)
        case tuple():
            return [_json(one) for one in value]
        case _:
            return stated_to_json(value)  # type: ignore[arg-type]  # a section: its fields are read alike


def use_facts(stated: Stated | None, *, signed_off_by: str | None = None) -> dict[str, Canonical]:
    """What is stated of the rulebook's section `use`; in which role a claimed basis was signed off, if it was."""
    if stated is None:
        return {}
    told = stated_to_json(stated)
    found = {name: told[name] for name in _OF_THE_USE if name in told}
    return found | ({"basis_signed_off_by": signed_off_by or False} if stated.exempt_basis else {})


def model_facts(stated: Stated | None) -> dict[str, Canonical]:
    told = {} if stated is None else stated_to_json(stated)
    return {name: told[name] for name in ("reuse_consents_all", "ca_covered_provider") if name in told}


def section_facts(
    stated: Stated | None, *, for_netflix: bool, approved_at: datetime | None = None
) -> dict[str, Canonical]:
    """The sections of their own. When a buyer approved in writing stands on record and is not stated."""
    told = {} if stated is None else stated_to_json(stated)
    found: dict[str, Canonical] = {name: told[name] for name in ("workplace", "captures") if name in told}
    answers = told.get("buyer_answers", {})
    if (answers or for_netflix) and isinstance(answers, dict):
        when = rfc3339(approved_at) if approved_at else False
        found["buyer_answers"] = {**answers, "written_approval_at": when}
    return found


def pay_facts(stated: Stated | None, person_id: UUID) -> dict[str, Canonical]:
    """What is stated of one subject's pay."""
    mine = [one for one in (stated and stated.pay) or () if one.person_id == person_id]
    return {
        name: value
        for one in mine
        for name, value in stated_to_json(one).items()  # type: ignore[arg-type]
        if name != "person_id"
    }


_OF_THE_USE = (
    "exempt_basis",
    "key_visual",
    "unscripted_dialogue",
    "fabricated_statement",
    "archive_like",
    "advertiser",
    "product_line",
    "training",
    "transfer",
)
