from __future__ import annotations

import json
import sys
import traceback
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from core import clock
from provenance.reports import report
from provenance.status_answers import ListedAnswer, answer_of_list
from provenance.status_keys import keys_path
from provenance.values import CredentialState, Verification
from provenance.verifying import verify_path

EXIT_CODES = {
    CredentialState.TRUSTED: 0,
    CredentialState.RETIRED_SIGNER: 0,
    CredentialState.UNKNOWN_SIGNER: 2,
    CredentialState.ALTERED: 2,
    CredentialState.RECOVERED: 2,
    CredentialState.ABSENT: 2,
    CredentialState.UNREADABLE: 3,
}
OUR_OWN_ERROR = 1


class Command(BaseCommand):
    help = (
        "Say what a file's credential proves. Exit status: 0 trusted or retired_signer; "
        "2 unknown_signer, altered, recovered or absent; 3 unreadable; 1 an error of ours."
    )
    # Needs no database, so it must not fail where checks would.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--segments",
            type=Path,
            nargs="+",
            default=[],
            help="the rest of a film (DASH, CMAF) of which the file is the beginning",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        parser.add_argument(
            "--status-list", type=Path, help="a signed list of what stands today, as fetched; asks nobody"
        )
        parser.add_argument(
            "--status-keys",
            type=Path,
            help="public keys of lists (JWK Set); those of this installation by default",
        )

    def handle(self, *_args: object, **options: object) -> None:
        path, segments = options["file"], options["segments"]
        if not isinstance(path, Path) or not isinstance(segments, list):
            raise TypeError("argparse made no path of the argument")
        try:
            verification = verify_path(path, segments=segments)
        except Exception:  # noqa: BLE001 - whatever it was, it is ours, and has an exit status of its own
            traceback.print_exc()
            sys.exit(OUR_OWN_ERROR)
        listed = _listed(verification, options)
        if options["json"]:
            self.stdout.write(json.dumps(report(verification, listed=listed)))
        else:
            self._tell(verification)
            if listed is not None:
                said = listed.to_json()["state"] or "nothing"
                self.stdout.write(f"  by the list: {str(said).replace('_', ' ')}. {listed.reason}")
        sys.exit(EXIT_CODES[verification.state])

    def _tell(self, verification: Verification) -> None:
        self.stdout.write(str(verification.state).replace("_", " "))
        for reason in verification.reasons:
            self.stdout.write(f"  {reason}")
        if verification.claims is not None:
            claims = verification.claims
            self.stdout.write(f"  signed by {claims.signed_by or 'nobody named'}")
            self.stdout.write(f"  made by AI: {'yes' if claims.ai_generated else 'not stated'}")
        if verification.manifest_id is not None:
            self.stdout.write(f"  {verification.manifest_id}")
        if verification.authorization is not None:
            self.stdout.write("  authorised when it was made: yes, under a recorded decision")
        if verification.today is not None:
            today = verification.today
            self.stdout.write(f"  today: {str(today.state).replace('_', ' ')}. {today.reason}")


def _listed(verification: Verification, options: dict[str, object]) -> ListedAnswer | None:
    listed, keys = options["status_list"], options["status_keys"]
    if not isinstance(listed, Path):
        return None
    keys_file = keys if isinstance(keys, Path) else keys_path(settings.KEYS_FOLDER)
    return answer_of_list(verification, listed, keys_file, at=clock.now())
