"""The reports of licensing. `settings.REPORTS` names this tuple beside those of apps above."""

from __future__ import annotations

from licensing.reporting.consent_register import CONSENT_REGISTER
from licensing.reporting.custody_report import CUSTODY_LOG

REPORTS = (
    CONSENT_REGISTER,
    CUSTODY_LOG,
)
