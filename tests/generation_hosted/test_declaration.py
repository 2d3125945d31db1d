"""What may be declared of a service, and where its key and its requests may go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from django.conf import settings

from generation.engines.folder import check_folder, family_of, size_limits, write_lock
from generation.engines.given import Given, KnownFrames, LaidOver
from generation.engines.hosted_declaration import Network, Question, read_declaration
from generation.errors import MissingCapability, UnexpectedModelFile, WeightsAltered
from generation.hosted.client import VideosClient, retry_after_s
from generation.hosted.engine import Desk, HostedEngine
from generation.hosted.errors import HostedKeyMissing
from generation.hosted.wire import NotSent, Wire, _is_of
from generation.hosted.working import key_for
from generation.iterating.choices import length_choices, size_choices
from generation.model_defaults import model_defaults
from tests.factories.generation import spec
from tests.factories.hosted import a_hosted_folder

PUBLIC = {"base_url": "https://video.example.com/v1", "network": "public"}


def test_a_declaration_is_locked_and_named_like_a_model(tmp_path: Path) -> None:
    folder = a_hosted_folder(tmp_path / "reel", 8000)
    checked, declared = check_folder(folder), read_declaration(folder)

    assert family_of(folder).pipeline == "hosted"
    assert declared.answers[Question.KEEPS_PROMPTS] is None
    assert declared.host == "127.0.0.1:8000"
    usual, limits = model_defaults(folder).render, size_limits(folder)
    assert [(one.width, one.height) for one in size_choices(limits, usual)] == [(320, 180), (180, 320)]
    assert [one.num_frames for one in length_choices(limits, usual)] == [24, 48]

    # Every word of it is in the digest.
    assert (
        check_folder(a_hosted_folder(tmp_path / "other", 8000, territory="DE")).lock_sha256
        != checked.lock_sha256
    )
    (folder / "hosted.json").write_text((folder / "hosted.json").read_text().replace("US", "CN"))
    with pytest.raises(WeightsAltered):
        check_folder(folder)
    (folder / "weights.safetensors").write_bytes(b"")
    with pytest.raises(UnexpectedModelFile, match="declares a service and no weights"):
        write_lock(folder)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (
            Given(known=(KnownFrames(np.zeros((1, 180, 320, 3), np.uint8), 0, first_is_free=True),)),
            "pictures",
        ),
        (Given(adapters=(LaidOver(name="one", scale=1.0, content=bytearray(b"weights")),)), "an adapter"),
    ],
)
def test_a_service_is_never_given_more_than_words(tmp_path: Path, given: Given, what: str) -> None:
    declared = read_declaration(a_hosted_folder(tmp_path / "reel", 8000))
    # Neither the client nor the record is reached.
    engine = HostedEngine(declared, cast("VideosClient", None), cast("Desk", None))
    asked = spec(
        width=320, height=180, num_frames=24, fps=Fraction(24), delivered_width=320, delivered_height=180
    )

    with pytest.raises(MissingCapability, match=f"words alone, and was given {what}"):
        next(engine.render(asked, on_progress=lambda _: None, given=given))


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": "http://video.example.com/v1", "network": "public"},
        {"base_url": "http://10.0.0.5/v1", "network": "private"},
        {"base_url": "http://localhost/v1"},
        {"base_url": "https://user:secret@video.example.com", "network": "public"},
        {"base_url": "https://video.example.com/v1?key=1", "network": "public"},
        {"base_url": "https://video.example.com:99999", "network": "public"},
        {"base_url": "file:///etc/passwd"},
        {"network": "anywhere"},
        {"territory": "Mars"},
        {"sizes": []},
        {"sizes": ["321x180"]},
        {"lengths": {"1": 240}},
        {"lengths": {"1": True}},
        {"sends": ["performer_name"]},
        {"answers": {"keeps_prompts": "no"}},
        {"key": "sk-never-here"},
        {"format": 2},
    ],
)
def test_what_cannot_be_declared_is_refused(tmp_path: Path, changes: Mapping[str, Any]) -> None:
    with pytest.raises(UnexpectedModelFile, match=r"hosted\.json"):
        a_hosted_folder(tmp_path / "reel", 8000, **changes)


@pytest.mark.parametrize("content", ["", "[]", "[" * 90_000, json.dumps({"format": 1}), " " * 99_999 + "{}"])
def test_what_is_no_declaration_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "hosted.json").write_text(content)
    with pytest.raises(UnexpectedModelFile):
        read_declaration(tmp_path)


def test_requests_go_to_the_declared_network_alone(tmp_path: Path) -> None:
    inside = ("127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "0.0.0.0", "64:ff9b::a00:5")  # noqa: S104 - where not to go
    assert not any(_is_of(one, Network.PUBLIC) for one in (*inside, "10.0.0.5", "fd00::1"))
    assert not any(_is_of(one, Network.PRIVATE) for one in (*inside, "93.184.216.34"))
    assert all(_is_of(one, Network.PRIVATE) for one in ("10.0.0.5", "192.168.1.4", "fd00::1"))

    # A name that leads here, whatever it was when it was declared.
    declared = read_declaration(a_hosted_folder(tmp_path / "reel", 8000, **PUBLIC))
    with pytest.raises(NotSent, match="does not lie in the public network"):
        Wire(replace(declared, base_url="https://localhost/v1"), "key").send("GET", "/videos/1")


def test_a_key_lies_in_the_file_of_its_host_and_is_nobody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, hosted_keys=tmp_path))
    declared = read_declaration(a_hosted_folder(tmp_path / "reel", 8000, **PUBLIC))
    with pytest.raises(HostedKeyMissing, match=r"no key for video\.example\.com"):
        key_for(declared)
    path = tmp_path / "video.example.com"
    path.write_text("sk-1\n")
    path.chmod(0o644)
    with pytest.raises(HostedKeyMissing, match="open to other accounts"):
        key_for(declared)
    path.chmod(0o600)
    assert key_for(declared) == "sk-1"
    with pytest.raises(HostedKeyMissing):
        key_for(replace(declared, base_url="https://elsewhere.example/v1"))
    # One of the operator's own may ask for none.
    assert key_for(replace(declared, base_url="http://127.0.0.1/v1", network=Network.LOOPBACK)) is None


def test_how_long_a_service_asks_to_wait() -> None:
    assert retry_after_s("7") == 7
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after_s("99999999") == 3600
    assert retry_after_s("soon") is retry_after_s(None) is None
