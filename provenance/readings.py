"""What came out of reading a file: plain values that also travel between processes as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a validation report, in the words of C2PA 2.4, 15.2."""

    code: str
    explanation: str


@dataclass(frozen=True, slots=True)
class IngredientFinding:
    """What does not hold about one ingredient. The SDK's overall state is silent about it."""

    title: str
    failures: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A credential as the SDK read and judged it.

    Attributes:
        validation_state: Trusted, Valid or Invalid.
        anchor_uri: the anchor that vouches for the signer, None where none does.
        certificate_serial: decimal.
        time: RFC 3339 of the claim's time stamp, whether or not its authority is trusted; None without one.
        store_json: the whole manifest store, as the SDK prints it.
    """

    validation_state: str
    manifest_id: str
    success: tuple[Finding, ...]
    informational: tuple[Finding, ...]
    failure: tuple[Finding, ...]
    ingredients: tuple[IngredientFinding, ...]
    anchor_uri: str | None
    issuer: str | None
    common_name: str | None
    certificate_serial: str | None
    time: str | None
    store_json: str

    @property
    def trusted_time(self) -> str | None:
        """RFC 3339 of the time stamp, where its authority is one of those accepted."""
        return self.time if any(finding.code == "timeStamp.trusted" for finding in self.success) else None

    @property
    def trusted_identity(self) -> str | None:
        """Organisation that stands behind the file by a key of its own, where it is under an accepted root."""
        if not any(finding.code == "cawg.x509.credential.trusted" for finding in self.success):
            return None
        return self.stated_identity

    @property
    def stated_identity(self) -> str | None:
        """Organisation in the certificate of the identity assertion, whoever issued it; None without one."""
        signed = (self.assertion("cawg.identity") or {}).get("signature_info")
        return str(signed.get("issuer") or "somebody unnamed") if isinstance(signed, dict) else None

    def manifest(self) -> dict[str, object]:
        """The active manifest."""
        manifest: dict[str, object] = json.loads(self.store_json)["manifests"][self.manifest_id]
        return manifest

    def assertion(self, label: str) -> dict[str, object] | None:
        """Content of the active manifest's first assertion with `label`, where that is an object."""
        assertions = self.manifest().get("assertions")
        for entry in assertions if isinstance(assertions, list) else []:
            if entry.get("label") == label and isinstance(entry.get("data"), dict):
                content: dict[str, object] = entry["data"]
                return content
        return None


class Outcome(StrEnum):
    READ = "read"
    NO_CREDENTIAL = "no_credential"
    """Something a person can look at or listen to, with no credential inside."""
    DAMAGED_CREDENTIAL = "damaged_credential"
    """A credential is in there and cannot be read."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything the bounded reader found out about one file.

    Attributes:
        detail: one sentence for people on any outcome but READ.
        reading: with READ only.
        sha256_hex: of the whole file; None where it could not be read to its end.
        unbound_sha256: of the boxes a hard binding leaves out (`boxes.unbound_sha256`); None where the file is not
            made of boxes.
    """

    outcome: Outcome
    detail: str
    reading: Reading | None = None
    sha256_hex: str | None = None
    unbound_sha256: str | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def examination_from_json(text: str) -> Examination:
    document = json.loads(text)
    return Examination(
        outcome=Outcome(document["outcome"]),
        detail=document["detail"],
        reading=_reading(document["reading"]) if document["reading"] else None,
        sha256_hex=document["sha256_hex"],
        unbound_sha256=document["unbound_sha256"],
    )


def _reading(fields: dict[str, object]) -> Reading:
    lists = {name: _findings(fields[name]) for name in ("success", "informational", "failure")}
    ingredients = tuple(
        IngredientFinding(title=entry["title"], failures=_findings(entry["failures"]))
        for entry in fields["ingredients"]  # type: ignore[attr-defined]  # written by Examination.to_json
    )
    return Reading(**(fields | lists | {"ingredients": ingredients}))  # type: ignore[arg-type]  # same


def _findings(entries: object) -> tuple[Finding, ...]:
    return tuple(Finding(**entry) for entry in entries)  # type: ignore[attr-defined]  # same
