"""What of trainings stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Digested, Order
from licensing.values import Decision

_PERMITTED = tuple(str(outcome) for outcome in Decision if outcome.permitted)

_REQUESTS = Acts(
    EntryType.TRAINING_REQUESTED,
    key=("training",),
    rows="""
        SELECT ARRAY[t.id::text] AS key, t.requested_at AS nth, jsonb_build_object(
            'request_sha256', t.request_sha256, 'model_sha256', m.lock_sha256
        ) AS fields
        FROM generation_likenesstraining t JOIN generation_modelrelease m ON m.id = t.model_id
    """,
)
_ENDS = Acts(
    EntryType.TRAINING_ENDED,
    key=("training",),
    rows="""
        SELECT ARRAY[id::text] AS key, finished_at AS nth, jsonb_build_object(
            'reason_code', coalesce(failure_code, state),
            'decision', CASE WHEN state = 'refused' THEN decision_id END,
            'custody_asset', adapter_id,
            'file_sha256', nullif(adapter_sha256, '')
        ) AS fields
        FROM generation_likenesstraining WHERE state IN ('done', 'failed', 'refused', 'cancelled')
    """,
)

TRAINING_ACTS = (_REQUESTS, _ENDS)
TRAINING_ORDER = (
    Order(EntryType.TRAINING_REQUESTED, EntryType.USE_DECIDED, same=("decision",)),
    Order(EntryType.TRAINING_STARTED, EntryType.TRAINING_REQUESTED, same=("training",)),
    Order(EntryType.TRAINING_STARTED, EntryType.USE_DECIDED, same=("decision",), outcomes=_PERMITTED),
    Order(EntryType.TRAINING_ENDED, EntryType.TRAINING_REQUESTED, same=("training",)),
)
TRAINING_DIGESTED = (
    Digested(
        "the request of training", "SELECT id, request, request_sha256 FROM generation_likenesstraining"
    ),
)
