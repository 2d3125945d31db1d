"""What of licensing stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Digested, Order, Reconciler

from licensing import agreeing_reconciling

# The digest is taken from the bytes, and stands for nothing where the column says another one.
_DECISIONS = Acts(
    EntryType.USE_DECIDED,
    key=("decision",),
    rows="""
        SELECT ARRAY[d.id::text] AS key, d.decided_at AS nth, jsonb_strip_nulls(jsonb_build_object(
            'outcome', d.outcome,
            'stage', d.stage,
            'shot', d.shot_id,
            'pack', p.edition,
            'pack_sha256', p.sha256,
            'facts_sha256', CASE
                WHEN encode(sha256(d.facts), 'hex') = d.facts_sha256 THEN d.facts_sha256 ELSE 'altered' END
        )) AS fields
        FROM licensing_decision d JOIN licensing_rulepack p ON p.id = d.pack_id
    """,
)
_CONSENTS = Acts(
    EntryType.CONSENT_RECORDED,
    key=("consent",),
    rows="""
        SELECT ARRAY[c.id::text] AS key, e.at AS nth, jsonb_strip_nulls(jsonb_build_object(
            'document_sha256', c.document_sha256, 'terms_sha256', c.terms_sha256, 'uid', c.entry_uid
        )) AS fields
        FROM licensing_consent c LEFT JOIN licensing_consentevent e ON e.consent_id = c.id AND e.kind = 'recorded'
    """,
    name_entry=True,
)
# A consent that counts again although its withdrawal is on record has no withdrawal to show.
_WITHDRAWALS = Acts(
    EntryType.CONSENT_WITHDRAWN,
    key=("consent",),
    rows="""
        SELECT ARRAY[c.id::text] AS key, e.at AS nth, jsonb_build_object('reason_code', e.reason_code) AS fields
        FROM licensing_consent c LEFT JOIN licensing_consentevent e ON e.consent_id = c.id AND e.kind = 'withdrawn'
        WHERE c.status = 'withdrawn'
    """,
)
_CONFIRMATIONS = Acts(
    EntryType.PACK_CONFIRMED,
    key=("pack", "rule", "document_sha256"),
    rows="""
        SELECT ARRAY[p.edition, c.rule_id, c.document_sha256]::text[] AS key, c.confirmed_at AS nth,
            '{}'::jsonb AS fields
        FROM licensing_ruleconfirmation c JOIN licensing_rulepack p ON p.id = c.pack_id
    """,
)
_STRIKES = Acts(
    EntryType.STRIKE_BEGUN,
    key=("strike",),
    rows="""
        SELECT ARRAY[id::text] AS key, began_at AS nth, jsonb_build_object('agreement', agreement) AS fields
        FROM licensing_strike
    """,
)
_STRIKES_ENDED = Acts(
    EntryType.STRIKE_ENDED,
    key=("strike",),
    rows="""
        SELECT ARRAY[id::text] AS key, ended_at AS nth, jsonb_build_object('agreement', agreement) AS fields
        FROM licensing_strike WHERE ended_at IS NOT NULL
    """,
)
_TERMS = Digested("the terms of consent", "SELECT id, terms, terms_sha256 FROM licensing_consent")

RECONCILER = Reconciler(
    acts=(
        _DECISIONS,
        _CONSENTS,
        _WITHDRAWALS,
        _CONFIRMATIONS,
        _STRIKES,
        _STRIKES_ENDED,
        *agreeing_reconciling.ACTS,
    ),
    order=(
        Order(EntryType.CONSENT_WITHDRAWN, EntryType.CONSENT_RECORDED, same=("consent",)),
        Order(EntryType.STRIKE_ENDED, EntryType.STRIKE_BEGUN, same=("strike",)),
        *agreeing_reconciling.ORDER,
    ),
    digested=(_TERMS, *agreeing_reconciling.DIGESTED),
)
