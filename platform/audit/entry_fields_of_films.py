"""Which fields entries carry about films of services, masters and trainings; see `audit.entry_fields`."""

from __future__ import annotations

from collections.abc import Mapping

from audit.entry_types import EntryType
from audit.field_groups import Fields, fields
from audit.field_kinds import Kind

FIELDS_OF_FILMS: Mapping[EntryType, Fields] = {
    # What left for a service that runs a model: known by its digest, as the request of the take is.
    EntryType.HOSTED_SENT: fields(
        take=Kind.IDENTIFIER,
        call=Kind.IDENTIFIER,
        attempt=Kind.NUMBER,
        request_sha256=Kind.SHA256,
        model_sha256=Kind.SHA256,
    ),
    EntryType.HOSTED_ENDED: fields(
        take=Kind.IDENTIFIER,
        call=Kind.IDENTIFIER,
        reason_code=Kind.CODE,
        optional={"file_sha256": Kind.SHA256},
    ),
    EntryType.FRAMES_KEPT: fields(take=Kind.IDENTIFIER, file_sha256=Kind.SHA256),
    EntryType.MASTER_REQUESTED: fields(
        master=Kind.IDENTIFIER,
        take=Kind.IDENTIFIER,
        decision=Kind.IDENTIFIER,
        kind=Kind.CODE,
        # For whom alone it is marked.
        optional={"recipient": Kind.IDENTIFIER},
    ),
    EntryType.MASTER_ENDED: fields(
        master=Kind.IDENTIFIER, reason_code=Kind.CODE, optional={"decision": Kind.IDENTIFIER}
    ),
    EntryType.TRAINING_REQUESTED: fields(
        training=Kind.IDENTIFIER,
        decision=Kind.IDENTIFIER,
        request_sha256=Kind.SHA256,
        model_sha256=Kind.SHA256,
        performers=Kind.COMMITMENTS,
    ),
    EntryType.TRAINING_STARTED: fields(
        training=Kind.IDENTIFIER,
        attempt=Kind.NUMBER,
        fence=Kind.NUMBER,
        decision=Kind.IDENTIFIER,
        model_sha256=Kind.SHA256,
        performers=Kind.COMMITMENTS,
    ),
    # Of one that is done: the asset in custody, and the digest of its weights in clear.
    EntryType.TRAINING_ENDED: fields(
        training=Kind.IDENTIFIER,
        reason_code=Kind.CODE,
        optional={
            "decision": Kind.IDENTIFIER,
            "custody_asset": Kind.IDENTIFIER,
            "file_sha256": Kind.SHA256,
        },
    ),
}
