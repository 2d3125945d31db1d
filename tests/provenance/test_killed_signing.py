"""A worker killed at each step of signing: no file is left that no record names, and the take can be signed again."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from core.media_store import MediaStore
from core.tenancy import tenant
from generation import sweeping
from provenance import c2pa_gateway, laying_out, operations, publishing, queries, sealing, unrecorded
from provenance.models import SignedAsset, SigningIntent
from provenance.operations import sign_take_file
from provenance.remembering import RememberingKey
from provenance.sdk import in_place
from provenance.values import CredentialState, SignedFile
from provenance.verifying import verify_file
from tests.factories.accounts import an_organisation
from tests.factories.provenance import make_jpeg, make_video, take_statement

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")


def _sign(studio: UUID, source: Path, *, give_up_source: bool = False) -> SignedFile:
    return sign_take_file(
        organisation_id=studio,
        source=source,
        statement=take_statement(),
        thumbnail_jpeg=make_jpeg(),
        actor="worker:render-1",
        publish_guard=lambda: None,
        after_signed=lambda _: None,
        give_up_source=give_up_source,
    )


def _die(*_arguments: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(owner: Any, name: str, *, calls: int = 1) -> Callable[[], None]:  # noqa: ANN401 - a module or a class
    """Die once `owner.name` was called that often."""
    genuine = getattr(owner, name)
    left = [calls]

    def fatal(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as the genuine one
        answer = genuine(*arguments, **named)
        left[0] -= 1
        if not left[0]:
            _die()
        return answer

    return lambda: setattr(owner, name, fatal)


# The step, how to die in it, whether the intent is on record then, and whether the asset is.
STEPS: dict[str, tuple[Callable[[], None], int, int]] = {
    "inspected": (_after(operations, "inspected_source"), 0, 0),
    "intended": (_after(operations, "_record_intent"), 1, 0),
    "laid out": (_after(in_place, "write"), 1, 0),
    "the box kept": (_after(in_place._Put, "__call__"), 1, 0),
    "signed": (_after(RememberingKey, "__call__"), 1, 0),
    "the box put": (_after(in_place._Put, "__call__", calls=2), 1, 0),
    "read back": (_after(sealing, "read_back"), 1, 0),
    "announced": (_after(publishing, "announce"), 1, 0),
    "kept": (_after(MediaStore, "keep"), 1, 0),
    "recorded, not committed": (_after(operations, "_record_asset"), 1, 0),
    "committed": (_after(publishing, "_commit"), 1, 1),
}


# As above, of a film that is given up and large enough to be signed in place.
STEPS_IN_PLACE = {
    "half of the room made": (_after(laying_out, "copy"), 0, 0),
    "room made": (_after(operations, "make_room"), 0, 0),
    **{step: STEPS[step] for step in STEPS if step != "laid out"},
}


@pytest.mark.parametrize("step", STEPS_IN_PLACE)
def test_a_worker_killed_while_it_signs_in_place_leaves_no_file_either(
    tmp_path: Path, media_folder: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange, intents, assets = STEPS_IN_PLACE[step]
    monkeypatch.setattr(laying_out, "IN_MEMORY_BYTES", 0)
    studio = an_organisation().id
    original = make_video(tmp_path / "source.mp4")

    with MediaStore(media_folder).temporary(".mp4") as given_up:
        shutil.copyfile(original, given_up)
        _killed(arrange, lambda: _sign(studio, given_up, give_up_source=True))
        # As after a power failure: nobody comes back to clear it away.
        left = given_up.rename(given_up.with_name(f"left-{given_up.name}")) if given_up.exists() else None

    assert left is None or left.exists()
    with tenant(studio):
        assert (SigningIntent.objects.count(), SignedAsset.objects.count()) == (intents, assets)
    _sweep(monkeypatch)
    with tenant(studio):
        named = {queries.path_of(row.media_key) for row in SignedAsset.objects.all()}
    assert {path for path in media_folder.rglob("*") if path.is_file()} == named

    with MediaStore(media_folder).temporary(".mp4") as given_up:
        shutil.copyfile(original, given_up)
        signed = _sign(studio, given_up, give_up_source=True)

    assert verify_file(queries.path_of(signed.key)).state is CredentialState.TRUSTED
    assert [path for path in media_folder.rglob("*") if path.is_file()] == [queries.path_of(signed.key)]


def _killed(arrange: Callable[[], None], work: Callable[[], object]) -> None:
    """Do `work` in a process of its own, which dies where `arrange` says."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            # Its throw-away signature is no step of the take's.
            c2pa_gateway.embedding_unfit()
            arrange()
            work()
        finally:
            # Only reached when nothing killed it.
            sys.stderr.flush()
            os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def _sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker does when it starts, a day later."""
    monkeypatch.setattr(sweeping, "_LEFT_OVER_AFTER_S", -1)
    monkeypatch.setattr(unrecorded, "_LEFT_OVER_AFTER_S", -1)
    sweeping.remove_leftovers()


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_leaves_no_file_that_nothing_names(
    tmp_path: Path, media_folder: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange, intents, assets = STEPS[step]
    studio = an_organisation().id
    source = make_video(tmp_path / "source.mp4")
    before = source.read_bytes()

    _killed(arrange, lambda: _sign(studio, source))

    assert source.read_bytes() == before
    with tenant(studio):
        assert (SigningIntent.objects.count(), SignedAsset.objects.count()) == (intents, assets)

    _sweep(monkeypatch)

    with tenant(studio):
        named = {queries.path_of(row.media_key) for row in SignedAsset.objects.all()}
    assert {path for path in media_folder.rglob("*") if path.is_file()} == named

    signed = _sign(studio, source)

    assert verify_file(queries.path_of(signed.key)).state is CredentialState.TRUSTED
    assert [path for path in media_folder.rglob("*") if path.is_file()] == [queries.path_of(signed.key)]
