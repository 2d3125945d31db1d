"""The reports of takes and cuts. `settings.REPORTS` names this tuple beside that of licensing."""

from __future__ import annotations

from generation.reporting.ai_usage import AI_USAGE_REGISTER
from generation.reporting.human_authorship import HUMAN_AUTHORSHIP_STATEMENT
from generation.reporting.shot_disclosures import SHOT_DISCLOSURE_MAP

REPORTS = (AI_USAGE_REGISTER, SHOT_DISCLOSURE_MAP, HUMAN_AUTHORSHIP_STATEMENT)
