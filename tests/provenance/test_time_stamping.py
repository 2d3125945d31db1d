"""Credentials with a time stamp by a real authority on loopback, and what happens when it fails."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from config.environment import TimeStamping
from core import clock
from provenance import boxes, c2pa_gateway, certificates, decoding, keys, manifest
from provenance.errors import NoTimeStamp, SigningFailed
from provenance.examining import examine_bounded
from provenance.inspection import Source
from provenance.providers.pem_files import es256
from provenance.sdk.contents import Contents
from provenance.sealing import Seal, Sealed, sealed
from provenance.trust_list import Removal
from provenance.values import CredentialState
from provenance.verification import RepositoryAnswer, claims_in, judge
from tests.factories.provenance import (
    MANIFEST_ID,
    SignedVideo,
    make_jpeg,
    take_statement,
    with_log_proof,
)
from tests.timestamping import Behaviour, LocalAuthority, local_authority


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[LocalAuthority]:
    with local_authority(tmp_path / "tsa") as running:
        yield running


@pytest.fixture
def policy(settings: Settings, authority: LocalAuthority) -> TimeStamping:
    """The authority alone, required."""
    stamping = TimeStamping((authority.url,), authority.folder / "roots.pem", 3600, "required")
    settings.TIME_STAMPING = stamping
    return stamping


def _unused_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def _sealed(video: SignedVideo, destination: Path, **changes: object) -> Sealed:
    unbound = boxes.unbound_sha256(video.source)
    intended = manifest.definition(take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=unbound)
    seal = Seal(
        manifest_id=MANIFEST_ID,
        contents=Contents(with_log_proof(intended).to_json(), make_jpeg()),
        signer=keys.load_signer(video.keys_folder, at=clock.now()),
        anchors=video.trust_list.anchors,
    )
    source = Source(video.source, decoding.video_facts(video.source), unbound)
    return sealed(source, destination, replace(seal, **changes))  # type: ignore[arg-type]  # fields by name


def _verified(path: Path, video: SignedVideo, roots_pem: str) -> tuple[CredentialState, str | None]:
    examination = examine_bounded(path, anchors=video.trust_list.anchors, tsa_roots_pem=roots_pem)
    answer = judge(
        examination,
        trust_list=video.trust_list,
        record=None,
        repository=RepositoryAnswer.UNREACHABLE,
        at=clock.now(),
    )
    return answer.state, answer.claims.signed_at if answer.claims else None


def test_a_credential_is_stamped_and_its_time_is_proven_under_the_authoritys_root(
    signed_video: SignedVideo, policy: TimeStamping, authority: LocalAuthority, tmp_path: Path
) -> None:
    result = _sealed(signed_video, tmp_path / "signed.mp4")

    assert result.time_stamped_at is not None
    assert abs(result.time_stamped_at - clock.now()) < timedelta(seconds=30)
    assert authority.asked == 1
    state, signed_at = _verified(tmp_path / "signed.mp4", signed_video, authority.root_pem)
    assert state is CredentialState.TRUSTED
    assert signed_at is not None


def test_a_stamp_under_an_intermediate_is_trusted_by_the_sdk_too(
    signed_video: SignedVideo, settings: Settings, tmp_path: Path
) -> None:
    with local_authority(tmp_path / "tsa", chained=True) as chained:
        settings.TIME_STAMPING = TimeStamping((chained.url,), chained.folder / "roots.pem", 3600, "required")

        assert _sealed(signed_video, tmp_path / "signed.mp4").time_stamped_at is not None


def test_under_no_accepted_root_the_time_is_not_proven(
    signed_video: SignedVideo, policy: TimeStamping, tmp_path: Path
) -> None:
    _sealed(signed_video, tmp_path / "signed.mp4")

    assert _verified(tmp_path / "signed.mp4", signed_video, "") == (CredentialState.TRUSTED, None)


def test_off_asks_nobody(
    signed_video: SignedVideo,
    policy: TimeStamping,
    authority: LocalAuthority,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.TIME_STAMPING = replace(policy, credentials="off")

    assert _sealed(signed_video, tmp_path / "signed.mp4").time_stamped_at is None
    assert authority.asked == 0


BAD = [
    behaviour for behaviour in Behaviour if behaviour not in (Behaviour.GOOD, Behaviour.SLOW, Behaviour.DROPS)
]


@pytest.mark.parametrize("behaviour", BAD)
def test_where_a_time_stamp_is_required_a_bad_one_means_no_signature(
    signed_video: SignedVideo,
    policy: TimeStamping,
    authority: LocalAuthority,
    tmp_path: Path,
    behaviour: Behaviour,
) -> None:
    authority.behaviour = behaviour

    with pytest.raises(NoTimeStamp) as refusal:
        _sealed(signed_video, tmp_path / "signed.mp4")

    assert refusal.value.failures[0][0] == authority.url


@pytest.mark.parametrize("behaviour", BAD)
def test_where_it_is_preferred_the_file_is_signed_and_said_not_to_be_stamped(
    signed_video: SignedVideo,
    policy: TimeStamping,
    authority: LocalAuthority,
    settings: Settings,
    tmp_path: Path,
    behaviour: Behaviour,
) -> None:
    settings.TIME_STAMPING = replace(policy, credentials="preferred")
    authority.behaviour = behaviour

    result = _sealed(signed_video, tmp_path / "signed.mp4")

    assert result.time_stamped_at is None
    assert result.reading.validation_state == "Trusted"
    assert result.reading.time is None


def test_when_the_first_authority_is_down_the_second_stamps_the_same_signature(
    signed_video: SignedVideo,
    policy: TimeStamping,
    authority: LocalAuthority,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.TIME_STAMPING = replace(policy, urls=(_unused_address(), authority.url))
    signatures = []
    signer = keys.load_signer(signed_video.keys_folder, at=clock.now())

    def counted(payload: bytes) -> bytes:
        signatures.append(payload)
        return signer.sign(payload)

    result = _sealed(signed_video, tmp_path / "signed.mp4", signer=replace(signer, sign=counted))

    assert result.time_stamped_at is not None
    # The SDK signs once, and once more to try the signer before it begins.
    assert len(signatures) <= 2


def test_a_silent_authority_delays_a_signature_no_longer_than_its_limit(
    signed_video: SignedVideo,
    policy: TimeStamping,
    authority: LocalAuthority,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("provenance.time_stamping._TIMEOUT_S", 0.3)
    authority.behaviour = Behaviour.SLOW
    began = time.monotonic()

    with pytest.raises(NoTimeStamp, match="did not answer in time"):
        _sealed(signed_video, tmp_path / "signed.mp4")

    assert time.monotonic() - began < 4


def test_a_key_that_fails_is_no_matter_of_time(
    signed_video: SignedVideo, policy: TimeStamping, tmp_path: Path
) -> None:
    def broken(_payload: bytes) -> bytes:
        raise OSError("the token is unplugged")

    signer = replace(keys.load_signer(signed_video.keys_folder, at=clock.now()), sign=broken)

    with pytest.raises(SigningFailed, match="the token is unplugged"):
        _sealed(signed_video, tmp_path / "signed.mp4", signer=signer)


def test_roots_that_cannot_be_read_mean_no_time_stamp(
    signed_video: SignedVideo, policy: TimeStamping, tmp_path: Path
) -> None:
    assert policy.roots is not None
    policy.roots.unlink()

    with pytest.raises(NoTimeStamp, match="roots"):
        _sealed(signed_video, tmp_path / "signed.mp4")


def test_a_stamped_credential_outlives_its_certificate_and_another_does_not(
    signed_video: SignedVideo,
    policy: TimeStamping,
    authority: LocalAuthority,
    settings: Settings,
    tmp_path: Path,
) -> None:
    now = clock.now()
    root = certificates.issue_root("Root", at=now)
    intermediate = certificates.issue_intermediate("Intermediate", issuer=root, at=now)
    # Backdated by an hour, so this one has two seconds left.
    life = timedelta(hours=1, seconds=2)
    leaf = certificates.issue_claim_signer("Leaf", issuer=intermediate, at=now, life=life)
    listed = signed_video.trust_list.with_anchor(root.certificate, name="Root", at=now)
    signer = replace(
        keys.load_signer(signed_video.keys_folder, at=now),
        chain_pem=certificates.to_pem(leaf.certificate, intermediate.certificate),
        serial=str(leaf.certificate.serial_number),
        sign=es256(leaf.key),
    )
    _sealed(signed_video, tmp_path / "stamped.mp4", signer=signer, anchors=listed.anchors)
    settings.TIME_STAMPING = replace(policy, credentials="off")
    _sealed(signed_video, tmp_path / "bare.mp4", signer=signer, anchors=listed.anchors)
    time.sleep(max(0.0, (leaf.certificate.not_valid_after_utc - clock.now()).total_seconds() + 1.1))

    video = replace(signed_video, trust_list=listed)
    assert _verified(tmp_path / "stamped.mp4", video, authority.root_pem)[0] is CredentialState.TRUSTED
    assert _verified(tmp_path / "bare.mp4", video, authority.root_pem)[0] is CredentialState.UNKNOWN_SIGNER


def test_a_key_stolen_later_does_not_take_down_what_was_stamped_before(
    signed_video: SignedVideo, policy: TimeStamping, authority: LocalAuthority, tmp_path: Path
) -> None:
    _sealed(signed_video, tmp_path / "stamped.mp4")
    reading = c2pa_gateway.read(
        tmp_path / "stamped.mp4", anchors=signed_video.trust_list.anchors, tsa_roots_pem=authority.root_pem
    )
    assert claims_in(reading).signed_at == reading.time
    stolen_at = clock.now() + timedelta(hours=1)
    listed = signed_video.trust_list.without_signer(
        str(reading.certificate_serial), removal=Removal.COMPROMISED, at=stolen_at
    )

    states = [
        judge(
            examine_bounded(path, anchors=listed.anchors, tsa_roots_pem=authority.root_pem),
            trust_list=listed,
            record=None,
            repository=RepositoryAnswer.UNREACHABLE,
            at=stolen_at + timedelta(days=1),
        ).state
        for path in (tmp_path / "stamped.mp4", signed_video.path)
    ]

    assert states == [CredentialState.RETIRED_SIGNER, CredentialState.UNKNOWN_SIGNER]
