"""Time stamps of checkpoints: proof from outside of how old the log is.

What is stamped, exactly: SHA-256 over the UTF-8 bytes of the signed checkpoint without its cosignatures, that is

    <origin>                            the text: three lines,
    <size>
    <root, base64>
                                        a blank line,
    — <origin> <signature, base64>      each signature line whose key bears the name of the log itself

with a newline (0x0A) at the end of every line: the bytes of `audit_checkpoint.note`. Cosignatures arrive later and
differ by who asks, so they are left out; the log's own signature stays in, so that nobody can prepare stamped roots
first and find the key afterwards. What is kept is the authority's whole answer, a TimeStampResp in DER.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from audit.models import AnchorTrouble, Checkpoint, LogOrigin, Timestamp
from audit.sequencer import LOG
from audit.timestamping import Authorities, NotTimestamped, TimeStamp, load_roots, stamp
from core.tenancy import tenant

logger = logging.getLogger(__name__)

_SIGNATURE_MARK = "\u2014 "
_LONGEST_ADDRESS = 200
_LONGEST_LOOK_S = 10.0
_FIRST_PAUSE_S = 15.0
_LONGEST_PAUSE_S = 900.0
_PAUSE_AFTER_TROUBLE_S = 1.0

# The newest signed checkpoint of every log, also of one that was closed, with its last time stamp.
_NEWEST = """
    SELECT o.organisation_id, o.id, o.origin, c.size, c.note
    FROM audit_logorigin o
    JOIN LATERAL (
        SELECT size, note FROM audit_checkpoint
        WHERE origin_id = o.id AND note IS NOT NULL ORDER BY size DESC LIMIT 1
    ) c ON true
    LEFT JOIN LATERAL (
        SELECT size, created_at FROM audit_timestamp WHERE origin_id = o.id ORDER BY size DESC LIMIT 1
    ) t ON true
    WHERE (t.size IS NULL OR t.size < c.size)
        AND (t.created_at IS NULL OR t.created_at <= clock_timestamp() - make_interval(secs => %(rest_s)s))
        AND (%(organisation)s::uuid IS NULL OR o.organisation_id = %(organisation)s)
    -- The platform's log first: it speaks for all others.
    ORDER BY o.organisation_id, o.id
"""


@dataclass(frozen=True, slots=True)
class Anchored:
    """A checkpoint that was stamped just now."""

    origin: str
    size: int
    stamp: TimeStamp


@dataclass(frozen=True, slots=True)
class CoveringStamp:
    """A time stamp over the checkpoint of `size` of the log named `origin`; `reply` is the TimeStampResp (DER)."""

    origin: str
    size: int
    tsa: str
    stated_at: datetime
    reply: bytes


@dataclass(frozen=True, slots=True)
class Trouble:
    """No authority gave a time stamp since `since`; `told` is what each of them said at `tried_at`."""

    since: datetime
    tried_at: datetime
    told: str


@dataclass(frozen=True, slots=True)
class AnchorState:
    """How far outside authorities vouch for the age of an organisation's log.

    Attributes:
        configured: whether any authority is named in the settings.
        stamped: the newest time stamp of the log, None when there never was one.
        signed_size: entries under the newest signed checkpoint.
        unstamped_since: when the first checkpoint that no time stamp covers was signed; None when all are covered.
        trouble: why it is so, where the authorities are to blame.
    """

    configured: bool
    stamped: CoveringStamp | None
    signed_size: int
    unstamped_since: datetime | None
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class _Target:
    organisation_id: UUID
    origin_id: UUID
    origin: str
    size: int
    note: str


def stamped_bytes(note: str) -> bytes:
    """What a time stamp of the checkpoint in `note` is over, whatever cosignatures `note` carries."""
    text, separator, signatures = note.rpartition("\n\n")
    origin = text.partition("\n")[0]
    own = f"{_SIGNATURE_MARK}{origin} "
    kept = [line for line in signatures.splitlines(keepends=True) if line.startswith(own)]
    return (text + separator + "".join(kept)).encode()


def timestamps_covering(organisation_id: UUID, *, origin: str, size: int) -> tuple[CoveringStamp, ...]:
    """Time stamps that cover the first `size` entries of the log, oldest first: the first proves most.

    Without one of its own, a log may still be covered through the platform's: see `audit.platform_log.platform_proof`
    and ask again for `audit.models.PLATFORM`, the platform's origin, and a size above the index in the proof.
    """
    with tenant(organisation_id):
        rows = Timestamp.objects.filter(origin__origin=origin, size__gte=size).order_by("stated_at", "id")
        return tuple(_covering(origin, row) for row in rows)


def anchor_state(organisation_id: UUID) -> AnchorState:
    """How far the organisation's present log is time-stamped."""
    with tenant(organisation_id):
        log = LogOrigin.objects.filter(organisation_id=organisation_id).order_by("-id").first()
        signed = Checkpoint.objects.filter(origin=log, note__isnull=False).order_by("size")
        stamped = Timestamp.objects.filter(origin=log).order_by("-size", "stated_at").first() if log else None
        newest = signed.last() if log else None
        beyond = signed.filter(size__gt=stamped.size if stamped else 0).first() if log else None
        trouble = AnchorTrouble.objects.first()
    return AnchorState(
        configured=bool(settings.TIME_STAMPING.urls),
        stamped=_covering(log.origin, stamped) if log and stamped else None,
        signed_size=newest.size if newest else 0,
        unstamped_since=beyond.signed_at or beyond.created_at if beyond else None,
        trouble=Trouble(trouble.since, trouble.tried_at, trouble.told) if trouble else None,
    )


def anchor_now(organisation_id: UUID | None = None) -> tuple[Anchored, ...]:
    """Stamp the newest signed checkpoint of every log, or of one organisation's, unless it is stamped already.

    Raises:
        NotTimestamped: no authority gave a time stamp; what was stamped before that stays.
        django.db.OperationalError: the database does not answer.
    """
    return _anchor(organisation_id, rest_s=0, stop=threading.Event())


def anchor_until(ended: threading.Event) -> None:
    """Keep every log that grows time-stamped, as often as the settings say, until `ended`.

    Failure stops nothing: it is noted where the health of the log is shown, and tried again.
    """
    interval_s = settings.TIME_STAMPING.interval_s
    failures = 0
    while settings.TIME_STAMPING.urls and not ended.is_set():
        try:
            _anchor(None, rest_s=interval_s, stop=ended)
            failures = 0
            pause = min(_LONGEST_LOOK_S, interval_s)
        except NotTimestamped as failure:
            if ended.is_set():
                break
            pause = min(_FIRST_PAUSE_S * 2**failures, _LONGEST_PAUSE_S, interval_s)
            failures = min(failures + 1, 10)
            logger.warning("Not time-stamped; tried again in %.0f s. %s", pause, failure)
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database does not answer; time stamps wait: %s", error)
            connections[LOG].close()
            pause = _PAUSE_AFTER_TROUBLE_S
        ended.wait(pause)
    connections[LOG].close()


def _anchor(organisation_id: UUID | None, *, rest_s: int, stop: threading.Event) -> tuple[Anchored, ...]:
    """Stamp what is due: every log that grew since its last time stamp, and whose last one is `rest_s` old."""
    done = []
    try:
        authorities: Authorities | None = None
        for target in _due(organisation_id, rest_s=rest_s):
            authorities = authorities or _authorities()
            given = stamp(stamped_bytes(target.note), authorities, stop=stop)
            _store(target, given)
            done.append(Anchored(target.origin, target.size, given))
    except NotTimestamped as failure:
        if not stop.is_set():
            _note_trouble(failure)
        raise
    if done:
        _forget_trouble()
    return tuple(done)


def _authorities() -> Authorities:
    stamping = settings.TIME_STAMPING
    try:
        roots = load_roots(stamping.roots) if stamping.roots else ()
    except (OSError, ValueError) as error:
        raise NotTimestamped(
            ((str(stamping.roots), f"the accepted roots cannot be read: {error}"),)
        ) from error
    return Authorities(urls=stamping.urls, roots=roots)


def accepted_roots() -> tuple[x509.Certificate, ...]:
    """What the certificates of authorities must lead to; none where the settings name none that can be read."""
    try:
        return _authorities().roots
    except NotTimestamped:
        return ()


def _due(organisation_id: UUID | None, *, rest_s: int) -> list[_Target]:
    with connections[LOG].cursor() as cursor:
        cursor.execute(_NEWEST, {"organisation": organisation_id, "rest_s": rest_s})
        return [_Target(*row) for row in cursor.fetchall()]


def _store(target: _Target, given: TimeStamp) -> None:
    with connections[LOG].cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_timestamp (organisation_id, origin_id, size, tsa, token, stated_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                target.organisation_id,
                target.origin_id,
                target.size,
                given.tsa[:_LONGEST_ADDRESS],
                given.reply,
                given.stated_at,
            ],
        )


def _note_trouble(failure: NotTimestamped) -> None:
    with connections[LOG].cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO audit_anchortrouble (id, since, tried_at, told)
            VALUES (1, clock_timestamp(), clock_timestamp(), %s)
            ON CONFLICT (id) DO UPDATE SET tried_at = excluded.tried_at, told = excluded.told
            """,
            [str(failure)],
        )


def _forget_trouble() -> None:
    with connections[LOG].cursor() as cursor:
        cursor.execute("DELETE FROM audit_anchortrouble")


def _covering(origin: str, row: Timestamp) -> CoveringStamp:
    return CoveringStamp(origin, row.size, row.tsa, row.stated_at, bytes(row.token))
