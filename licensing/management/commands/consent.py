"""Receipts of consents: write one, check one."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.checkpoint import NoteError, NoteKey
from core.errors import StudioError
from licensing.consent_exports import receipt_for
from licensing.documents.receipt import ReceiptInvalid, verify_receipt
from licensing.documents.receipt_key import receipt_vkey


class Command(BaseCommand):
    help = "Write the signed receipt of a consent, or check one."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        receipt = actions.add_parser("receipt", help="write the signed receipt of CONSENT")
        receipt.add_argument("consent", metavar="CONSENT", type=UUID)
        receipt.add_argument(
            "--organisation", type=UUID, required=True, help="Identifier of whose record it is."
        )
        receipt.add_argument(
            "-o", "--out", type=Path, metavar="FILE", help="where to; without it, to the screen"
        )
        check = actions.add_parser("check", help="check the receipt in FILE; needs no database")
        check.add_argument("file", metavar="FILE", type=Path)
        check.add_argument(
            "--key", metavar="VKEY", help="public key that signed it; by default this product's own"
        )
        actions.add_parser("key", help="print the public key that verifies our receipts")

    def handle(self, *_: object, **options: object) -> None:
        match options["action"]:
            case "receipt":
                self._receipt(options)
            case "check":
                self._check(options)
            case _:
                self.stdout.write(receipt_vkey(settings.KEYS_FOLDER))

    def _receipt(self, options: dict[str, object]) -> None:
        consent, organisation, out = options["consent"], options["organisation"], options["out"]
        if not isinstance(consent, UUID) or not isinstance(organisation, UUID):
            raise CommandError("A consent and an organisation are named by their identifiers.")
        try:
            note = receipt_for(organisation, consent)
        except StudioError as error:
            raise CommandError(str(error)) from error
        if isinstance(out, Path):
            out.write_text(note, encoding="utf-8")
            return
        self.stdout.write(note, ending="")

    def _check(self, options: dict[str, object]) -> None:
        try:
            key = NoteKey.from_vkey(str(options["key"] or receipt_vkey(settings.KEYS_FOLDER)))
            content = verify_receipt(Path(str(options["file"])).read_text(encoding="utf-8"), key=key)
        except (OSError, UnicodeDecodeError, NoteError, ReceiptInvalid) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2))
