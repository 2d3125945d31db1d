"""Put a signature into a rider: PAdES baseline B-B, as an incremental update, so that what was signed before stays.

Without a trusted time stamp the time in a signature is the signer's claim; our log says when we saw it.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from licensing.documents.rider_marks import STUDIO_FIELD
from licensing.documents.signing_keys import MARK, DocumentSigner


def signed(pdf: bytes, *, field: str, signer: DocumentSigner, reason: str, at: datetime) -> bytes:
    """`pdf` with the signature field `field` filled.

    The studio's signature comes first and certifies the document: from then on nothing may be changed in it but
    filling the other signature field.
    """
    first = field == STUDIO_FIELD
    chain = [x509.Certificate.load(der) for der in _der(signer.chain_pem)]
    store = SimpleCertificateStore()
    store.register_multiple(chain)
    (key_der,) = _der(signer.key_pem)
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        name=signer.role.replace("_", " "),
        certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    style = TextStampStyle(
        stamp_text=f"Signed electronically\nRole: {signer.role.replace('_', ' ')}\nTime: %(ts)s\n{MARK}",
        timestamp_format="%Y-%m-%d %H:%M:%S UTC",
        border_width=0,
    )
    pdf_signer = signers.PdfSigner(
        metadata,
        signer=signers.SimpleSigner(
            signing_cert=chain[0], signing_key=keys.PrivateKeyInfo.load(key_der), cert_registry=store
        ),
        stamp_style=style,
    )
    output = pdf_signer.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        existing_fields_only=True,
        appearance_text_params={"ts": f"{at:%Y-%m-%d %H:%M:%S} UTC"},
    )
    return bytes(output.getbuffer())


def _der(text: str) -> list[bytes]:
    return [der for _, _, der in pem.unarmor(text.encode("ascii"), multiple=True)]
