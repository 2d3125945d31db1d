"""What of productions stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Reconciler

_CHANGES = Acts(
    EntryType.PRODUCTION_CHANGED,
    key=("change",),
    rows="""
        SELECT ARRAY[statement_id::text] AS key, min(recorded_at) AS nth,
            jsonb_build_object('reason_code', min(reason), 'document_sha256', min(document_sha256)) AS fields
        FROM productions_productionchange GROUP BY statement_id
    """,
)

RECONCILER = Reconciler(acts=(_CHANGES,))
