"""Terms as a rider or a transcription may state them: readable by the rulebook, and not at odds with themselves."""

from __future__ import annotations

from collections.abc import Mapping

from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from licensing.agreed import SAID_BY_THE_OFFER
from licensing.documents.contradictions import require_consistent
from licensing.documents.rider_text import SAID_BY_THE_SIGNATURE, term_value
from licensing.errors import FactsUnreadable
from licensing.fact_reading import BadFacts
from licensing.terms import read_terms
from licensing.values import FormKind

_LONGEST_BYTES = 64 * 1024


def require_readable(replica_type: str, terms: Mapping[str, Canonical]) -> None:
    """Raise unless the rulebook can read `terms` and they do not contradict themselves.

    Raises:
        FactsUnreadable: a name or value outside the vocabulary, or more text than any contract needs.
        TermsContradict: two of them cannot both be meant.
    """
    try:
        read_terms(replica_type, terms)
    except BadFacts as error:
        raise FactsUnreadable(error.path, str(error)) from error
    if len(canonical_bytes(terms)) > _LONGEST_BYTES:
        raise FactsUnreadable("terms", f"terms: are longer than {_LONGEST_BYTES // 1024} KB")
    require_consistent(terms)


def require_signable(replica_type: str, terms: Mapping[str, Canonical]) -> None:
    """As `require_readable`, for terms that are still to be signed here.

    Raises:
        FactsUnreadable: as above; or they state what only the signature brings, or leave out who signs in which form.
        TermsContradict: as above; or the form is none that binds.
    """
    require_readable(replica_type, terms)
    for name in SAID_BY_THE_SIGNATURE:
        if name in terms:
            raise FactsUnreadable(f"terms.{name}", f"terms.{name}: is brought by the signature; leave it out")
    for name in ("form_kind", "signer_role"):
        if terms.get(name) is None:
            raise FactsUnreadable(f"terms.{name}", f"terms.{name}: must be stated before anybody can sign")
    if not FormKind(str(terms["form_kind"])).is_valid:
        raise FactsUnreadable("terms.form_kind", f"terms.form_kind: {terms['form_kind']} binds nobody")


def require_offerable(replica_type: str, terms: Mapping[str, Canonical]) -> None:
    """As `require_signable`, for the terms of an offer.

    Raises:
        FactsUnreadable, TermsContradict: as there; or they state what the offer says beside them.
    """
    require_signable(replica_type, terms)
    for path in SAID_BY_THE_OFFER:
        if term_value(terms, path) is not None:
            raise FactsUnreadable(f"terms.{path}", f"terms.{path}: is said by the offer itself; leave it out")


def without_signature(terms: Mapping[str, Canonical]) -> dict[str, Canonical]:
    return {name: value for name, value in terms.items() if name not in SAID_BY_THE_SIGNATURE}


def terms_digest(terms: Mapping[str, Canonical]) -> str:
    return sha256_hex(canonical_bytes(terms))
