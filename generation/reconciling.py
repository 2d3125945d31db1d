"""What of generation stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Count, Digested, Order, Reconciler
from generation import limits_reconciling
from generation.deliveries.reconciling import DELIVERY_ACTS, DELIVERY_DIGESTED, DELIVERY_ORDER
from generation.likeness_training.reconciling import TRAINING_ACTS, TRAINING_DIGESTED, TRAINING_ORDER
from generation.mastering.reconciling import MASTER_ACTS, MASTER_ORDER
from generation.screens.reconciling import SCREEN_ACTS, SCREEN_COUNTS, SCREEN_DIGESTED, SCREEN_ORDER
from licensing.values import Decision

_PERMITTED = tuple(str(outcome) for outcome in Decision if outcome.permitted)

# Whatever is not refused at once was requested; the first line of a take's history tells.
_REQUESTS = Acts(
    EntryType.TAKE_REQUESTED,
    key=("take",),
    rows="""
        SELECT ARRAY[t.id::text] AS key, t.requested_at AS nth, jsonb_build_object(
            'request_sha256', t.request_sha256, 'model_sha256', m.lock_sha256
        ) AS fields
        FROM generation_take t JOIN generation_modelrelease m ON m.id = t.model_id
        WHERE (
            SELECT e.state FROM generation_takeevent e WHERE e.take_id = t.id ORDER BY e.id LIMIT 1
        ) IS DISTINCT FROM 'refused'
    """,
)
_REFUSALS = Acts(
    EntryType.TAKE_REFUSED,
    key=("take",),
    rows="""
        SELECT ARRAY[id::text] AS key, requested_at AS nth, jsonb_build_object('decision', decision_id) AS fields
        FROM generation_take WHERE state = 'refused'
    """,
)
# A render that was encoded had been started. One that was started had been claimed, and may have failed on the way.
_RENDERS = Acts(
    EntryType.RENDER_STARTED,
    key=("take", "attempt"),
    rows="""
        SELECT ARRAY[take_id::text, attempt::text] AS key, id AS nth, '{}'::jsonb AS fields
        FROM generation_takeevent WHERE kind = 'state' AND state = 'encoding'
    """,
    acts_needed=False,
)
_CLAIMS = Acts(
    EntryType.RENDER_STARTED,
    key=("take", "attempt"),
    rows="""
        SELECT ARRAY[take_id::text, attempt::text] AS key, id AS nth, '{}'::jsonb AS fields
        FROM generation_takeevent WHERE kind = 'state' AND state = 'rendering'
    """,
    entries_needed=False,
)
_SENT = Acts(
    EntryType.HOSTED_SENT,
    key=("call",),
    rows="""
        SELECT ARRAY[id::text] AS key, sent_at AS nth, jsonb_build_object('request_sha256', sent_sha256) AS fields
        FROM generation_hostedcall
    """,
    acts_needed=False,
)
_HOSTED_ENDS = Acts(
    EntryType.HOSTED_ENDED,
    key=("call",),
    rows="""
        SELECT ARRAY[id::text] AS key, ended_at AS nth, jsonb_build_object(
            'reason_code', state, 'file_sha256', nullif(answer_sha256, '')
        ) AS fields
        FROM generation_hostedcall WHERE ended_at IS NOT NULL
    """,
)
_FAILURES = Acts(
    EntryType.TAKE_FAILED,
    key=("take",),
    rows="""
        SELECT ARRAY[take_id::text] AS key, id AS nth,
            jsonb_build_object('attempt', attempt, 'reason_code', code) AS fields
        FROM generation_takeevent WHERE kind = 'state' AND state = 'failed'
    """,
)
_CANCELLATIONS = Acts(
    EntryType.TAKE_CANCELLED,
    key=("take",),
    rows="""
        SELECT ARRAY[take_id::text] AS key, id AS nth, '{}'::jsonb AS fields
        FROM generation_takeevent WHERE kind = 'state' AND state = 'cancelled'
    """,
)
_CLEARANCES = Acts(
    EntryType.MODEL_CLEARED,
    key=("clearance",),
    rows="""
        SELECT ARRAY[id::text] AS key, said_at AS nth, jsonb_build_object(
            'content_sha256', content_sha256, 'production', production_id,
            'state', CASE WHEN is_cleared THEN 'cleared' ELSE 'taken_back' END
        ) AS fields
        FROM generation_modelclearance WHERE entry_uid IS NOT NULL
    """,
)
_CLEARED = Digested(
    "what was said of clearance", "SELECT id, content, content_sha256 FROM generation_modelclearance"
)
# A signed take points at an asset, and the log has signed that asset for this take.
_SIGNED = Acts(
    EntryType.ASSET_SIGNED,
    key=("asset",),
    rows="""
        SELECT ARRAY[asset_id::text] AS key, finished_at AS nth, jsonb_build_object('take', id) AS fields
        FROM generation_take WHERE asset_id IS NOT NULL
    """,
    acts_needed=False,
)
_CONTRIBUTIONS = Acts(
    EntryType.CONTRIBUTION_RECORDED,
    key=("contribution",),
    rows="""
        SELECT ARRAY[id::text] AS key, at AS nth, jsonb_build_object(
            'kind', kind, 'content_sha256', content_sha256, 'take', take_id, 'supersedes', supersedes_id
        ) AS fields
        FROM generation_contribution
    """,
)
# A judgement stands in the credential that it was written with, in these very words.
_FILE_REVIEWS = Acts(
    EntryType.CREDENTIAL_UPDATED,
    key=("asset",),
    rows="""
        SELECT ARRAY[review.updated_file_id::text] AS key, review.reviewed_at AS nth, jsonb_build_object(
            'take', review.take_id,
            'file_sha256', review.file_sha256,
            'manifest_id', review.manifest_id,
            'reason_code', 'legal_review',
            'cause', CASE
                WHEN jsonb_path_exists(
                    updated.statement,
                    '$.assertions[*] ? (@.label == "org.countersign.legal-review" && @.data.outcome == $outcome)',
                    jsonb_build_object('outcome', review.outcome)
                ) THEN review.id::text ELSE 'altered' END
        ) AS fields
        FROM generation_filereview review
        LEFT JOIN provenance_credentialupdate updated ON updated.id = review.updated_file_id
    """,
    acts_needed=False,
)
_JUDGED = Count("""
    SELECT format(
        'credential update %s tells of the judgement %s, which is not on record', updated.id, updated.cause_id
    )
    FROM provenance_credentialupdate AS updated
    WHERE updated.reason = 'legal_review' AND NOT EXISTS (
        SELECT FROM generation_filereview AS review
        WHERE review.id = updated.cause_id AND review.updated_file_id = updated.id
    )
""")
_CONTENTS = Digested(
    "what contribution says,", "SELECT id, content, content_sha256 FROM generation_contribution"
)
_ORDERS = Digested("the request of take", "SELECT id, request, request_sha256 FROM generation_take")

RECONCILER = Reconciler(
    acts=(
        *(
            _REQUESTS,
            _REFUSALS,
            _RENDERS,
            _CLAIMS,
            _SENT,
            _HOSTED_ENDS,
            _FAILURES,
            _CANCELLATIONS,
            _SIGNED,
            _CONTRIBUTIONS,
            _CLEARANCES,
            _FILE_REVIEWS,
        ),
        *DELIVERY_ACTS,
        *MASTER_ACTS,
        *TRAINING_ACTS,
        *SCREEN_ACTS,
    ),
    order=(
        *DELIVERY_ORDER,
        *MASTER_ORDER,
        *TRAINING_ORDER,
        *SCREEN_ORDER,
        Order(EntryType.TAKE_REQUESTED, EntryType.USE_DECIDED, same=("decision",)),
        Order(EntryType.TAKE_REFUSED, EntryType.USE_DECIDED, same=("decision",)),
        Order(EntryType.TAKE_RESUMED, EntryType.TAKE_REQUESTED, same=("take",)),
        Order(EntryType.TAKE_RESUMED, EntryType.USE_DECIDED, same=("decision",), outcomes=_PERMITTED),
        Order(EntryType.TAKE_CANCELLED, EntryType.TAKE_REQUESTED, same=("take",)),
        Order(EntryType.TAKE_FAILED, EntryType.TAKE_REQUESTED, same=("take",)),
        Order(EntryType.RENDER_STARTED, EntryType.TAKE_REQUESTED, same=("take",)),
        Order(EntryType.RENDER_STARTED, EntryType.USE_DECIDED, same=("decision",), outcomes=_PERMITTED),
        Order(EntryType.HOSTED_SENT, EntryType.RENDER_STARTED, same=("take",)),
        Order(EntryType.HOSTED_ENDED, EntryType.HOSTED_SENT, same=("call",)),
        Order(EntryType.SIGNING_INTENDED, EntryType.RENDER_STARTED, same=("take",)),
    ),
    digested=(_ORDERS, _CONTENTS, _CLEARED, *DELIVERY_DIGESTED, *SCREEN_DIGESTED, *TRAINING_DIGESTED),
    counts=(*limits_reconciling.COUNTS, *SCREEN_COUNTS, _JUDGED),
)
