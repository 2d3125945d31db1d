"""The evidence of a real take, exported and checked as an outsider checks it."""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from pathlib import Path

import pytest

from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from tests.evidence.bundles import Evidence, failure, lines, members_of, packed, run, with_member
from tests.factories.evidence import bundle_of, take_of
from tests.factories.takes import Studio

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_stranger_finds_every_check_held(evidence: Evidence, tmp_path: Path) -> None:
    began = time.perf_counter()
    done = run(tmp_path, evidence.first, evidence.trust)
    seconds = time.perf_counter() - began

    assert done.returncode == 0, done.stdout
    assert "[FAILED]" not in done.stdout
    assert "[not present]" not in done.stdout
    assert done.stdout.splitlines()[-1] == "PROVED: everything that is present holds."
    told = [line.removeprefix("[ok]").strip().partition(":")[0] for line in done.stdout.splitlines()[:-1]]
    assert told[:6] == ["Archive", "Checkpoint", "Entries", "Witnesses", "Platform log", "Time"]
    assert {
        "Story",
        "Credential",
        "Statements",
        "Decision 3",
        "Permission",
        "Consents",
        "Model",
        "Video",
    } <= {*told}
    assert seconds < 2


def test_the_answer_for_programs_says_the_same(evidence: Evidence, tmp_path: Path) -> None:
    done = run(tmp_path, evidence.first, evidence.trust, "--json")

    answer = json.loads(done.stdout)
    assert answer["ok"] is True
    assert {one["result"] for one in answer["checks"]} == {"ok"}


@pytest.mark.skipif(not shutil.which("unshare"), reason="no unshare")
def test_no_network_is_needed(evidence: Evidence, tmp_path: Path) -> None:
    # A network of its own, in which nothing is: not even loopback is up.
    done = run(tmp_path, evidence.first, evidence.trust, before=("unshare", "--map-root-user", "--net"))
    if "unshare" in done.stderr:
        pytest.skip(f"may not make a network of its own: {done.stderr.strip()}")

    assert done.returncode == 0, done.stdout + done.stderr


def test_any_zip_reader_opens_it_and_finds_its_index(evidence: Evidence, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(evidence.first)

    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        index = json.loads(archive.read("index.json"))
        assert archive.testzip() is None

    assert names == ["index.json", *(one["name"] for one in index["members"])]
    assert {"take.json", "model.json", "video/take.mp4", "log/entries.json", "timestamps/1.tsr"} <= {*names}


def test_no_name_of_anybody_is_in_it(evidence: Evidence) -> None:
    everything = b"".join(members_of(evidence.first).values())

    assert b"Ana Ruiz" not in everything
    assert b"Calder" not in everything


def test_what_nobody_vouched_for_reads_as_absent(evidence: Evidence) -> None:
    trust = evidence.trust | {
        "witnesses": [],
        "witness_quorum": 0,
        "platform_log": None,
        "tsa_anchors": [],
    }
    kept = {
        name: content
        for name, content in members_of(evidence.first).items()
        if not name.startswith(("timestamps/", "log/platform", "video/", "model", "rules/"))
    }

    report = lines(packed(kept, like=evidence.first), trust)

    absent = {text.partition(":")[0] for result, text in report if result == "not present"}
    assert absent == {"Witnesses", "Platform log", "Time", "Video", "Rules", "Model"}
    assert not [text for result, text in report if result == "FAILED"]


@pytest.mark.parametrize("name", ["witnesses", "platform_log", "c2pa_anchors", "logs"])
def test_whoever_is_trusted_must_have_signed(evidence: Evidence, name: str) -> None:
    """Keys of somebody else than those who signed, one list at a time."""
    foreign = evidence.trust | {name: _foreign(evidence, name)}

    assert failure(evidence.first, foreign)


def test_a_time_stamp_of_an_unknown_authority_fails(evidence: Evidence) -> None:
    assert "Outside" in failure(
        evidence.first, evidence.trust | {"tsa_anchors": evidence.trust["c2pa_anchors"]}
    )


def test_cosignatures_and_platform_log_cannot_be_stripped(evidence: Evidence) -> None:
    members = members_of(evidence.first)
    note = members["log/checkpoint.txt"].decode()
    text, _, signatures = note.rpartition("\n\n")
    own = signatures.splitlines(keepends=True)[0]
    alone = with_member(evidence.first, "log/checkpoint.txt", f"{text}\n\n{own}".encode())
    no_platform = {name: one for name, one in members.items() if not name.startswith("log/platform")}

    assert "0 witnesses signed" in failure(alone, evidence.trust)
    assert "log/platform.json is missing" in failure(packed(no_platform, like=evidence.first), evidence.trust)


@pytest.mark.parametrize(
    "trust",
    ["", "[]", "{}", '{"v": 1}', "not json"],
)
def test_a_trust_file_that_is_none_is_no_verdict(evidence: Evidence, tmp_path: Path, trust: str) -> None:
    done = run(tmp_path, evidence.first, trust)

    assert done.returncode == 2
    assert "PROVED" not in done.stdout


def test_each_missing_member_of_the_trust_file_is_noticed(evidence: Evidence, tmp_path: Path) -> None:
    for name in evidence.trust:
        less = {key: value for key, value in evidence.trust.items() if key != name}

        assert run(tmp_path, evidence.first, less).returncode == 2, name


def test_a_bundle_that_is_not_there_is_no_verdict(evidence: Evidence, tmp_path: Path) -> None:
    assert run(tmp_path, b"", evidence.trust).returncode == 2


def test_a_consent_withdrawn_afterwards_is_told(studio: Studio, evidence: Evidence) -> None:
    take = take_of(studio)
    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
    from generation.trust import trust_document

    report = lines(bundle_of(studio, take), json.loads(trust_document()))

    assert not [text for result, text in report if result == "FAILED"]
    assert any(text.startswith("Withdrawal:") and "after that" in text for _, text in report)


def _foreign(evidence: Evidence, name: str) -> object:
    match name:
        case "c2pa_anchors":
            return evidence.trust["tsa_anchors"]
        case "platform_log":
            return evidence.trust["logs"][0]
        case "witnesses":
            return [_other_key(evidence.trust["witnesses"][0])]
        case _:
            return [_other_key(one) for one in evidence.trust["logs"]]


def _other_key(vkey: str) -> str:
    """Another key under the same name."""
    import base64
    import hashlib

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    name, _, encoded = vkey.split("+", 2)
    kind = base64.b64decode(encoded)[:1]
    content = kind + Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    digest = hashlib.sha256(name.encode() + b"\n" + content).hexdigest()[:8]
    return f"{name}+{digest}+{base64.b64encode(content).decode()}"
