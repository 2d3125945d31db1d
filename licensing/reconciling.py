"""What of licensing stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Digested, Order, Reconciler
from licensing import agreeing_reconciling, owed_reconciling, quota_reconciling
from licensing.disclosures import reconciling as disclosure_reconciling
from licensing.reporting import reconciling as reporting_reconciling
from licensing.review import reconciling as review_reconciling
from licensing.signing_off import reconciling as signing_off_reconciling

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
_PACKS_STAGED = Acts(
    EntryType.PACK_STAGED,
    key=("house_pack",),
    rows="""
        SELECT ARRAY[id::text] AS key, staged_at AS nth,
            jsonb_build_object('pack_sha256', sha256, 'edition', edition) AS fields
        FROM licensing_housepack
    """,
)
_PACKS_ACTIVATED = Acts(
    EntryType.PACK_ACTIVATED,
    key=("activation",),
    rows="""
        SELECT ARRAY[a.id::text] AS key, a.activated_at AS nth, jsonb_build_object(
            'house_pack', a.pack_id, 'pack_sha256', p.sha256, 'decisions', r.decisions, 'flipped', r.flipped
        ) AS fields
        FROM licensing_housepackactivation a
        JOIN licensing_housepack p ON p.id = a.pack_id
        JOIN licensing_housepackreplay r ON r.id = a.replay_id
    """,
)
_REGISTER_CHANGES = Acts(
    EntryType.REGISTER_CHANGED,
    key=("change",),
    rows="""
        SELECT ARRAY[statement_id::text] AS key, min(recorded_at) AS nth,
            jsonb_build_object('reason_code', min(reason), 'document_sha256', min(document_sha256)) AS fields
        FROM licensing_registerchange GROUP BY statement_id
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
_CUSTODY_RECEIVED = Acts(
    EntryType.CUSTODY_RECEIVED,
    key=("custody_asset",),
    rows="""
        SELECT ARRAY[id::text] AS key, received_at AS nth, jsonb_build_object(
            'asset_kind', kind, 'consent', consent_id, 'sealed_sha256', sealed_sha256, 'uid', entry_uid
        ) AS fields
        FROM licensing_custodyasset
    """,
    name_entry=True,
)
_CUSTODY_RELEASED = Acts(
    EntryType.CUSTODY_RELEASED,
    key=("release",),
    rows="""
        SELECT ARRAY[id::text] AS key, released_at AS nth, jsonb_build_object(
            'custody_asset', asset_id, 'decision', decision_id, 'job', job_id, 'fence', fence, 'uid', entry_uid
        ) AS fields
        FROM licensing_custodyrelease
    """,
    name_entry=True,
)
# The digest is taken from the attestation itself; an asset whose key still exists has no destruction to show.
_CUSTODY_DESTROYED = Acts(
    EntryType.CUSTODY_DESTROYED,
    key=("custody_asset",),
    rows="""
        SELECT ARRAY[a.id::text] AS key, a.destroyed_at AS nth, jsonb_build_object(
            'reason_code', a.destruction_reason,
            'attestation_sha256', encode(sha256(convert_to(a.attestation, 'UTF8')), 'hex')
        ) AS fields
        FROM licensing_custodyasset a LEFT JOIN licensing_custodykey k ON k.asset_id = a.id
        WHERE a.state = 'destroyed' AND k.id IS NULL
    """,
)
_SYNTHETICS_OPENED = Acts(
    EntryType.SYNTHETIC_OPENED,
    key=("synthetic",),
    rows="""
        SELECT ARRAY[id::text] AS key, opened_at AS nth, '{}'::jsonb AS fields FROM licensing_syntheticfile
    """,
)
_SYNTHETIC_STEPS = Acts(
    EntryType.SYNTHETIC_STEPPED,
    key=("synthetic_step",),
    rows="""
        SELECT ARRAY[id::text] AS key, recorded_at AS nth, jsonb_strip_nulls(jsonb_build_object(
            'synthetic', file_id, 'step_code', kind, 'proof_sha256', nullif(proof_sha256, ''), 'uid', entry_uid
        )) AS fields
        FROM licensing_syntheticstep
    """,
    name_entry=True,
)
_TERMS = Digested("the terms of consent", "SELECT id, terms, terms_sha256 FROM licensing_consent")

_NAMINGS = Acts(
    EntryType.NAMING_CHOSEN,
    key=("naming",),
    rows="""
        SELECT ARRAY[id::text] AS key, chosen_at AS nth, jsonb_strip_nulls(jsonb_build_object(
            'state', CASE WHEN named_as = '' THEN 'not_named' ELSE 'named' END,
            'authority', authority_id, 'document_sha256', nullif(document_sha256, ''), 'uid', entry_uid
        )) AS fields
        FROM licensing_namingchoice
    """,
    name_entry=True,
)

RECONCILER = Reconciler(
    acts=(
        _NAMINGS,
        _DECISIONS,
        _CONSENTS,
        _WITHDRAWALS,
        _CONFIRMATIONS,
        _PACKS_STAGED,
        _PACKS_ACTIVATED,
        _REGISTER_CHANGES,
        _STRIKES,
        _STRIKES_ENDED,
        _CUSTODY_RECEIVED,
        _CUSTODY_RELEASED,
        _CUSTODY_DESTROYED,
        _SYNTHETICS_OPENED,
        _SYNTHETIC_STEPS,
        *agreeing_reconciling.ACTS,
        *owed_reconciling.ACTS,
        *review_reconciling.ACTS,
        *reporting_reconciling.ACTS,
        *disclosure_reconciling.ACTS,
        *signing_off_reconciling.ACTS,
    ),
    order=(
        Order(EntryType.CONSENT_WITHDRAWN, EntryType.CONSENT_RECORDED, same=("consent",)),
        Order(EntryType.STRIKE_ENDED, EntryType.STRIKE_BEGUN, same=("strike",)),
        Order(EntryType.CUSTODY_RECEIVED, EntryType.CONSENT_RECORDED, same=("consent",)),
        Order(EntryType.CUSTODY_RELEASED, EntryType.CUSTODY_RECEIVED, same=("custody_asset",)),
        Order(
            EntryType.CUSTODY_RELEASED,
            EntryType.USE_DECIDED,
            same=("decision",),
            outcomes=("allow", "allow_with_duties", "warn"),
        ),
        Order(EntryType.CUSTODY_DESTROYED, EntryType.CUSTODY_RECEIVED, same=("custody_asset",)),
        Order(EntryType.SYNTHETIC_STEPPED, EntryType.SYNTHETIC_OPENED, same=("synthetic",)),
        *agreeing_reconciling.ORDER,
        *owed_reconciling.ORDER,
        *review_reconciling.ORDER,
        *reporting_reconciling.ORDER,
        *disclosure_reconciling.ORDER,
    ),
    digested=(
        _TERMS,
        *agreeing_reconciling.DIGESTED,
        *disclosure_reconciling.DIGESTED,
        *signing_off_reconciling.DIGESTED,
    ),
    counts=quota_reconciling.COUNTS,
)
