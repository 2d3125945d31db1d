"""A log client that knows nothing of ours but C2SP tlog-tiles reads a log over HTTP and recomputes it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from accounts.operations.tokens import issue_token
from accounts.values import Actor, Role
from audit.checkpoint import NoteKey, verify_checkpoint
from audit.log_key import public_key
from audit.models import Entry
from audit.platform_log import append_checkpoints, platform_origin, platform_proof
from audit.queries import log_summary
from audit.sequencer import integrate_pending
from audit.tiled_log import read_place
from core.clock import now
from core.tenancy import tenant
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all, recorded
from tests.factories.requests import a_browser
from tests.factories.signer import publish_all

pytestmark = pytest.mark.usefixtures("committed_db")


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def mth(leaves: list[bytes]) -> bytes:
    """Merkle tree hash, spelt as RFC 6962 section 2.1 defines it, over hashes of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


@dataclass
class LogClient:
    """Follows the specification alone; `browser` carries a session or nothing."""

    browser: Client
    prefix: str
    token: str | None = None

    def get(self, path: str, *, expect: int = HTTPStatus.OK) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.browser.get(f"{self.prefix}/{path}", headers=headers)
        assert answer.status_code == expect, (path, answer.status_code)
        return answer.content

    def checkpoint(self) -> tuple[int, bytes, str]:
        note = self.get("checkpoint").decode()
        _origin, size, root = note.split("\n\n")[0].split("\n")[:3]
        return int(size), base64.b64decode(root), note

    def tiles(self, level: int, hashes: int) -> list[bytes]:
        """All hashes of a level, tile by tile, the last one perhaps partial."""
        found: list[bytes] = []
        for number in range((hashes + 255) // 256):
            width = min(256, hashes - number * 256)
            content = self.get(f"tile/{level}/{self.place(number, width)}")
            assert len(content) == 32 * width
            found += [content[at : at + 32] for at in range(0, len(content), 32)]
        return found

    def entries(self, size: int) -> list[bytes]:
        found = []
        for number in range((size + 255) // 256):
            bundle = self.get(f"tile/entries/{self.place(number, min(256, size - number * 256))}")
            while bundle:
                length = int.from_bytes(bundle[:2], "big")
                found.append(bundle[2 : 2 + length])
                bundle = bundle[2 + length :]
        return found

    @staticmethod
    def place(number: int, width: int) -> str:
        groups = [f"{number % 1000:03}"]
        while number := number // 1000:
            groups.insert(0, f"x{number % 1000:03}")
        return "/".join(groups) + ("" if width == 256 else f".p/{width}")


def a_log(number: int, *, actor: Actor | None = None) -> tuple[Actor, str]:
    """A member and the prefix of a log of theirs."""
    member = actor or a_member(Role.AUDITOR)
    with tenant(member.organisation_id):
        for _ in range(number):
            recorded(member.organisation_id)
    integrate_all()
    origin = log_summary(member.organisation_id).origin
    assert origin is not None
    return member, f"/log/{origin}"


class TestAStranger:
    @pytest.mark.parametrize("number", [1, 255, 256, 257, 600])
    def test_who_knows_the_name_recomputes_the_root_from_tiles(self, number: int) -> None:
        _, prefix = a_log(number)
        client = LogClient(Client(), prefix)

        size, root, note = client.checkpoint()
        leaves = client.tiles(0, size)
        upper = client.tiles(1, size >> 8)

        key = public_key(settings.KEYS_FOLDER)
        assert key is not None
        assert verify_checkpoint(note, key=NoteKey.of(prefix.removeprefix("/log/"), key)).size == size
        assert (len(leaves), mth(leaves)) == (size, root)
        # Each hash above is that of a full tile below.
        assert upper == [mth(leaves[at : at + 256]) for at in range(0, size - size % 256, 256)]

    def test_gets_full_tiles_for_ever_and_checkpoints_for_a_moment(self) -> None:
        _, prefix = a_log(300)

        full = Client().get(f"{prefix}/tile/0/000")
        partial = Client().get(f"{prefix}/tile/0/001.p/44")
        checkpoint = Client().get(f"{prefix}/checkpoint")

        assert full["Content-Type"] == partial["Content-Type"] == "application/octet-stream"
        assert "immutable" in full["Cache-Control"]
        assert "immutable" in partial["Cache-Control"]
        assert "Cookie" not in full.get("Vary", "")
        assert checkpoint["Content-Type"] == "text/plain; charset=utf-8"
        assert checkpoint["Cache-Control"] == "public, max-age=1"

    @pytest.mark.parametrize(
        "path",
        [
            "tile/0/002",
            "tile/0/001",
            "tile/0/001.p/45",
            "tile/0/000.p/256",
            "tile/0/000.p/0",
            "tile/0/000.p/01",
            "tile/0/0",
            "tile/0/x000/000",
            "tile/00/000",
            "tile/1/000",
            "tile/1/000.p/2",
            "tile/2/000.p/1",
            "tile/64/000",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
            "tile/-1/000",
            "tile/0/000.p/1/",
        ],
    )
    def test_finds_no_tile_that_no_signed_tree_has(self, path: str) -> None:
        _, prefix = a_log(300)

        assert Client().get(f"{prefix}/{path}").status_code == 404

    def test_finds_earlier_partial_tiles(self) -> None:
        member, prefix = a_log(3)
        before = LogClient(Client(), prefix).get("tile/0/000.p/3")
        a_log(4, actor=member)

        assert LogClient(Client(), prefix).get("tile/0/000.p/3") == before

    def test_sees_nothing_that_is_not_signed(self) -> None:
        member, prefix = a_log(3)
        recorded(member.organisation_id)
        integrate_pending()

        assert LogClient(Client(), prefix).checkpoint()[0] == 3
        assert Client().get(f"{prefix}/tile/0/000.p/4").status_code == 404
        publish_all()
        assert Client().get(f"{prefix}/tile/0/000.p/4").status_code == 200

    def test_finds_no_log_by_another_name(self) -> None:
        a_log(1)

        for name in ("0" * 32, "Z" * 32, "0" * 31):
            assert Client().get(f"/log/countersign/log/{name}/checkpoint").status_code == 404

    def test_gets_no_entries(self) -> None:
        _, prefix = a_log(1)

        assert Client().get(f"{prefix}/tile/entries/000.p/1").status_code == 401


class TestAMember:
    def test_reads_every_entry_and_each_is_its_leaf(self) -> None:
        member, prefix = a_log(300)
        client = LogClient(a_browser(member), prefix)

        size, root, _ = client.checkpoint()
        entries = client.entries(size)

        with tenant(member.organisation_id):
            assert entries == [bytes(row.body) for row in Entry.objects.order_by("index")]
        assert mth([sha256(b"\x00" + entry) for entry in entries]) == root

    def test_reads_them_with_a_token(self) -> None:
        member, prefix = a_log(2)
        token = issue_token(actor=member, label="monitor", at=now())

        assert len(LogClient(Client(), prefix, token=token.secret).entries(2)) == 2

    def test_gets_them_compressed_where_that_is_understood(self) -> None:
        member, prefix = a_log(50)
        browser = a_browser(member)
        plain = browser.get(f"{prefix}/tile/entries/000.p/50")

        packed = browser.get(f"{prefix}/tile/entries/000.p/50", headers={"Accept-Encoding": "gzip, identity"})

        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert len(packed.content) < len(plain.content) / 2
        assert packed["Cache-Control"].startswith("private")

    def test_of_another_organisation_gets_none(self) -> None:
        _, prefix = a_log(1)

        assert a_browser(a_member(*Role)).get(f"{prefix}/tile/entries/000.p/1").status_code == 404

    def test_who_may_not_read_all_of_the_log_gets_none(self) -> None:
        _, prefix = a_log(1, actor=(artist := a_member(Role.ARTIST)))

        assert a_browser(artist).get(f"{prefix}/tile/entries/000.p/1").status_code == 403


class TestThePlatformsLog:
    def test_holds_every_logs_checkpoints_and_is_public(self) -> None:
        _, one = a_log(3)
        member, other = a_log(2)
        append_checkpoints()
        publish_all()
        a_log(5, actor=member)
        append_checkpoints()
        publish_all()

        client = LogClient(Client(), f"/log/{platform_origin()}")
        size, root, _ = client.checkpoint()
        entries = client.entries(size)

        assert mth([sha256(b"\x00" + entry) for entry in entries]) == root == mth(client.tiles(0, size))
        told = [json.loads(entry) for entry in entries]
        assert [(f"/log/{entry['log']}", entry["size"]) for entry in told] == [
            (one, 3),
            (other, 2),
            (other, 7),
        ]
        shown = LogClient(Client(), other).checkpoint()
        assert told[-1]["root"] == shown[1].hex()

    def test_takes_nothing_twice(self) -> None:
        a_log(1)

        assert [append_checkpoints() for _ in range(3)] == [1, 0, 0]

    def test_proves_that_a_checkpoint_stands_in_it(self) -> None:
        member, prefix = a_log(3)
        origin = prefix.removeprefix("/log/")
        assert platform_proof(origin, size=3) is None
        append_checkpoints()
        assert platform_proof(origin, size=3) is None
        publish_all()
        a_log(4, actor=member)
        append_checkpoints()
        publish_all()

        early, late = platform_proof(origin, size=2), platform_proof(origin, size=4)

        assert early is not None
        assert late is not None
        assert (early.size, late.size) == (3, 7)
        assert platform_proof(origin, size=8) is None
        for proof in (early, late):
            size, root, _ = LogClient(Client(), f"/log/{platform_origin()}").checkpoint()
            assert proof.platform_size == size
            computed = sha256(b"\x00" + proof.leaf)
            for sibling, is_right in zip(proof.proof, [bool(proof.index & 1)], strict=True):
                computed = sha256(b"\x01" + (sibling + computed if is_right else computed + sibling))
            assert computed == root


@pytest.mark.parametrize(
    ("text", "number"),
    [("000", 0), ("999", 999), ("x001/000", 1000), ("x001/x234/067", 1_234_067), ("x010/000", 10_000)],
)
def test_numbers_of_tiles_have_one_spelling(text: str, number: int) -> None:
    found = read_place(text)

    assert found is not None
    assert (found.number, found.width) == (number, 256)
    assert read_place(f"x000/{text}") is None


def test_the_nil_organisation_is_nobodys() -> None:
    with tenant(UUID(int=0)):
        assert not Entry.objects.exists()
