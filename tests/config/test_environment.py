"""What the product makes of its environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from audit.cosignature import WitnessKey
from config.environment import BadEnvironment, read_environment, require_own_keys

NOBODY = 65534


class TestReadEnvironment:
    def test_an_empty_environment_means_the_embedded_server_on_loopback(self, tmp_path: Path) -> None:
        environment = read_environment({"COUNTERSIGN_DATA": str(tmp_path)})

        assert environment.uses_embedded_database
        assert (environment.host, environment.port) == ("127.0.0.1", 8000)
        assert not environment.debug
        assert environment.broker_url is None

    def test_a_misspelt_setting_refuses_to_start(self) -> None:
        with pytest.raises(BadEnvironment, match="COUNTERSIGN_PROT"):
            read_environment({"COUNTERSIGN_PROT": "8000"})

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("COUNTERSIGN_PORT", "0"),
            ("COUNTERSIGN_PORT", "65536"),
            ("COUNTERSIGN_PORT", "eighty"),
            ("COUNTERSIGN_PORT", "٨٠٠٠"),
            ("COUNTERSIGN_DEBUG", "yes"),
            ("COUNTERSIGN_SECURE_COOKIES", "true"),
            ("COUNTERSIGN_LOG_LEVEL", "loud"),
            ("COUNTERSIGN_KEY_POLICY", "prod"),
            ("COUNTERSIGN_SIGNER_PROFILE", "al3"),
            ("COUNTERSIGN_PKCS11_PIN_FILE", "pin"),
            ("COUNTERSIGN_KMS_URL", "http://kms.example"),
            ("COUNTERSIGN_KMS_URL", "https://kms.example/path"),
            ("COUNTERSIGN_LOG_WAIT_SECONDS", "0"),
            ("COUNTERSIGN_DATABASE_ROLE", "postgres"),
            ("COUNTERSIGN_POSTGRES_BIN", "/no/such/folder"),
            ("COUNTERSIGN_MODEL_FOLDER", "/no/such/folder"),
            ("COUNTERSIGN_TORCH_THREADS", "-1"),
            ("COUNTERSIGN_TSA_URLS", "ftp://tsa.example/"),
            ("COUNTERSIGN_TSA_URLS", "https://tsa.example/"),
            ("COUNTERSIGN_TSA_ROOTS", "/no/such/file.pem"),
            ("COUNTERSIGN_TSA_INTERVAL_SECONDS", "0"),
            ("COUNTERSIGN_CREDENTIAL_TIMESTAMP", "sometimes"),
            ("COUNTERSIGN_CREDENTIAL_TIMESTAMP", "required"),
            ("DATABASE_URL", "mysql://127.0.0.1/studio"),
            ("DATABASE_URL", "postgresql://127.0.0.1"),
        ],
    )
    def test_a_value_it_cannot_use_is_named(self, name: str, value: str) -> None:
        with pytest.raises(BadEnvironment, match=name):
            read_environment({name: value})

    def test_nothing_is_time_stamped_unless_authorities_are_named(self) -> None:
        stamping = read_environment({}).time_stamping

        assert (stamping.urls, stamping.roots, stamping.credentials) == ((), None, "off")

    def test_named_authorities_stamp_credentials_where_they_can(self, tmp_path: Path) -> None:
        roots = tmp_path / "roots.pem"
        roots.write_text("-----BEGIN CERTIFICATE-----\n")

        stamping = read_environment(
            {
                "COUNTERSIGN_TSA_URLS": "https://one.example/tsa http://two.example/",
                "COUNTERSIGN_TSA_ROOTS": str(roots),
            }
        ).time_stamping

        assert stamping.urls == ("https://one.example/tsa", "http://two.example/")
        assert (stamping.roots, stamping.interval_s, stamping.credentials) == (roots, 3600, "preferred")

    def test_an_outside_server_is_taken_apart_without_losing_anything(self) -> None:
        environment = read_environment(
            {"DATABASE_URL": "postgresql://dba:p%40ss@db.example:5433/studio?sslmode=require"}
        )

        server = environment.database
        assert (server.host, server.port, server.database) == ("db.example", 5433, "studio")
        assert (server.administrator, server.administrator_password) == ("dba", "p@ss")
        assert server.parameters == (("sslmode", "require"),)
        assert not environment.uses_embedded_database


class TestTheLog:
    KEY = WitnessKey("witness.example/w1", b"k" * 32)

    def test_without_settings_has_the_signer_of_the_data_folder_and_no_witness(self) -> None:
        environment = read_environment({})

        assert environment.log_signer is None
        assert (environment.witnesses, environment.witness_quorum) == ((), 0)

    @pytest.mark.parametrize(
        "address", ["unix:/srv/signer.sock", "http://10.0.0.7:8100", "https://signer.example:443/log"]
    )
    def test_takes_a_signer_elsewhere(self, address: str) -> None:
        assert str(read_environment({"COUNTERSIGN_LOG_SIGNER": address}).log_signer) == address

    @pytest.mark.parametrize(
        "address", ["signer.example", "unix:relative", "unix:/" + "x" * 107, "ftp://h:1", "http://h:0x1"]
    )
    def test_refuses_what_is_no_address(self, address: str) -> None:
        with pytest.raises(BadEnvironment, match="COUNTERSIGN_LOG_SIGNER"):
            read_environment({"COUNTERSIGN_LOG_SIGNER": address})

    def test_asks_for_all_witnesses_unless_told_otherwise(self) -> None:
        other = WitnessKey("witness.example/w2", b"o" * 32)
        witnesses = f"{self.KEY.vkey()}@http://127.0.0.1:8101 {other.vkey()}@https://w.example/log"

        every = read_environment({"COUNTERSIGN_WITNESSES": witnesses})
        one = read_environment({"COUNTERSIGN_WITNESSES": witnesses, "COUNTERSIGN_WITNESS_QUORUM": "1"})

        assert [found.key for found in every.witnesses] == [self.KEY, other]
        assert str(every.witnesses[1].address) == "https://w.example:443/log"
        assert (every.witness_quorum, one.witness_quorum) == (2, 1)

    @pytest.mark.parametrize(
        ("witnesses", "quorum"),
        [
            ("nonsense", ""),
            (KEY.vkey(), ""),
            (f"{KEY.vkey()}@nowhere", ""),
            (f"{KEY.vkey()[:-4]}AAA=@http://h:1", ""),
            (KEY.vkey().replace("witness", "it's") + "@http://h:1", ""),
            (f"{KEY.vkey()}@http://h:1 {KEY.vkey()}@http://h:2", ""),
            (f"{KEY.vkey()}@http://h:1", "2"),
            (f"{KEY.vkey()}@http://h:1", "0"),
            ("", "1"),
        ],
    )
    def test_refuses_witnesses_it_could_not_ask_or_count(self, witnesses: str, quorum: str) -> None:
        with pytest.raises(BadEnvironment, match="COUNTERSIGN_WITNESS"):
            read_environment({"COUNTERSIGN_WITNESSES": witnesses, "COUNTERSIGN_WITNESS_QUORUM": quorum})


class TestRequireOwnKeys:
    def test_a_folder_that_is_not_there_yet_is_fine(self, tmp_path: Path) -> None:
        require_own_keys(tmp_path / "new")

        assert not (tmp_path / "new").exists()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can step down to another account")
    def test_keys_of_another_account_refuse_in_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "keys").mkdir(mode=0o700)
        for folder in (tmp_path, *tmp_path.parents):
            if folder.is_relative_to("/tmp/pytest-of-root"):  # noqa: S108 - pytest's own folder
                folder.chmod(0o755)
        os.seteuid(NOBODY)

        try:
            with pytest.raises(BadEnvironment, match="belongs to another account"):
                require_own_keys(tmp_path)
        finally:
            os.seteuid(0)
