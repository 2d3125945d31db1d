"""What of screens stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Count, Digested, Order

_LOOKS = Acts(
    EntryType.FILE_SCREENED,
    key=("screening",),
    rows="""
        SELECT ARRAY[id::text] AS key, screened_at AS nth, jsonb_build_object(
            'file_sha256', NULLIF(file_sha256, ''), 'content_sha256', content_sha256, 'take', take_id,
            'master', master_id, 'reference', reference_id, 'custody_asset', custody_asset_id
        ) AS fields
        FROM generation_screenrun
    """,
)
_PROTECTED = Acts(
    EntryType.PICTURE_PROTECTED,
    key=("picture",),
    rows="""
        SELECT ARRAY[id::text] AS key, added_at AS nth,
            jsonb_build_object('kind', kind, 'source_sha256', source_sha256) AS fields
        FROM generation_protectedpicture
    """,
)
_RELEASED = Acts(
    EntryType.PICTURE_RELEASED,
    key=("picture",),
    rows="""
        SELECT ARRAY[picture_id::text] AS key, ended_at AS nth, '{}'::jsonb AS fields
        FROM generation_protectedpictureend
    """,
)
_DEMANDED = Acts(
    EntryType.SCREEN_POLICY_STATED,
    key=("screen_policy",),
    rows="""
        SELECT ARRAY[id::text] AS key, stated_at AS nth,
            jsonb_build_object('screen_kind', kind, 'stage', step, 'demand', demand) AS fields
        FROM generation_screenpolicy
    """,
)
_ATTESTED = Acts(
    EntryType.INPUT_ATTESTED,
    key=("screening",),
    rows="""
        SELECT ARRAY[a.run_id::text] AS key, a.attested_at AS nth,
            jsonb_build_object('reference', r.reference_id, 'custody_asset', r.custody_asset_id) AS fields
        FROM generation_inputattestation a JOIN generation_screenrun r ON r.id = a.run_id
    """,
)

# The log has no digest of a likeness in clear: custody's own row says whether it was that picture.
_OF_KEPT = Count("""
    SELECT format('the look %s is at another picture than the asset %s that it names', run.id, asset.id)
    FROM generation_screenrun AS run JOIN licensing_custodyasset AS asset ON asset.id = run.custody_asset_id
    WHERE run.file_sha256 <> asset.plain_sha256 OR run.content ->> 'file_sha256' <> asset.plain_sha256
    ORDER BY run.id
""")

SCREEN_ACTS = (_LOOKS, _PROTECTED, _RELEASED, _DEMANDED, _ATTESTED)
SCREEN_ORDER = (
    Order(EntryType.PICTURE_RELEASED, EntryType.PICTURE_PROTECTED, same=("picture",)),
    Order(EntryType.INPUT_ATTESTED, EntryType.FILE_SCREENED, same=("screening",)),
)
SCREEN_DIGESTED = (
    Digested("what screens said in", "SELECT id, content, content_sha256 FROM generation_screenrun"),
)
SCREEN_COUNTS = (_OF_KEPT,)
