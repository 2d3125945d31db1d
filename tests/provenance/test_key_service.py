"""Keys in a key service: requests signed as published, signatures that hold, and every way in which it fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from core import clock
from provenance import c2pa_gateway
from provenance.claim_signers import checked_signer
from provenance.errors import (
    KeyAccessDenied,
    KeyMissing,
    KeyServiceDown,
    KeyStoreUnusable,
    KeyTaken,
    KeyUnavailable,
)
from provenance.providers import key_service
from provenance.providers.addresses import ServiceAddress
from provenance.providers.key_service import KeyService
from provenance.providers.request_signature import Credentials, Unsigned, signed_headers
from provenance.providers.signing_key import holds
from provenance.sdk.contents import Contents
from provenance.trust_list import empty_trust_list
from tests.factories.issuing import a_leaf, an_authority
from tests.factories.key_service import (
    SECRET_KEY,
    Conduct,
    LocalKeyService,
    credentials_file,
    local_key_service,
)
from tests.factories.provenance import SignedVideo


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalKeyService]:
    monkeypatch.setattr(key_service, "_FIRST_PAUSE_S", 0.01)
    with local_key_service() as running:
        yield running


@pytest.fixture
def keys(service: LocalKeyService, tmp_path: Path) -> KeyService:
    return KeyService(service.url, region="eu-central-1", credentials_file=credentials_file(tmp_path))


def test_a_request_is_signed_as_in_the_published_example() -> None:
    # "Signature Version 4 signing process", AWS General Reference: IAM ListUsers.
    headers = signed_headers(
        Unsigned(
            "GET",
            "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
            {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        ),
        Credentials("AKIDEXAMPLE", SECRET_KEY),
        region="us-east-1",
        service="iam",
        at=datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
    )

    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )


def test_temporary_credentials_are_signed_for_too() -> None:
    headers = signed_headers(
        Unsigned("POST", "https://kms.example/", {}),
        Credentials("AKIDEXAMPLE", SECRET_KEY, "the-token"),
        region="us-east-1",
        service="kms",
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )

    assert headers["x-amz-security-token"] == "the-token"
    assert "x-amz-security-token" in headers["authorization"]


def test_a_secret_stands_in_no_text_that_is_printed() -> None:
    assert SECRET_KEY not in repr(Credentials("AKIDEXAMPLE", SECRET_KEY, "the-token"))


def test_a_key_made_there_signs_and_cannot_leave(keys: KeyService, service: LocalKeyService) -> None:
    key = keys.generated(ServiceAddress("alias/claim-2026"))

    signature = key.sign(b"payload")

    assert len(signature) == 64
    assert holds(key.public_key, signature, b"payload")
    assert key.extractable is False
    # By its own id, because an alias can be turned to another key.
    assert key.address == f"kms:{service.aliases['alias/claim-2026']}"


def test_a_key_that_came_from_elsewhere_may_exist_twice(keys: KeyService, service: LocalKeyService) -> None:
    assert keys.opened(ServiceAddress(service.add(imported=True))).extractable is True


def test_where_the_service_asks_to_come_again_it_is_asked_again(
    keys: KeyService, service: LocalKeyService
) -> None:
    key = keys.opened(ServiceAddress(service.add()))
    service.conduct, service.asked = Conduct.THROTTLES_ONCE, []

    assert holds(key.public_key, key.sign(b"payload"), b"payload")
    assert service.asked == ["Sign", "Sign"]


@pytest.mark.parametrize(
    ("conduct", "said"),
    [
        (Conduct.DOWN, "does not answer: HTTP status 503"),
        (Conduct.GARBAGE, "something else than JSON"),
        (Conduct.SIGNS_WITH_ANOTHER_KEY, "signed with another key"),
    ],
)
def test_a_service_that_fails_makes_no_signature(
    keys: KeyService, service: LocalKeyService, conduct: Conduct, said: str
) -> None:
    key = keys.opened(ServiceAddress(service.add()))
    service.conduct = conduct

    with pytest.raises(KeyServiceDown, match=said):
        key.sign(b"payload")


def test_a_file_is_refused_with_the_services_own_trouble(
    keys: KeyService, service: LocalKeyService, signed_video: SignedVideo, tmp_path: Path
) -> None:
    now = clock.now()
    key = keys.opened(ServiceAddress(service.add()))
    authority = an_authority(at=now)
    chain = [a_leaf(authority, key.public_key, at=now), authority.intermediate.certificate]
    signer = checked_signer(chain, key, anchors=[authority.root.certificate], at=now)
    anchors = empty_trust_list(at=now).with_anchor(authority.root.certificate, name="Studio", at=now).anchors

    def sign(destination: Path) -> None:
        c2pa_gateway.sign(
            source=signed_video.source,
            destination=destination,
            contents=Contents(
                {
                    "claim_generator_info": [{"name": "test", "version": "1"}],
                    "format": "video/mp4",
                    "assertions": [],
                }
            ),
            signer=signer,
            anchors=anchors,
        )

    sign(tmp_path / "signed.mp4")
    service.conduct = Conduct.DOWN

    assert c2pa_gateway.read(tmp_path / "signed.mp4", anchors=anchors).validation_state == "Trusted"
    with pytest.raises(KeyServiceDown, match="HTTP status 503"):
        sign(tmp_path / "unsigned.mp4")


def test_a_service_that_is_not_there_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_service, "_FIRST_PAUSE_S", 0.01)
    with local_key_service() as gone:
        url = gone.url
    keys = KeyService(url, region="us-east-1", credentials_file=credentials_file(tmp_path))

    with pytest.raises(KeyServiceDown, match="refused"):
        keys.opened(ServiceAddress("any"))


def test_a_wrong_secret_is_refused_and_not_tried_again(service: LocalKeyService, tmp_path: Path) -> None:
    keys = KeyService(
        service.url, region="us-east-1", credentials_file=credentials_file(tmp_path, secret="another")
    )

    with pytest.raises(KeyAccessDenied, match="InvalidSignatureException"):
        keys.opened(ServiceAddress(service.add()))
    assert len(service.asked) == 1


def test_what_is_wrong_with_a_key_is_said(keys: KeyService, service: LocalKeyService) -> None:
    disabled = service.add()
    service.states[disabled] = "PendingDeletion"
    keys.generated(ServiceAddress("alias/taken"))
    cases: list[tuple[type[KeyUnavailable], str, str]] = [
        (KeyMissing, "unknown", "holds no key unknown"),
        (KeyMissing, disabled, "PendingDeletion"),
        (KeyStoreUnusable, service.add(curve=ec.SECP384R1()), "not P-256"),
    ]
    for refusal, key_id, said in cases:
        with pytest.raises(refusal, match=said):
            keys.opened(ServiceAddress(key_id))
    with pytest.raises(KeyTaken):
        keys.generated(ServiceAddress("alias/taken"))
    with pytest.raises(KeyStoreUnusable, match="give an alias"):
        keys.generated(ServiceAddress("claim-2026"))


def test_a_service_that_is_not_set_up_says_what_is_missing(service: LocalKeyService, tmp_path: Path) -> None:
    broken = credentials_file(tmp_path)
    broken.write_text("secret, and no JSON", encoding="utf-8")

    with pytest.raises(KeyStoreUnusable, match="set COUNTERSIGN_KMS_URL"):
        KeyService(None, region="us-east-1", credentials_file=broken).opened(ServiceAddress("any"))
    with pytest.raises(KeyStoreUnusable, match="set COUNTERSIGN_KMS_CREDENTIALS_FILE"):
        KeyService(service.url, region="us-east-1", credentials_file=None).opened(ServiceAddress("any"))
    with pytest.raises(KeyStoreUnusable, match="no JSON object") as refusal:
        KeyService(service.url, region="us-east-1", credentials_file=broken).opened(ServiceAddress("any"))
    assert "secret, and" not in str(refusal.value)
