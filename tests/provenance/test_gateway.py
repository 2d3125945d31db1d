"""What the SDK is held to, and what it cannot be trusted with."""

from __future__ import annotations

import io
import os
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import c2pa
import pytest

from core import clock
from provenance import boxes, c2pa_gateway, certificates, keys, manifest, probe
from provenance.errors import SigningFailed
from provenance.providers.pem_files import es256
from provenance.sdk.contents import Contents
from provenance.sdk.contexts import opened_context
from provenance.trust_list import Anchor
from provenance.values import ClaimSigner
from tests.factories.provenance import (
    MANIFEST_ID,
    UNBOUND,
    SignedVideo,
    make_jpeg,
    make_video,
    take_statement,
    with_log_proof,
)

DEFINITION: dict[str, Any] = manifest.definition(
    take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND
).to_json()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_video(tmp_path / "source.mp4")


def _signer(signed_video: SignedVideo) -> ClaimSigner:
    return keys.load_signer(signed_video.keys_folder, at=clock.now())


def _sign(source: Path, destination: Path, signed_video: SignedVideo, **changes: Any) -> bytes:  # noqa: ANN401
    arguments: dict[str, Any] = {
        "contents": Contents(DEFINITION, make_jpeg()),
        "signer": _signer(signed_video),
        "anchors": signed_video.trust_list.anchors,
    }
    return c2pa_gateway.sign(source=source, destination=destination, **(arguments | changes))


def test_a_signed_file_reads_back_what_was_stated(signed_video: SignedVideo) -> None:
    reading = c2pa_gateway.read(signed_video.path, anchors=signed_video.trust_list.anchors)

    intended = manifest.definition(
        take_statement(),
        manifest_id=MANIFEST_ID,
        unbound_sha256=boxes.unbound_sha256(signed_video.source),
    )
    stated: dict[str, Any] = with_log_proof(intended).to_json()
    read: Any = reading.manifest()["assertions"]
    for entry in stated["assertions"]:
        # Of two with one label the second is numbered.
        assert any(
            one["label"].partition("__")[0] == entry["label"] and one["data"] == entry["data"] for one in read
        ), entry["label"]
    assert reading.manifest_id == MANIFEST_ID
    assert reading.failure == ()
    assert reading.anchor_uri == signed_video.trust_list.anchors[0].uri
    assert reading.certificate_serial == _signer(signed_video).serial


def test_the_signer_vouches_for_every_assertion(signed_video: SignedVideo) -> None:
    reading = c2pa_gateway.read(signed_video.path, anchors=signed_video.trust_list.anchors)

    assertions: Any = reading.manifest()["assertions"]
    assert [entry["label"] for entry in assertions if not entry.get("created")] == []


def test_without_the_anchor_the_signer_is_nobody(signed_video: SignedVideo) -> None:
    reading = c2pa_gateway.read(signed_video.path, anchors=())

    assert reading.validation_state == "Valid"
    assert [finding.code for finding in reading.failure] == ["signingCredential.untrusted"]


def test_a_key_that_fails_is_named_and_not_swallowed(
    signed_video: SignedVideo, source: Path, tmp_path: Path
) -> None:
    def broken(payload: bytes) -> bytes:
        raise RuntimeError("the token was pulled out")

    with pytest.raises(SigningFailed, match="the token was pulled out"):
        _sign(source, tmp_path / "out.mp4", signed_video, signer=replace(_signer(signed_video), sign=broken))


def test_a_key_of_another_certificate_signs_nothing(
    signed_video: SignedVideo, source: Path, tmp_path: Path
) -> None:
    stranger = probe.make_specimen(at=clock.now()).signer

    with pytest.raises(SigningFailed):
        _sign(
            source,
            tmp_path / "out.mp4",
            signed_video,
            signer=replace(_signer(signed_video), sign=stranger.sign),
        )


def test_a_full_disk_is_an_error_of_the_disk(signed_video: SignedVideo, source: Path) -> None:
    with pytest.raises(OSError, match="No space left on device"):
        _sign(source, Path("/dev/full"), signed_video)


@pytest.mark.parametrize("content", [b"", b"random" * 99, b"\0\0\0\x18ftypisom"])
def test_what_is_no_video_is_not_signed(signed_video: SignedVideo, tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "source.mp4"
    source.write_bytes(content)

    with pytest.raises(SigningFailed):
        _sign(source, tmp_path / "out.mp4", signed_video)


def test_an_expired_certificate_does_not_sign(
    signed_video: SignedVideo, source: Path, tmp_path: Path
) -> None:
    at = clock.now() - timedelta(days=400)
    root = certificates.issue_root("Old root", at=at)
    issuer = certificates.issue_intermediate("Old authority", issuer=root, at=at)
    leaf = certificates.issue_claim_signer("Old signer", issuer=issuer, at=at)
    old = ClaimSigner(
        chain_pem=certificates.to_pem(leaf.certificate, issuer.certificate),
        certificate_sha256="",
        serial="",
        not_after=at,
        sign=es256(leaf.key),
    )

    with pytest.raises(SigningFailed, match="not valid"):
        _sign(source, tmp_path / "out.mp4", signed_video, signer=old)


def test_several_threads_sign_at_once(signed_video: SignedVideo, source: Path, tmp_path: Path) -> None:
    states: list[str] = []

    def work(number: int) -> None:
        destination = tmp_path / f"{number}.mp4"
        _sign(source, destination, signed_video)
        states.append(
            c2pa_gateway.read(destination, anchors=signed_video.trust_list.anchors).validation_state
        )

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert states == ["Trusted"] * 4


def test_a_forked_child_reads_although_its_parent_did(signed_video: SignedVideo) -> None:
    anchors = signed_video.trust_list.anchors
    c2pa_gateway.read(signed_video.path, anchors=anchors)

    child = os.fork()
    if child == 0:
        try:
            state = c2pa_gateway.read(signed_video.path, anchors=anchors).validation_state
            os._exit(0 if state == "Trusted" else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0


def test_an_sdk_that_trusts_everybody_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = opened_context
    specimen = probe.make_specimen(at=clock.now())
    everybody: list[Anchor] = []

    def credulous(anchors: Any, *_roots: str) -> c2pa.Context:  # noqa: ANN401 - as the gateway's own
        everybody.extend(anchors)
        return genuine(tuple(everybody))

    monkeypatch.setattr(c2pa_gateway, "opened_context", credulous)
    monkeypatch.setattr(c2pa_gateway, "_probed_in_process", None)
    monkeypatch.setattr(probe, "make_specimen", lambda **_: specimen)

    with pytest.raises(c2pa_gateway.SdkUnfit, match="unknown signer: Trusted, not Valid"):
        c2pa_gateway._probe_once()


def test_an_sdk_whose_settings_went_unheard_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(anchors: Any, *_roots: str) -> c2pa.Context:  # noqa: ANN401 - as the gateway's own
        return c2pa.Context.from_dict({"version": 1, "trusted": {"anchor_list": list(map(str, anchors))}})

    monkeypatch.setattr(c2pa_gateway, "opened_context", renamed)
    monkeypatch.setattr(c2pa_gateway, "_probed_in_process", None)

    with pytest.raises(c2pa_gateway.SdkUnfit, match="known good"):
        c2pa_gateway._probe_once()


def test_a_credential_kept_elsewhere_is_not_fetched(
    signed_video: SignedVideo, source: Path, tmp_path: Path
) -> None:
    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pointing = tmp_path / "pointing.mp4"
    signer = _signer(signed_video)
    try:
        with (
            opened_context(signed_video.trust_list.anchors) as context,
            c2pa.Builder(DEFINITION, context=context) as builder,
            c2pa.Signer.from_callback(signer.sign, c2pa.C2paSigningAlg.ES256, signer.chain_pem) as native,
            source.open("rb") as reading,
            pointing.open("w+b") as writing,
        ):
            builder.set_intent(
                c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.TRAINED_ALGORITHMIC_MEDIA
            )
            builder.add_resource(manifest.THUMBNAIL_IDENTIFIER, io.BytesIO(make_jpeg()))
            builder.set_no_embed()
            builder.set_remote_url(f"http://127.0.0.1:{server.server_port}/manifest.c2pa")
            builder.sign(native, manifest.MEDIA_TYPE, reading, writing)

        with pytest.raises(c2pa_gateway.NoCredential) as refused:
            c2pa_gateway.read(pointing, anchors=signed_video.trust_list.anchors)
    finally:
        server.shutdown()
        server.server_close()

    assert refused.value.remote
    assert asked == []
