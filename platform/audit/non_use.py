"""Proof of non-use: a signed statement that nothing of a production touched a performer, and what it rests on.

Entries of one type and production are counted without a gap. So all of them between two numbers can be shown, and
that there were no more of them when the log had so many entries is itself an entry, `audit.statement.issued`, which
is in the log before the statement is signed. What cannot be told for sure is not stated.

What is in the bundle and in which order is agreed with `tools/verify_evidence.py`, which reads it alone and offline.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from audit import trail
from audit.bundle import Member, write_bundle
from audit.bundle_words import README
from audit.checkpoint import NoteError, open_note
from audit.coverage import wait_until_covered
from audit.entry_types import USES, EntryType
from audit.errors import LogNotReady
from audit.evidence import Mentioned, log_evidence, log_members
from audit.log_key import signer_client, statement_key
from audit.models import Entry
from audit.non_use_found import Found, NewestLog, NonUse, find_for, of_period
from audit.signer.client import SignerRefuses, SignerUnreachable
from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant

KIND = "non_use"
VERSION = 1

# Between what the counters are of and the statement's own entry; everything there goes along.
_MOST_MEANWHILE = 2000


def write_non_use_bundle(asked: NonUse, target: BinaryIO, *, actor: str, at: datetime) -> UUID:
    """Log, sign and write the statement that is asked for; gives its identifier.

    Args:
        asked: who vouches for the caller that performer and production are the organisation's.
        target: stands at its beginning.
        actor: as in entries of the log.
        at: the present.

    Raises:
        UseFound: the performer was touched.
        NonUseNotProvable: it cannot be told for sure.
        LogNotReady: log or signer do not answer in time.
        TransactionManagementError: a transaction is open.
    """
    with tenant(asked.organisation_id):
        found = find_for(asked, at=at)
    text = _text(asked, found, statement := new_id())
    with tenant(asked.organisation_id, durable=True):
        uid = trail.record(
            organisation_id=asked.organisation_id,
            entry_type=EntryType.STATEMENT_ISSUED,
            actor=actor,
            subject=f"statement:{statement}",
            fields={
                "statement": str(statement),
                "statement_sha256": sha256_hex(text.encode()),
                "kind": KIND,
                "size": found.log.size,
                "counters": [one.total for one in found.counted],
            },
            at=at,
            production_id=asked.production_id,
        )
    wait_until_covered(
        asked.organisation_id,
        [uid],
        message="The log has not yet confirmed that a statement is issued, so none was signed. Try again soon.",
    )
    with tenant(asked.organisation_id):
        meanwhile = _meanwhile(asked, found.log, uid)
    note = _signed(text)
    evidence = log_evidence(
        asked.organisation_id,
        found.log.origin,
        places={*(row.index for row in found.rows), *meanwhile},
        mentioned=[Mentioned(asked.performer, asked.performer_id)],
    )
    members = [
        Member("README.txt", README.encode()),
        Member("statement.txt", note.encode()),
        *log_members(evidence),
    ]
    write_bundle(target, kind=KIND, made_at=at, members=members)
    return statement


def _text(asked: NonUse, found: Found, statement: UUID) -> str:
    examined: list[Canonical] = [
        {"first": one.first, "last": one.last, "type": str(one.type)} for one in found.counted
    ]
    leaves = b"".join(bytes(row.leaf_hash) for row in found.rows)
    stated: dict[str, Canonical] = {
        "begins": found.begins,
        "commitment": found.committed,
        "examined": examined,
        "since": rfc3339(asked.since),
        "known": found.known.index,
        "leaves_sha256": hashlib.sha256(leaves).hexdigest(),
        "log": found.log.origin,
        "performer": str(asked.performer_id),
        "production": str(asked.production_id),
        "kind": KIND,
        "size": found.log.size,
        "statement": str(statement),
        "until": rfc3339(asked.until),
        "v": VERSION,
    }
    return canonical_bytes(stated).decode() + "\n"


def _meanwhile(asked: NonUse, log: NewestLog, uid: UUID) -> range:
    """Places from where the counters are of up to the statement's own entry; nothing there may be of the period."""
    issued = Entry.objects.get(uid=uid)
    places = range(log.size, issued.index + 1)
    rows = Entry.objects.filter(origin_id=log.id, index__gte=log.size, index__lt=issued.index)
    late = rows.filter(of_period(asked), type__in=USES)
    mine = late.filter(Q(production_id=asked.production_id) | Q(production_id__isnull=True))
    if issued.origin_id != log.id or len(places) > _MOST_MEANWHILE or mine.exists():
        raise LogNotReady("The log went on while the statement was made. Try again in a moment.")
    return places


def _signed(text: str) -> str:
    client = signer_client()
    try:
        note = client.sign_statement(text)
    except (SignerUnreachable, SignerRefuses) as error:
        raise LogNotReady(f"The statement was not signed. {error}") from error
    finally:
        client.close()
    key = statement_key(settings.KEYS_FOLDER)
    try:
        known = key is not None and open_note(note, keys=[key]) == text
    except NoteError:
        known = False
    if not known:
        raise LogNotReady(
            "The signer of the log is not the one that is known here, so its statement is worth nothing."
        )
    return note
