"""Fetching what a stranger names: where it goes, what it believes, when it stops."""

from __future__ import annotations

import datetime as dt
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from provenance import fetching, jumbf
from provenance.errors import ReferenceRefused
from provenance.fetching import fetch, public_address

CONTENT = b"film" * 1000


class _Films(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "https://127.0.0.1/film")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "video/mp4")
        if self.path != "/unannounced":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An https server on this machine that, for once, counts as public; its certificate is believed."""
    certificate, key = _certificate(tmp_path)
    server = http.server.HTTPServer(("127.0.0.1", 0), _Films)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(fetching, "_PORT", server.server_port)
    monkeypatch.setattr(fetching, "is_public", lambda _: True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "films")])
    now = dt.datetime.now(dt.UTC)
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "films.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "films.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "films.crt", folder / "films.key"


def test_a_film_is_fetched(films: str, tmp_path: Path) -> None:
    fetch(f"{films}/film", tmp_path / "film", most_bytes=len(CONTENT), media_type="video/mp4")

    assert (tmp_path / "film").read_bytes() == CONTENT


@pytest.mark.parametrize("path", ["/film", "/unannounced"])
def test_more_than_was_said_is_not_taken(path: str, films: str, tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match="more bytes"):
        fetch(f"{films}{path}", tmp_path / "film", most_bytes=len(CONTENT) - 1)


def test_another_type_is_refused(films: str, tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match="video/mp4"):
        fetch(f"{films}/film", tmp_path / "film", most_bytes=10**6, media_type="image/png")


def test_redirects_are_not_followed(films: str, tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused, match="302"):
        fetch(f"{films}/elsewhere", tmp_path / "film", most_bytes=10**6)


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    films: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(ReferenceRefused, match="SSLCertVerificationError"):
        fetch(f"{films}/film", tmp_path / "film", most_bytes=10**6)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "0x7f.1", "192.168.1.1", "100.64.0.1", "224.0.0.1", "0.0.0.0", "::"),  # noqa: S104 - refused
        *(
            "fe80::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fc00::1",
            "no.such.name.invalid",
        ),
    ],
)
def test_addresses_that_are_not_public_are_refused(host: str) -> None:
    with pytest.raises(ReferenceRefused):
        public_address(host)


def test_a_public_address_is_gone_to() -> None:
    assert public_address("93.184.216.34") == "93.184.216.34"


def test_the_active_manifest_is_cut_out_of_a_store() -> None:
    def box(kind: bytes, content: bytes) -> bytes:
        return (len(content) + 8).to_bytes(4, "big") + kind + content

    description, first, last = (
        box(b"jumd", b"c2pa"),
        box(b"jumb", b"of the reference"),
        box(b"jumb", b"active"),
    )

    assert jumbf.active_alone(box(b"jumb", description + first + last)) == box(b"jumb", description + last)
    with pytest.raises(jumbf.NotJumbf):
        jumbf.active_alone(box(b"jumb", description + first)[:-1])
