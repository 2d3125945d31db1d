"""What the lint of certificates tells in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Profile(StrEnum):
    """What a chain is held against."""

    OWN = "own"
    """A studio's own authority: what C2PA asks of every claim signer."""
    AL1 = "al1"
    """The conformance programme's profile for assurance level 1."""
    AL2 = "al2"
    IDENTITY = "identity"
    """An organisation's identity (CAWG)."""


class Severity(StrEnum):
    PROBLEM = "problem"
    """It must not sign so."""
    WARNING = "warning"
    """It may sign, and somebody has to do something."""


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing that is wrong, or will be. `code` is stable; `said` is for people."""

    severity: Severity
    code: str
    said: str


def problem(code: str, said: str) -> LintFinding:
    return LintFinding(Severity.PROBLEM, code, said)


def warning(code: str, said: str) -> LintFinding:
    return LintFinding(Severity.WARNING, code, said)
