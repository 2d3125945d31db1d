"""`manage.py signers`: who is trusted, and how one stops being it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core import clock
from provenance import keys
from provenance.values import CredentialState
from provenance.verifying import verify_file
from tests.factories.provenance import sign_video

pytestmark = pytest.mark.usefixtures("db")


def _run(*arguments: str) -> dict[str, Any]:
    output = StringIO()
    call_command("signers", *arguments, stdout=output)
    document: dict[str, Any] = json.loads(output.getvalue())
    return document


def test_it_lists_the_roots_with_their_dates(keys_folder: Path) -> None:
    keys.ensure_development_authority(keys_folder)

    (anchor,) = _run("list")["anchors"]

    assert anchor["removed_at"] is None
    assert anchor["certificate"].startswith("-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize(
    ("options", "state"),
    [
        ((), CredentialState.RETIRED_SIGNER),
        (("--compromised",), CredentialState.UNKNOWN_SIGNER),
    ],
)
@pytest.mark.parametrize("act", ["retire", "remove-root"])
def test_a_file_of_a_withdrawn_signer_is_told_apart(
    keys_folder: Path, tmp_path: Path, act: str, options: tuple[str, ...], state: CredentialState
) -> None:
    signed = sign_video(tmp_path, keys_folder=keys_folder)
    name = (
        keys.load_signer(keys_folder, at=clock.now()).serial
        if act == "retire"
        else signed.trust_list.anchors[0].sha256_hex
    )

    _run(act, name, *options)

    assert verify_file(signed.path).state is state


def test_a_root_that_nobody_listed_cannot_be_removed(keys_folder: Path) -> None:
    with pytest.raises(CommandError, match="no standing anchor"):
        _run("remove-root", "0" * 64)
