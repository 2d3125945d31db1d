"""Terms that cannot all be meant. Whether terms are *enough* is for the rulebook; here they only must not quarrel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from core.canonical import Canonical
from licensing.agreed import Training
from licensing.documents.errors import TermsContradict
from licensing.documents.rider_text import term_value

_LISTS = ("uses", "purposes", "media", "territories", "languages", "scenes", "sensitive")
_EVERYTHING = "*"


def require_consistent(terms: Mapping[str, Canonical]) -> None:
    """Raise for the first contradiction in `terms`, which the rulebook can read.

    Raises:
        TermsContradict: naming the term and what it quarrels with.
    """
    _require_order(terms)
    _require_reasons(terms)
    for name in _LISTS:
        _require_plain_list(terms, f"intended_use.{name}")
    for name in ("edits", "training", "visible_to"):
        _require_plain_list(terms, f"agreed.{name}")
    _require_one_word_on_training(terms)


def _require_order(terms: Mapping[str, Canonical]) -> None:
    begins, ends = terms.get("valid_from"), terms.get("valid_until")
    if isinstance(begins, str) and isinstance(ends, str) and ends < begins:
        raise TermsContradict("terms.valid_until", "lies before terms.valid_from")
    asked, signed = terms.get("requested_at"), terms.get("separately_signed_at")
    if isinstance(asked, str) and isinstance(signed, str) and _instant(signed) < _instant(asked):
        raise TermsContradict("terms.separately_signed_at", "lies before terms.requested_at")


def _require_reasons(terms: Mapping[str, Canonical]) -> None:
    reason, at = terms.get("business_reason"), terms.get("business_reason_at")
    if at is False and isinstance(reason, str):
        raise TermsContradict(
            "terms.business_reason_at", "says that no reason was recorded, beside the reason itself"
        )
    specific = term_value(terms, "intended_use.reasonably_specific")
    if specific is True and not term_value(terms, "intended_use.description"):
        raise TermsContradict(
            "terms.intended_use.reasonably_specific", "is said of a description that is not there"
        )


def _require_one_word_on_training(terms: Mapping[str, Canonical]) -> None:
    """The permission to train, given for itself, and the uses of training say the same."""
    given, uses = term_value(terms, "agreed.training"), term_value(terms, "intended_use.uses")
    if not isinstance(given, list | tuple) or not isinstance(uses, list | tuple):
        return
    among_uses = {str(one) for one in uses} & {one.value for one in Training}
    if among_uses != {str(one) for one in given}:
        raise TermsContradict("terms.agreed.training", "permits other training than terms.intended_use.uses")


def _require_plain_list(terms: Mapping[str, Canonical], path: str) -> None:
    value = term_value(terms, path)
    if not isinstance(value, list | tuple):
        return
    if len(set(map(str, value))) != len(value):
        raise TermsContradict(f"terms.{path}", "names the same twice")
    if _EVERYTHING in value and len(value) > 1:
        raise TermsContradict(f"terms.{path}", "says everything and names single ones beside it")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.upper())
