"""A worker's engine for a take whose model somebody else runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from generation.claimed_take import Claim
from generation.engines.base import Loaded
from generation.engines.folder import LOCK_NAME, check_folder
from generation.engines.hosted_declaration import HostedDeclaration, Network, read_declaration
from generation.errors import NoApprovedModel, WeightsAltered
from generation.hosted.client import VideosClient
from generation.hosted.engine import HostedEngine
from generation.hosted.errors import (
    HostedAnswerUnfit,
    HostedKeyMissing,
    HostedRefused,
    HostedUnavailable,
    HostedUncertain,
)
from generation.hosted.recording import TakesDesk
from generation.hosted.wire import Wire
from generation.values import FailureCode
from provenance.providers.secrets_in_files import SecretUnusable, secret_text

HOSTED_FAILURES: tuple[tuple[tuple[type[Exception], ...], FailureCode], ...] = (
    ((HostedRefused,), FailureCode.VENDOR_REFUSED),
    ((HostedUnavailable, HostedUncertain, HostedKeyMissing), FailureCode.VENDOR_UNAVAILABLE),
    ((HostedAnswerUnfit,), FailureCode.VENDOR_ANSWER_UNFIT),
)
"""Why takes fail, by what a service did."""
_SETTING = "COUNTERSIGN_HOSTED_KEYS"


def hosted_engine(claimed: Claim, meanwhile: Callable[[], None]) -> Loaded:
    """The engine of the claim's model, which must be declared as the studio approved it.

    Args:
        claimed: of a take whose model `is_hosted`.
        meanwhile: called while the log is waited for; raises to stop.

    Raises:
        NoApprovedModel, WeightsAltered, UnexpectedModelFile, LockMissing: see there.
        HostedKeyMissing: the operator has put no key for the host there.
    """
    if not claimed.model_is_approved:
        raise NoApprovedModel(
            "This studio has taken back that the model may be used for this production. Ask with another one."
        )
    checked = check_folder(claimed.model_folder)
    if checked.lock_sha256 != claimed.model_sha256:
        raise WeightsAltered(LOCK_NAME, "its digest is not the one this studio approved for the model")
    declared = read_declaration(claimed.model_folder)
    key = key_for(declared)
    client = VideosClient(Wire(declared, key), host=declared.host, key=key)
    engine = HostedEngine(declared, client, TakesDesk(claimed, declared, meanwhile))
    return Loaded(
        engine=engine,
        lock_sha256=checked.lock_sha256,
        frame_step=checked.limits.frame_step,
        device=declared.host,
    )


def key_for(declared: HostedDeclaration) -> str | None:
    """The operator's key for the host, read from the file that is named after it.

    So no declaration leads a key to another host. None where a host of the operator's own has no such file.

    Raises:
        HostedKeyMissing: there is none, or others may read it.
    """
    folder: Path | None = settings.ENVIRONMENT.hosted_keys
    path = folder / declared.host.replace(":", "_") if folder else None
    if declared.network is not Network.PUBLIC and (path is None or not path.exists()):
        return None
    try:
        return secret_text(path, setting=_SETTING)
    except SecretUnusable as missing:
        raise HostedKeyMissing(f"There is no key for {declared.host}. {missing}") from missing
