"""What of legal review stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Order

_OPENED = Acts(
    EntryType.CASE_OPENED,
    key=("case",),
    rows="""
        SELECT ARRAY[id::text] AS key, opened_at AS nth,
            jsonb_build_object('decision', decision_id, 'rules', to_jsonb(rule_ids)) AS fields
        FROM licensing_reviewcase
    """,
)
_APPROVED = Acts(
    EntryType.CASE_APPROVED,
    key=("case",),
    rows="""
        SELECT ARRAY[case_id::text] AS key, approved_at AS nth, jsonb_build_object(
            'approval', id, 'decision', decision_id, 'limits_sha256', limits_sha256, 'uid', entry_uid
        ) AS fields
        FROM licensing_reviewapproval
    """,
    name_entry=True,
)
_SECOND_KEYS = Acts(
    EntryType.CASE_SECOND_KEY_GIVEN,
    key=("approval",),
    rows="""
        SELECT ARRAY[approval_id::text] AS key, given_at AS nth, jsonb_build_object('uid', entry_uid) AS fields
        FROM licensing_reviewsecondkey
    """,
    name_entry=True,
)
_REFUSED = Acts(
    EntryType.CASE_REFUSED,
    key=("case",),
    rows="""
        SELECT ARRAY[id::text] AS key, closed_at AS nth, '{}'::jsonb AS fields
        FROM licensing_reviewcase WHERE state = 'refused'
    """,
)
_WITHDRAWN = Acts(
    EntryType.CASE_WITHDRAWN,
    key=("case",),
    rows="""
        SELECT ARRAY[id::text] AS key, closed_at AS nth, '{}'::jsonb AS fields
        FROM licensing_reviewcase WHERE state = 'withdrawn'
    """,
)
_DELEGATIONS = Acts(
    EntryType.DELEGATION_GIVEN,
    key=("delegation",),
    rows="""
        SELECT ARRAY[id::text] AS key, given_at AS nth,
            jsonb_build_object('member', person_id, 'stand_in', stand_in_id) AS fields
        FROM licensing_reviewdelegation
    """,
)
_DELEGATIONS_ENDED = Acts(
    EntryType.DELEGATION_ENDED,
    key=("delegation",),
    rows="""
        SELECT ARRAY[id::text] AS key, ended_at AS nth, '{}'::jsonb AS fields
        FROM licensing_reviewdelegation WHERE ended_at IS NOT NULL
    """,
)
_HOLDS = Acts(
    EntryType.HOLD_PLACED,
    key=("hold",),
    rows="""
        SELECT ARRAY[id::text] AS key, placed_at AS nth,
            jsonb_build_object('held', kind, 'reason_code', reason) AS fields
        FROM licensing_legalhold
    """,
)
_HOLDS_LIFTED = Acts(
    EntryType.HOLD_LIFTED,
    key=("hold",),
    rows="""
        SELECT ARRAY[id::text] AS key, lifted_at AS nth, '{}'::jsonb AS fields
        FROM licensing_legalhold WHERE lifted_at IS NOT NULL
    """,
)

ACTS = (
    _OPENED,
    _APPROVED,
    _SECOND_KEYS,
    _REFUSED,
    _WITHDRAWN,
    _DELEGATIONS,
    _DELEGATIONS_ENDED,
    _HOLDS,
    _HOLDS_LIFTED,
)
ORDER = (
    Order(
        EntryType.CASE_OPENED, EntryType.USE_DECIDED, same=("decision",), outcomes=("escalate", "deny_until")
    ),
    Order(EntryType.CASE_APPROVED, EntryType.CASE_OPENED, same=("case",)),
    Order(EntryType.CASE_SECOND_KEY_GIVEN, EntryType.CASE_APPROVED, same=("case",)),
    Order(EntryType.CASE_REFUSED, EntryType.CASE_OPENED, same=("case",)),
    Order(EntryType.CASE_WITHDRAWN, EntryType.CASE_OPENED, same=("case",)),
    Order(EntryType.DELEGATION_ENDED, EntryType.DELEGATION_GIVEN, same=("delegation",)),
    Order(EntryType.HOLD_LIFTED, EntryType.HOLD_PLACED, same=("hold",)),
)
