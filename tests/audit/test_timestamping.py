"""Time stamps by a real authority, good and bad."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from audit.timestamping import (
    Authorities,
    NotTimestamped,
    TimestampUntrusted,
    answer_request,
    checked_reply,
    load_roots,
    stamp,
)
from core import clock
from tests.timestamping import Behaviour, LocalAuthority, local_authority

CONTENT = b"countersign/log/4f2a\n7\nroot\n"


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[LocalAuthority]:
    with local_authority(tmp_path / "tsa") as running:
        yield running


def _trusting(*authorities: LocalAuthority) -> Authorities:
    return Authorities(
        urls=tuple(authority.url for authority in authorities),
        roots=tuple(authority.root for authority in authorities),
        timeout_s=1.0,
        rounds=1,
    )


def _unused_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


class TestStamp:
    def test_a_good_answer_states_the_time_and_openssl_agrees(
        self, authority: LocalAuthority, tmp_path: Path
    ) -> None:
        given = stamp(CONTENT, _trusting(authority))

        assert abs(given.stated_at - clock.now()) < timedelta(seconds=30)
        assert given.tsa == authority.url
        (tmp_path / "content").write_bytes(CONTENT)
        (tmp_path / "reply.tsr").write_bytes(given.reply)
        command = [
            "openssl",
            "ts",
            "-verify",
            "-in",
            "reply.tsr",
            "-CAfile",
            "tsa/roots.pem",
            "-data",
            "content",
        ]
        checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert "Verification: OK" in checked.stdout + checked.stderr

    def test_an_answer_may_bring_the_certificates_between_its_own_and_the_root(self, tmp_path: Path) -> None:
        with local_authority(tmp_path / "tsa", chained=True) as chained:
            assert stamp(CONTENT, _trusting(chained)).tsa == chained.url

    @pytest.mark.parametrize(
        ("behaviour", "reason"),
        [
            (Behaviour.WRONG_NONCE, "[Nn]once"),
            (Behaviour.WRONG_IMPRINT, "Mismatch between messages"),
            (Behaviour.GARBAGE, "no time stamp"),
            (Behaviour.SLOW, "did not answer in time"),
            (Behaviour.DROPS, "did not answer in time"),
            (Behaviour.ERROR, "HTTP status 503"),
            (Behaviour.REDIRECT, "HTTP status 302"),
            (Behaviour.ENDLESS, "too long"),
            (Behaviour.REFUSES, "status 2|no time stamp"),
        ],
    )
    def test_a_bad_answer_is_refused_and_says_why(
        self, authority: LocalAuthority, behaviour: Behaviour, reason: str
    ) -> None:
        authority.behaviour = behaviour
        began = time.monotonic()

        with pytest.raises(NotTimestamped, match=reason) as refusal:
            stamp(CONTENT, _trusting(authority))

        assert authority.asked == 1
        assert refusal.value.failures[0][0] == authority.url
        assert time.monotonic() - began < 2.5

    def test_an_authority_under_another_root_counts_for_nothing(
        self, authority: LocalAuthority, tmp_path: Path
    ) -> None:
        with local_authority(tmp_path / "other") as other:
            trusting = replace(_trusting(authority), urls=(other.url,))

            with pytest.raises(NotTimestamped, match="verifying certificates"):
                stamp(CONTENT, trusting)

    def test_a_certificate_that_has_ended_stamps_no_more(self, tmp_path: Path) -> None:
        with (
            local_authority(tmp_path, life=timedelta(days=1), starts=timedelta(days=-2)) as expired,
            pytest.raises(NotTimestamped, match="verifying certificates"),
        ):
            stamp(CONTENT, _trusting(expired))

    def test_when_the_first_is_down_the_second_answers(self, authority: LocalAuthority) -> None:
        down = _unused_address()
        authorities = replace(_trusting(authority), urls=(down, authority.url))

        assert stamp(CONTENT, authorities).tsa == authority.url

    def test_the_second_is_not_asked_when_the_first_answers(
        self, authority: LocalAuthority, tmp_path: Path
    ) -> None:
        with local_authority(tmp_path / "other") as other:
            stamp(CONTENT, _trusting(authority, other))

            assert (authority.asked, other.asked) == (1, 0)

    def test_when_all_are_down_each_is_named(self) -> None:
        urls = (_unused_address(), _unused_address())

        with pytest.raises(NotTimestamped) as refusal:
            stamp(CONTENT, Authorities(urls=urls, roots=(), rounds=1))

        assert [url for url, _reason in refusal.value.failures] == list(urls)
        assert all("not reached" in reason for _url, reason in refusal.value.failures)

    def test_the_list_is_tried_again_after_a_pause(self, authority: LocalAuthority) -> None:
        authority.behaviour = Behaviour.ERROR

        with pytest.raises(NotTimestamped):
            stamp(CONTENT, replace(_trusting(authority), rounds=2))

        assert authority.asked == 2

    def test_nobody_configured_is_said_so(self) -> None:
        with pytest.raises(NotTimestamped, match="no time-stamping authority is configured"):
            stamp(CONTENT, Authorities(urls=(), roots=()))


class TestCheckedReply:
    def test_a_time_far_from_ours_is_refused(self, authority: LocalAuthority) -> None:
        request = TimestampRequestBuilder(data=CONTENT, hash_algorithm=HashAlgorithm.SHA256).build()
        reply = authority.reply(request.as_bytes())

        with pytest.raises(TimestampUntrusted, match="not now"):
            checked_reply(
                reply, request=request, roots=(authority.root,), at=clock.now() + timedelta(hours=1)
            )

    def test_every_changed_byte_of_the_token_is_noticed(self, authority: LocalAuthority) -> None:
        request = TimestampRequestBuilder(data=CONTENT, hash_algorithm=HashAlgorithm.SHA256).build()
        reply = authority.reply(request.as_bytes())
        at = clock.now()
        stated_at = checked_reply(reply, request=request, roots=(authority.root,), at=at)

        passed = []
        for place in range(0, len(reply), 3):
            changed = bytearray(reply)
            changed[place] ^= 1
            with contextlib.suppress(TimestampUntrusted):
                passed.append(checked_reply(bytes(changed), request=request, roots=(authority.root,), at=at))

        # A few bytes of the envelope (names of algorithms, the unused root's copy) are not signed; what a reply
        # states is.
        assert set(passed) <= {stated_at}
        assert len(passed) < len(reply) / 3


class TestAnswerRequest:
    def test_a_request_of_somebody_else_is_passed_on_and_its_answer_checked(
        self, authority: LocalAuthority
    ) -> None:
        request = TimestampRequestBuilder(data=CONTENT, hash_algorithm=HashAlgorithm.SHA512).build()

        given = answer_request(request.as_bytes(), _trusting(authority))

        checked = checked_reply(given.reply, request=request, roots=(authority.root,), at=clock.now())
        assert checked == given.stated_at

    def test_what_is_no_request_is_not_passed_on(self, authority: LocalAuthority) -> None:
        with pytest.raises(NotTimestamped, match="cannot be read"):
            answer_request(b"hello", _trusting(authority))

        assert authority.asked == 0


def test_a_file_without_certificates_gives_no_roots(tmp_path: Path) -> None:
    (tmp_path / "roots.pem").write_text("nothing")

    with pytest.raises(ValueError, match="PEM"):
        load_roots(tmp_path / "roots.pem")
