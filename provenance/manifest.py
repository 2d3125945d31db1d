"""From facts to a C2PA manifest definition. Pure.

The SDK accepts and drops keys it does not know, so nothing here is a loose dictionary until the last step: each
assertion is a typed value, and the golden test pins what leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import UUID

from provenance.actions import Json, actions_of
from provenance.statement import (
    TRAINING_MINING_ENTRIES,
    AuthorizationStatement,
    SoftBinding,
    TakeStatement,
)

CLAIM_GENERATOR = "Countersign"
CLAIM_GENERATOR_VERSION = "0.1.0"
SPEC_VERSION = "2.4.0"
MEDIA_TYPE = "video/mp4"
THUMBNAIL_IDENTIFIER = "thumbnail.jpg"

ACTIONS_LABEL = "c2pa.actions.v2"
AI_DISCLOSURE_LABEL = "c2pa.ai-disclosure"
TRAINING_MINING_LABEL = "cawg.training-mining"
METADATA_LABEL = "cawg.metadata"
MODEL_LABEL = "org.countersign.model"
TAKE_LABEL = "org.countersign.take"
SOFT_BINDING_LABEL = "c2pa.soft-binding"
AUTHORIZATION_LABEL = "org.countersign.authorization"
# Not among the created ones: the standard has it gathered.
EXTERNAL_REFERENCE_LABEL = "c2pa.external-reference"
REFERENCE_LABEL = "org.countersign.reference"
LEGAL_REVIEW_LABEL = "org.countersign.legal-review"
DELIVERY_LABEL = "org.countersign.delivery"
REPOSITORY_RECEIPT_LABEL = "c2pa.repository-receipt"
LOG_PROOF_LABEL = "org.countersign.log-proof"
STATUS_LABEL = "org.countersign.status"

# What an organisation's identity stands behind, and as what: CAWG Identity Assertion 1.1, 5.1.4 names the roles.
IDENTITY_REFERENCES = (ACTIONS_LABEL, TAKE_LABEL, AUTHORIZATION_LABEL)
IDENTITY_ROLES = ("cawg.producer",)
IDENTITY_LABEL = "cawg.identity"

# In the take's assertion: the digest of the boxes that the hard binding leaves out.
UNBOUND_FIELD = "unbound_boxes_sha256"
# In the proof's assertion: the hash of the entry's leaf, and the proof in the form of C2SP tlog-proof.
LEAF_FIELD, PROOF_FIELD = "leaf_hash", "proof"

# In `created_assertions` the signer vouches for them itself; anything not named here would be `gathered`.
CREATED_LABELS = (
    "c2pa.actions",
    ACTIONS_LABEL,
    "c2pa.thumbnail.claim",
    AI_DISCLOSURE_LABEL,
    TRAINING_MINING_LABEL,
    METADATA_LABEL,
    SOFT_BINDING_LABEL,
    "c2pa.ingredient.v3",
    MODEL_LABEL,
    TAKE_LABEL,
    AUTHORIZATION_LABEL,
    REFERENCE_LABEL,
    LEGAL_REVIEW_LABEL,
    DELIVERY_LABEL,
    REPOSITORY_RECEIPT_LABEL,
    "org.countersign.master",
    LOG_PROOF_LABEL,
    STATUS_LABEL,
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """`is_json`: written as JSON, as the standard asks of some; of all others as CBOR."""

    label: str
    content: dict[str, Json]
    is_json: bool = False

    def to_json(self) -> dict[str, Json]:
        return {"label": self.label, "data": self.content, **({"kind": "Json"} if self.is_json else {})}


@dataclass(frozen=True, slots=True)
class Definition:
    """A complete manifest, ready for the gateway.

    Attributes:
        media_type: of the file around which it goes.
        has_thumbnail: whether one is handed over with it, named `THUMBNAIL_IDENTIFIER`.
    """

    manifest_id: str
    title: str
    assertions: tuple[Assertion, ...]
    media_type: str = MEDIA_TYPE
    has_thumbnail: bool = True

    def to_json(self) -> dict[str, Json]:
        thumbnail: Json = {"format": "image/jpeg", "identifier": THUMBNAIL_IDENTIFIER}
        return {
            "label": self.manifest_id,
            "claim_version": 2,
            "claim_generator_info": [
                {"name": CLAIM_GENERATOR, "version": CLAIM_GENERATOR_VERSION, "specVersion": SPEC_VERSION},
            ],
            "title": self.title,
            "format": self.media_type,
            **({"thumbnail": thumbnail} if self.has_thumbnail else {}),
            "assertions": [assertion.to_json() for assertion in self.assertions],
        }


def manifest_id_for(name: UUID) -> str:
    """The manifest's name, fixed before signing so that the intent is recorded with it.

    Raises:
        ValueError: `name` is not random (version 4); the SDK refuses others as "invalid Claim GUID".

    Source: C2PA 2.4, 8.1: `urn:c2pa:` and a version 4 UUID.
    """
    if name.version != 4:  # noqa: PLR2004 - the version the standard names
        raise ValueError(f"{name} is not a version 4 UUID")
    return f"urn:c2pa:{name}"


def definition(statement: TakeStatement, *, manifest_id: str, unbound_sha256: str) -> Definition:
    """What the credential of a take says. Equal facts give equal definitions.

    Args:
        statement: the facts.
        manifest_id: from `manifest_id_for`.
        unbound_sha256: from `boxes.unbound_sha256` of the file to be signed.
    """
    return Definition(
        manifest_id=manifest_id,
        title=statement.title,
        assertions=(
            Assertion(
                ACTIONS_LABEL,
                {
                    "actions": [action.to_json() for action in actions_of(statement)],
                    "allActionsIncluded": True,
                },
            ),
            Assertion(AI_DISCLOSURE_LABEL, _ai_disclosure(statement)),
            Assertion(TRAINING_MINING_LABEL, _training_mining(statement)),
            Assertion(METADATA_LABEL, _metadata(statement), is_json=True),
            Assertion(MODEL_LABEL, _model(statement)),
            Assertion(TAKE_LABEL, _take(statement, unbound_sha256)),
            Assertion(AUTHORIZATION_LABEL, _authorization(statement.authorization)),
            *(Assertion(SOFT_BINDING_LABEL, soft_binding(one)) for one in statement.soft_bindings),
        ),
        media_type=statement.media_type,
    )


def with_log_proof(
    intended: Definition,
    *,
    leaf_hash_hex: str,
    proof: str,
    entry_type: str = "provenance.signing.intended",
) -> Definition:
    """`intended` with the proof that the intent to sign it stands in the log.

    The entry holds the digest of `intended`, so the proof cannot be part of that. The entry itself stays out: its
    hash tells nobody anything, and the parties can show the entry that belongs to it.

    Args:
        intended: what the logged intent speaks of.
        leaf_hash_hex: of the entry.
        proof: `audit.tlog_proof.LogProof.to_text`.
        entry_type: of the entry.
    """
    content: dict[str, Json] = {
        "entry_type": str(entry_type),
        LEAF_FIELD: leaf_hash_hex,
        PROOF_FIELD: proof,
    }
    return replace(intended, assertions=(*intended.assertions, Assertion(LOG_PROOF_LABEL, content)))


def _ai_disclosure(statement: TakeStatement) -> dict[str, Json]:
    name, version = quote(statement.model_name, safe=""), quote(statement.model_version, safe="")
    # What is declared of a service is no package, so its digest is no checksum of one.
    checksum = "" if statement.host else f"?checksum=sha256:{statement.model_sha256}"
    return {
        "modelType": "c2pa.types.model",
        "modelName": statement.model_name,
        "modelIdentifier": f"pkg:generic/{name}@{version}{checksum}",
        "contentProfile": {"humanOversightLevel": statement.human_oversight.value},
    }


def _training_mining(statement: TakeStatement) -> dict[str, Json]:
    stated = {one.entry: one for one in statement.training}
    entries: dict[str, Json] = {}
    for entry in TRAINING_MINING_ENTRIES:
        # What nobody stated is not allowed.
        use: dict[str, Json] = {"use": "notAllowed"}
        if entry in stated:
            use = {"use": stated[entry].use.value}
            if stated[entry].constraint_info:
                use["constraint_info"] = stated[entry].constraint_info
        entries[entry] = use
    return {"entries": entries}


_MADE = frozenset({"c2pa.created", "c2pa.edited", "c2pa.transcoded"})


def _metadata(statement: TakeStatement) -> dict[str, Json]:
    """What catalogues read. Who wrote the prompt, and the prompt, have properties in IPTC's schema and none here.

    Source: CAWG Metadata 1.1; IPTC Photo Metadata Standard 2025.1 (AI properties).
    """
    (made,) = [one for one in actions_of(statement) if one.action in _MADE]
    return {
        "@context": {
            "dc": "http://purl.org/dc/elements/1.1/",
            "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        },
        "dc:title": [statement.title],
        "Iptc4xmpExt:DigitalSourceType": made.digital_source_type or "",
        "Iptc4xmpExt:AISystemUsed": statement.model_name,
        "Iptc4xmpExt:AISystemVersionUsed": statement.model_version,
    }


def _model(statement: TakeStatement) -> dict[str, Json]:
    """The model by digests.

    As ingredients they would read as media of unknown provenance: a file of weights bears no credential.
    """
    content: dict[str, Json] = {
        "name": statement.model_name,
        "version": statement.model_version,
        f"{'declaration' if statement.host else 'weights'}_sha256": statement.model_sha256,
    }
    if statement.host:
        content["host"] = statement.host
    if statement.lossy:
        content["lossy"] = [*statement.lossy]
    if statement.model_card_sha256:
        content["card_sha256"] = statement.model_card_sha256
    if statement.adapters:
        content["adapters"] = [
            {"kind": one.kind, "name": one.name, "weights_sha256": one.weights_sha256}
            for one in statement.adapters
        ]
    return content


def soft_binding(binding: SoftBinding) -> dict[str, Json]:
    # An empty scope: the value is of the whole content.
    return {"alg": binding.alg, "blocks": [{"scope": {}, "value": binding.value}]}


def _take(statement: TakeStatement, unbound_sha256: str) -> dict[str, Json]:
    return {
        "take": str(statement.take_id),
        "width": statement.width,
        "height": statement.height,
        "frames": statement.frames,
        # Text, because 24000/1001 is no number that JSON can spell exactly.
        "fps": str(statement.fps),
        "generated_width": statement.generated_width,
        "generated_height": statement.generated_height,
        UNBOUND_FIELD: unbound_sha256,
        **_ingredients(statement),
        **_reference_pictures(statement),
    }


def _ingredients(statement: TakeStatement) -> dict[str, Json]:
    """Digests of the files that went in, so that the logged intent names them too."""
    if not statement.ingredients:
        return {}
    return {
        "ingredients": [
            {"label": one.label, "file_sha256": one.file_sha256, "read_by": one.read_by.value}
            for one in statement.ingredients
        ]
    }


def _reference_pictures(statement: TakeStatement) -> dict[str, Json]:
    """Digests alone: whom they show is read in custody, by whoever may."""
    if not statement.reference_pictures:
        return {}
    return {
        "reference_pictures": [
            {"name": one.name, "file_sha256": one.file_sha256} for one in statement.reference_pictures
        ]
    }


def _authorization(authorization: AuthorizationStatement) -> dict[str, Json]:
    # Sorted, because the order in which consents were found says nothing and must not distinguish files.
    consents: list[Json] = [*sorted(authorization.consent_commitments_hex)]
    return {
        "decision": authorization.decision_commitment_hex,
        "consents": consents,
        "rule_pack": authorization.rule_pack,
        "rule_pack_sha256": authorization.rule_pack_sha256,
        "log_origin": authorization.log_origin,
    }
