"""What of reports stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Order

_MADE = Acts(
    EntryType.REPORT_MADE,
    key=("report",),
    rows="""
        SELECT ARRAY[id::text] AS key, made_at AS nth, jsonb_strip_nulls(jsonb_build_object(
            'kind', code, 'csv_sha256', csv_sha256, 'pdf_sha256', pdf_sha256, 'size', log_size,
            'log_root', log_root, 'schedule', schedule_id, 'uid', entry_uid
        )) AS fields
        FROM licensing_reportrun
    """,
    name_entry=True,
)
_SCHEDULED = Acts(
    EntryType.REPORT_SCHEDULED,
    key=("schedule",),
    rows="""
        SELECT ARRAY[id::text] AS key, set_up_at AS nth, jsonb_build_object('kind', code) AS fields
        FROM licensing_reportschedule
    """,
)
_ENDED = Acts(
    EntryType.REPORT_SCHEDULE_ENDED,
    key=("schedule",),
    rows="""
        SELECT ARRAY[id::text] AS key, ended_at AS nth, jsonb_build_object('reason_code', ended_because) AS fields
        FROM licensing_reportschedule WHERE ended_at IS NOT NULL
    """,
)
_FINDINGS = Acts(
    EntryType.FINDING_RECORDED,
    key=("finding",),
    rows="""
        SELECT ARRAY[id::text] AS key, recorded_at AS nth,
            jsonb_build_object('kind', kind, 'state', state, 'uid', entry_uid) AS fields
        FROM licensing_reportfinding
    """,
    name_entry=True,
)
_TRAINING_LICENCES = Acts(
    EntryType.TRAINING_LICENCE_RECORDED,
    key=("training_licence",),
    rows="""
        SELECT ARRAY[id::text] AS key, recorded_at AS nth, jsonb_strip_nulls(jsonb_build_object(
            'proof_sha256', nullif(notice_sha256, ''), 'uid', entry_uid
        )) AS fields
        FROM licensing_traininglicence
    """,
    name_entry=True,
)
ACTS = (_MADE, _SCHEDULED, _ENDED, _FINDINGS, _TRAINING_LICENCES)
ORDER = (Order(EntryType.REPORT_SCHEDULE_ENDED, EntryType.REPORT_SCHEDULED, same=("schedule",)),)
