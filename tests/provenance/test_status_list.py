"""A signed list tells one state for each index, to anybody who has the public key, and to nobody who has another."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from provenance.providers.pem_files import es256
from provenance.status_list import (
    CAPACITY,
    LIFE,
    StatusListUnusable,
    jwk,
    look_up,
    packed,
    signed_list,
)
from provenance.values import PublicState, StatusReference

ROOT = Path(__file__).resolve().parents[2]
URI = "urn:uuid:9b0d3f6e-3c5a-4f1e-8a77-0c1d2e3f4a5b"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
KEYS = {"keys": [jwk(KEY.public_key())]}
TTL = timedelta(minutes=15)


def _signed(states: dict[int, PublicState], *, key: ec.EllipticCurvePrivateKey = KEY, uri: str = URI) -> str:
    return signed_list(states, uri=uri, at=NOON, ttl=TTL, public_key=key.public_key(), sign=es256(key))


def _tampered(token: str, **changes: object) -> str:
    header, payload, signature = token.split(".")
    content = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps(content | changes).encode()).rstrip(b"=").decode()
    return f"{header}.{changed}.{signature}"


class TestAList:
    @given(st.dictionaries(st.integers(0, CAPACITY - 1), st.sampled_from(PublicState), max_size=20))
    def test_tells_every_state_at_its_index(self, states: dict[int, PublicState]) -> None:
        token = _signed(states)

        for index, state in states.items():
            assert look_up(token, StatusReference(URI, index), KEYS).state is state

    @given(st.integers(0, CAPACITY - 1))
    def test_says_not_delivered_of_an_index_nobody_was_given(self, index: int) -> None:
        token = _signed({(index + 1) % CAPACITY: PublicState.ACTIVE})

        assert look_up(token, StatusReference(URI, index), KEYS).state is PublicState.NOT_DELIVERED

    def test_is_of_one_size_however_many_stand_in_it(self) -> None:
        assert len(packed({})) == len(packed({5: PublicState.WITHDRAWN})) == CAPACITY // 2

    def test_is_dated_and_ends(self) -> None:
        listed = look_up(_signed({}), StatusReference(URI, 3), KEYS)

        assert (listed.issued_at, listed.refresh_after, listed.expires_at) == (NOON, NOON + TTL, NOON + LIFE)

    @pytest.mark.parametrize(
        ("token", "reference"),
        [
            pytest.param(_signed({}, key=OTHER), StatusReference(URI, 1), id="signed by another key"),
            pytest.param(_tampered(_signed({}), ttl=1), StatusReference(URI, 1), id="changed"),
            pytest.param(_signed({}, uri="urn:uuid:other"), StatusReference(URI, 1), id="another list"),
            pytest.param(_signed({}), StatusReference(URI, CAPACITY), id="no such index"),
            pytest.param(_signed({}), StatusReference(URI, -1), id="an index below none"),
            pytest.param("a.b", StatusReference(URI, 1), id="two parts"),
            pytest.param("!.!.!", StatusReference(URI, 1), id="no base64"),
            pytest.param("", StatusReference(URI, 1), id="empty"),
            pytest.param("bnVsbA.bnVsbA.bnVsbA", StatusReference(URI, 1), id="null"),
        ],
    )
    def test_that_does_not_hold_answers_nothing(self, token: str, reference: StatusReference) -> None:
        with pytest.raises(StatusListUnusable):
            look_up(token, reference, KEYS)

    @given(st.text(st.characters(codec="utf-8")))
    def test_of_any_text_is_refused_in_words(self, text: str) -> None:
        with pytest.raises(StatusListUnusable):
            look_up(text, StatusReference(URI, 1), KEYS)

    @pytest.mark.parametrize("keys", [None, [], {}, {"keys": [{}]}, {"keys": [jwk(OTHER.public_key())]}])
    def test_is_not_believed_without_its_key(self, keys: object) -> None:
        with pytest.raises(StatusListUnusable):
            look_up(_signed({}), StatusReference(URI, 1), keys)

    def test_a_key_under_another_ones_name_is_none(self) -> None:
        posing = jwk(OTHER.public_key()) | {"kid": KEYS["keys"][0]["kid"]}

        with pytest.raises(StatusListUnusable):
            look_up(_signed({}, key=OTHER), StatusReference(URI, 1), {"keys": [posing]})


class TestTheToolOfStrangers:
    """`tools/verify_status_list.py`: written apart from the product, and must agree with it."""

    def _run(self, folder: Path, token: str, *more: str) -> tuple[int, dict[str, object]]:
        (folder / "list.jwt").write_text(token)
        (folder / "keys.json").write_text(json.dumps(KEYS))
        finished = subprocess.run(
            [
                *(sys.executable, "-I", str(ROOT / "tools" / "verify_status_list.py")),
                *(str(folder / "list.jwt"), "--keys", str(folder / "keys.json"), "--json", *more),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        return finished.returncode, json.loads(finished.stdout)

    @pytest.mark.parametrize("state", PublicState)
    def test_reads_every_state_as_the_product_does(self, state: PublicState, tmp_path: Path) -> None:
        token = _signed({4711: state})

        code, said = self._run(
            tmp_path, token, "--uri", URI, "--index", "4711", "--at", "2026-11-23T12:05:00+00:00"
        )

        assert said["state"] == state.value
        assert code == (0 if state is PublicState.ACTIVE else 2)

    def test_finds_the_place_in_a_report(self, tmp_path: Path) -> None:
        report = {"authorization": {"status_list": {"uri": URI, "index": 7}}}
        of_c2patool = {
            "active_manifest": "m",
            "manifests": {
                "m": {
                    "assertions": [
                        {
                            "label": "org.countersign.status",
                            "data": {"status": {"status_list": {"idx": 7, "uri": URI}}},
                        }
                    ]
                }
            },
        }
        for content in (report, of_c2patool):
            (tmp_path / "report.json").write_text(json.dumps(content))
            code, said = self._run(
                *(tmp_path, _signed({7: PublicState.SUSPENDED}), "--at", "2026-11-23T12:05:00+00:00"),
                *("--credential", str(tmp_path / "report.json")),
            )
            assert (code, said["state"]) == (2, "suspended")

    @pytest.mark.parametrize(
        ("token", "at"),
        [
            pytest.param(_signed({7: PublicState.ACTIVE}), "2026-11-25T12:00:00+00:00", id="ended"),
            pytest.param(_signed({7: PublicState.ACTIVE}), "2026-11-23T11:00:00+00:00", id="of the future"),
            pytest.param(
                _signed({7: PublicState.ACTIVE}, key=OTHER), "2026-11-23T12:05:00+00:00", id="another key"
            ),
            pytest.param(
                _tampered(_signed({7: PublicState.WITHDRAWN}), ttl=3),
                "2026-11-23T12:05:00+00:00",
                id="changed",
            ),
            pytest.param("nonsense", "2026-11-23T12:05:00+00:00", id="no list"),
        ],
    )
    def test_answers_nothing_where_nothing_holds(self, token: str, at: str, tmp_path: Path) -> None:
        code, said = self._run(tmp_path, token, "--uri", URI, "--index", "7", "--at", at)

        assert (code, said["state"]) == (3, None)
        assert said["reason"]
