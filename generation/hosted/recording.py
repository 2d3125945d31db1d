"""The record of requests to services: what is sent is in the log before it leaves, what came is kept as it came."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models.functions import Now

from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from core.errors import DiskFull
from core.ids import new_id
from core.media_store import MediaStore
from core.tenancy import tenant
from generation.claimed_take import Claim
from generation.claims import ClaimLost
from generation.engines.hosted_declaration import HostedDeclaration
from generation.hosted.engine import Request
from generation.hosted.errors import (
    HostedAnswerUnfit,
    HostedFailure,
    HostedRefused,
    HostedUnavailable,
    HostedUncertain,
)
from generation.hosted.values import CallState
from generation.models import HostedCall
from provenance.errors import IngredientAltered, IngredientUnusable
from provenance.looking import look_at

FILM_SUFFIX = ".mp4"
_BOXES = b"ftyp"
_STAYS_OPEN = (ClaimLost, DiskFull, OperationalError, InterfaceError)
_ENDS: tuple[tuple[type[Exception], CallState], ...] = (
    (HostedUncertain, CallState.UNCERTAIN),
    (HostedRefused, CallState.REFUSED),
    (HostedFailure, CallState.FAILED),
)


class TakesDesk:
    """The record of one claim's requests.

    Args:
        claimed: whose take it is.
        declared: the service.
        meanwhile: called while the log is waited for; raises to stop.
    """

    def __init__(self, claimed: Claim, declared: HostedDeclaration, meanwhile: Callable[[], None]) -> None:
        self._claim = claimed
        self._declared = declared
        self._meanwhile = meanwhile
        self._store = MediaStore(settings.MEDIA_FOLDER)
        self._files = ExitStack()

    def open_job(self, request: Request) -> str | None:
        """See `Desk.open_job`."""
        with tenant(self._claim.organisation_id):
            row = self._open()
            if row is None:
                return None
            same = row.sent_sha256 == _digest(request)
        if row.job_id and same:
            return str(row.job_id)
        if self._declared.repeats_safely and same:
            return None
        raise HostedUncertain(
            f"{self._declared.host} was sent the request by a worker that ended before there was an answer. Whether "
            "it works on it is not known; look there before you try again."
        )

    def sending(self, request: Request) -> str:
        """See `Desk.sending`.

        Raises:
            LogNotReady: the log does not cover the entry in time; nothing was sent.
        """
        claimed, declared = self._claim, self._declared
        with tenant(claimed.organisation_id, durable=True):
            row = self._open()
            if row is None:
                number = HostedCall.objects.filter(take_id=claimed.take_id).count() + 1
                row = HostedCall.objects.create(
                    id=new_id(),
                    take_id=claimed.take_id,
                    attempt=claimed.attempt,
                    idempotency_key=f"{claimed.take_id}-{number}",
                    host=declared.host,
                    hosted_model=declared.model,
                    territory=declared.territory,
                    sent_fields=sorted(request.fields),
                    sent_sha256=_digest(request),
                    prompt_sha256=request.prompt_sha256,
                    prompt_characters=request.prompt_characters,
                    sent_at=clock.now(),
                    state=CallState.OPEN,
                )
            entry = self._log(
                EntryType.HOSTED_SENT,
                row.id,
                model_sha256=claimed.model_sha256,
                request_sha256=row.sent_sha256,
                attempt=claimed.attempt,
            )
        wait_until_covered(claimed.organisation_id, [entry], meanwhile=self._meanwhile)
        return str(row.idempotency_key)

    def accepted(self, job_id: str) -> None:
        """See `Desk.accepted`."""
        with tenant(self._claim.organisation_id, durable=True):
            HostedCall.objects.filter(take_id=self._claim.take_id, state=CallState.OPEN).update(job_id=job_id)

    def new_file(self) -> Path:
        """See `Desk.new_file`."""
        return self._files.enter_context(self._store.temporary(FILM_SUFFIX))

    def answered(self, film: Path) -> Path:
        """See `Desk.answered`."""
        host = self._declared.host
        with film.open("rb") as stream:
            if stream.read(8)[4:] != _BOXES:
                raise HostedAnswerUnfit(f"{host} sent something that is no MP4.")
        try:
            look = look_at(f"The film from {host}", film)
        except IngredientUnusable as refusal:
            raise HostedAnswerUnfit(
                f"{host} sent something that cannot be used: {refusal.reason}"
            ) from refusal
        except IngredientAltered as altered:
            raise HostedAnswerUnfit(
                f"{host} sent a film that was changed after it was signed ({', '.join(altered.findings)})."
            ) from altered
        kept = self._store.keep(film, suffix=FILM_SUFFIX, sha256_hex=look.sha256_hex)
        self._end(
            CallState.ANSWERED,
            file_sha256=kept.sha256_hex,
            answer_key=kept.key,
            answer_sha256=kept.sha256_hex,
            answer_bytes=kept.size_bytes,
            credential_state=look.state.value,
            manifest_id=look.manifest_id,
            signed_by=look.signed_by,
            stated_source_type=look.stated_source_type,
        )
        self._files.close()
        return self._store.path(kept.key)

    def ended(self, error: BaseException) -> bool:
        """See `Desk.ended`. What another worker has now, or an attempt after this one can take up, stays open."""
        self._files.close()
        if isinstance(error, _STAYS_OPEN) or not isinstance(error, Exception):
            return False
        state = next((state for kind, state in _ENDS if isinstance(error, kind)), CallState.CANCELLED)
        self._end(state, words=error.words if isinstance(error, HostedFailure) else "")
        return state is CallState.CANCELLED or isinstance(error, HostedUnavailable)

    def _end(self, state: CallState, *, file_sha256: str | None = None, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
        with tenant(self._claim.organisation_id, durable=True):
            row = self._open()
            if row is None:
                return
            HostedCall.objects.filter(id=row.id).update(state=state, ended_at=Now(), **columns)
            self._log(EntryType.HOSTED_ENDED, row.id, reason_code=state.value, file_sha256=file_sha256)

    def _open(self) -> HostedCall | None:
        row: HostedCall | None = HostedCall.objects.filter(
            take_id=self._claim.take_id, state=CallState.OPEN
        ).first()
        return row

    def _log(self, entry_type: EntryType, call_id: UUID, **fields: Canonical) -> UUID:
        claimed = self._claim
        return trail.record(
            organisation_id=claimed.organisation_id,
            entry_type=entry_type,
            actor=claimed.label,
            subject=f"take:{claimed.take_id}",
            fields={"take": str(claimed.take_id), "call": str(call_id), **fields},
            at=clock.now(),
            production_id=claimed.production_id,
        )


def _digest(request: Request) -> str:
    return sha256_hex(canonical_bytes(dict(request.fields)))
