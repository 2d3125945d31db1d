"""Jobs of a service that speaks the shape of OpenAI's `/v1/videos`.

POST /videos as a form gives a job; GET /videos/<id> tells how far it is; GET /videos/<id>/content is the film; DELETE
/videos/<id> ends the job and removes what it made. Others speak it too (vLLM-Omni, SGLang), some with more fields.

Source: OpenAI API reference, Videos; as of November 2026.
"""

from __future__ import annotations

import email.utils
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path

from core import clock
from generation.hosted.errors import HostedAnswerUnfit, HostedKeyMissing, HostedRefused
from generation.hosted.wire import Answer, TooMuch, Wire

MOST_FILM_BYTES = 2**30
_LONGEST_WORDS = 500
# It stands in an address, so nothing else may be in it.
_JOB_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a0-\uffff]+")
_REFUSALS = frozenset({400, 404, 405, 409, 410, 413, 415, 422, 451})
_LONGEST_PAUSE_S = 3600.0


class JobState(StrEnum):
    QUEUED = "queued"
    WORKING = "in_progress"
    DONE = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """`progress` in percent. `code` and `words`: why it failed, as the service says."""

    id: str
    state: JobState
    progress: int
    code: str = ""
    words: str = ""


class Busy(Exception):
    """The service asks to come back, in `after_s` seconds where it says so: nothing was begun."""

    def __init__(self, after_s: float | None) -> None:
        super().__init__(after_s)
        self.after_s = after_s


class Failing(Exception):
    """The service answers that something broke on its side."""


class JobGone(Exception):
    """The service knows no such job, or no longer."""


class VideosClient:
    """Every method may raise what `Wire` does.

    Raises:
        Busy, Failing: see there; the same may be asked again.
        HostedKeyMissing: the key is not accepted.
        HostedRefused: the request is not, for what it asks.
        HostedAnswerUnfit: the answer is not of this shape.
    """

    def __init__(self, wire: Wire, *, host: str, key: str | None) -> None:
        self._wire = wire
        self._host = host
        self._key = key

    def create(self, fields: Mapping[str, str], *, idempotency_key: str) -> Job:
        boundary, body = form_of(fields)
        answer = self._wire.send(
            "POST",
            "/videos",
            body=body,
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Idempotency-Key": idempotency_key,
            },
        )
        return self._job(self._checked(answer))

    def job(self, job_id: str) -> Job:
        """Raises JobGone as well."""
        return self._job(self._checked(self._wire.send("GET", f"/videos/{job_id}"), job=True))

    def delete(self, job_id: str) -> None:
        """End a job and remove what it made. Raises JobGone as well."""
        self._checked(self._wire.send("DELETE", f"/videos/{job_id}"), job=True)

    def download(
        self, job_id: str, destination: Path, *, on_block: Callable[[int, int | None], None]
    ) -> None:
        """The film of a finished job. Raises JobGone as well."""
        try:
            answer = self._wire.download(
                f"/videos/{job_id}/content", destination, most_bytes=MOST_FILM_BYTES, on_block=on_block
            )
        except TooMuch as error:
            raise HostedAnswerUnfit(f"{self._host} sent more than {MOST_FILM_BYTES // 2**20} MB.") from error
        self._checked(answer, job=True)

    def _checked(self, answer: Answer, *, job: bool = False) -> Answer:
        status = answer.status
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            # Not in its own words: some repeat a part of the key.
            raise HostedKeyMissing(f"{self._host} does not accept the operator's key (HTTP {status}).")
        if job and status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise JobGone
        if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            raise Busy(retry_after_s(answer.headers.get("retry-after")))
        if status in _REFUSALS:
            code, words = self._error(answer.body)
            raise HostedRefused(
                f"{self._host} refuses the request ({code or f'HTTP {status}'}).", words=words
            )
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
            raise Failing(f"HTTP {status}")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise HostedAnswerUnfit(f"{self._host} answers HTTP {status}; redirects are not followed.")
        return answer

    def _job(self, answer: Answer) -> Job:
        content = _object(answer.body)
        job_id, state = content.get("id"), content.get("status")
        if not isinstance(job_id, str) or not _JOB_ID.fullmatch(job_id) or state not in set(JobState):
            raise HostedAnswerUnfit(f"{self._host} answers something else than a job.")
        progress = content.get("progress")
        percent = round(progress) if isinstance(progress, int | float) and 0 <= progress <= 100 else 0  # noqa: PLR2004 - percent
        code, words = self._said(content.get("error"))
        return Job(job_id, JobState(str(state)), percent, code, words)

    def _error(self, body: bytes) -> tuple[str, str]:
        return self._said(_object(body).get("error"))

    def _said(self, error: object) -> tuple[str, str]:
        """Code and words, without the key and in one line."""
        if not isinstance(error, dict):
            return "", ""
        words = str(error.get("message") or "")
        if self._key:
            words = words.replace(self._key, "(key)")
        return (
            re.sub(r"[^a-z0-9_]", "_", str(error.get("code") or error.get("type") or "").lower())[:48],
            _UNPRINTABLE.sub(" ", words).strip()[:_LONGEST_WORDS],
        )


def form_of(fields: Mapping[str, str]) -> tuple[str, bytes]:
    """The boundary, and `fields` as multipart/form-data (RFC 7578)."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return boundary, ("".join(parts) + f"--{boundary}--\r\n").encode()


def retry_after_s(header: str | None) -> float | None:
    """The seconds that `Retry-After` asks to wait, at most an hour; None where it says none (RFC 9110, 10.2.3)."""
    if not header:
        return None
    if header.strip().isdigit():
        return min(float(header), _LONGEST_PAUSE_S)
    try:
        until = email.utils.parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - clock.now()).total_seconds(), 0.0), _LONGEST_PAUSE_S)


def _object(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
