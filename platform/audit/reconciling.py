"""What of the log's own tables stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Reconciler

# A key that was erased, and nobody says when or by whom, was destroyed.
_ERASURES = Acts(
    EntryType.SUBJECT_ERASED,
    key=("uid",),
    rows="""
        SELECT ARRAY[erasure::text] AS key, erased_at AS nth, '{}'::jsonb AS fields
        FROM audit_subjectkey WHERE erased_at IS NOT NULL
    """,
)

RECONCILER = Reconciler(acts=(_ERASURES,))
