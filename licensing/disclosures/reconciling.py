"""What of disclosures stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Digested, Order

_APPROVALS = Acts(
    EntryType.DISCLOSURE_APPROVED,
    key=("disclosure",),
    rows="""
        SELECT ARRAY[id::text] AS key, approved_at AS nth, jsonb_build_object(
            'kind', kind, 'content_sha256', content_sha256, 'supersedes', supersedes_id,
            'state', CASE WHEN withdrawn THEN 'withdrawn' ELSE 'approved' END
        ) AS fields
        FROM licensing_disclosureapproval
    """,
)
_PLACINGS = Acts(
    EntryType.DISCLOSURE_PLACED,
    key=("placing",),
    rows="""
        SELECT ARRAY[id::text] AS key, recorded_at AS nth, jsonb_build_object(
            'disclosure', approval_id, 'document_sha256', document_sha256
        ) AS fields
        FROM licensing_disclosureplacing
    """,
)

ACTS = (_APPROVALS, _PLACINGS)
ORDER = (Order(EntryType.DISCLOSURE_PLACED, EntryType.DISCLOSURE_APPROVED, same=("disclosure",)),)
DIGESTED = (
    Digested(
        "what counsel approved,", "SELECT id, content, content_sha256 FROM licensing_disclosureapproval"
    ),
)
