"""The proof of an entry's place as it leaves the house, under a checkpoint that enough witnesses cosigned."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from audit.coverage import vouched_sql
from audit.stored_tree import inclusion_proof
from audit.tlog_proof import LogProof
from core.tenancy import tenant


@dataclass(frozen=True, slots=True)
class ProvedLeaf:
    """A proof with the hash of the leaf it is about; the entry itself stays here."""

    leaf_hash_hex: str
    proof: LogProof


def travelling_proof(organisation_id: UUID, uid: UUID) -> ProvedLeaf | None:
    """The proof of one entry, under the newest checkpoint that covers it; None while none does.

    The note carries every cosignature that there is.
    """
    with tenant(organisation_id), connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT entry.origin_id, entry.index, entry.leaf_hash, covering.size, covering.note, ARRAY(
                SELECT line FROM audit_cosignature c
                WHERE c.origin_id = entry.origin_id AND c.size = covering.size ORDER BY witness
            )
            FROM audit_entry entry
            JOIN LATERAL (
                SELECT newest.size, newest.note FROM audit_checkpoint newest
                WHERE newest.origin_id = entry.origin_id AND newest.size > entry.index AND {vouched_sql("newest")}
                ORDER BY newest.size DESC LIMIT 1
            ) covering ON true
            WHERE entry.uid = %s AND entry.organisation_id = %s
            """,  # noqa: S608 - a condition of our own
            [uid, organisation_id],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        origin_id, index, leaf, size, note, lines = row
        hashes = inclusion_proof(cursor, origin_id, index=index, size=size)
    return ProvedLeaf(bytes(leaf).hex(), LogProof(index, tuple(hashes), note + "".join(lines)))
