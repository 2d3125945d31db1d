"""The roots under which organisations' identities are accepted: one PEM file, beside the other anchors.

anchors/identity-roots.pem
"""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

from core.key_files import replace_file
from provenance import certificates


def identity_roots_path(keys_folder: Path) -> Path:
    return keys_folder / "anchors" / "identity-roots.pem"


def identity_roots(keys_folder: Path) -> tuple[x509.Certificate, ...]:
    """None where the file was never written; then no identity counts.

    Raises:
        ValueError: the file holds something else than certificates.
    """
    path = identity_roots_path(keys_folder)
    return tuple(x509.load_pem_x509_certificates(path.read_bytes())) if path.exists() else ()


def identity_roots_pem(keys_folder: Path) -> str:
    """The same as PEM; empty where there are none."""
    return certificates.to_pem(*identity_roots(keys_folder))


def add_identity_root(keys_folder: Path, root: x509.Certificate) -> None:
    """Accept one more. The caller is alone among writers."""
    known = identity_roots(keys_folder)
    if root not in known:
        replace_file(identity_roots_path(keys_folder), certificates.to_pem(*known, root))
