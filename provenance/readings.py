"""What came out of reading a file: plain values that also travel between processes as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from provenance.fingerprints.values import Fingerprint

# Failures that speak about who signed and when, not about what was signed (C2PA 2.4, 15.2.2).
_ABOUT_THE_SIGNER = (
    "signingCredential.",
    "timeStamp.",
    "claimSignature.outsideValidity",
    "cawg.x509.credential.",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a validation report, in the words of C2PA 2.4, 15.2."""

    code: str
    explanation: str

    @property
    def is_about_signer(self) -> bool:
        """Whether it speaks of who signed and when. What was signed is then as it was."""
        return self.code.startswith(_ABOUT_THE_SIGNER)


@dataclass(frozen=True, slots=True)
class IngredientFinding:
    """What does not hold about one ingredient. The SDK's overall state is silent about it."""

    title: str
    failures: tuple[Finding, ...]

    @property
    def is_about_signer(self) -> bool:
        """Whether nothing but its signer is in doubt."""
        return all(finding.is_about_signer for finding in self.failures)


@dataclass(frozen=True, slots=True)
class Segments:
    """What was found of a film that is kept in segments.

    Attributes:
        given: different ones that were handed in; where one fails, all that were.
        signed: how many the credential binds; None where that cannot be told.
        failing: the first that is not what was signed, counted from 1 as they were handed in.
    """

    given: int
    signed: int | None
    failing: int | None = None

    @property
    def is_part(self) -> bool:
        """Whether some of the film are missing for certain."""
        return self.signed is not None and self.given < self.signed


@dataclass(frozen=True, slots=True)
class Reading:
    """A credential as the SDK read and judged it.

    Attributes:
        validation_state: Trusted, Valid or Invalid.
        anchor_uri: the anchor that vouches for the signer, None where none does.
        certificate_serial: decimal.
        time: RFC 3339 of the claim's time stamp, whether or not its authority is trusted; None without one.
        store_json: the whole manifest store, as the SDK prints it.
        segments: where the film is kept in segments that were handed in with it.
        interchange: the whole answer as crJSON, where that was asked for.
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
    segments: Segments | None = None
    interchange: str | None = None

    @property
    def broken(self) -> tuple[Finding, ...]:
        """What says that content or a statement is not what was signed, in the file or in an ingredient."""
        of_ingredients = (finding for one in self.ingredients for finding in one.failures)
        return tuple(finding for finding in (*self.failure, *of_ingredients) if not finding.is_about_signer)

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
        signed = (_assertion_of(self.manifest(), "cawg.identity") or {}).get("signature_info")
        return str(signed.get("issuer") or "somebody unnamed") if isinstance(signed, dict) else None

    def manifest(self) -> dict[str, object]:
        """The active manifest."""
        manifest: dict[str, object] = json.loads(self.store_json)["manifests"][self.manifest_id]
        return manifest

    def assertion(self, label: str) -> dict[str, object] | None:
        """Content of the first assertion with `label`, where that is an object.

        It is the active manifest's own or, where that only updates another one, what stands in that one.
        """
        return next(iter(self.assertions(label)), None)

    def assertions(self, label: str) -> list[dict[str, object]]:
        """As `assertion`, of every manifest of `history`."""
        found = [_assertion_of(manifest, label) for manifest in self.history()]
        return [content for content in found if content is not None]

    def history(self) -> list[dict[str, object]]:
        """The active manifest, and before it in time those that it updates, newest first.

        An update changes no content and binds none, so what the manifest before it states goes on being stated. It
        ends at the first one with a binding of its own, and at one whose signer was not trusted by whoever updated.
        """
        manifests: dict[str, dict[str, object]] = json.loads(self.store_json)["manifests"]
        found = [manifests[self.manifest_id]]
        while len(found) <= len(manifests):
            before = _updated_by(found[-1])
            if before is None or before not in manifests:
                break
            found.append(manifests[before])
        return found


# C2PA 2.4, 11.2.2: all that an update may say was done.
_ACTIONS_OF_UPDATES = frozenset({"c2pa.opened", "c2pa.edited.metadata", "c2pa.published", "c2pa.redacted"})


def _assertion_of(manifest: dict[str, object], label: str) -> dict[str, object] | None:
    for entry in _entries(manifest.get("assertions")):
        content = entry.get("data")
        if entry.get("label") == label and isinstance(content, dict):
            return content
    return None


def _updated_by(manifest: dict[str, object]) -> str | None:
    """The manifest that `manifest` updates; None where it binds content of its own.

    Source: C2PA 2.4, 11.2.2: an update manifest has one ingredient, a parent, and no hard binding.
    """
    if any(
        str(entry.get("label")).startswith("c2pa.hash.") for entry in _entries(manifest.get("assertions"))
    ):
        return None
    actions = (_assertion_of(manifest, "c2pa.actions.v2") or {}).get("actions")
    if any(action.get("action") not in _ACTIONS_OF_UPDATES for action in _entries(actions)):
        # The SDK's report leaves the binding of pictures, sounds and sidecars out.
        return None
    ingredients = _entries(manifest.get("ingredients"))
    if len(ingredients) != 1 or ingredients[0].get("relationship") != "parentOf":
        return None
    (parent,) = ingredients
    results = parent.get("validation_results")
    active = results.get("activeManifest") if isinstance(results, dict) else None
    success = active.get("success") if isinstance(active, dict) else None
    if not any(entry.get("code") == "signingCredential.trusted" for entry in _entries(success)):
        return None
    named = parent.get("active_manifest")
    return named if isinstance(named, str) else None


def _entries(value: object) -> list[dict[str, object]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


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
        fingerprint: of a film without a credential, where one can be made.
        beside: name of the file, beside the one that was examined, in which the credential lies; None where it lies
            inside.
        elsewhere: the address at which a file without a credential says that one is kept, in its own words.
    """

    outcome: Outcome
    detail: str
    reading: Reading | None = None
    sha256_hex: str | None = None
    unbound_sha256: str | None = None
    fingerprint: Fingerprint | None = None
    beside: str | None = None
    elsewhere: str | None = None

    def to_json(self) -> str:
        fingerprint = self.fingerprint.to_json() if self.fingerprint else None
        return json.dumps(asdict(replace(self, fingerprint=None)) | {"fingerprint": fingerprint})


def examination_from_json(text: str) -> Examination:
    document = json.loads(text)
    return Examination(
        outcome=Outcome(document["outcome"]),
        detail=document["detail"],
        reading=_reading(document["reading"]) if document["reading"] else None,
        sha256_hex=document["sha256_hex"],
        unbound_sha256=document["unbound_sha256"],
        fingerprint=Fingerprint.from_json(document["fingerprint"]) if document["fingerprint"] else None,
        beside=document["beside"],
        elsewhere=document["elsewhere"],
    )


def _reading(fields: dict[str, object]) -> Reading:
    lists = {name: _findings(fields[name]) for name in ("success", "informational", "failure")}
    ingredients = tuple(
        IngredientFinding(title=entry["title"], failures=_findings(entry["failures"]))
        for entry in fields["ingredients"]  # type: ignore[attr-defined]  # written by Examination.to_json
    )
    segments = Segments(**fields["segments"]) if fields["segments"] else None  # type: ignore[arg-type]  # same
    return Reading(**(fields | lists | {"ingredients": ingredients, "segments": segments}))  # type: ignore[arg-type]  # same


def _findings(entries: object) -> tuple[Finding, ...]:
    return tuple(Finding(**entry) for entry in entries)  # type: ignore[attr-defined]  # same
