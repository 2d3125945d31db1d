"""Fields of entries about screens: what looked at a file, what it looks for, and what the house demands of it."""

from __future__ import annotations

from collections.abc import Mapping

from audit.entry_types import EntryType
from audit.field_groups import Fields
from audit.field_groups import fields as _fields
from audit.field_kinds import Kind

FIELDS_OF_SCREENS: Mapping[EntryType, Fields] = {
    # `state` is the gravest answer of all screens. Of an asset in custody the digest in clear is left out, as custody
    # leaves it out: its own entries state that of the sealed file.
    EntryType.FILE_SCREENED: _fields(
        screening=Kind.IDENTIFIER,
        content_sha256=Kind.SHA256,
        state=Kind.CODE,
        optional={
            "file_sha256": Kind.SHA256,
            "take": Kind.IDENTIFIER,
            "master": Kind.IDENTIFIER,
            "reference": Kind.IDENTIFIER,
            "custody_asset": Kind.IDENTIFIER,
        },
    ),
    EntryType.PICTURE_PROTECTED: _fields(picture=Kind.IDENTIFIER, kind=Kind.CODE, source_sha256=Kind.SHA256),
    EntryType.PICTURE_RELEASED: _fields(picture=Kind.IDENTIFIER),
    EntryType.SCREEN_POLICY_STATED: _fields(
        screen_policy=Kind.IDENTIFIER, screen_kind=Kind.CODE, stage=Kind.CODE, demand=Kind.CODE
    ),
    # `state`: allowed or taken_back. What is opened to be compared with is no use, and stands in no statement of one.
    EntryType.COMPARISON_RELEASED: _fields(
        release=Kind.IDENTIFIER, consent=Kind.IDENTIFIER, state=Kind.CODE, document_sha256=Kind.SHA256
    ),
    EntryType.CUSTODY_COMPARED: _fields(custody_asset=Kind.IDENTIFIER, screening=Kind.IDENTIFIER),
    EntryType.INPUT_ATTESTED: _fields(
        screening=Kind.IDENTIFIER,
        words_sha256=Kind.SHA256,
        optional={"reference": Kind.IDENTIFIER, "custody_asset": Kind.IDENTIFIER},
    ),
}
