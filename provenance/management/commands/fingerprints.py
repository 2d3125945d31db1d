from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from provenance.indexing import index_unindexed


class Command(BaseCommand):
    help = (
        "Enter signed files that are not in the fingerprint index yet, such as those signed before there was one. "
        "Safe to stop and to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("build", help="enter every signed file that is missing")

    def handle(self, *_args: object, **_options: object) -> None:
        from audit.management.progress import progress_line

        with progress_line("files looked at") as progress:
            built = index_unindexed(progress=progress)
        self.stdout.write(f"{built.indexed} files entered into the fingerprint index.")
        if built.plain:
            self.stdout.write(f"{built.plain} show too little to be known by, and stay out.")
        for key in built.missing:
            self.stdout.write(f"Not on the media volume, or not readable: {key}")
