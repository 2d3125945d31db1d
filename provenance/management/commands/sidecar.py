from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from core.errors import StudioError
from provenance.beside.digest_list import BadDigestList, digests_of, to_text
from provenance.beside.finding import credential_path, list_path
from provenance.beside.operations import SidecarOrder, sign_beside_file, sign_beside_list


class Command(BaseCommand):
    help = (
        "Sign beside a file, or a folder of frames, into which no credential can be put (MXF, Matroska, WebM, EXR): "
        "FILE.c2pa for a file; for a folder FOLDER.sha256, the list of its files, and FOLDER.sha256.c2pa. "
        "You answer for it that it shows the film of the signed file. `manage.py verify` finds what lies beside."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a file or a folder")
        parser.add_argument("--organisation", type=UUID, required=True)
        parser.add_argument("--asset", type=UUID, required=True, help="the signed file that it was made of")

    def handle(self, *_args: object, **options: object) -> None:
        path, organisation_id, file_id = options["path"], options["organisation"], options["asset"]
        if not (isinstance(path, Path) and isinstance(organisation_id, UUID) and isinstance(file_id, UUID)):
            raise TypeError("argparse made something else of the arguments")
        path = path.resolve()
        order = SidecarOrder(organisation_id, file_id, "worker:sidecar")
        try:
            bound = path
            if path.is_dir():
                listed, bound = digests_of(path), list_path(path)
                sidecar = sign_beside_list(order, bound.name, listed)
                _write(bound, to_text(listed).encode())
            else:
                sidecar = sign_beside_file(order, path)
            _write(credential_path(bound), sidecar.manifest_store)
        except (StudioError, BadDigestList, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{credential_path(bound)}: {sidecar.manifest_id}")
        self.stdout.write("It lies beside, not inside: pass both on together.")


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, and nothing over what lies there already."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    try:
        path.hardlink_to(part)
    finally:
        part.unlink()
