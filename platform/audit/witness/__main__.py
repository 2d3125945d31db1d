"""`python -m audit.witness`: cosign the checkpoints of logs that are not one's own. Needs no part of the product."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from audit.checkpoint import NoteError
from audit.cosignature import WitnessKey
from audit.listening import Address, BadAddress, Listener, parse_address
from audit.own_folder import FolderUnusable, private_key
from audit.signed_heads import StateUnreadable, read_heads
from audit.witness.witnessing import KEY, NAME, STATE, begin_witness, open_witness, responder

logger = logging.getLogger("audit.witness")


def add_verbs(parser: argparse.ArgumentParser, *, folder: Path | None = None) -> None:
    """The verbs of the command, with `folder` as the usual place."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, purpose in (
        ("init", "Make a witness and print its vkey, which the log is configured with."),
        ("run", "Cosign until told to stop."),
        ("status", "Print the vkey and what was cosigned of every log."),
    ):
        verb = verbs.add_parser(name, help=purpose)
        verb.add_argument(
            "--folder", type=Path, default=folder, required=folder is None, help="key and memory, mode 0700"
        )
        if name == "init":
            verb.add_argument("--name", required=True, help="for example witness.union.example/w1")
            verb.add_argument("--log", action="append", default=[], metavar="VKEY", help="a log to witness")
            verb.add_argument(
                "--signer",
                action="append",
                default=[],
                metavar="HEX",
                help="public key of a signer whose logs, all countersign/, are witnessed",
            )
        if name == "run":
            verb.add_argument("--listen", required=True, help="http://host:port, with a path where wanted")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m audit.witness", description=__doc__)
    add_verbs(parser)
    asked = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    return follow(asked)


def follow(asked: argparse.Namespace) -> int:
    """Do what was asked; the exit code."""
    try:
        match asked.verb:
            case "init":
                said = [init(asked.folder, name=asked.name, logs=asked.log, signers=asked.signer)]
            case "status":
                said = status(asked.folder)
            case _:
                said = []
                run(asked.folder, parse_address(asked.listen))
    except (FolderUnusable, StateUnreadable, NoteError, BadAddress, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in said)
    return 0


def init(folder: Path, *, name: str, logs: Sequence[str], signers: Sequence[str]) -> str:
    """Make a witness; its vkey."""
    lines = [*logs, *(f"countersign/* {public}" for public in signers)]
    return begin_witness(folder, name=name, logs=lines).vkey()


def status(folder: Path) -> list[str]:
    if not (folder / KEY).exists() or not (folder / NAME).exists():
        raise FolderUnusable(f"There is no witness in {folder}. Make one with `init`.")
    key = WitnessKey.of((folder / NAME).read_text("utf-8").strip(), private_key(folder / KEY))
    heads = read_heads(folder / STATE)
    return [
        key.vkey(),
        *(f"{origin} {head.size} {head.root.hex()}" for origin, head in sorted(heads.items())),
    ]


def run(folder: Path, address: Address) -> None:
    """Cosign until SIGTERM or SIGINT.

    Raises:
        FolderUnusable: no witness was made there, or something of it is missing.
        OSError: it cannot listen at `address`.
    """
    stop = threading.Event()

    def told_to_stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - Python's signature
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told_to_stop)
    with open_witness(folder) as witness:
        listener = Listener(
            address, responder(witness, prefix=address.prefix, clock=lambda: datetime.now(UTC))
        )
        logger.info("The witness %s listens at %s.", witness.key.name, listener.address)
        listener.serve(stop)
        logger.info("The witness %s stopped.", witness.key.name)


if __name__ == "__main__":
    sys.exit(main())
