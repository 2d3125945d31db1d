"""The row of the rulebook this release decides by."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from core.digests import sha256_hex
from core.media_store import MediaStore
from licensing.models.rule_pack import RulePack
from licensing.rulebook.book import RuleBook, rule_book, rule_book_text

_SUFFIX = ".json"


def pack_row(at: datetime, book: RuleBook | None = None, *, text: bytes | None = None) -> RulePack:
    """The present pack; whoever needs it first writes it, with `at` as its first use, and keeps its text.

    Args:
        at: the time of the use.
        book: what is decided by, when it is not that of the release alone.
        text: what the digest of `book` is of; by default that of the release.
    """
    used = book or rule_book()
    row = RulePack.objects.filter(sha256=used.sha256_hex).first()
    if row is not None:
        return row
    _keep_text(text or rule_book_text())
    try:
        with transaction.atomic():
            return RulePack.objects.create(edition=used.pack, sha256=used.sha256_hex, first_used_at=at)
    except IntegrityError:
        return RulePack.objects.get(sha256=used.sha256_hex)


def pack_text(sha256: str) -> bytes | None:
    """The text of a pack that was ever decided by, whose digest is `sha256`; None when it is lost.

    A later release brings other rules. What was decided by these must stay provable, so their text is kept.
    """
    if sha256 == rule_book().sha256_hex:
        return rule_book_text()
    path = MediaStore(settings.MEDIA_FOLDER).path(f"{sha256[:2]}/{sha256}{_SUFFIX}")
    text = path.read_bytes() if path.is_file() else b""
    return text if sha256_hex(text) == sha256 else None


def _keep_text(text: bytes) -> None:
    store = MediaStore(settings.MEDIA_FOLDER)
    with store.temporary(_SUFFIX) as draft:
        draft.write_bytes(text)
        store.keep(draft, suffix=_SUFFIX)
