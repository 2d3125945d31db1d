"""`manage.py verify`: six members, one exit status each, with or without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from core import clock
from provenance import keys, queries
from provenance.trust_list import Removal
from tests.factories import tampering
from tests.factories.accounts import an_organisation
from tests.factories.provenance import SignedVideo
from tests.factories.signed_takes import sign_take

PROJECT = Path(__file__).resolve().parents[2]
MEMBERS = ["state", "validation_state", "reasons", "manifest_id", "recovered", "authorization"]

Verify = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data_folder(tmp_path: Path, signed_video: SignedVideo) -> Path:
    """A data folder that knows the signed file's root and has no database."""
    trusted = keys.trust_list_path(tmp_path / "data" / "keys")
    trusted.parent.mkdir(parents=True)
    trusted.write_bytes(keys.trust_list_path(signed_video.keys_folder).read_bytes())
    return tmp_path / "data"


@pytest.fixture
def verify(data_folder: Path) -> Verify:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(PROJECT / "manage.py"), "verify", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "COUNTERSIGN_DATA": str(data_folder)},
        )

    return run


def test_a_trusted_file_is_0_also_without_a_database(verify: Verify, signed_video: SignedVideo) -> None:
    finished = verify(signed_video.path, "--json")

    answer = json.loads(finished.stdout)
    assert finished.returncode == 0
    assert list(answer) == MEMBERS
    assert answer["state"] == "trusted"
    assert answer["validation_state"] == "Trusted"
    assert answer["manifest_id"] == signed_video.manifest_id
    assert answer["authorization"]["rule_pack"] == "house-2026.11"
    assert "own-file digest not compared: repository not reachable" in answer["reasons"]


def test_a_retired_signer_is_0(verify: Verify, signed_video: SignedVideo, data_folder: Path) -> None:
    (anchor,) = signed_video.trust_list.anchors
    keys.change_trust_list(
        data_folder / "keys",
        lambda entries: entries.without_anchor(anchor.sha256_hex, removal=Removal.SUPERSEDED, at=clock.now()),
    )

    finished = verify(signed_video.path, "--json")

    assert finished.returncode == 0
    assert json.loads(finished.stdout)["state"] == "retired_signer"


def test_a_stranger_is_2(verify: Verify, signed_video: SignedVideo, data_folder: Path) -> None:
    keys.trust_list_path(data_folder / "keys").unlink()

    finished = verify(signed_video.path, "--json")

    answer = json.loads(finished.stdout)
    assert finished.returncode == 2
    assert (answer["state"], answer["authorization"]) == ("unknown_signer", None)


def test_an_altered_file_is_2(verify: Verify, signed_video: SignedVideo, tmp_path: Path) -> None:
    path = tmp_path / "altered.mp4"
    path.write_bytes(tampering.flipped_in_box(signed_video.content, b"mdat"))

    finished = verify(path, "--json")

    assert finished.returncode == 2
    assert json.loads(finished.stdout)["state"] == "altered"


def test_an_unsigned_file_is_2(verify: Verify, signed_video: SignedVideo) -> None:
    finished = verify(signed_video.source, "--json")

    answer = json.loads(finished.stdout)
    assert finished.returncode == 2
    assert (answer["state"], answer["manifest_id"]) == ("absent", None)


def test_an_unreadable_or_missing_file_is_3(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no film", encoding="utf-8")

    text, missing = verify(tmp_path / "notes.mp4", "--json"), verify(tmp_path / "missing.mp4", "--json")

    assert (text.returncode, missing.returncode) == (3, 3)
    assert json.loads(missing.stdout)["reasons"] == ["There is no such file."]


def test_a_damaged_trust_list_is_our_own_error(
    verify: Verify, signed_video: SignedVideo, data_folder: Path
) -> None:
    keys.trust_list_path(data_folder / "keys").write_text("{", encoding="utf-8")

    finished = verify(signed_video.path, "--json")

    assert finished.returncode == 1
    assert finished.stdout == ""
    assert "BadTrustList" in finished.stderr


def test_without_json_it_speaks_to_people(verify: Verify, signed_video: SignedVideo) -> None:
    finished = verify(signed_video.path)

    assert finished.returncode == 0
    assert finished.stdout.startswith("trusted\n")
    assert "made by AI: yes" in finished.stdout


@pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")
def test_with_a_database_an_own_file_is_compared_byte_for_byte(tmp_path: Path) -> None:
    signed = sign_take(an_organisation().id, tmp_path)
    path = queries.path_of(signed.key)
    path.write_bytes(tampering.with_appended_box(path.read_bytes(), b"free"))
    output = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("verify", str(path), "--json", stdout=output)

    answer = json.loads(output.getvalue())
    assert ended.value.code == 2
    assert (answer["state"], answer["validation_state"]) == ("altered", "Trusted")
