"""Read one file of unknown origin: credential, digest and, where there is no credential, whether it is media at all.

Files come from strangers and go through native parsers. `examine_bounded` therefore runs in a process of its own
with limits on memory, processor time, file size and wall time; the page, the API and the command all use it. That
costs half a second a file and makes a crash, a loop or a memory bomb an answer ("unreadable") instead of an outage.
"""

from __future__ import annotations

import json
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from core.digests import sha256_hex_of_file
from provenance import boxes, decoding
from provenance.c2pa_gateway import CredentialUnusable, NoCredential, read
from provenance.fingerprints.making import fingerprint_of
from provenance.readings import Examination, Outcome, Reading, examination_from_json
from provenance.trust_list import Anchor

# The SDK takes up to two hash buffers of 256 MB, and libraries reserve address space they never touch.
MEMORY_LIMIT_BYTES = 2 * 2**30
# Slowest disk we plan for; a 2 GB file took 4 s to verify on the measuring machine.
_SLOWEST_BYTES_PER_S = 20 * 2**20
_SHORTEST_LIMIT_S = 60
_LONGEST_LIMIT_S = 600
# Of the shortest limit, so that a long film is known by its beginning and not given up.
FINGERPRINT_LIMIT_S = 20
# What the reader may write: the SDK's spool, nothing else.
_SPOOL_LIMIT_BYTES = 1 * 2**30

# By either one a credential is known to be inside, whatever became of it: the UUID of a manifest store's JUMBF
# superbox, and that of the BMFF box around it (C2PA 2.4, 11.1.4.2 and A.5). No file holds them by accident.
_STORE_MARKERS = (
    b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71",
    bytes.fromhex("d8fec3d61b0e483c92975828877ec481"),
)
_MARKER_BYTES = 16
_LONGEST_STORE_BYTES = 64 * 2**20
# How Python says that it has no memory, and no memory for the stack of a thread.
_OUT_OF_MEMORY = ("MemoryError", "can't start new thread")
_BLOCK_BYTES = 2**20
_PICTURE_MISSING = "assertion.bmffHash.mismatch"
_SEGMENTS_WANTED = (
    "It is the beginning of a film that is kept in segments, and holds no picture. Its credential can be checked "
    "only with the segments: hand them in with it."
)


@dataclass(frozen=True, slots=True)
class Request:
    """What the reader's process is told on its standard input."""

    path: str
    anchors: tuple[tuple[str, str, str, str], ...]
    """Per anchor: name, certificate, SHA-256, valid_from."""
    cpu_limit_s: int
    tsa_roots_pem: str = ""
    identity_roots_pem: str = ""
    beside: str | None = None
    """Where a credential lies beside the file; it counts where the file carries none."""
    segments: tuple[str, ...] = ()
    """Where the rest of a film lies of which the file is the beginning, in the order in which it was handed in."""
    interchange: bool = False
    """Tell it in C2PA's interchange form too."""
    film_alone: bool = False
    """Take the film's fingerprints, whatever credential is inside, and read none."""


def examine_bounded(
    path: Path,
    *,
    anchors: Sequence[Anchor],
    tsa_roots_pem: str = "",
    identity_roots_pem: str = "",
    beside: Path | None = None,
    segments: Sequence[Path] = (),
    interchange: bool = False,
) -> Examination:
    """Examine the file at `path` in a process of its own. Never raises for what the file holds.

    `beside` is a credential that lies beside it, which counts where the file carries none. With `segments` it is the
    beginning of a film that is kept in them. With `interchange` the reading is told as crJSON too.
    """
    request = Request(
        path=str(path),
        anchors=tuple(
            (anchor.name, anchor.certificate_pem, anchor.sha256_hex, anchor.valid_from.isoformat())
            for anchor in anchors
        ),
        cpu_limit_s=_SHORTEST_LIMIT_S,
        tsa_roots_pem=tsa_roots_pem,
        identity_roots_pem=identity_roots_pem,
        beside=str(beside.resolve()) if beside else None,
        segments=tuple(str(segment.resolve()) for segment in segments),
        interchange=interchange,
    )
    return _bounded(path, request)


def film_bounded(path: Path) -> Examination:
    """The fingerprints of the film at `path`, taken in a process of its own; no credential is read."""
    return _bounded(path, Request(str(path), (), _SHORTEST_LIMIT_S, film_alone=True))


def _bounded(path: Path, asked: Request) -> Examination:
    files = (path, *map(Path, asked.segments))
    for one in files:
        refusal = _refusal(one)
        if refusal is not None:
            return Examination(Outcome.UNREADABLE, refusal)
    limit_s = limit_s_of(sum(one.stat().st_size for one in files))
    request = replace(asked, path=str(path.resolve()), cpu_limit_s=limit_s)
    project = Path(__file__).resolve().parents[1]
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "provenance.examining"],
            input=json.dumps(asdict(request)),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=limit_s,
            check=False,
            cwd=project,
            env=reader_environment(project),
        )
    except subprocess.TimeoutExpired:
        return Examination(Outcome.UNREADABLE, f"Reading it took longer than {limit_s} seconds.")
    if finished.returncode != 0:
        return _given_up(path, finished.returncode, finished.stderr)
    return examination_from_json(finished.stdout)


def examine(
    path: Path,
    *,
    anchors: Sequence[Anchor],
    tsa_roots_pem: str = "",
    identity_roots_pem: str = "",
    beside: Path | None = None,
    segments: Sequence[Path] = (),
    interchange: bool = False,
) -> Examination:
    """Examine the regular file at `path` in this process; arguments as of `examine_bounded`."""
    # Both read the whole file, and neither holds the interpreter while it does.
    with ThreadPoolExecutor(max_workers=1) as pool:
        digesting = pool.submit(sha256_hex_of_file, path)
        judged = partial(
            read,
            path,
            anchors=anchors,
            tsa_roots_pem=tsa_roots_pem,
            identity_roots_pem=identity_roots_pem,
            segments=segments,
            interchange=interchange,
        )
        try:
            reading = judged()
        except (NoCredential, CredentialUnusable) as error:
            if beside is not None and not _holds_store_marker(path):
                return _beside(beside, judged, digesting.result())
            if isinstance(error, CredentialUnusable):
                detail = "It carries no credential we can read."
            elif error.remote:
                detail = "It names a credential kept elsewhere, which is not fetched."
                return replace(_unread(path, digesting.result(), detail), elsewhere=error.url)
            else:
                detail = "It carries no credential."
            return _unread(path, digesting.result(), detail)
        if not segments and _wants_segments(path, reading):
            return Examination(Outcome.UNREADABLE, _SEGMENTS_WANTED, sha256_hex=digesting.result())
        return Examination(Outcome.READ, "", reading, digesting.result(), _unbound_sha256(path))


def _wants_segments(path: Path, reading: Reading) -> bool:
    """Whether the credential says nothing against the file but that its pictures are not here."""
    return boxes.is_beginning(path) and {finding.code for finding in reading.broken} == {_PICTURE_MISSING}


def _beside(credential: Path, judged: Callable[..., Reading], digest: str) -> Examination:
    if credential.stat().st_size <= _LONGEST_STORE_BYTES:
        try:
            reading = judged(store=credential.read_bytes())
        except (NoCredential, CredentialUnusable):
            pass
        else:
            return Examination(Outcome.READ, "", reading, digest, beside=credential.name)
    return Examination(
        Outcome.DAMAGED_CREDENTIAL,
        f"The credential beside it, {credential.name}, cannot be read.",
        sha256_hex=digest,
    )


def examine_film(path: Path) -> Examination:
    """The fingerprints of the film at `path`, in this process."""
    if not decoding.opens_as_media(path):
        return Examination(Outcome.UNREADABLE, "It is not a video, a picture or a sound that we can open.")
    fingerprint = fingerprint_of(path, limit_s=FINGERPRINT_LIMIT_S)
    return Examination(Outcome.NO_CREDENTIAL, "Its credential was not asked for.", fingerprint=fingerprint)


def _unbound_sha256(path: Path) -> str | None:
    try:
        return boxes.unbound_sha256(path)
    except boxes.NotBoxes:
        return None


def _unread(path: Path, digest: str, detail: str) -> Examination:
    if _holds_store_marker(path):
        return Examination(
            Outcome.DAMAGED_CREDENTIAL,
            "There is a credential inside that can no longer be read: the file was cut or changed.",
            sha256_hex=digest,
        )
    if decoding.opens_as_media(path):
        fingerprint = fingerprint_of(path, limit_s=FINGERPRINT_LIMIT_S)
        return Examination(Outcome.NO_CREDENTIAL, detail, sha256_hex=digest, fingerprint=fingerprint)
    return Examination(
        Outcome.UNREADABLE, "It is not a video, a picture or a sound that we can open.", sha256_hex=digest
    )


def _holds_store_marker(path: Path) -> bool:
    seam = b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            seam += block[:_MARKER_BYTES]
            if any(marker in searched for marker in _STORE_MARKERS for searched in (seam, block)):
                return True
            seam = block[-_MARKER_BYTES:]
    return False


def _refusal(path: Path) -> str | None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "There is no such file."
    except (OSError, ValueError) as error:
        return f"It cannot be opened: {error}."
    if stat.S_ISDIR(mode):
        return "It is a folder, not a file."
    if not stat.S_ISREG(mode):
        return "It is a device or a pipe, not a file."
    if path.stat().st_size == 0:
        return "The file is empty."
    if not os.access(path, os.R_OK):
        return "It may not be read."
    return None


def _given_up(path: Path, returncode: int, stderr: str) -> Examination:
    """What to say when the reader's own process died.

    A Python exception (exit status 1) is our defect and is raised; a signal or a native abort is the file's doing.
    """
    if returncode == 1 and not any(sign in stderr for sign in _OUT_OF_MEMORY):
        raise RuntimeError(f"The reader failed on {path.name}: {stderr[-2000:]}")
    return Examination(Outcome.UNREADABLE, "Reading it broke off: it needs more memory or time than allowed.")


def limit_s_of(size_bytes: int) -> int:
    """Seconds that reading a file of this size may take."""
    return min(_LONGEST_LIMIT_S, _SHORTEST_LIMIT_S + size_bytes // _SLOWEST_BYTES_PER_S)


def reader_environment(project: Path) -> dict[str, str]:
    """No secrets of ours in a process that parses strangers' files."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ
    }
    return kept | {
        "PYTHONPATH": os.pathsep.join((str(project), str(project / "platform"))),
        # Each thread's arena reserves 64 MB of address space, which on a machine of many cores would be all of it.
        "MALLOC_ARENA_MAX": "2",
    }


def limit_this_process(cpu_limit_s: int) -> None:
    """Let this process have no more memory, processor time and disk than a reader needs."""
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_LIMIT_BYTES),
        (resource.RLIMIT_CPU, cpu_limit_s),
        (resource.RLIMIT_FSIZE, _SPOOL_LIMIT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError) as error:
            # A stricter limit is already set, or the platform (macOS) does not know this one; the wall limit stays.
            print(f"limit {kind} not set: {error}", file=sys.stderr)  # noqa: T201 - the parent reads it


def main() -> None:
    request = Request(**json.load(sys.stdin))
    limit_this_process(request.cpu_limit_s)
    anchors = tuple(
        Anchor(name, pem, digest, datetime.fromisoformat(valid_from))
        for name, pem, digest, valid_from in request.anchors
    )
    if request.film_alone:
        print(examine_film(Path(request.path)).to_json())  # noqa: T201 - the answer to the parent
        return
    examination = examine(
        Path(request.path),
        anchors=anchors,
        tsa_roots_pem=request.tsa_roots_pem,
        identity_roots_pem=request.identity_roots_pem,
        beside=Path(request.beside) if request.beside else None,
        segments=tuple(map(Path, request.segments)),
        interchange=request.interchange,
    )
    print(examination.to_json())  # noqa: T201 - the answer to the parent


if __name__ == "__main__":
    main()
