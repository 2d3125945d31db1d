"""The second half of the sequencer's work: what the database has committed is signed by the signer.

The signer is never ahead of the database, because it is asked only about what is committed. When it is ahead, the
database has lost commits: an older copy was restored. Going on would be a second history of one log, so that log is
closed as it is and another one opened, whose first entry says how much is missing (`audit.reopening`).

Killed at any moment, nothing is lost: what was signed and not stored is signed again, with the same bytes; of several
checkpoints that wait only the newest is signed, which covers what the others do.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connections

from audit.checkpoint import Checkpoint, NoteError, NoteKey, verify_checkpoint
from audit.errors import LogDamaged
from audit.log_key import known_signer, signer_client
from audit.reopening import reopen_log
from audit.sequencer import LOG
from audit.signed_heads import Signed
from audit.signer.client import HeadDiffers, SignerClient, SignerRefuses
from audit.stored_tree import Head, consistency_proof, every_head, root_at
from audit.tiles import TileMissing

logger = logging.getLogger(__name__)

# Another sequencer may sign between our look and our question; twice in a row is no coincidence.
_ATTEMPTS = 3

_UNSIGNED = """
    SELECT c.id, c.organisation_id, c.origin_id, o.origin, c.size, c.root
    FROM audit_checkpoint c JOIN audit_logorigin o ON o.id = c.origin_id
    WHERE c.note IS NULL
        AND NOT EXISTS (SELECT FROM audit_checkpoint n WHERE n.origin_id = c.origin_id AND n.size > c.size)
        AND NOT EXISTS (SELECT FROM audit_logorigin n WHERE n.organisation_id = c.organisation_id AND n.id > o.id)
    ORDER BY c.id
"""


@dataclass(frozen=True, slots=True)
class _Unsigned:
    id: int
    organisation_id: UUID
    origin_id: UUID
    checkpoint: Checkpoint


class Publisher:
    """Has heads signed, on the connection of the log. For one thread."""

    def __init__(self, client: SignerClient | None = None) -> None:
        self._client = client or signer_client()
        self._key: Ed25519PublicKey | None = None
        # What the signer signed last, as far as we know: saves asking.
        self._signed: dict[str, Signed] = {}

    def compare(self) -> None:
        """Compare every log with what the signer has signed of it, before anything is added to one.

        Raises:
            SignerUnreachable: it could not be asked; nothing must be integrated before it was.
            LogDamaged: a log is not the one that was signed, or the signer has forgotten it.
        """
        self._known_signer()
        damages = []
        with connections[LOG].cursor() as cursor:
            heads = every_head(cursor)
        for head in heads:
            try:
                self._compare(head)
            except LogDamaged as damage:
                damages.append(damage)
        if damages:
            raise damages[0]

    def publish(self) -> list[UUID]:
        """Have every head that waits signed; the organisations whose log was.

        Raises:
            SignerUnreachable: it does not answer; what waits goes on waiting.
            LogDamaged: at least one log is not the one that was signed; the others were signed.
        """
        with connections[LOG].cursor() as cursor:
            cursor.execute(_UNSIGNED)
            waiting = [
                _Unsigned(number, organisation_id, origin_id, Checkpoint(origin, size, bytes(root)))
                for number, organisation_id, origin_id, origin, size, root in cursor.fetchall()
            ]
        if not waiting:
            return []
        key = self._known_signer()
        done: list[UUID] = []
        damages = []
        for unsigned in waiting:
            try:
                if self._sign(unsigned, key):
                    done.append(unsigned.organisation_id)
            except LogDamaged as damage:
                damages.append(damage)
        if damages:
            raise damages[0]
        return done

    def close(self) -> None:
        self._client.close()

    def _known_signer(self) -> Ed25519PublicKey:
        if self._key is None:
            self._key = known_signer(self._client, settings.KEYS_FOLDER)
        return self._key

    def _compare(self, head: Head) -> None:
        signed = self._client.head(head.origin) or self._adopted(head.origin_id, head.origin)
        if signed is None:
            return
        if signed.size > head.size:
            reopen_log(head.organisation_id, head.origin, signed)
            return
        self._signed[head.origin] = signed
        try:
            with connections[LOG].cursor() as cursor:
                stored = root_at(cursor, head.origin_id, signed.size)
        except TileMissing as error:
            raise LogDamaged(head.origin, str(error)) from error
        if stored != signed.root:
            raise LogDamaged(
                head.origin, f"the first {signed.size} entries that are stored are not those that were signed"
            )

    def _sign(self, unsigned: _Unsigned, key: Ed25519PublicKey) -> bool:
        """Whether it is signed now; False when it never will be, because its log was closed."""
        wanted = unsigned.checkpoint
        signed = self._signed.get(wanted.origin) or self._client.head(wanted.origin)
        for _ in range(_ATTEMPTS):
            signed = signed or self._adopted(unsigned.origin_id, wanted.origin)
            if signed and signed.size > wanted.size:
                # Either the database has lost commits, or another sequencer was faster; that is looked up there.
                self._signed.pop(wanted.origin, None)
                reopen_log(unsigned.organisation_id, wanted.origin, signed)
                return False
            try:
                note = self._ask(unsigned, old_size=signed.size if signed else 0)
            except HeadDiffers as conflict:
                if conflict.head and conflict.head.size == wanted.size:
                    break
                signed = conflict.head
                continue
            self._store(unsigned, note, key)
            return True
        raise LogDamaged(wanted.origin, f"another tree of {wanted.size} entries was signed than is stored")

    def _ask(self, unsigned: _Unsigned, *, old_size: int) -> str:
        wanted = unsigned.checkpoint
        try:
            with connections[LOG].cursor() as cursor:
                proof = consistency_proof(cursor, unsigned.origin_id, old_size=old_size, new_size=wanted.size)
            return self._client.sign(wanted, old_size=old_size, proof=proof)
        except TileMissing as error:
            raise LogDamaged(wanted.origin, str(error)) from error
        except SignerRefuses as refusal:
            raise LogDamaged(
                wanted.origin,
                f"the signer refuses {wanted.size} entries after the {old_size} that it has signed ({refusal})",
            ) from refusal

    def _store(self, unsigned: _Unsigned, note: str, key: Ed25519PublicKey) -> None:
        wanted = unsigned.checkpoint
        try:
            signed = verify_checkpoint(note, key=NoteKey.of(wanted.origin, key))
        except NoteError as error:
            raise LogDamaged(
                wanted.origin, f"the signer's answer is not signed by its key: {error}"
            ) from error
        if signed != wanted:
            raise LogDamaged(wanted.origin, "the signer has signed something else than it was asked to")
        with connections[LOG].cursor() as cursor:
            cursor.execute(
                "UPDATE audit_checkpoint SET note = %s, signed_at = clock_timestamp()"
                " WHERE id = %s AND note IS NULL",
                [note, unsigned.id],
            )
        self._signed[wanted.origin] = Signed(wanted.size, wanted.root)

    def _adopted(self, origin_id: UUID, origin: str) -> Signed | None:
        """What was signed last, for a signer that knows nothing of this log; None when nothing was.

        Raises:
            LogDamaged: something was, and the signer has forgotten it.
        """
        with connections[LOG].cursor() as cursor:
            cursor.execute(
                "SELECT size, root, note FROM audit_checkpoint WHERE origin_id = %s AND note IS NOT NULL"
                " ORDER BY size DESC LIMIT 1",
                [origin_id],
            )
            row = cursor.fetchone()
        if row is None:
            return None
        # Another sequencer may have had it signed since we asked.
        if signed := self._client.head(origin):
            return signed
        size, root, note = row
        try:
            # Works only right after the signer took over the key of a version that had no signer.
            self._client.adopt(note)
        except SignerRefuses as refusal:
            raise LogDamaged(
                origin, f"{size} entries were signed, and the signer has forgotten it ({refusal})"
            ) from refusal
        logger.warning("The signer went on from the %d entries of log %s.", size, origin)
        return Signed(size, bytes(root))
