"""The reports of licensing. `settings.REPORTS` names this tuple beside those of apps above."""

from __future__ import annotations

from licensing.reporting.buyer_log import BUYER_LOG
from licensing.reporting.clearance import CLEARANCE
from licensing.reporting.consent_register import CONSENT_REGISTER
from licensing.reporting.custody_report import CUSTODY_LOG
from licensing.reporting.decision_export import DECISION_EXPORT
from licensing.reporting.disclosure_report import BIOMETRIC_REGISTER, DISCLOSURE_REPORT
from licensing.reporting.game_usage import GAME_USAGE
from licensing.reporting.semi_annual import SEMI_ANNUAL
from licensing.reporting.synthetic_pack import SYNTHETIC_PACK
from licensing.reporting.training_report import TRAINING_NOTICE
from licensing.reporting.use_and_pay import USE_AND_PAY

REPORTS = (
    CONSENT_REGISTER,
    CUSTODY_LOG,
    USE_AND_PAY,
    GAME_USAGE,
    SYNTHETIC_PACK,
    TRAINING_NOTICE,
    SEMI_ANNUAL,
    CLEARANCE,
    BUYER_LOG,
    DECISION_EXPORT,
    DISCLOSURE_REPORT,
    BIOMETRIC_REGISTER,
)
