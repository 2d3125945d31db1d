"""What of masters stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Order
from licensing.values import Decision

_PERMITTED = tuple(str(outcome) for outcome in Decision if outcome.permitted)

_KEPT = Acts(
    EntryType.FRAMES_KEPT,
    key=("take",),
    rows="""
        SELECT ARRAY[take_id::text] AS key, kept_at AS nth, jsonb_build_object('file_sha256', file_sha256) AS fields
        FROM generation_keptframes
    """,
)
_REQUESTS = Acts(
    EntryType.MASTER_REQUESTED,
    key=("master",),
    rows="""
        SELECT ARRAY[id::text] AS key, requested_at AS nth, jsonb_build_object(
            'take', take_id, 'kind', format, 'recipient', recipient_id
        ) AS fields
        FROM generation_master
    """,
)
_ENDS = Acts(
    EntryType.MASTER_ENDED,
    key=("master",),
    rows="""
        SELECT ARRAY[id::text] AS key, finished_at AS nth, jsonb_build_object(
            'reason_code', coalesce(failure_code, state),
            'decision', CASE WHEN state = 'refused' THEN decision_id END
        ) AS fields
        FROM generation_master WHERE state IN ('failed', 'refused', 'cancelled')
    """,
)
# A signed master points at a file, and the log has signed that file for it.
_SIGNED = Acts(
    EntryType.DERIVATIVE_SIGNED,
    key=("asset",),
    rows="""
        SELECT ARRAY[asset_id::text] AS key, finished_at AS nth, jsonb_build_object('take', take_id, 'cause', id)
            AS fields
        FROM generation_master WHERE asset_id IS NOT NULL
    """,
)

MASTER_ACTS = (_KEPT, _REQUESTS, _ENDS, _SIGNED)
MASTER_ORDER = (
    Order(EntryType.FRAMES_KEPT, EntryType.RENDER_STARTED, same=("take",)),
    Order(EntryType.MASTER_REQUESTED, EntryType.ASSET_SIGNED, same=("take",)),
    Order(EntryType.MASTER_REQUESTED, EntryType.USE_DECIDED, same=("decision",), outcomes=_PERMITTED),
    Order(EntryType.MASTER_ENDED, EntryType.MASTER_REQUESTED, same=("master",)),
)
