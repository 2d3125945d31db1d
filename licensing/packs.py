"""The row of the rulebook this release decides by."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from licensing.models.rule_pack import RulePack
from licensing.rulebook.book import rule_book


def pack_row(at: datetime) -> RulePack:
    """The present pack; whoever needs it first writes it, with `at` as its first use."""
    book = rule_book()
    row = RulePack.objects.filter(sha256=book.sha256_hex).first()
    if row is not None:
        return row
    try:
        with transaction.atomic():
            return RulePack.objects.create(edition=book.pack, sha256=book.sha256_hex, first_used_at=at)
    except IntegrityError:
        return RulePack.objects.get(sha256=book.sha256_hex)
