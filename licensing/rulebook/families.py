"""Editions of one agreement, of which the date that the clause itself names picks one (APP-01). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from licensing.rulebook.book import Edition, RuleBook

_YEAR = re.compile(r"_(19|20)\d{2}\Z")


class NoEditionGoverns(Exception):
    """The date is not known, or no edition on file holds on it."""

    def __init__(self, complaint: str, *, dated_by: str) -> None:
        super().__init__(complaint)
        self.dated_by = dated_by


def family_of(agreement: str) -> str:
    """The agreement without the year of its edition: `sag_tvt` of `sag_tvt_2026`."""
    return _YEAR.sub("", agreement)


def families(book: RuleBook) -> dict[str, tuple[Edition, ...]]:
    """Every agreement of which the rulebook knows an edition, with its editions."""
    found: dict[str, tuple[Edition, ...]] = {}
    for edition in book.editions.values():
        name = family_of(edition.agreement)
        found[name] = (*found.get(name, ()), edition)
    return found


def edition_by_date(book: RuleBook, family: str, dates: Mapping[str, date | None]) -> Edition:
    """The edition of `family` that governs, by the date its clause names and never by today's.

    Args:
        book: the rulebook.
        family: one of `families`.
        dates: the dates on file by their names: principal_photography_start, production_start, contract_date.

    Raises:
        KeyError: no such family.
        NoEditionGoverns: the date is unknown, or no edition on file holds on it.
    """
    editions = families(book)[family]
    for edition in editions:
        if edition.dated_by is None:
            return edition
        day = dates.get(edition.dated_by)
        if day is not None and edition.holds_on(day):
            return edition
    dated_by = str(editions[0].dated_by)
    day = dates.get(dated_by)
    said = f"no edition of {family} on file holds on {day.isoformat()}" if day else "nobody has stated it"
    raise NoEditionGoverns(f"{family} is chosen by {dated_by.replace('_', ' ')}: {said}.", dated_by=dated_by)
