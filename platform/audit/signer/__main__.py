"""`python -m audit.signer`: the signer without the rest of the product, wherever its folder lies."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from audit.listening import Address, BadAddress, Listener, parse_address
from audit.own_folder import FolderBusy, FolderUnusable, private_key
from audit.signed_heads import StateUnreadable, read_heads
from audit.signer.place import own_address, read_token
from audit.signer.serving import responder
from audit.signer.signing import (
    CHECKPOINT_KEY,
    STATE,
    STATEMENT_KEY,
    NotExtended,
    Unfit,
    named_statement_key,
    open_signer,
)

logger = logging.getLogger("audit.signer")

_STAND_BY_S = 0.1


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m audit.signer", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, purpose in (
        ("run", "Sign until told to stop."),
        ("keys", "Print the public keys."),
        ("status", "Print what was signed of every log."),
        ("adopt", "Go on from signed checkpoints after the memory was lost."),
    ):
        verb = verbs.add_parser(name, help=purpose)
        verb.add_argument("--folder", type=Path, required=True, help="keys, token and memory, mode 0700")
        if name == "run":
            verb.add_argument(
                "--listen", help="unix:/path or http://host:port; by default a socket in the folder"
            )
            verb.add_argument(
                "--stand-by", action="store_true", help="wait while another signer is in the folder"
            )
            verb.add_argument("--earlier-key", type=Path, help="a key of an earlier version, moved over")
        if name == "adopt":
            verb.add_argument("notes", type=Path, nargs="*", help="files with one checkpoint each")
    asked = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    try:
        if asked.verb == "run":
            address = parse_address(asked.listen) if asked.listen else own_address(asked.folder)
            run(asked.folder, address, earlier_key=asked.earlier_key, stand_by=asked.stand_by)
        elif asked.verb == "adopt":
            sys.stdout.writelines(
                f"{line}\n" for line in adopt(asked.folder, [note.read_text("utf-8") for note in asked.notes])
            )
        else:
            show = keys if asked.verb == "keys" else status
            sys.stdout.writelines(f"{line}\n" for line in show(asked.folder))
    except (FolderUnusable, StateUnreadable, BadAddress, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def run(folder: Path, address: Address, *, earlier_key: Path | None = None, stand_by: bool = False) -> None:
    """Sign until SIGTERM or SIGINT.

    Args:
        folder: the signer's own.
        address: where to listen.
        earlier_key: where a version without a signer kept its key.
        stand_by: while another signer is in the folder, wait and take its place when it ends.

    Raises:
        FolderUnusable: another signer is in the folder, a key cannot be read, or its memory is lost.
        OSError: it cannot listen at `address`.
    """
    stop = threading.Event()

    def told_to_stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - Python's signature
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told_to_stop)
    while not stop.is_set():
        try:
            with open_signer(folder, earlier_key=earlier_key) as signer:
                listener = Listener(address, responder(signer, token=read_token(folder)))
                logger.info("The signer of the log listens at %s.", listener.address)
                listener.serve(stop)
                logger.info("The signer of the log stopped.")
        except FolderBusy:
            if not stand_by:
                raise
            stop.wait(_STAND_BY_S)


def keys(folder: Path) -> list[str]:
    """What others need to check what is signed here."""
    checkpoint = private_key(folder / CHECKPOINT_KEY).public_key().public_bytes_raw()
    return [
        f"Checkpoints (public key in hex): {checkpoint.hex()}",
        f"Statements (vkey): {named_statement_key(private_key(folder / STATEMENT_KEY)).vkey()}",
    ]


def status(folder: Path) -> list[str]:
    heads = read_heads(folder / STATE)
    return [f"{origin} {head.size} {head.root.hex()}" for origin, head in sorted(heads.items())]


def adopt(folder: Path, notes: list[str]) -> list[str]:
    """Go on from `notes`, checkpoints signed by the key in `folder`; one line for each.

    Raises:
        FolderUnusable: a note is not signed by that key, or contradicts what is remembered.
    """
    said = []
    with open_signer(folder, forgetful=True) as signer:
        for note in notes:
            try:
                checkpoint = signer.adopt(note, asked_by_person=True)
            except (Unfit, NotExtended) as refusal:
                raise FolderUnusable(f"Not adopted: {refusal}") from refusal
            said.append(f"{checkpoint.origin} goes on from {checkpoint.size} entries.")
    return said


if __name__ == "__main__":
    sys.exit(main())
