"""How those outside the database do their part for a log: the signer, the witnesses, the authorities of time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from audit.anchoring import anchor_state
from audit.health_values import Line, PresentLog, State, by_age, counted, lasting
from audit.log_key import signer_client
from audit.models import Checkpoint, Cosignature
from audit.signed_heads import Signed
from audit.signer.client import SignerRefuses, SignerUnreachable
from core.tenancy import tenant

_SIGNER = "Signer"
# Of time stamping that were missed before somebody must act.
_MOST_INTERVALS = 24


def signer_line(organisation_id: UUID, log: PresentLog | None, at: datetime) -> Line:
    """Asks the signer itself; outside every transaction, because it may take its time.

    What it says it signed is compared with what is stored: the signer remembers what a restored database forgot.
    """
    client = signer_client()
    try:
        if log is None:
            client.keys()
            return Line("signer", _SIGNER, State.WELL, "It answers. Nothing was there to sign yet.")
        head = client.head(log.origin)
    except (SignerUnreachable, SignerRefuses) as error:
        return Line(
            "signer",
            _SIGNER,
            State.FAILING,
            f"{error}{_last_signature(log, at)}",
            "Start it (manage.py audit signer) or see that COUNTERSIGN_LOG_SIGNER and its token are right. Until it "
            "signs, nothing that the log must cover first takes effect.",
            at=log.signed_at if log else None,
        )
    finally:
        client.close()
    return _compared(organisation_id, log, head, at)


def _last_signature(log: PresentLog | None, at: datetime) -> str:
    if log is None or log.signed_at is None:
        return " It has signed nothing of this log that is stored."
    return f" Its last signature that is stored is {lasting(at - log.signed_at)} old."


def _compared(organisation_id: UUID, log: PresentLog, head: Signed | None, at: datetime) -> Line:
    if head is None:
        if log.signed == 0:
            return Line(
                "signer", _SIGNER, State.WELL, "It answers. Nothing of this log was there to sign yet."
            )
        said = "It answers and knows nothing of this log, which it has signed: its memory was lost."
        return _contradicted(said, None)
    if head.size > log.size:
        said = f"It has signed {counted(head.size)} and only {counted(log.size)} are stored: the database lost some."
        return _contradicted(said, head.size)
    with tenant(organisation_id):
        stored = Checkpoint.objects.filter(origin_id=log.origin_id, size=head.size).first()
    if stored is not None and bytes(stored.root) != head.root:
        said = f"It has signed another tree of {counted(head.size)} than the one that is stored."
        return _contradicted(said, head.size)
    said = f"It answers. It has signed {counted(head.size)}{_ago(log, at)}."
    return Line("signer", _SIGNER, State.WELL, said, size=head.size, at=log.signed_at)


def _ago(log: PresentLog, at: datetime) -> str:
    return f", the last time {lasting(at - log.signed_at)} ago" if log.signed_at else ""


def _contradicted(said: str, size: int | None) -> Line:
    to_do = "Change nothing. Have manage.py audit check run, and compare with checkpoints that others hold."
    return Line("signer", _SIGNER, State.FAILING, said, to_do, size=size)


def witness_lines(log: PresentLog | None, at: datetime) -> list[Line]:
    """One for every witness of the settings; inside the organisation's block."""
    if not settings.WITNESSES:
        return [
            Line(
                "witness",
                "Witnesses",
                State.NOT_CONFIGURED,
                "Nobody outside cosigns: whoever holds the signer and the database could show two different logs.",
                "Have a union or an agency run manage.py witness, and name it in COUNTERSIGN_WITNESSES.",
            )
        ]
    return [_witness(witness.key.name, log, at) for witness in settings.WITNESSES]


def _witness(name: str, log: PresentLog | None, at: datetime) -> Line:
    title = f"Witness {name}"
    if log is None or log.signed == 0:
        return Line("witness", title, State.WELL, "There is no checkpoint to cosign yet.")
    last = Cosignature.objects.filter(origin_id=log.origin_id, witness=name).order_by("-size").first()
    size = last.size if last else 0
    said = (
        f"It cosigned {counted(size)}, {lasting(at - last.at)} ago."
        if last
        else f"It has cosigned nothing of this log, of which {counted(log.signed)} are signed for."
    )
    missed = (
        Checkpoint.objects.filter(origin_id=log.origin_id, size__gt=size, note__isnull=False)
        .order_by("size")
        .first()
    )
    if missed is None:
        said += " It has seen every entry that is signed for."
        return Line("witness", title, State.WELL, said, size=size, at=last.at if last else None)
    state = by_age(at - (missed.signed_at or missed.created_at))
    return Line(
        "witness",
        title,
        state,
        said,
        ""
        if state is State.WELL
        else "Ask whoever runs it whether it runs and knows this log's key. While fewer than "
        f"{settings.WITNESS_QUORUM} of {len(settings.WITNESSES)} cosign, nothing that the log must cover first takes "
        "effect.",
        size=size,
        at=last.at if last else None,
    )


def time_line(organisation_id: UUID, at: datetime) -> Line:
    title = "Time stamps from outside"
    found = anchor_state(organisation_id)
    if not found.configured:
        return Line(
            "time",
            title,
            State.NOT_CONFIGURED,
            "Checkpoints are not time-stamped: their times are by our own clocks alone.",
            "Name time-stamping authorities in COUNTERSIGN_TSA_URLS and their roots in COUNTERSIGN_TSA_ROOTS.",
        )
    if found.signed_size == 0:
        return Line("time", title, State.WELL, "There is no checkpoint to stamp yet.")
    size, stamped_at = (found.stamped.size, found.stamped.stated_at) if found.stamped else (None, None)
    if found.stamped:
        said = (
            f"The checkpoint of {counted(found.stamped.size)} was stamped by {found.stamped.tsa} "
            f"{lasting(at - found.stamped.stated_at)} ago."
        )
    else:
        said = "This log was never time-stamped."
    to_do = ""
    state = State.WELL
    if found.unstamped_since is not None:
        every = timedelta(seconds=settings.TIME_STAMPING.interval_s)
        waits = at - found.unstamped_since
        # One stamp an interval is what is asked for; a second interval is for an authority that was away.
        if waits > 2 * every or found.trouble:
            state = State.FAILING if waits > _MOST_INTERVALS * every else State.LATE
            to_do = "See that an authority of COUNTERSIGN_TSA_URLS answers."
        said += f" What no stamp covers was signed for up to {lasting(waits)} ago."
        if found.trouble:
            said += f" None could be had since {lasting(at - found.trouble.since)}: {found.trouble.told}"
    return Line("time", title, state, said, to_do, size=size, at=stamped_at)
