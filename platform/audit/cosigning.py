"""Asks the witnesses to cosign what was signed. Nothing else of the log waits for them.

In every round each witness is asked about the same checkpoints, the newest ones, because a checkpoint counts only
when enough witnesses signed that very one. A round ends when the quorum has answered: a witness that is slow or dead
is left behind and joins again when it answers.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from audit.checkpoint import Checkpoint
from audit.nudging import Waiting
from audit.sequencer import LOG
from audit.stored_tree import consistency_proof
from audit.tiles import TileMissing
from audit.witness.client import (
    Cosigned,
    StaleSize,
    Witness,
    WitnessClient,
    WitnessRefuses,
    WitnessUnreachable,
)

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 2.0
_PAUSE_AFTER_TROUBLE_S = 1.0
# Only a person can cure a refusal.
_PAUSE_AFTER_REFUSAL_S = 10.0

# The newest signed checkpoint of every log, with who cosigned it. Of closed logs too: what they hold must stay
# covered when witnesses come later.
_NEWEST = """
    SELECT o.id, o.organisation_id, o.origin, c.size, c.root, c.note,
        ARRAY(SELECT witness FROM audit_cosignature s WHERE s.origin_id = o.id AND s.size = c.size)
    FROM audit_logorigin o
    JOIN LATERAL (
        SELECT size, root, note FROM audit_checkpoint
        WHERE origin_id = o.id AND note IS NOT NULL ORDER BY size DESC LIMIT 1
    ) c ON true
    ORDER BY o.id DESC
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A signed checkpoint, and the names of the witnesses that cosigned it."""

    origin_id: UUID
    organisation_id: UUID
    checkpoint: Checkpoint
    note: str
    cosigned_by: frozenset[str]


class Cosigner:
    """One witness and what it has seen, as far as we know. For one thread."""

    def __init__(self, witness: Witness) -> None:
        self.witness = witness
        self._client = WitnessClient(witness)
        self._seen: dict[str, int] = {}

    def cosign(self, targets: list[Target]) -> int:
        """Have every one of `targets` cosigned that this witness has not; how many it did.

        Raises:
            WitnessUnreachable: it does not answer; the rest is not tried.
        """
        done = 0
        for target in targets:
            if self.witness.key.name not in target.cosigned_by:
                done += self._cosign(target)
        return done

    def close(self) -> None:
        self._client.close()
        connections[LOG].close()

    def _cosign(self, target: Target) -> bool:
        origin, size = target.checkpoint.origin, target.checkpoint.size
        name = self.witness.key.name
        # Zero for a log we never showed it: the answer then says where it stands.
        for _ in range(2):
            old_size = self._seen.get(origin, 0)
            try:
                with connections[LOG].cursor() as cursor:
                    proof = consistency_proof(cursor, target.origin_id, old_size=old_size, new_size=size)
                cosigned = self._client.cosign(target.note, old_size=old_size, proof=proof)
            except StaleSize as stale:
                # What it says may be false: nothing larger than the log is believed.
                self._seen[origin] = stale.size if stale.size <= size else 0
                if stale.size <= size and stale.size != old_size:
                    continue
                refusal = f"it has seen another tree and stands at {stale.size} entries"
            except (WitnessRefuses, TileMissing) as error:
                refusal = str(error)
            else:
                self._seen[origin] = size
                _store(target, name, cosigned)
                return True
            logger.error(
                "The witness %s does not cosign %d entries of log %s: %s", name, size, origin, refusal
            )
            return False
        return False


def newest_signed() -> list[Target]:
    """The newest signed checkpoint of every log, those last opened first."""
    with connections[LOG].cursor() as cursor:
        cursor.execute(_NEWEST)
        return [
            Target(
                origin_id, organisation_id, Checkpoint(origin, size, bytes(root)), note, frozenset(witnesses)
            )
            for origin_id, organisation_id, origin, size, root, note, witnesses in cursor.fetchall()
        ]


def cosign_until(ended: threading.Event, signed: threading.Event, waiting: Waiting) -> None:
    """Keep the newest checkpoints cosigned until `ended`; `signed` says that there is something new.

    Those who wait for the log are told of every round.
    """
    rounds = [_Turns(witness) for witness in settings.WITNESSES]
    while rounds and not ended.is_set():
        signed.wait(_LOOK_EVERY_S)
        signed.clear()
        try:
            targets = newest_signed()
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database does not answer; cosigning waits: %s", error)
            connections[LOG].close()
            ended.wait(_PAUSE_AFTER_TROUBLE_S)
            continue
        _await_quorum([future for one in rounds if (future := one.begin(targets, signed))])
        waiting.tell()
    for one in rounds:
        one.end()
    connections[LOG].close()


class _Turns:
    """A witness in a thread of its own, asked again when it has answered."""

    def __init__(self, witness: Witness) -> None:
        self._cosigner = Cosigner(witness)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"witness {witness.key.name}")
        self._asked: Future[bool] | None = None
        self._rests_until = 0.0

    def begin(self, targets: list[Target], signed: threading.Event) -> Future[bool] | None:
        """Ask about `targets`; None while it still answers something earlier, rests, or has cosigned all."""
        name = self._cosigner.witness.key.name
        if (self._asked and not self._asked.done()) or time.monotonic() < self._rests_until:
            return None
        if all(name in target.cosigned_by for target in targets):
            return None
        self._asked = self._thread.submit(self._ask, targets, signed)
        return self._asked

    def end(self) -> None:
        self._thread.submit(self._cosigner.close)
        self._thread.shutdown(wait=True)

    def _ask(self, targets: list[Target], signed: threading.Event) -> bool:
        name = self._cosigner.witness.key.name
        wanted = sum(name not in target.cosigned_by for target in targets)
        try:
            if self._cosigner.cosign(targets) < wanted:
                self._rests_until = time.monotonic() + _PAUSE_AFTER_REFUSAL_S
        except (WitnessUnreachable, OperationalError, InterfaceError) as error:
            logger.warning("%s", error)
            connections[LOG].close()
            self._rests_until = time.monotonic() + _PAUSE_AFTER_TROUBLE_S
            return False
        except Exception:
            # A stranger's answer must not end the thread that asks all of them.
            logger.exception("The witness %s could not be asked.", name)
            connections[LOG].close()
            self._rests_until = time.monotonic() + _PAUSE_AFTER_REFUSAL_S
            return False
        finally:
            # What was signed meanwhile is looked for at once.
            signed.set()
        return True


def _await_quorum(asked: list[Future[bool]]) -> None:
    """Return when as many have answered as are needed, or all have."""
    missing, answered = set(asked), 0
    while missing and answered < settings.WITNESS_QUORUM:
        done, missing = wait(missing, return_when=FIRST_COMPLETED)
        answered += sum(one.result() for one in done)


def _store(target: Target, witness: str, cosigned: Cosigned) -> None:
    with connections[LOG].cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO audit_cosignature (organisation_id, origin_id, size, witness, line, at)
            VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (origin_id, size, witness) DO NOTHING
            """,
            [
                target.organisation_id,
                target.origin_id,
                target.checkpoint.size,
                witness,
                cosigned.line,
                cosigned.at,
            ],
        )
