"""What of obligations, rates, ledger and statements stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Order

OBLIGATIONS = Acts(
    EntryType.OBLIGATION_OPENED,
    key=("obligation",),
    rows="""
        SELECT ARRAY[id::text] AS key, opened_at AS nth, jsonb_strip_nulls(jsonb_build_object(
            'duty', duty, 'rule', rule_id, 'decision', decision_id
        )) AS fields
        FROM licensing_obligation
    """,
)
SERVED = Acts(
    EntryType.OBLIGATION_SERVED,
    key=("obligation",),
    rows="""
        SELECT ARRAY[obligation_id::text] AS key, at AS nth,
            jsonb_build_object('document_sha256', document_sha256) AS fields
        FROM licensing_obligationend WHERE kind = 'served'
    """,
)
WAIVED = Acts(
    EntryType.OBLIGATION_WAIVED,
    key=("obligation",),
    rows="""
        SELECT ARRAY[obligation_id::text] AS key, at AS nth,
            jsonb_build_object('reason_code', reason_code) AS fields
        FROM licensing_obligationend WHERE kind = 'waived'
    """,
)
CALENDARS = Acts(
    EntryType.CALENDAR_ENTERED,
    key=("calendar",),
    rows="""
        SELECT ARRAY[id::text] AS key, entered_at AS nth,
            jsonb_build_object('document_sha256', document_sha256) AS fields
        FROM licensing_calendaryear
    """,
)
RATES = Acts(
    EntryType.RATE_ENTERED,
    key=("rate",),
    rows="""
        SELECT ARRAY[id::text] AS key, entered_at AS nth,
            jsonb_build_object('document_sha256', document_sha256) AS fields
        FROM licensing_rate
    """,
)
RATES_CONFIRMED = Acts(
    EntryType.RATE_CONFIRMED,
    key=("rate",),
    rows="""
        SELECT ARRAY[c.rate_id::text] AS key, c.confirmed_at AS nth,
            jsonb_build_object('document_sha256', r.document_sha256) AS fields
        FROM licensing_rateconfirmation c JOIN licensing_rate r ON r.id = c.rate_id
    """,
)
# The digest is taken from the lines as they stand. Canonical JSON has no spaces; no word here needs an escape.
POSTINGS = Acts(
    EntryType.LEDGER_POSTED,
    key=("posting",),
    rows="""
        SELECT ARRAY[p.id::text] AS key, p.posted_at AS nth, jsonb_build_object(
            'obligation', p.obligation_id,
            'kind', p.kind,
            'posting_sha256', encode(sha256(convert_to('[' || (
                SELECT string_agg(
                    '["' || a.kind || '","' || l.currency || '",' || l.debit_minor || ',' || l.credit_minor || ']',
                    ',' ORDER BY l.position
                )
                FROM licensing_postingline l JOIN licensing_account a ON a.id = l.account_id
                WHERE l.posting_id = p.id
            ) || ']', 'UTF8')), 'hex')
        ) AS fields
        FROM licensing_posting p
    """,
)
PAYMENTS = Acts(
    EntryType.PAYMENT_RECORDED,
    key=("payment",),
    rows="""
        SELECT ARRAY[y.id::text] AS key, y.recorded_at AS nth, jsonb_build_object(
            'obligation', y.obligation_id, 'posting_sha256', p.content_sha256
        ) AS fields
        FROM licensing_payment y JOIN licensing_posting p ON p.id = y.posting_id
    """,
)
STATEMENTS = Acts(
    EntryType.PAY_STATEMENT_ISSUED,
    key=("statement",),
    rows="""
        SELECT ARRAY[id::text] AS key, issued_at AS nth,
            jsonb_build_object('statement_sha256', encode(sha256(content), 'hex')) AS fields
        FROM licensing_paystatement
    """,
)
ACTS = (
    *(OBLIGATIONS, SERVED, WAIVED, CALENDARS, RATES, RATES_CONFIRMED),
    *(POSTINGS, PAYMENTS, STATEMENTS),
)
ORDER = (
    Order(EntryType.OBLIGATION_SERVED, EntryType.OBLIGATION_OPENED, same=("obligation",)),
    Order(EntryType.OBLIGATION_WAIVED, EntryType.OBLIGATION_OPENED, same=("obligation",)),
    Order(EntryType.LEDGER_POSTED, EntryType.OBLIGATION_OPENED, same=("obligation",)),
    Order(EntryType.RATE_CONFIRMED, EntryType.RATE_ENTERED, same=("rate",)),
)
