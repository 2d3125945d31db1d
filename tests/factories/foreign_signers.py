"""Files signed by others: authorities, algorithms and shapes of manifests that are not ours."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from PIL import Image

from core import clock
from provenance.certificates import CLAIM_SIGNING, EMAIL_PROTECTION

Key: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

_NEW_KEY: dict[str, Callable[[], Key]] = {
    "es256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ps256": lambda: rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}
_DIGITAL_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@dataclass(frozen=True, slots=True)
class ForeignSigner:
    """Somebody with an authority of their own."""

    algorithm: str
    organisation: str
    chain_pem: str
    key_pem: str

    @property
    def signer(self) -> c2pa.Signer:
        info = c2pa.C2paSignerInfo(
            self.algorithm.encode(), self.chain_pem.encode(), self.key_pem.encode(), None
        )
        return c2pa.Signer.from_info(info)


def a_foreign_signer(algorithm: str, organisation: str) -> ForeignSigner:
    """Root and leaf of `algorithm`: es256, ps256 or ed25519."""
    root_key, key = _NEW_KEY[algorithm](), _NEW_KEY[algorithm]()
    root = _certificate(f"{organisation} root", organisation, root_key, None, root_key)
    leaf = _certificate(f"{organisation} camera 7", organisation, key, root, root_key)
    pkcs8 = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return ForeignSigner(
        algorithm=algorithm,
        organisation=organisation,
        chain_pem="".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in (leaf, root)),
        key_pem=pkcs8.decode(),
    )


def sign_as(
    signer: ForeignSigner,
    source: Path,
    destination: Path,
    *,
    media_type: str,
    definition: dict[str, Any],
    intent: c2pa.C2paBuilderIntent | None = None,
) -> Path:
    """`source` with the manifest of somebody else, by the SDK used plainly."""
    settings = {"verify": {"verify_trust": False, "remote_manifest_fetch": False}}
    with (
        c2pa.Context.from_dict(settings) as context,
        c2pa.Builder(definition, context=context) as builder,
        signer.signer as native,
        source.open("rb") as reading,
        destination.open("w+b") as writing,
    ):
        if intent is not None:
            builder.set_intent(intent)
        builder.sign(native, media_type, reading, writing)
    return destination


def a_photograph(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a manifest
    """As a camera states it today."""
    return {
        "claim_version": 2,
        "claim_generator_info": [{"name": "Example Camera", "version": "2.1"}],
        "title": "IMG_0042.JPG",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [
                        {"action": "c2pa.created", "digitalSourceType": f"{_DIGITAL_SOURCE}digitalCapture"}
                    ],
                    "allActionsIncluded": True,
                },
            }
        ],
        **changes,
    }


def an_old_drawing() -> dict[str, Any]:
    """As drawing programs stated it under C2PA 1: an older claim, older actions, an assertion of schema.org's."""
    return {
        "claim_version": 1,
        "claim_generator": "Example-Draw/11.0",
        "title": "storyboard.png",
        "assertions": [
            {
                "label": "c2pa.actions",
                "data": {
                    "actions": [
                        {"action": "c2pa.created", "digitalSourceType": f"{_DIGITAL_SOURCE}digitalCreation"},
                        {"action": "c2pa.drawing"},
                    ]
                },
            },
            {
                "label": "stds.schema-org.CreativeWork",
                "kind": "Json",
                "data": {
                    "@context": "https://schema.org",
                    "@type": "CreativeWork",
                    "url": "https://example.org",
                },
            },
        ],
    }


def an_edited_film() -> dict[str, Any]:
    """As an editing suite states it: opened from another file, cut, with a statement of its own."""
    return {
        "claim_version": 2,
        "claim_generator_info": [{"name": "Example Edit", "version": "9"}],
        "title": "plate.mp4",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [
                        {"action": "c2pa.trimmed", "digitalSourceType": f"{_DIGITAL_SOURCE}humanEdits"}
                    ],
                    "allActionsIncluded": False,
                },
            },
            {"label": "org.example.edit", "data": {"timeline": "A"}},
        ],
    }


def make_picture(path: Path, *, kind: str = "JPEG", colour: tuple[int, int, int] = (30, 60, 90)) -> Path:
    picture = io.BytesIO()
    gradient = Image.linear_gradient("L").resize((64, 48))
    Image.merge("RGB", [gradient.point(lambda value, top=top: value * top // 255) for top in colour]).save(
        picture, kind
    )
    path.write_bytes(picture.getvalue())
    return path


def _certificate(
    name: str, organisation: str, key: Key, issuer: x509.Certificate | None, issuer_key: Key
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    now, is_leaf = clock.now(), issuer is not None
    usage = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    ) | ({"digital_signature": True} if is_leaf else {"key_cert_sign": True, "crl_sign": True})
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=not is_leaf, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if is_leaf:
        purposes = x509.ExtendedKeyUsage([CLAIM_SIGNING, EMAIL_PROTECTION])
        builder = builder.add_extension(purposes, critical=False)
    hashed = None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(issuer_key, hashed)
