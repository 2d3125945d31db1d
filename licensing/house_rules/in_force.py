"""Which book an organisation decides by now. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from audit.checkpoint import text_of
from licensing.house_rules.pack_text import book_text, book_with, read_pack
from licensing.models.house_pack import HousePack, HousePackActivation
from licensing.rulebook.book import RuleBook, rule_book, rule_book_text


@dataclass(frozen=True, slots=True)
class BookInForce:
    """`text` is what the book's digest is of."""

    book: RuleBook
    text: bytes


def active_pack_id() -> UUID | None:
    """The pack that was activated last, if any ever was."""
    return HousePackActivation.objects.values_list("pack_id", flat=True).first()


def book_in_force(pack_id: UUID | None) -> BookInForce:
    """The rulebook of this release with the pack of that identifier beside it.

    The signature was checked when the pack was staged, and its row is never changed. A pack that this release no
    longer understands stops every decision here: to leave its rules out would be to clear what they forbid.

    Raises:
        PackRefused: this release does not understand the pack any more.
    """
    if pack_id is None:
        return BookInForce(rule_book(), rule_book_text())
    return _read(pack_id)


@lru_cache(maxsize=64)
def _read(pack_id: UUID) -> BookInForce:
    # Only the note of the organisation acted for is seen, and an identifier is of one pack alone.
    pack = read_pack(text_of(HousePack.objects.get(id=pack_id).note))
    return BookInForce(book_with(pack), book_text(pack))
