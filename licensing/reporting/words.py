"""Words about reports."""

from __future__ import annotations

from enum import StrEnum


class Cadence(StrEnum):
    """How often a scheduled report is made, and how long the period is that it is made of."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SEMI_ANNUAL = "semi_annual"


class Covers(StrEnum):
    """What a scheduled report is made of: the period that just ended, or everything up to the day it is made."""

    PERIOD = "period"
    EVERYTHING = "everything"


class ReportSight(StrEnum):
    """With whose sight a report was made, which says who else may have it.

    `EVERYBODY`: also of those whom only legal knows. `REGISTER`: without them. `PERSONAL`: what was open to its maker
    alone, by a grant or as the performer or whoever acts for them.
    """

    EVERYBODY = "everybody"
    REGISTER = "register"
    PERSONAL = "personal"


class ScheduleEnd(StrEnum):
    """Why a schedule ended. `MAKER_MAY_NOT`: whoever set it up may not have the report made any more."""

    ENDED = "ended"
    MAKER_MAY_NOT = "maker_may_not"
    SCOPE_GONE = "scope_gone"


class FindingKind(StrEnum):
    """What is entered for the half-yearly meeting because nothing else on record tells it."""

    UNAUTHORISED_PERFORMANCE = "unauthorised_performance"
    BIAS_MITIGATION = "bias_mitigation"
    OPEN_ISSUE = "open_issue"


class FindingState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class TrainingUnion(StrEnum):
    """Who is told of a licence to train: by TVT-22 and by WGA-02."""

    SAG_AFTRA = "sag_aftra"
    WGA = "wga"
