"""What of offers, notices and grants stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Digested, Order

# A round is logged when it is put to the performer: a draft's rounds are the studio's own until the last one is sent.
_MADE = Acts(
    EntryType.OFFER_MADE,
    key=("offer", "round"),
    rows="""
        SELECT ARRAY[r.offer_id::text, r.number::text] AS key, r.made_at AS nth,
            jsonb_build_object('terms_sha256', r.terms_sha256) AS fields
        FROM licensing_offerround r
        JOIN licensing_offerevent sent ON sent.offer_id = r.offer_id AND sent.from_state = 'drafted'
            AND sent.to_state = 'offered'
        WHERE r.number >= (
            SELECT max(d.number) FROM licensing_offerround d
            WHERE d.offer_id = r.offer_id AND d.made_at <= sent.at
        )
    """,
)
_SIGNED = Acts(
    EntryType.OFFER_SIGNED,
    key=("offer", "side"),
    rows="""
        SELECT ARRAY[r.offer_id::text, s.side]::text[] AS key, s.signed_at AS nth,
            jsonb_strip_nulls(jsonb_build_object(
                'round', r.number, 'terms_sha256', s.terms_sha256, 'authority', s.authority_id
            )) AS fields
        FROM licensing_offersignature s JOIN licensing_offerround r ON r.id = s.round_id
    """,
)
_REFUSED = Acts(
    EntryType.OFFER_REFUSED,
    key=("offer",),
    rows="""
        SELECT ARRAY[offer_id::text] AS key, at AS nth, '{}'::jsonb AS fields
        FROM licensing_offerevent WHERE to_state = 'refused'
    """,
)
_TAKEN_BACK = Acts(
    EntryType.OFFER_TAKEN_BACK,
    key=("offer",),
    rows="""
        SELECT ARRAY[offer_id::text] AS key, at AS nth, '{}'::jsonb AS fields
        FROM licensing_offerevent WHERE to_state = 'taken_back'
    """,
)
_NOTICES = Acts(
    EntryType.NOTICE_GIVEN,
    key=("consent", "notice"),
    rows="""
        SELECT ARRAY[consent_id::text, id::text] AS key, recorded_at AS nth,
            jsonb_build_object('reason_code', reason_code) AS fields
        FROM licensing_withdrawalnotice
    """,
)
_GRANTED = Acts(
    EntryType.SIGHT_GRANTED,
    key=("grant",),
    rows="SELECT ARRAY[id::text] AS key, granted_at AS nth, '{}'::jsonb AS fields FROM licensing_sightgrant",
)
_GRANTS_ENDED = Acts(
    EntryType.SIGHT_ENDED,
    key=("grant",),
    rows="""
        SELECT ARRAY[id::text] AS key, ended_at AS nth, '{}'::jsonb AS fields
        FROM licensing_sightgrant WHERE ended_at IS NOT NULL
    """,
)

ACTS = (_MADE, _SIGNED, _REFUSED, _TAKEN_BACK, _NOTICES, _GRANTED, _GRANTS_ENDED)
ORDER = (
    Order(EntryType.OFFER_SIGNED, EntryType.OFFER_MADE, same=("offer",)),
    Order(EntryType.NOTICE_GIVEN, EntryType.CONSENT_RECORDED, same=("consent",)),
    Order(EntryType.SIGHT_ENDED, EntryType.SIGHT_GRANTED, same=("grant",)),
)
DIGESTED = (Digested("the terms of an offer", "SELECT id, terms, terms_sha256 FROM licensing_offerround"),)
