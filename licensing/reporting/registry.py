"""Every report there is. Apps above this one add theirs in `settings.REPORTS`, without this one knowing them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from licensing.reporting.definition import ReportDefinition
from licensing.reporting.errors import NoSuchReport


@cache
def reports() -> Mapping[str, ReportDefinition]:
    """Every report by its code, in the order of their numbers.

    Raises:
        ValueError: two reports have one code.
    """
    found = [one for name in settings.REPORTS for one in import_string(name)]
    by_code = {one.code: one for one in sorted(found, key=lambda one: (one.number, one.code))}
    if len(by_code) != len(found):
        raise ValueError("Two reports have one code.")
    return by_code


def report(code: str) -> ReportDefinition:
    """The report of that code.

    Raises:
        NoSuchReport: there is none.
    """
    found = reports().get(code)
    if found is None:
        raise NoSuchReport(f"There is no report {code}. Known: {', '.join(reports())}.")
    return found
