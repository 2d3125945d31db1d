"""The signer's folder: one process at a time, for one account, wherever it lies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.listening import LONGEST_SOCKET_PATH
from audit.signed_heads import Signed
from audit.signer.client import SignerClient
from tests.factories.signer import client_of, running
from tests.factories.trees import ALog


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house") / "signer"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[SignerClient]:
    with running(folder) as (_, address):
        found = client_of(folder, address)
        yield found
        found.close()


class TestTheFolder:
    def test_holds_one_signer_at_a_time(self, client: SignerClient, folder: Path) -> None:
        with running(folder) as (second, _):
            assert second.wait(20) == 1
            assert second.stderr is not None
            assert b"Another process" in second.stderr.read()
        assert client.keys().statement_vkey

    def test_one_that_stands_by_takes_over(self, tmp_path: Path) -> None:
        house = tmp_path / "signer"
        log = ALog().grow(2)
        with running(house) as (first, address):
            client = client_of(house, address)
            client.sign(log.head(), old_size=0, proof=[])
            with running(house, "--stand-by"):
                time.sleep(0.3)
                first.kill()
                first.wait(10)

                client.close()

                client = client_of(house, address)
                assert client.head(log.origin) == Signed(2, log.root())
                client.close()

    def test_open_to_others_is_refused(self, tmp_path: Path) -> None:
        house = tmp_path / "signer"
        house.mkdir(mode=0o755)

        with running(house) as (process, _):
            assert process.wait(20) == 1

    def test_too_deep_for_a_socket_gets_a_short_place(self, tmp_path: Path) -> None:
        house = tmp_path / ("deep" * 30) / "signer"

        with running(house) as (_, address):
            client = client_of(house, address)
            assert len(os.fsencode(str(address.path))) <= LONGEST_SOCKET_PATH
            client.close()

    def test_may_be_asked_over_tcp(self, tmp_path: Path) -> None:
        house = tmp_path / "signer"
        port = 20_000 + os.getpid() % 20_000
        log = ALog().grow(1)

        with running(house, listen=f"http://127.0.0.1:{port}") as (_, address):
            client = client_of(house, address)
            assert client.sign(log.head(), old_size=0, proof=[])
            client.close()

    def test_told_to_stop_it_ends_cleanly(self, tmp_path: Path) -> None:
        house = tmp_path / "signer"
        with running(house) as (process, address):
            client_of(house, address).close()

            process.send_signal(signal.SIGTERM)

            assert process.wait(10) == 0
            assert address.path is not None
            assert not address.path.exists()
