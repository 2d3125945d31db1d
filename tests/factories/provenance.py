"""Videos, statements and signed files for tests."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import av
import c2pa
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.merkle import inclusion_spans, leaf_hash, tree_root
from audit.tlog_proof import LogProof
from core import clock
from provenance import boxes, c2pa_gateway, keys, manifest
from provenance.sdk.contents import Contents
from provenance.sdk.contexts import opened_context
from provenance.source_types import TRAINED_ALGORITHMIC_MEDIA
from provenance.statement import AuthorizationStatement, TakeStatement
from provenance.trust_list import TrustList

WIDTH, HEIGHT, FRAMES, FPS = 64, 48, 12, 24
NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
UNBOUND = "b" * 64
MANIFEST_ID = "urn:c2pa:9b0d3f6e-3c5a-4f1e-8a77-0c1d2e3f4a5b"


def make_video(
    path: Path, *, frames: int = FRAMES, seed: int = 1, container: str = "mp4", index_first: bool = False
) -> Path:
    """A playable H.264 video of moving noise."""
    noise = np.random.default_rng(seed)
    options = {"movflags": "+faststart"} if index_first else {}
    with av.open(str(path), "w", format=container, options=options) as output:
        stream = output.add_stream("libx264", rate=Fraction(FPS))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(frames):
            picture = noise.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
    return path


def make_jpeg() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (32, 24), (30, 60, 90)).save(picture, "JPEG")
    return picture.getvalue()


def authorization_statement(**changes: object) -> AuthorizationStatement:
    stated = AuthorizationStatement(
        decision_commitment_hex="d" * 64,
        consent_commitments_hex=("c2" * 32, "c1" * 32),
        rule_pack="house-2026.11",
        rule_pack_sha256="e" * 64,
        log_origin="log.countersign.example/4f2a",
    )
    return replace(stated, **changes)  # type: ignore[arg-type]  # fields by name


def take_statement(**changes: object) -> TakeStatement:
    stated = TakeStatement(
        take_id=UUID("0193591f-52c0-7000-8000-0000000000aa"),
        title="Shot A12, take 3",
        width=WIDTH,
        height=HEIGHT,
        frames=FRAMES,
        fps=FPS,
        generated_width=WIDTH,
        generated_height=HEIGHT,
        model_name="countersign/builtin-small",
        model_version="1.0.0",
        model_sha256="a" * 64,
        seed=2**63 - 1,
        steps=20,
        created_at=NOON,
        authorization=authorization_statement(),
    )
    return replace(stated, **changes)  # type: ignore[arg-type]  # fields by name


LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
# The intent to sign is the sixth of eleven entries.
LOG_LEAVES = [leaf_hash(b"entry %d" % number) for number in range(11)]
LOG_INDEX = 5


def a_log_proof(
    *, origin: str = "log.countersign.example/4f2a", key: Ed25519PrivateKey = LOG_KEY
) -> LogProof:
    """A proof for entry `LOG_INDEX` of a log of `LOG_LEAVES`."""
    spans = inclusion_spans(index=LOG_INDEX, size=len(LOG_LEAVES))
    note = sign_checkpoint(Checkpoint(origin, len(LOG_LEAVES), tree_root(LOG_LEAVES)), key=key)
    return LogProof(LOG_INDEX, tuple(tree_root(LOG_LEAVES[start:end]) for start, end in spans), note)


def with_log_proof(intended: manifest.Definition, proof: LogProof | None = None) -> manifest.Definition:
    """`intended` as it is signed, with a proof that holds unless another is given."""
    return manifest.with_log_proof(
        intended, leaf_hash_hex=LOG_LEAVES[LOG_INDEX].hex(), proof=(proof or a_log_proof()).to_text()
    )


@dataclass(frozen=True, slots=True)
class SignedVideo:
    """A signed file outside any database, with the list that trusts it."""

    path: Path
    source: Path
    manifest_id: str
    trust_list: TrustList
    keys_folder: Path

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()


def sign_video(
    folder: Path,
    *,
    keys_folder: Path,
    seed: int = 1,
    statement: TakeStatement | None = None,
    proof: LogProof | None = None,
) -> SignedVideo:
    """Sign a fresh video with the development authority under `keys_folder`."""
    at = clock.now()
    keys.ensure_development_authority(keys_folder, at=at)
    source = make_video(folder / "source.mp4", seed=seed)
    signed = folder / "signed.mp4"
    trust_list = keys.load_trust_list(keys_folder, at=at)
    intended = manifest.definition(
        statement or take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=boxes.unbound_sha256(source)
    )
    c2pa_gateway.sign(
        source=source,
        destination=signed,
        contents=Contents(with_log_proof(intended, proof).to_json(), make_jpeg()),
        signer=keys.load_signer(keys_folder, at=at),
        anchors=trust_list.standing_anchors(at=at),
    )
    return SignedVideo(signed, source, MANIFEST_ID, trust_list, keys_folder)


def sign_with_ingredient(signed_video: SignedVideo, ingredient: Path, destination: Path) -> Path:
    """Another video, made from `ingredient`; signed by the SDK itself, which lets anything in."""
    signer = keys.load_signer(signed_video.keys_folder, at=clock.now())
    definition = {
        "claim_generator_info": [{"name": "test", "version": "1"}],
        "assertions": [
            {
                "label": manifest.ACTIONS_LABEL,
                "data": {
                    "actions": [
                        {
                            "action": "c2pa.created",
                            "digitalSourceType": TRAINED_ALGORITHMIC_MEDIA,
                            "parameters": {"ingredientIds": ["reference"]},
                        }
                    ]
                },
            }
        ],
    }
    with (
        opened_context(signed_video.trust_list.anchors) as context,
        c2pa.Builder(definition, context=context) as builder,
        c2pa.Signer.from_callback(signer.sign, c2pa.C2paSigningAlg.ES256, signer.chain_pem) as native,
        ingredient.open("rb") as reference,
        signed_video.source.open("rb") as source,
        destination.open("w+b") as output,
    ):
        builder.set_intent(
            c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.TRAINED_ALGORITHMIC_MEDIA
        )
        builder.add_ingredient(
            {"title": "reference", "relationship": "inputTo", "label": "reference"}, "video/mp4", reference
        )
        builder.sign(native, manifest.MEDIA_TYPE, source, output)
    return destination
