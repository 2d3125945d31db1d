"""Whom we trust to sign, and since and until when: dated entries in one versioned file. Pure.

A file outlives its signer's place on this list. So an entry is never deleted, it is given the instant it was
removed, and a file under a removed entry is told apart (`retired_signer`) from one by a stranger.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from cryptography import x509

from core.clock import rfc3339
from provenance.certificates import sha256_hex, to_pem

FORMAT = "countersign-trust-list-1"


# Of anchors that this installation chose itself, one by one.
OWN = "own"


class BadTrustList(ValueError):
    """The trust list cannot be read as one. The message says where."""


class Removal(StrEnum):
    """Why an entry was taken off."""

    SUPERSEDED = "superseded"
    """Replaced in good order; what it signed stays good."""
    COMPROMISED = "compromised"
    """Somebody else may hold the key; only a signature proven older than the removal stays good."""


@dataclass(frozen=True, slots=True)
class Period:
    """A time over which a root stood on the list, before it was taken off and came back."""

    valid_from: datetime
    removed_at: datetime
    removal: Removal

    def holds(self, instant: datetime) -> bool:
        return self.valid_from <= instant < self.removed_at


@dataclass(frozen=True, slots=True)
class Anchor:
    """A root certificate that may vouch for claim signers.

    `source` is the published list that it came from, or `OWN`; only signers under our own speak for us. `earlier`:
    where it was taken off and came back, the times before; `valid_from` is of the time that lasts.
    """

    name: str
    certificate_pem: str
    sha256_hex: str
    valid_from: datetime
    removed_at: datetime | None = None
    removal: Removal | None = None
    source: str = OWN
    earlier: tuple[Period, ...] = ()

    @property
    def uri(self) -> str:
        """How the SDK names this anchor when a signature chains up to it."""
        return f"urn:countersign:anchor:{self.sha256_hex}"

    def stands_at(self, instant: datetime) -> bool:
        lasts = self.valid_from <= instant and (self.removed_at is None or instant < self.removed_at)
        return lasts or any(period.holds(instant) for period in self.earlier)

    def back(self, *, at: datetime) -> Self:
        """As it stands again from `at` on; when it was taken off stays on the list."""
        if self.removed_at is None or self.removal is None:
            return self
        gone = Period(self.valid_from, self.removed_at, self.removal)
        return replace(self, valid_from=at, removed_at=None, removal=None, earlier=(*self.earlier, gone))


@dataclass(frozen=True, slots=True)
class RetiredSigner:
    """One certificate withdrawn before its time although its anchor stands. `serial` is decimal."""

    serial: str
    retired_at: datetime
    removal: Removal


@dataclass(frozen=True, slots=True)
class TrustList:
    version: int
    updated_at: datetime
    anchors: tuple[Anchor, ...]
    retired_signers: tuple[RetiredSigner, ...] = ()

    def anchor_named(self, uri: str | None) -> Anchor | None:
        return next((anchor for anchor in self.anchors if anchor.uri == uri), None)

    def standing_anchors(self, *, at: datetime) -> tuple[Anchor, ...]:
        return tuple(anchor for anchor in self.anchors if anchor.stands_at(at))

    def retirement(self, serial: str | None) -> RetiredSigner | None:
        """Why and when that certificate was withdrawn; the report of a compromise where there are several."""
        found = [entry for entry in self.retired_signers if entry.serial == serial]
        return min(found, key=lambda entry: entry.removal is not Removal.COMPROMISED, default=None)

    def is_retired(self, serial: str, *, at: datetime) -> bool:
        """Whether that certificate signs no longer at `at`. A retirement may lie ahead."""
        return any(entry.serial == serial and entry.retired_at <= at for entry in self.retired_signers)

    def with_anchor(self, certificate: x509.Certificate, *, name: str, at: datetime) -> Self:
        """With one more anchor; itself where the anchor is already listed, standing or removed."""
        digest = sha256_hex(certificate)
        if any(anchor.sha256_hex == digest for anchor in self.anchors):
            return self
        added = Anchor(name, to_pem(certificate), digest, valid_from=certificate.not_valid_before_utc)
        return replace(self, version=self.version + 1, updated_at=at, anchors=(*self.anchors, added))

    def with_published(self, certificates: Sequence[x509.Certificate], *, source: str, at: datetime) -> Self:
        """With a published list as it is at `at`, such as C2PA's own: a file of certificates in PEM.

        What is new on it is added from then on, what is gone from it is dated as superseded, and what comes back
        stands again from then on, with the time before kept beside it. A root that we ourselves reported as
        compromised does not come back by somebody else's list. Anchors of our own and of other lists stay as they
        are.

        Raises:
            BadTrustList: there is nothing on it, or `source` is no name for one.
        """
        if not certificates or source == OWN or not source.isidentifier():
            raise BadTrustList("a published list has certificates, and a name of letters and digits")
        wanted = {sha256_hex(certificate): certificate for certificate in certificates}
        kept = tuple(
            replace(anchor, removed_at=at, removal=Removal.SUPERSEDED)
            if anchor.source == source and anchor.removed_at is None and anchor.sha256_hex not in wanted
            else anchor.back(at=at)
            if anchor.source == source
            and anchor.removal is Removal.SUPERSEDED
            and anchor.sha256_hex in wanted
            else anchor
            for anchor in self.anchors
        )
        known = {anchor.sha256_hex for anchor in self.anchors}
        added = tuple(
            Anchor(_common_name(certificate), to_pem(certificate), digest, valid_from=at, source=source)
            for digest, certificate in wanted.items()
            if digest not in known
        )
        if (*kept, *added) == self.anchors:
            return self
        return replace(self, version=self.version + 1, updated_at=at, anchors=(*kept, *added))

    def without_anchor(self, digest: str, *, removal: Removal, at: datetime) -> Self:
        """With the anchor of that SHA-256 marked as removed at `at`.

        Raises:
            BadTrustList: no standing anchor has that digest.
        """
        if not any(anchor.sha256_hex == digest and anchor.removed_at is None for anchor in self.anchors):
            raise BadTrustList(f"no standing anchor has the digest {digest}")
        anchors = tuple(
            replace(anchor, removed_at=at, removal=removal) if anchor.sha256_hex == digest else anchor
            for anchor in self.anchors
        )
        return replace(self, version=self.version + 1, updated_at=at, anchors=anchors)

    def without_signer(
        self, serial: str, *, removal: Removal, at: datetime, from_then: datetime | None = None
    ) -> Self:
        """With the signing certificate of that decimal serial retired at `from_then`, or else at `at`.

        Itself where it already is; a compromise is still reported of one that was superseded.
        """
        known = self.retirement(serial)
        if known is not None and (known.removal is Removal.COMPROMISED or removal is Removal.SUPERSEDED):
            return self
        retired = RetiredSigner(serial, from_then or at, removal)
        return replace(
            self,
            version=self.version + 1,
            updated_at=at,
            retired_signers=(*self.retired_signers, retired),
        )


def empty_trust_list(*, at: datetime) -> TrustList:
    return TrustList(version=0, updated_at=at, anchors=())


def to_json(trust_list: TrustList) -> str:
    return json.dumps(
        {
            "format": FORMAT,
            "version": trust_list.version,
            "updated_at": rfc3339(trust_list.updated_at),
            "anchors": [
                {
                    "name": anchor.name,
                    "sha256": anchor.sha256_hex,
                    "valid_from": rfc3339(anchor.valid_from),
                    "removed_at": rfc3339(anchor.removed_at) if anchor.removed_at else None,
                    "removal": anchor.removal,
                    "source": anchor.source,
                    "certificate": anchor.certificate_pem,
                    # Left out where there is none: such a list reads as it did before there were any.
                    **(
                        {"earlier": [_period_as_json(one) for one in anchor.earlier]}
                        if anchor.earlier
                        else {}
                    ),
                }
                for anchor in trust_list.anchors
            ],
            "retired_signers": [
                {
                    "serial": entry.serial,
                    "retired_at": rfc3339(entry.retired_at),
                    "removal": entry.removal,
                }
                for entry in trust_list.retired_signers
            ],
        },
        indent=2,
    )


def from_json(text: str) -> TrustList:
    """The list that `text` spells.

    Raises:
        BadTrustList: another format, a missing field, a digest that is not its certificate's.
    """
    try:
        document = json.loads(text)
        _check_format(document["format"])
        return TrustList(
            version=int(document["version"]),
            updated_at=_instant(document["updated_at"]),
            anchors=tuple(_anchor(entry) for entry in document["anchors"]),
            retired_signers=tuple(
                RetiredSigner(entry["serial"], _instant(entry["retired_at"]), Removal(entry["removal"]))
                for entry in document["retired_signers"]
            ),
        )
    except BadTrustList:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise BadTrustList(f"the trust list is malformed: {error!r}") from error


def _period_as_json(period: Period) -> dict[str, str]:
    return {
        "valid_from": rfc3339(period.valid_from),
        "removed_at": rfc3339(period.removed_at),
        "removal": period.removal.value,
    }


def _common_name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()


def _check_format(found: str) -> None:
    if found != FORMAT:
        raise BadTrustList(f"format {found!r} is not {FORMAT}")


def _anchor(entry: dict[str, Any]) -> Anchor:
    pem = str(entry["certificate"])
    digest = sha256_hex(x509.load_pem_x509_certificate(pem.encode("ascii")))
    if entry["sha256"] != digest:
        raise BadTrustList(f"anchor {entry['name']!r}: the digest is not its certificate's")
    removed_at, removal = entry["removed_at"], entry["removal"]
    if (removed_at is None) != (removal is None):
        raise BadTrustList(f"anchor {entry['name']!r}: removed_at and removal belong together")
    return Anchor(
        name=str(entry["name"]),
        certificate_pem=pem,
        sha256_hex=digest,
        valid_from=_instant(entry["valid_from"]),
        removed_at=_instant(removed_at) if removed_at else None,
        removal=Removal(removal) if removal else None,
        # Lists written before there were published ones do not say it.
        source=str(entry.get("source") or OWN),
        earlier=tuple(
            Period(_instant(one["valid_from"]), _instant(one["removed_at"]), Removal(one["removal"]))
            for one in entry.get("earlier", ())
        ),
    )


def _instant(text: str | None) -> datetime:
    instant = datetime.fromisoformat(str(text))
    if instant.tzinfo is None:
        raise BadTrustList(f"{text!r} is a time without a zone")
    return instant
