"""`manage.py audit anchor`: have the newest checkpoints time-stamped at once, before evidence is exported."""

from __future__ import annotations

from argparse import _SubParsersAction
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandError

from audit.anchoring import anchor_now
from audit.timestamping import NotTimestamped

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


def add_anchor_verb(verbs: _SubParsersAction[CommandParser]) -> None:
    parser = verbs.add_parser(
        "anchor",
        help="Have the newest signed checkpoints time-stamped now. Exit code 4 when no authority does it.",
    )
    parser.add_argument("--organisation", type=UUID, help="Identifier of whose log; every log by default.")


def follow_anchor_verb(options: Mapping[str, object], *, say: Callable[[str], object]) -> None:
    """Do what was asked.

    Raises:
        CommandError: no authority is named in the settings, or none gave a time stamp.
    """
    organisation_id = options["organisation"]
    if not settings.TIME_STAMPING.urls:
        raise CommandError(
            "Not time-stamped: name authorities in COUNTERSIGN_TSA_URLS and their roots in "
            "COUNTERSIGN_TSA_ROOTS.",
            returncode=4,
        )
    try:
        anchored = anchor_now(organisation_id if isinstance(organisation_id, UUID) else None)
    except NotTimestamped as failure:
        raise CommandError(f"Not time-stamped. {failure}", returncode=4) from failure
    for one in anchored:
        say(
            f"{one.origin}: {one.size} entries, {one.stamp.stated_at:%Y-%m-%d %H:%M:%S} UTC by {one.stamp.tsa}"
        )
    if not anchored:
        say("Nothing to stamp: no signed checkpoint is newer than the last time stamp.")
