"""What happens when the database holds less of a log than was signed: the restore guard."""

from __future__ import annotations

import hashlib
import logging
from uuid import UUID

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from audit.entry_body import EntryBody, leaf_bytes
from audit.entry_types import EntryType
from audit.log_key import signer_client
from audit.merkle import leaf_hash
from audit.models import PLATFORM
from audit.platform_log import continue_elsewhere
from audit.sequencer import LOG
from audit.signed_heads import Signed
from audit.stored_tree import Head, every_head, lock_writers, newest_head, open_log, tree_of, write_head
from core.clock import now
from core.ids import new_id

logger = logging.getLogger(__name__)


def reopen_log(organisation_id: UUID, origin: str, signed: Signed, *, by_person: bool = False) -> bool:
    """Close a log that lost signed entries and open another, whose first entry tells of the gap.

    The old one stays as it is: what is left of it can be read and checked, and nobody continues it.

    Args:
        organisation_id: whose log.
        origin: the log that was compared.
        signed: what the signer has signed of it.
        by_person: somebody has looked and gives up a log that holds as many entries, but other ones.

    Returns:
        Whether that was done. Not when the log holds that much after all, or was closed already.
    """
    with transaction.atomic(using=LOG, durable=True), connections[LOG].cursor() as cursor:
        lock_writers(cursor)
        old = newest_head(cursor, organisation_id)
        if old is None or old.origin != origin or (old.size >= signed.size and not by_person):
            return False
        head = open_log(cursor, organisation_id)
        if organisation_id == PLATFORM:
            continue_elsewhere(cursor, head, old=old, signed_size=signed.size, root=signed.root)
        else:
            _tell_of_gap(cursor, head, old, signed)
    logger.error(
        "Log %s was signed up to %d entries and the database holds %d%s. Log %s goes on in its place.",
        origin,
        signed.size,
        old.size,
        " others" if by_person else ": it was restored from an older copy",
        head.origin,
    )
    return True


def give_up_log(origin: str) -> bool:
    """Close a damaged log that cannot be continued, because a person says so, and open another that tells of it.

    Returns:
        Whether that was done. Not when no log of this name is written to, or nothing of it was ever signed.

    Raises:
        audit.signer.client.SignerUnreachable: what was signed could not be asked.
    """
    client = signer_client()
    try:
        signed = client.head(origin)
    finally:
        client.close()
    with connections[LOG].cursor() as cursor:
        head = next((one for one in every_head(cursor) if one.origin == origin), None)
    if signed is None or head is None:
        return False
    return reopen_log(head.organisation_id, origin, signed, by_person=True)


def _tell_of_gap(cursor: CursorWrapper, head: Head, old: Head, signed: Signed) -> None:
    digest = hashlib.sha256(old.origin.encode()).hexdigest()
    at = now()
    body = EntryBody(
        uid=new_id(),
        organisation_id=old.organisation_id,
        entry_type=EntryType.LOG_REOPENED,
        at=at,
        actor="system",
        subject=f"log:{digest}",
        fields={
            "old_origin_sha256": digest,
            "signed_size": signed.size,
            "signed_root": signed.root.hex(),
            "stored_size": old.size,
        },
    )
    content = leaf_bytes(body.to_bytes(), counter=1)
    tree = tree_of(cursor, head)
    tree.append([leaf_hash(content)])
    cursor.execute(
        """
        INSERT INTO audit_entry
            (uid, organisation_id, origin_id, index, production_id, counter, leaf_hash, type, actor, subject, at,
                recorded_at, body)
        VALUES (%s, %s, %s, 0, NULL, 1, %s, %s, %s, %s, %s, clock_timestamp(), %s)
        """,
        [
            body.uid,
            body.organisation_id,
            head.origin_id,
            leaf_hash(content),
            str(body.entry_type),
            body.actor,
            body.subject,
            at,
            content,
        ],
    )
    write_head(cursor, head, tree)
