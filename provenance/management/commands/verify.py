from __future__ import annotations

import json
import sys
import traceback
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from provenance.operations import verify_file
from provenance.reports import report
from provenance.values import CredentialState, Verification

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
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *_args: object, **options: object) -> None:
        path = options["file"]
        if not isinstance(path, Path):
            raise TypeError("argparse made no path of the argument")
        try:
            verification = verify_file(path)
        except Exception:  # noqa: BLE001 - whatever it was, it is ours, and has an exit status of its own
            traceback.print_exc()
            sys.exit(OUR_OWN_ERROR)
        if options["json"]:
            self.stdout.write(json.dumps(report(verification)))
        else:
            self._tell(verification)
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
