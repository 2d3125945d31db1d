"""Every byte and every statement of a real bundle changed: each forgery must be refused, and within seconds."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence.bundles import (
    VERIFIER,
    Evidence,
    changed_values,
    failure,
    index_of,
    lines,
    members_of,
    packed,
    respelt,
    run,
    verifier,
    with_member,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# Who was trusted on the day of the export is told for information and never used; nothing vouches for it.
INFORMATION = "trust/trust-list.json"
_MOST_IN_ONE = 150


class TestBytes:
    """The archive itself, changed in place by somebody who does not mend the index."""

    def test_every_byte_of_every_header(self, evidence: Evidence) -> None:
        for place in _header_places(evidence.first):
            assert failure(_flipped(evidence.first, place), evidence.trust), place

    def test_every_byte_of_the_directory_and_of_the_end(self, evidence: Evidence) -> None:
        directory = struct.unpack("<I", evidence.first[-6:-2])[0]

        assert evidence.first[directory:].startswith(b"PK\1\2")
        for place in range(directory, len(evidence.first)):
            assert failure(_flipped(evidence.first, place), evidence.trust), place

    def test_bytes_of_every_member(self, evidence: Evidence) -> None:
        drawn = random.Random(7)  # noqa: S311 - the same places each time
        for start, size in _contents(evidence.first):
            for place in {start, start + size - 1, *(start + drawn.randrange(size) for _ in range(12))}:
                assert failure(_flipped(evidence.first, place), evidence.trust), place

    def test_cut_short_or_made_longer(self, evidence: Evidence) -> None:
        whole = evidence.first
        for forged in (
            *(whole[:length] for length in (1, 21, 29, 60, len(whole) // 2, len(whole) - 1)),
            *(whole + more for more in (b"\0", b"\n", b"PK", whole[-22:])),
            *(more + whole for more in (b"\0", b"#!/bin/sh\n", whole[:64])),
        ):
            assert failure(forged, evidence.trust)

    def test_a_byte_between_two_members(self, evidence: Evidence) -> None:
        start, size = list(_contents(evidence.first))[3]

        assert failure(
            evidence.first[: start + size] + b"\0" + evidence.first[start + size :], evidence.trust
        )


class TestArchives:
    """The same members in other archives than the one that is allowed."""

    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
    def test_written_by_another_program(self, evidence: Evidence, method: int) -> None:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", method) as archive:
            archive.writestr("index.json", json.dumps(index_of(evidence.first)))
            for name, content in members_of(evidence.first).items():
                archive.writestr(name, content)

        assert failure(target.getvalue(), evidence.trust)

    def test_a_member_more(self, evidence: Evidence) -> None:
        for name in (
            *("extra.txt", "decision/9.json", "take.json.bak", "rules/2.json", "consents/2.json"),
            *("timestamps/2.tsr", "decision/01.json", "zz/take.json"),
        ):
            forged = members_of(evidence.first) | {name: b"{}"}

            assert failure(packed(forged, like=evidence.first), evidence.trust), name

    def test_a_member_less(self, evidence: Evidence) -> None:
        """Some may be absent, which the report then says; none of them is one that the proof rests on."""
        for name, content in members_of(evidence.first).items():
            less = {key: one for key, one in members_of(evidence.first).items() if key != name}
            if name in ("video/take.mp4", "model.json", "rules/1.json"):
                continue

            assert failure(packed(less, like=evidence.first), evidence.trust), (name, content[:40])

    def test_two_members_in_each_others_place(self, evidence: Evidence) -> None:
        members = list(members_of(evidence.first).items())
        for place in range(len(members) - 1):
            swapped = [*members[:place], members[place + 1], members[place], *members[place + 2 :]]

            assert failure(packed(dict(swapped), like=evidence.first), evidence.trust), members[place][0]

    @pytest.mark.parametrize(
        "name",
        [
            "../take.json",
            "/etc/passwd",
            "decision/../take.json",
            "take.json\0",
            "C:\\take.json",
            "t\u0430ke.json",
        ],
    )
    def test_names_that_lead_elsewhere(self, evidence: Evidence, name: str) -> None:
        members = [
            (name if one == "take.json" else one, content)
            for one, content in members_of(evidence.first).items()
        ]

        assert failure(_handmade(evidence.first, members), evidence.trust)

    def test_one_name_twice(self, evidence: Evidence) -> None:
        members = list(members_of(evidence.first).items())

        assert failure(_handmade(evidence.first, [*members[:2], members[1], *members[2:]]), evidence.trust)

    def test_the_same_archive_by_hand_would_pass(self, evidence: Evidence) -> None:
        """What the forgeries above are made with does make the canonical form."""
        assert _handmade(evidence.first, list(members_of(evidence.first).items())) == evidence.first


class TestStatements:
    """The index mended, so that only signatures, proofs and digests can tell."""

    def test_every_value_of_every_document(self, evidence: Evidence) -> None:
        drawn = random.Random(11)  # noqa: S311 - the same places each time
        for name, content in members_of(evidence.first).items():
            if not name.endswith(".json") or name == INFORMATION:
                continue
            document = json.loads(content)
            changes = [change for change in changed_values(document) if not _is_opening(name, change[0])]
            if len(changes) > _MOST_IN_ONE:
                changes = drawn.sample(changes, _MOST_IN_ONE)
            for where, changed in changes:
                forged = with_member(evidence.first, name, verifier.canonical(changed))

                assert failure(forged, evidence.trust), (name, where)

    def test_bytes_of_every_other_member(self, evidence: Evidence) -> None:
        drawn = random.Random(13)  # noqa: S311 - the same places each time
        for name, content in members_of(evidence.first).items():
            if name.endswith(".json"):
                continue
            for place in {0, len(content) - 1, *(drawn.randrange(len(content)) for _ in range(60))}:
                forged = with_member(evidence.first, name, _flipped(content, place))

                # No signature covers the wrapping of a time stamp: there a change may say nothing, but nothing else.
                same = name.endswith(".tsr") and _said(forged, evidence) == _said(evidence.first, evidence)
                assert same or failure(forged, evidence.trust), (name, place)

    def test_another_spelling_of_the_same_document(self, evidence: Evidence) -> None:
        for name, content in members_of(evidence.first).items():
            if name.endswith(".json") and name != INFORMATION:
                for spelling in respelt(json.loads(content)):
                    assert failure(with_member(evidence.first, name, spelling), evidence.trust), name

    def test_members_of_another_valid_bundle(self, evidence: Evidence) -> None:
        others = members_of(evidence.second)
        assert not failure(evidence.second, evidence.trust)
        for name, content in members_of(evidence.first).items():
            if name != INFORMATION and others[name] != content:
                assert failure(with_member(evidence.first, name, others[name]), evidence.trust), name

    @pytest.mark.parametrize("folder", ["decision", "log", "credential", "timestamps", "video"])
    def test_all_members_of_a_kind_from_another_valid_bundle(self, evidence: Evidence, folder: str) -> None:
        others = {name: one for name, one in members_of(evidence.second).items() if name.startswith(folder)}

        assert failure(packed(members_of(evidence.first) | others, like=evidence.first), evidence.trust)

    def test_the_notes_of_one_log_under_the_name_of_another(self, evidence: Evidence) -> None:
        """One key signs every log of a house: what it signed as one log says nothing as another."""
        note = members_of(evidence.first)["log/checkpoint.txt"]
        tenant, platform = (
            verifier.read_key(vkey) for vkey in (evidence.trust["logs"][0], evidence.trust["platform_log"])
        )
        signature = verifier.Note(note).signatures[tenant.name, tenant.id]
        relabelled = base64.b64encode(platform.id + signature).decode()
        forged = note.partition(b"\n\n")[0] + f"\n\n— {platform.name} {relabelled}\n".encode()

        assert verifier.Note(note).signed_by(tenant)
        with pytest.raises(verifier.Failed, match="no other"):
            verifier.Note(forged).signed_by(platform)

    def test_an_opening_held_back_is_told_or_refused(self, evidence: Evidence) -> None:
        entries = json.loads(members_of(evidence.first)["log/entries.json"])
        for place, entry in enumerate(entries):
            if entry["opening"] is None:
                continue
            closed = [*entries[:place], entry | {"opening": None}, *entries[place + 1 :]]
            forged = with_member(evidence.first, "log/entries.json", verifier.canonical(closed))

            assert {result for result, _ in lines(forged, evidence.trust)} != {"ok"}, entry["leaf"]

    def test_entries_before_the_signature_left_out(self, evidence: Evidence) -> None:
        entries = json.loads(members_of(evidence.first)["log/entries.json"])
        for place in range(len(entries)):
            less = entries[:place] + entries[place + 1 :]

            assert failure(
                with_member(evidence.first, "log/entries.json", verifier.canonical(less)), evidence.trust
            ), entries[place]["leaf"]


class TestBombs:
    """What is large only on paper, or slow only by design, is refused within seconds."""

    def test_refused_within_seconds(self, evidence: Evidence, tmp_path: Path) -> None:
        for forged in _bombs(evidence.first):
            began = time.perf_counter()
            done = run(tmp_path, forged, evidence.trust)

            assert done.returncode == 1, done.stdout + done.stderr
            assert time.perf_counter() - began < 3

    def test_a_video_of_four_gigabytes_of_nothing(self, evidence: Evidence, tmp_path: Path) -> None:
        """Declared, and really there: a hole in the file, which is last looked at."""
        members = members_of(evidence.first)
        names, size = list(members), 2**32 - 2**24
        place = names.index("video/take.mp4")
        whole = _handmade(
            evidence.first, list((members | {"video/take.mp4": b""}).items()), sizes={place: size}
        )
        hole = whole.index(b"video/take.mp4", whole.index(b"jumb")) + len("video/take.mp4")
        path = tmp_path / "hole.zip"
        with path.open("wb") as stream:
            stream.write(whole[:hole])
            stream.seek(size, io.SEEK_CUR)
            stream.write(whole[hole:])
        (tmp_path / "TRUST.json").write_text(json.dumps(evidence.trust))
        command = [sys.executable, "-I", str(VERIFIER), str(path), "--trust", str(tmp_path / "TRUST.json")]
        began = time.perf_counter()

        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

        assert done.returncode == 1
        assert "the video is not the signed file" in done.stdout
        assert time.perf_counter() - began < 5


def _said(bundle: bytes, evidence: Evidence) -> list[tuple[str, str]]:
    return [line for line in lines(bundle, evidence.trust) if not line[1].startswith("Archive")]


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _contents(bundle: bytes) -> Iterator[tuple[int, int]]:
    """Where the content of each member lies, the index first, and its size."""
    start = 0
    while bundle[start : start + 4] == b"PK\3\4":
        size, name = struct.unpack("<18xI4xH", bundle[start : start + 28])
        yield start + 30 + name, size
        start += 30 + name + size


def _header_places(bundle: bytes) -> Iterator[int]:
    before = 0
    for start, size in _contents(bundle):
        yield from range(before, start)
        before = start + size


def _is_opening(name: str, where: str) -> bool:
    """Taking an opening away is no false statement: it is tested on its own."""
    return name == "log/entries.json" and ".opening without [" in where


def _handmade(like: bytes, members: list[tuple[str, bytes]], *, sizes: dict[int, int] | None = None) -> bytes:
    """An archive with whatever names and declared sizes, canonical in everything else."""
    sizes = sizes or {}
    index = index_of(like) | {
        "members": [
            {
                "name": name,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": sizes.get(place, len(content)),
            }
            for place, (name, content) in enumerate(members)
        ]
    }
    body, directory = b"", b""
    everything: list[tuple[str, bytes, int | None]] = [("index.json", verifier.canonical(index), None)]
    everything += [(name, content, sizes.get(place)) for place, (name, content) in enumerate(members)]
    shift = 0
    for name, content, declared in everything:
        size = len(content) if declared is None else declared
        spelt = name.encode()
        common = struct.pack("<5H3I2H", 20, 0, 0, 0, 0x21, zlib.crc32(content), size, size, len(spelt), 0)
        place = len(body) + shift
        directory += b"PK\1\2\x14\3" + common + struct.pack("<3H2I", 0, 0, 0, 0, place) + spelt
        body += b"PK\3\4" + common + spelt + content
        shift += size - len(content)
    count = len(everything)
    end = struct.pack("<4H2IH", 0, 0, count, count, len(directory), len(body) + shift, 0)
    return body + directory + b"PK\5\6" + end


def _with_long_list(members: dict[str, bytes]) -> bytes:
    """A credential whose signature is a CBOR list of twelve million zeros, in boxes that fit."""
    many = 12 * 2**20
    content = b"\x9a" + struct.pack(">I", many) + bytes(many)

    def superbox(label: str, inner: bytes) -> bytes:
        described = bytes(16) + b"\3" + label.encode() + b"\0"
        inner = struct.pack(">I4s", len(described) + 8, b"jumd") + described + inner
        return struct.pack(">I4s", len(inner) + 8, b"jumb") + inner

    cbor = struct.pack(">I4s", len(content) + 8, b"cbor") + content
    name = json.loads(members["take.json"])["manifest_id"]
    return superbox("c2pa", superbox(name, superbox("c2pa.signature", cbor)))


def _bombs(bundle: bytes) -> Iterator[bytes]:
    members = list(members_of(bundle).items())
    names = [name for name, _ in members]
    nothing = io.BytesIO()
    with zipfile.ZipFile(nothing, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.json", b"[" * 50_000_000)
    yield nothing.getvalue()
    # Sizes that are not there.
    yield _handmade(bundle, members, sizes={0: 2**31})
    yield _handmade(bundle, members, sizes={names.index("video/take.mp4"): 2**31})
    # JSON that is deep, long, or a huge number.
    for content in (b"[" * 2_000_000, b'{"a":' * 200_000, b"9" * 3_000_000, b"[" + b"1," * 4_000_000 + b"1]"):
        yield with_member(bundle, "log/entries.json", content)
    # Boxes in boxes, and a CBOR list of four thousand million things.
    boxes = b"jumb"
    for _ in range(3000):
        boxes = b"jumb" + struct.pack(">I", len(boxes) + 4) + boxes
    yield with_member(bundle, "credential/manifest.c2pa", struct.pack(">I", len(boxes) + 4) + boxes)
    yield with_member(
        bundle, "credential/manifest.c2pa", struct.pack(">I4s", 13, b"jumb") + b"\x9a\xff\xff\xff\xff"
    )
    # A time stamp that is nothing but lengths.
    yield with_member(bundle, "timestamps/1.tsr", b"\x30\x84\xff\xff\xff\xff" * 100_000)
    # The same again, large: neither memory nor minutes may go into what nobody signed.
    boxes = bytes(24 * 2**20)
    for _ in range(900):
        boxes = struct.pack(">I4s", len(boxes) + 8, b"jumb") + boxes
    yield with_member(bundle, "credential/manifest.c2pa", boxes)
    yield with_member(bundle, "credential/manifest.c2pa", _with_long_list(dict(members)))
    yield with_member(bundle, "timestamps/1.tsr", bytes(48 * 2**20))
    # An index of a hundred thousand members.
    index = index_of(bundle) | {
        "members": [{"name": f"rules/{n}.json", "sha256": "", "size": 0} for n in range(100)]
    }
    content = verifier.canonical(index)
    yield (
        b"PK\3\4"
        + struct.pack("<5H3I2H", 20, 0, 0, 0, 0x21, 0, len(content), len(content), 10, 0)
        + (b"index.json" + content)
    )
