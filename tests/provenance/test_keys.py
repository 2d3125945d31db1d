"""The development authority: made once, renewed in time, safe when several start together."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from provenance import certificates, keys, trust_list
from provenance.errors import SignerUnfit
from provenance.trust_list import BadTrustList, Removal
from tests.factories.provenance import NOON

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.ensure_development_authority(tmp_path / "keys", at=NOON)
    return tmp_path / "keys"


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_first_call_makes_a_signer_that_may_sign(folder: Path) -> None:
    signer = keys.load_signer(folder, at=NOON)

    assert len(signer.sign(b"payload")) == 64
    assert signer.not_after - NOON > timedelta(days=90)


def test_a_second_call_changes_nothing(folder: Path) -> None:
    before = _files(folder)

    keys.ensure_development_authority(folder, at=NOON + timedelta(days=1))

    assert _files(folder) == before


def test_nobody_else_may_read_what_lies_there(folder: Path) -> None:
    modes = {
        stat.S_IMODE(path.stat().st_mode) for path in (folder / "claim-signing").rglob("*") if path.is_file()
    }

    assert modes == {0o600}


def test_the_root_for_others_is_the_anchor_of_the_list(folder: Path) -> None:
    root = x509.load_pem_x509_certificate(keys.root_path(folder).read_bytes())

    (anchor,) = keys.load_trust_list(folder).anchors

    assert anchor.sha256_hex == certificates.sha256_hex(root)
    assert anchor.removed_at is None


def test_a_signer_about_to_end_is_replaced_under_the_same_root(folder: Path) -> None:
    before, root = keys.load_signer(folder, at=NOON), keys.root_path(folder).read_bytes()
    late = NOON + certificates.LEAF_LIFE - timedelta(days=13)

    keys.ensure_development_authority(folder, at=late)

    assert keys.load_signer(folder, at=late).serial != before.serial
    assert keys.root_path(folder).read_bytes() == root


def test_a_signer_with_a_fortnight_left_stays(folder: Path) -> None:
    before = keys.load_signer(folder, at=NOON)

    keys.ensure_development_authority(folder, at=NOON + certificates.LEAF_LIFE - timedelta(days=15))

    assert keys.load_signer(folder, at=NOON).serial == before.serial


def test_an_ending_authority_is_replaced_and_its_anchor_kept(folder: Path) -> None:
    late = NOON + certificates.INTERMEDIATE_LIFE - timedelta(days=100)

    keys.ensure_development_authority(folder, at=late)

    anchors = keys.load_trust_list(folder).anchors
    assert len(anchors) == 2
    assert keys.load_signer(folder, at=late).not_after > late


def test_a_removed_root_is_replaced_and_stays_listed_as_removed(folder: Path) -> None:
    (anchor,) = keys.load_trust_list(folder).anchors
    keys.change_trust_list(
        folder, lambda entries: entries.without_anchor(anchor.sha256_hex, removal=Removal.SUPERSEDED, at=NOON)
    )

    keys.ensure_development_authority(folder, at=NOON)

    removed, standing = keys.load_trust_list(folder).anchors
    assert removed.removed_at == NOON
    assert standing.removed_at is None
    assert keys.load_signer(folder, at=NOON).not_after > NOON


def test_a_retired_signer_may_not_sign_and_is_replaced(folder: Path) -> None:
    retired = keys.load_signer(folder, at=NOON).serial
    keys.change_trust_list(
        folder, lambda entries: entries.without_signer(retired, removal=Removal.COMPROMISED, at=NOON)
    )

    with pytest.raises(SignerUnfit, match="retired"):
        keys.load_signer(folder, at=NOON)
    keys.ensure_development_authority(folder, at=NOON)

    assert keys.load_signer(folder, at=NOON).serial != retired


def test_without_keys_nobody_may_sign(tmp_path: Path) -> None:
    with pytest.raises(SignerUnfit, match="no claim signer"):
        keys.load_signer(tmp_path, at=NOON)


def test_an_ended_signer_may_not_sign(folder: Path) -> None:
    with pytest.raises(SignerUnfit, match="not valid at"):
        keys.load_signer(folder, at=NOON + timedelta(days=400))


def test_a_key_of_another_certificate_may_not_sign(folder: Path, tmp_path: Path) -> None:
    keys.ensure_development_authority(tmp_path / "other", at=NOON)
    (foreign,) = (tmp_path / "other").glob("claim-signing/signer-*/key.pem")
    (own,) = folder.glob("claim-signing/signer-*/key.pem")
    own.write_bytes(foreign.read_bytes())

    with pytest.raises(SignerUnfit, match="not the certificate's"):
        keys.load_signer(folder, at=NOON)


@pytest.mark.slow
def test_processes_that_start_together_agree_on_one_signer(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from provenance import keys; from core import clock;"
        "folder = Path(sys.argv[1]); keys.ensure_development_authority(folder);"
        "print(keys.load_signer(folder, at=clock.now()).serial)"
    )
    environment = {"PYTHONPATH": f"{PROJECT}:{PROJECT / 'platform'}"}

    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "keys")],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(4)
    ]
    serials = {process.communicate(timeout=60)[0] for process in running}

    assert len(serials) == 1
    assert len(list((tmp_path / "keys" / "claim-signing").glob("authority-*"))) == 1
    assert len(list((tmp_path / "keys" / "claim-signing").glob("signer-*"))) == 1


def test_the_trust_list_survives_its_file(folder: Path) -> None:
    listed = keys.load_trust_list(folder).without_signer("12", removal=Removal.COMPROMISED, at=NOON)

    assert trust_list.from_json(trust_list.to_json(listed)) == listed


def test_each_change_of_the_trust_list_counts_its_version_up(folder: Path) -> None:
    listed = keys.load_trust_list(folder)

    changed = listed.without_anchor(listed.anchors[0].sha256_hex, removal=Removal.SUPERSEDED, at=NOON)

    assert changed.version == listed.version + 1
    assert changed.standing_anchors(at=NOON) == ()


def test_removing_an_anchor_twice_is_refused(folder: Path) -> None:
    listed = keys.load_trust_list(folder)
    digest = listed.anchors[0].sha256_hex
    once = listed.without_anchor(digest, removal=Removal.SUPERSEDED, at=NOON)

    with pytest.raises(BadTrustList, match="no standing anchor"):
        once.without_anchor(digest, removal=Removal.SUPERSEDED, at=NOON)


@pytest.mark.parametrize(
    ("field", "value"),
    [("format", "other"), ("version", "first"), ("updated_at", "2026-11-23T12:00:00"), ("anchors", None)],
)
def test_a_damaged_trust_list_is_refused(folder: Path, field: str, value: object) -> None:
    document = json.loads(keys.trust_list_path(folder).read_text(encoding="utf-8"))
    document[field] = value

    with pytest.raises(BadTrustList):
        trust_list.from_json(json.dumps(document))


def test_an_anchor_under_a_false_digest_is_refused(folder: Path) -> None:
    document = json.loads(keys.trust_list_path(folder).read_text(encoding="utf-8"))
    document["anchors"][0]["sha256"] = "0" * 64

    with pytest.raises(BadTrustList, match="not its certificate's"):
        trust_list.from_json(json.dumps(document))
