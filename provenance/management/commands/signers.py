from __future__ import annotations

import re
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from provenance import keys, trust_list
from provenance.claim_signers import load_roster
from provenance.key_entries import retired_in_log, root_removed_in_log
from provenance.management.key_verbs import VERBS, add_key_verbs, follow_key_verb
from provenance.trust_list import BadTrustList, Removal, TrustList


class Command(BaseCommand):
    help = (
        "Show the list of trusted roots and retired signers, or take one off it. Files it signed stay "
        "recognisable: they read retired_signer, or unknown_signer after a compromise that nothing proves them "
        "older than. Or make a key before two people, install what was certified for it, and check all of it."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="print the trust list as JSON")
        removal = acts.add_parser("remove-root", help="take a root off the list from now on")
        removal.add_argument("sha256", help="of the root's certificate, hexadecimal")
        retirement = acts.add_parser("retire", help="withdraw one signing certificate from now on")
        retirement.add_argument("serial", help="decimal, as verifications print it")
        published = acts.add_parser(
            "import-list", help="bring in a published list of roots, such as C2PA's, as it is today"
        )
        published.add_argument("file", type=Path, help="certificates, PEM")
        published.add_argument("--source", required=True, help="what to call the list, such as c2pa")
        add_key_verbs(acts)
        for act in (removal, retirement):
            act.add_argument("--compromised", action="store_true", help="somebody else may hold the key")

    def handle(self, *_args: object, **options: object) -> None:
        if options["act"] in VERBS:
            if not follow_key_verb(options, say=self.stdout.write, ask=input):
                sys.exit(1)
            return
        changes = options["act"] != "list"
        listed = self._changed(options) if changes else keys.load_trust_list(settings.KEYS_FOLDER)
        self.stdout.write(trust_list.to_json(listed))

    def _changed(self, options: dict[str, object]) -> TrustList:
        removal = Removal.COMPROMISED if options.get("compromised") else Removal.SUPERSEDED
        at = clock.now()

        def change(listed: TrustList) -> TrustList:
            if options["act"] == "import-list":
                return listed.with_published(
                    _certificates(options["file"]), source=str(options["source"]), at=at
                )
            if options["act"] == "remove-root":
                return listed.without_anchor(str(options["sha256"]), removal=removal, at=at)
            return listed.without_signer(str(options["serial"]), removal=removal, at=at)

        try:
            with _in_log(options, reason_code=removal.value):
                return keys.change_trust_list(settings.KEYS_FOLDER, change)
        except BadTrustList as error:
            raise CommandError(str(error)) from error


def _in_log(options: dict[str, object], *, reason_code: str) -> AbstractContextManager[None]:
    if options["act"] == "retire":
        return retired_in_log(
            load_roster(settings.KEYS_FOLDER), str(options["serial"]), reason_code=reason_code
        )
    if options["act"] == "remove-root":
        return root_removed_in_log(_digest(str(options["sha256"])), reason_code=reason_code)
    # Whom others vouch for is no key of ours: the list itself keeps the dates.
    return nullcontext()


def _digest(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise BadTrustList(f"no standing anchor has the digest {text}")
    return text


def _certificates(path: object) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(Path(str(path)).read_bytes())
    except (OSError, ValueError) as error:
        raise BadTrustList(f"{path} is no file of certificates in PEM: {error}") from error
