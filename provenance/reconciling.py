"""What of provenance stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Digested, Order, Reconciler

_INTENTS = Acts(
    EntryType.SIGNING_INTENDED,
    key=("asset",),
    rows="""
        SELECT ARRAY[asset_id::text] AS key, intended_at AS nth, jsonb_build_object(
            'take', take_id,
            'source_sha256', source_sha256,
            'manifest_sha256', manifest_sha256,
            'signer_certificate_sha256', signer_certificate_sha256
        ) AS fields
        FROM provenance_signingintent
    """,
)
# What is derived from the asset's own bytes, or was intended, stands for nothing where the column says otherwise.
_ASSETS = Acts(
    EntryType.ASSET_SIGNED,
    key=("asset",),
    rows="""
        SELECT ARRAY[a.id::text] AS key, a.signed_at AS nth, jsonb_build_object(
            'take', a.take_id,
            'file_sha256', a.file_sha256,
            'manifest_id', CASE WHEN a.manifest_id = i.manifest_id THEN a.manifest_id ELSE 'altered' END,
            'intent', CASE
                WHEN a.id = i.asset_id AND a.statement_sha256 = i.manifest_sha256
                    AND a.certificate_sha256 = i.signer_certificate_sha256
                THEN a.intent_id::text ELSE 'altered' END,
            'manifest_store_sha256', CASE
                WHEN encode(sha256(a.manifest_store), 'hex') = a.manifest_store_sha256
                THEN a.manifest_store_sha256 ELSE 'altered' END
        ) AS fields
        FROM provenance_signedasset a LEFT JOIN provenance_signingintent i ON i.id = a.intent_id
    """,
)
_UPDATES = Acts(
    EntryType.CREDENTIAL_UPDATED,
    key=("asset",),
    rows="""
        SELECT ARRAY[u.id::text] AS key, u.signed_at AS nth, jsonb_build_object(
            'take', CASE WHEN u.take_id = a.take_id THEN u.take_id::text ELSE 'altered' END,
            'file_sha256', u.file_sha256,
            'manifest_id', CASE WHEN u.manifest_id = i.manifest_id THEN u.manifest_id ELSE 'altered' END,
            'updates', u.updates_manifest_id,
            'intent', CASE
                WHEN u.id = i.asset_id AND u.statement_sha256 = i.manifest_sha256
                    AND u.certificate_sha256 = i.signer_certificate_sha256
                THEN u.intent_id::text ELSE 'altered' END,
            'manifest_store_sha256', CASE
                WHEN encode(sha256(u.manifest_store), 'hex') = u.manifest_store_sha256
                THEN u.manifest_store_sha256 ELSE 'altered' END,
            'reason_code', u.reason,
            'cause', u.cause_id
        ) AS fields
        FROM provenance_credentialupdate u
        LEFT JOIN provenance_signingintent i ON i.id = u.intent_id
        LEFT JOIN provenance_signedasset a ON a.id = u.asset_id
    """,
)
_REFERENCES = Acts(
    EntryType.REFERENCE_RECEIVED,
    key=("reference",),
    rows="""
        SELECT ARRAY[id::text] AS key, received_at AS nth, jsonb_build_object(
            'source_sha256', source_sha256, 'file_sha256', file_sha256, 'state', state
        ) AS fields
        FROM provenance_referencemedia
    """,
)
_DERIVED = Acts(
    EntryType.DERIVATIVE_SIGNED,
    key=("asset",),
    rows="""
        SELECT ARRAY[d.id::text] AS key, d.signed_at AS nth, jsonb_build_object(
            'take', CASE WHEN d.take_id = a.take_id THEN d.take_id::text ELSE 'altered' END,
            'file_sha256', d.file_sha256,
            'manifest_id', CASE WHEN d.manifest_id = i.manifest_id THEN d.manifest_id ELSE 'altered' END,
            'updates', d.parent_manifest_id,
            'intent', CASE
                WHEN d.id = i.asset_id AND d.statement_sha256 = i.manifest_sha256
                    AND d.certificate_sha256 = i.signer_certificate_sha256
                THEN d.intent_id::text ELSE 'altered' END,
            'manifest_store_sha256', CASE
                WHEN encode(sha256(d.manifest_store), 'hex') = d.manifest_store_sha256
                THEN d.manifest_store_sha256 ELSE 'altered' END,
            'cause', d.cause_id
        ) AS fields
        FROM provenance_derivedasset d
        LEFT JOIN provenance_signingintent i ON i.id = d.intent_id
        LEFT JOIN provenance_signedasset a ON a.id = d.asset_id
    """,
)
_SIDECARS = Acts(
    EntryType.SIDECAR_SIGNED,
    key=("asset",),
    rows="""
        SELECT ARRAY[s.id::text] AS key, s.signed_at AS nth, jsonb_build_object(
            'take', CASE WHEN s.take_id = a.take_id THEN s.take_id::text ELSE 'altered' END,
            'file_sha256', CASE WHEN s.bound_sha256 = i.source_sha256 THEN s.bound_sha256 ELSE 'altered' END,
            'manifest_id', CASE WHEN s.manifest_id = i.manifest_id THEN s.manifest_id ELSE 'altered' END,
            'updates', s.parent_manifest_id,
            'intent', CASE
                WHEN s.id = i.asset_id AND s.statement_sha256 = i.manifest_sha256
                    AND s.certificate_sha256 = i.signer_certificate_sha256
                THEN s.intent_id::text ELSE 'altered' END,
            'manifest_store_sha256', CASE
                WHEN encode(sha256(s.manifest_store), 'hex') = s.manifest_store_sha256
                THEN s.manifest_store_sha256 ELSE 'altered' END
        ) AS fields
        FROM provenance_sidecar s
        LEFT JOIN provenance_signingintent i ON i.id = s.intent_id
        LEFT JOIN provenance_signedasset a ON a.id = s.asset_id
    """,
)
_SIDECAR_STATEMENTS = Digested(
    "the statements of credential beside", "SELECT id, statement, statement_sha256 FROM provenance_sidecar"
)
_DERIVED_STATEMENTS = Digested(
    "the statements of derived file", "SELECT id, statement, statement_sha256 FROM provenance_derivedasset"
)
_UPDATE_STATEMENTS = Digested(
    "the statements of credential update",
    "SELECT id, statement, statement_sha256 FROM provenance_credentialupdate",
)
_STATEMENTS = Digested(
    "the statements of asset", "SELECT id, statement, statement_sha256 FROM provenance_signedasset"
)

RECONCILER = Reconciler(
    acts=(_INTENTS, _ASSETS, _UPDATES, _DERIVED, _SIDECARS, _REFERENCES),
    order=(
        Order(EntryType.ASSET_SIGNED, EntryType.SIGNING_INTENDED, same=("asset", "take")),
        Order(EntryType.CREDENTIAL_UPDATED, EntryType.SIGNING_INTENDED, same=("asset", "take")),
        Order(EntryType.CREDENTIAL_UPDATED, EntryType.ASSET_SIGNED, same=("take",)),
        Order(EntryType.DERIVATIVE_SIGNED, EntryType.SIGNING_INTENDED, same=("asset", "take")),
        Order(EntryType.DERIVATIVE_SIGNED, EntryType.ASSET_SIGNED, same=("take",)),
        Order(EntryType.SIDECAR_SIGNED, EntryType.SIGNING_INTENDED, same=("asset", "take")),
        Order(EntryType.SIDECAR_SIGNED, EntryType.ASSET_SIGNED, same=("take",)),
        Order(EntryType.ASSET_DELIVERED, EntryType.ASSET_SIGNED, same=("asset",)),
    ),
    digested=(_STATEMENTS, _UPDATE_STATEMENTS, _DERIVED_STATEMENTS, _SIDECAR_STATEMENTS),
)
