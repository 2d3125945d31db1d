"""What of sign-offs and written approvals stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Digested

_SIGN_OFFS = Acts(
    EntryType.BASIS_SIGNED_OFF,
    key=("sign_off",),
    rows="""
        SELECT ARRAY[id::text] AS key, signed_at AS nth, jsonb_strip_nulls(jsonb_build_object(
            'basis', basis, 'content_sha256', content_sha256, 'supersedes', supersedes_id,
            'state', CASE WHEN revoked THEN 'revoked' ELSE 'signed_off' END,
            'document_sha256', nullif(document_sha256, ''), 'uid', entry_uid
        )) AS fields
        FROM licensing_basissignoff
    """,
    name_entry=True,
)
_APPROVALS = Acts(
    EntryType.BUYER_APPROVAL_RECORDED,
    key=("buyer_approval",),
    rows="""
        SELECT ARRAY[id::text] AS key, recorded_at AS nth, jsonb_strip_nulls(jsonb_build_object(
            'content_sha256', content_sha256, 'document_sha256', document_sha256, 'supersedes', supersedes_id,
            'state', CASE WHEN withdrawn THEN 'withdrawn' ELSE 'recorded' END, 'uid', entry_uid
        )) AS fields
        FROM licensing_buyerapproval
    """,
    name_entry=True,
)

ACTS = (_SIGN_OFFS, _APPROVALS)
DIGESTED = (
    Digested("what counsel signed off,", "SELECT id, content, content_sha256 FROM licensing_basissignoff"),
    Digested(
        "what a buyer approved in writing,", "SELECT id, content, content_sha256 FROM licensing_buyerapproval"
    ),
)
