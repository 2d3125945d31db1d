"""One address may hand in so many files a minute; who it was is held in no form that can be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from provenance import verification_rate
from provenance.errors import TooManyVerifications


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    verification_rate._seen.clear()
    yield
    verification_rate._seen.clear()


def test_takes_as_many_as_it_says_and_then_again_when_the_minute_is_over() -> None:
    for second in range(3):
        verification_rate.count("192.0.2.1", per_minute=3, at=float(second))

    with pytest.raises(TooManyVerifications) as refused:
        verification_rate.count("192.0.2.1", per_minute=3, at=30.0)

    assert refused.value.retry_after_s == 30
    verification_rate.count("192.0.2.1", per_minute=3, at=60.0)


def test_counts_each_address_by_itself() -> None:
    verification_rate.count("192.0.2.1", per_minute=1, at=0.0)
    verification_rate.count("192.0.2.2", per_minute=1, at=0.0)


def test_counts_nothing_where_the_limit_is_elsewhere() -> None:
    for _ in range(100):
        verification_rate.count("192.0.2.1", per_minute=0, at=0.0)

    assert not verification_rate._seen


def test_holds_no_address_and_not_every_one_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification_rate, "_MOST_ADDRESSES", 10)
    for number in range(50):
        verification_rate.count(f"192.0.2.{number}", per_minute=3, at=0.0)

    assert len(verification_rate._seen) == 10
    assert not any(b"192.0.2" in who for who in verification_rate._seen)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/v1/verify", "/v1/verifications", "/verify"])
def test_the_public_door_says_when_to_come_again(client: Client, settings: Settings, path: str) -> None:
    settings.VERIFY_PER_MINUTE = 1
    # Neither is a video: what counts is that somebody asked.
    client.post(path, {"file": SimpleUploadedFile("x.mp4", b"no video")})
    answer = client.post(path, {"file": SimpleUploadedFile("x.mp4", b"no video")})

    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
