"""Entries as pages show them: in words, with links to what they speak of where there is a page for it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from audit.entry_field_words import field_in_words
from audit.entry_fields import FIELDS
from audit.entry_types import EntryType
from audit.entry_words import actor_in_words, meaning_of, title_of
from audit.field_kinds import Kind
from audit.queries import EntryLine
from core.canonical import Canonical

# Pages of apps that stand above this one, by name: whichever does not exist is simply not linked.
_PAGES = {
    "take": ("generation:take", "take_id"),
    "shot": ("generation:shot", "shot_id"),
    "production": ("generation:production", "production_id"),
    "decision": ("licensing:decision", "decision_id"),
    "consent": ("licensing:consent", "consent_id"),
    "strike": ("licensing:strike", "strike_id"),
    "engagement": ("licensing:engagement", "engagement_id"),
    "asset": ("provenance:asset", "asset_id"),
    "statement": ("audit:statement", "statement_id"),
}
# What tells entries of one type apart at a glance, where they carry it.
_TELLING = ("rule", "agreement", "role", "reason_code", "stage", "attempt")


@dataclass(frozen=True, slots=True)
class Said:
    """One field of an entry. `kind` chooses how it is shown: code, list, number or word."""

    label: str
    kind: str
    value: Canonical
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as lists show it.

    Attributes:
        about: what it is about, in words.
        telling: label and value of what tells it from others of its type; both empty where nothing short does.
        href: the page of what it is about, or empty.
        production_href: the page of its production, or empty.
    """

    line: EntryLine
    title: str
    actor: str
    about: str
    telling: tuple[str, Canonical]
    href: str
    production_href: str


def row_of(line: EntryLine) -> Row:
    kind, _, name = line.subject.partition(":")
    href = page_of(kind, line.fields.get(kind)) or page_of(kind, name)
    return Row(
        line=line,
        title=title_of(line.type),
        actor=actor_in_words(line.actor),
        about=kind.replace("-", " "),
        telling=_telling(line),
        href=href,
        production_href=page_of("production", str(line.production_id)),
    )


def _telling(line: EntryLine) -> tuple[str, Canonical]:
    for name in _TELLING:
        if name in line.fields:
            return field_in_words(name), line.fields[name]
    return "", ""


def meaning(line: EntryLine) -> str:
    return meaning_of(line.type)


def said_by(line: EntryLine) -> tuple[Said, ...]:
    """The fields of an entry, in the order of the alphabet of their names, as they stand in its text."""
    return tuple(
        Said(field_in_words(name), _shown_as(line.type, name), value, page_of(name, value))
        for name, value in line.fields.items()
    )


def page_of(kind: str, value: Canonical) -> str:
    """The address of the page for a thing, or nothing where there is none."""
    if kind not in _PAGES or not isinstance(value, str):
        return ""
    name, argument = _PAGES[kind]
    try:
        return reverse(name, kwargs={argument: UUID(value)})
    except (NoReverseMatch, ValueError):
        return ""


def _shown_as(entry_type: str, field: str) -> str:
    try:
        fields = FIELDS[EntryType(entry_type)]
    except ValueError:
        return "code"
    match fields.required.get(field) or fields.optional.get(field):
        case Kind.NUMBER:
            return "number"
        case Kind.CODE:
            return "word"
        case Kind.RULES | Kind.COMMITMENTS | Kind.NUMBERS:
            return "list"
        case _:
            return "code"
