"""A folder of pictures that was made from a take: signed beside the list of its files, and packed into one file.

No credential goes into an EXR, and one in each of a thousand PNGs would bind none of them to its place. So the list
of digests is signed, which names every file and binds the order by their names. Unpacked, the folder, its list and
the credential lie side by side, as `manage.py verify` looks for them.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.digests import sha256_hex, sha256_hex_of_file
from core.media_store import disk_errors
from provenance import c2pa_gateway
from provenance.beside.digest_list import digests_of, to_text
from provenance.beside.finding import credential_path, list_path
from provenance.deriving.definition import DerivativeStatement
from provenance.errors import SigningFailed, SourceUnusable
from provenance.inspection import Expected, doubts_about
from provenance.sealing import Seal, Sealed, stamped
from provenance.time_stamping import accepted_roots_pem

SUFFIX = ".zip"
LISTING_TYPE = "text/plain"
"""Of what the credential of a folder is bound to."""
# Its own names and times would tell apart what is the same.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder that may be signed. `listing` is the list of its files, as it is signed."""

    path: Path
    listing: bytes

    @property
    def sha256_hex(self) -> str:
        return sha256_hex(self.listing)


def folder_source(path: Path, statement: DerivativeStatement) -> FolderSource:
    """The folder at `path`, held against `statement`.

    Raises:
        SourceUnusable: it holds more or fewer files than the statement says.
    """
    listed = digests_of(path)
    stated = statement.frames + statement.further_files
    if len(listed) != stated:
        raise SourceUnusable(f"The folder holds {len(listed)} files; the statement says {stated}.")
    return FolderSource(path, to_text(listed).encode())


def sealed_folder(source: FolderSource, destination: Path, seal: Seal) -> Sealed:
    """Sign beside the list of `source`, read that back, and pack folder, list and credential into `destination`.

    Raises:
        KeyUnavailable, NoTimeStamp, SigningFailed: as `sealing.sealed`.
        DiskFull: `destination` could not be written.
    """

    def sign(tsa_url: str | None) -> bytes:
        return c2pa_gateway.sign_beside(
            io.BytesIO(source.listing),
            contents=seal.contents,
            signer=seal.signer,
            anchors=seal.anchors,
            tsa_url=tsa_url,
            tsa_roots_pem=accepted_roots_pem() if tsa_url else "",
        )

    store, time_stamped = stamped(sign)
    try:
        reading = c2pa_gateway.read_beside(
            io.BytesIO(source.listing), store, anchors=seal.anchors, tsa_roots_pem=accepted_roots_pem()
        )
    except (c2pa_gateway.NoCredential, c2pa_gateway.CredentialUnusable) as error:
        raise SigningFailed(f"The signed list does not read back: {error}") from error
    expected = Expected(seal.manifest_id, seal.signer.serial, time_stamped=time_stamped)
    doubts = doubts_about(reading, expected, seal.anchors)
    if doubts:
        raise SigningFailed(f"The signed list reads back with doubts: {', '.join(doubts)}.")
    _pack(source, destination, store)
    stated = reading.trusted_time
    return Sealed(
        store, reading, datetime.fromisoformat(stated) if stated else None, sha256_hex_of_file(destination)
    )


def unpacked(path: Path, place: Path) -> Path:
    """The folder in the file at `path`, unpacked into `place` with its list and its credential.

    Raises:
        SourceUnusable: it was not packed by `sealed_folder`.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            packed.extractall(place)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise SourceUnusable(f"The file does not unpack: {error}") from error
    folders = [one for one in place.iterdir() if one.is_dir()]
    if len(folders) != 1:
        raise SourceUnusable("The file holds no folder of pictures.")
    return folders[0]


def _pack(source: FolderSource, destination: Path, store: bytes) -> None:
    """Without compression: pictures are compressed, and any of them is found at once."""
    listed = list_path(source.path)
    with disk_errors(), zipfile.ZipFile(destination, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(source.path.rglob("*")):
            if path.is_file():
                name = f"{source.path.name}/{path.relative_to(source.path).as_posix()}"
                with path.open("rb") as read, packed.open(_entry(name), "w") as write:
                    while block := read.read(2**20):
                        write.write(block)
        packed.writestr(_entry(listed.name), source.listing)
        packed.writestr(_entry(credential_path(listed).name), store)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    # rw-r--r--, for whoever unpacks it.
    entry.external_attr = 0o644 << 16
    return entry
