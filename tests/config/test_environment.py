"""What the product makes of its environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
