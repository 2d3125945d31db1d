"""`manage.py audit signer`: the signer of this data folder, or of another place, and what a person does with it."""

from __future__ import annotations

from argparse import _SubParsersAction
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import CommandError

from audit.listening import BadAddress, parse_address
from audit.log_key import EARLIER_PRIVATE_FILE
from audit.models import Checkpoint
from audit.own_folder import FolderUnusable
from audit.sequencer import LOG
from audit.signed_heads import StateUnreadable
from audit.signer import __main__ as signer
from audit.signer.place import own_address
from embedded.session import database_ready

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


def add_signer_verb(verbs: _SubParsersAction[CommandParser]) -> None:
    parser = verbs.add_parser(
        "signer", help="Sign the logs' checkpoints until told to stop; or see `action`."
    )
    parser.add_argument(
        "action",
        nargs="?",
        choices=["run", "keys", "status", "adopt"],
        default="run",
        help="keys: print the public ones. status: what was signed. adopt: go on from signed checkpoints after "
        "the signer's memory was lost; without files from the newest ones in the database, which only a person can "
        "vouch for.",
    )
    parser.add_argument(
        "notes", type=Path, nargs="*", help="with adopt: files with one signed checkpoint each"
    )
    parser.add_argument("--folder", type=Path, help="the signer's own; by default signer/ of the data folder")
    parser.add_argument("--listen", help="unix:/path or http://host:port; by default a socket in the folder")


def follow_signer_verb(options: Mapping[str, object], *, say: Callable[[str], object]) -> None:
    """Do what was asked.

    Raises:
        CommandError: saying why not.
    """
    asked_folder, listen, notes = options["folder"], options["listen"], options["notes"]
    folder = asked_folder if isinstance(asked_folder, Path) else settings.SIGNER_FOLDER
    try:
        match options["action"]:
            case "keys":
                said = signer.keys(folder)
            case "status":
                said = signer.status(folder)
            case "adopt":
                files = [path for path in notes if isinstance(path, Path)] if isinstance(notes, list) else []
                said = signer.adopt(folder, [path.read_text("utf-8") for path in files] or _stored_notes())
            case _:
                said = []
                signer.run(
                    folder,
                    parse_address(str(listen)) if listen else own_address(folder),
                    earlier_key=settings.KEYS_FOLDER / EARLIER_PRIVATE_FILE,
                )
    except (FolderUnusable, StateUnreadable, BadAddress, OSError) as error:
        raise CommandError(str(error)) from error
    for line in said:
        say(line)


def _stored_notes() -> list[str]:
    """The newest signed checkpoint of every log in the database."""
    with database_ready():
        newest = Checkpoint.objects.using(LOG).filter(note__isnull=False).order_by("origin_id", "-size")
        return [row.note for row in newest.distinct("origin_id") if row.note is not None]
