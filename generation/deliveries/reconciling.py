"""What of deliveries stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Digested, Order
from licensing.values import Decision

_PERMITTED = tuple(str(outcome) for outcome in Decision if outcome.permitted)

_INTENTS = Acts(
    EntryType.DELIVERY_INTENDED,
    key=("delivery",),
    rows="""
        SELECT ARRAY[delivery_id::text] AS key, intended_at AS nth, jsonb_build_object(
            'asset', asset_id,
            'take', take_id,
            'recipient', recipient_id,
            'decision', decision_id,
            'request_sha256', request_sha256
        ) AS fields
        FROM generation_deliveryintent
    """,
)
# A delivery whose decision was for another door, or for nothing, stands for nothing.
_DELIVERIES = Acts(
    EntryType.ASSET_DELIVERED,
    key=("delivery",),
    rows="""
        SELECT ARRAY[delivery.id::text] AS key, delivery.delivered_at AS nth, jsonb_build_object(
            'uid', delivery.entry_uid,
            'asset', delivery.asset_id,
            'take', delivery.take_id,
            'recipient', delivery.recipient_id,
            'decision', CASE WHEN decision.stage = 'deliver' THEN delivery.decision_id::text ELSE 'altered' END
        ) AS fields
        FROM generation_delivery delivery LEFT JOIN licensing_decision decision ON decision.id = delivery.decision_id
    """,
    name_entry=True,
)
_RECALLS = Acts(
    EntryType.DELIVERY_RECALLED,
    key=("delivery",),
    rows="""
        SELECT ARRAY[delivery_id::text] AS key, recorded_at AS nth, jsonb_build_object('reason_code', cause) AS fields
        FROM generation_deliveryrecall
    """,
)
_NOTICES = Acts(
    EntryType.RECALL_NOTIFIED,
    key=("recall_notice",),
    rows="""
        SELECT ARRAY[notice.id::text] AS key, notice.recorded_at AS nth, jsonb_build_object(
            'delivery', recall.delivery_id, 'channel', notice.channel, 'proof_sha256', nullif(notice.proof_sha256, '')
        ) AS fields
        FROM generation_recallnotice notice JOIN generation_deliveryrecall recall ON recall.id = notice.recall_id
    """,
)
_ACKNOWLEDGEMENTS = Acts(
    EntryType.RECALL_ACKNOWLEDGED,
    key=("delivery",),
    rows="""
        SELECT ARRAY[recall.delivery_id::text] AS key, said.recorded_at AS nth, jsonb_build_object(
            'link', said.link_id
        ) AS fields
        FROM generation_recallacknowledgement said JOIN generation_deliveryrecall recall ON recall.id = said.recall_id
    """,
)
_RETENTION = Acts(
    EntryType.RETENTION_STATED,
    key=("retention",),
    rows="""
        SELECT ARRAY[said.id::text] AS key, said.stated_at AS nth, jsonb_build_object(
            'delivery', recall.delivery_id, 'words_sha256', encode(sha256(convert_to(said.words, 'UTF8')), 'hex')
        ) AS fields
        FROM generation_retentionwords said JOIN generation_deliveryrecall recall ON recall.id = said.recall_id
    """,
)
_LINKS = Acts(
    EntryType.LINK_ISSUED,
    key=("link",),
    rows="""
        SELECT ARRAY[id::text] AS key, issued_at AS nth, jsonb_build_object('delivery', delivery_id) AS fields
        FROM generation_deliverylink
    """,
)
_REVOCATIONS = Acts(
    EntryType.LINK_REVOKED,
    key=("link",),
    rows="""
        SELECT ARRAY[id::text] AS key, revoked_at AS nth, jsonb_build_object('delivery', delivery_id) AS fields
        FROM generation_deliverylink WHERE revoked_at IS NOT NULL
    """,
)

_DISPUTES = Acts(
    EntryType.DISPUTE_OPENED,
    key=("dispute",),
    rows="""
        SELECT ARRAY[id::text] AS key, opened_at AS nth, jsonb_build_object(
            'take', take_id, 'reason_code', ground,
            'words_sha256', encode(sha256(convert_to(words, 'UTF8')), 'hex')
        ) AS fields
        FROM generation_dispute
    """,
)
_DISPUTE_ENDS = Acts(
    EntryType.DISPUTE_ENDED,
    key=("dispute",),
    rows="""
        SELECT ARRAY[e.dispute_id::text] AS key, e.ended_at AS nth, jsonb_build_object(
            'take', d.take_id, 'outcome', e.outcome,
            'words_sha256', encode(sha256(convert_to(e.words, 'UTF8')), 'hex')
        ) AS fields
        FROM generation_disputeend e JOIN generation_dispute d ON d.id = e.dispute_id
    """,
)
DELIVERY_ACTS = (
    *(_INTENTS, _DELIVERIES, _RECALLS, _NOTICES, _ACKNOWLEDGEMENTS, _RETENTION, _LINKS, _REVOCATIONS),
    *(_DISPUTES, _DISPUTE_ENDS),
)
DELIVERY_ORDER = (
    Order(EntryType.DELIVERY_INTENDED, EntryType.USE_DECIDED, same=("decision",), outcomes=_PERMITTED),
    Order(EntryType.DELIVERY_INTENDED, EntryType.ASSET_SIGNED, same=("asset", "take")),
    Order(EntryType.ASSET_DELIVERED, EntryType.DELIVERY_INTENDED, same=("delivery", "asset")),
    Order(EntryType.DELIVERY_RECALLED, EntryType.ASSET_DELIVERED, same=("delivery",)),
    Order(EntryType.RECALL_NOTIFIED, EntryType.DELIVERY_RECALLED, same=("delivery",)),
    Order(EntryType.RECALL_ACKNOWLEDGED, EntryType.DELIVERY_RECALLED, same=("delivery",)),
    Order(EntryType.RETENTION_STATED, EntryType.DELIVERY_RECALLED, same=("delivery",)),
    Order(EntryType.LINK_ISSUED, EntryType.ASSET_DELIVERED, same=("delivery",)),
    Order(EntryType.DISPUTE_OPENED, EntryType.ASSET_SIGNED, same=("take",)),
    Order(EntryType.DISPUTE_ENDED, EntryType.DISPUTE_OPENED, same=("dispute",)),
    Order(EntryType.LINK_REVOKED, EntryType.LINK_ISSUED, same=("link",)),
)
DELIVERY_DIGESTED = (
    Digested("the request of delivery", "SELECT id, request, request_sha256 FROM generation_delivery"),
)
