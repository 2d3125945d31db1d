"""A time-stamping authority on loopback: openssl's own `ts -reply` behind HTTP, under a root made for the test.

It can be told to misbehave in every way that a client must not fall for.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client._rust import parse_timestamp_request

from core import clock

CONFIG = """
[tsa]
default_tsa = default
[default]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/chain.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Behaviour(Enum):
    GOOD = auto()
    WRONG_NONCE = auto()
    WRONG_IMPRINT = auto()
    GARBAGE = auto()
    SLOW = auto()
    DROPS = auto()
    """One byte at a time, each well inside the timeout of a socket."""
    ERROR = auto()
    REDIRECT = auto()
    ENDLESS = auto()
    REFUSES = auto()


@dataclass
class LocalAuthority:
    """A running authority. `asked` counts the requests it got."""

    url: str
    root: x509.Certificate
    folder: Path
    behaviour: Behaviour = Behaviour.GOOD
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def root_pem(self) -> str:
        return self.root.public_bytes(serialization.Encoding.PEM).decode()

    def reply(self, request: bytes) -> bytes:
        """What openssl answers to `request`, which may have been changed on the way."""
        # The serial file is read and written by each run.
        with self.lock:
            query, answer = self.folder / "query.tsq", self.folder / "answer.tsr"
            query.write_bytes(request)
            command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", query.name]
            subprocess.run([*command, "-out", answer.name], cwd=self.folder, check=True, capture_output=True)
            return answer.read_bytes()


@contextmanager
def local_authority(
    folder: Path,
    *,
    life: timedelta = timedelta(days=30),
    starts: timedelta = timedelta(hours=-1),
    chained: bool = False,
) -> Iterator[LocalAuthority]:
    """A time-stamping authority for the length of the block.

    Args:
        folder: for its key and certificates; made when missing.
        life: of its own certificate.
        starts: when that begins, from now.
        chained: RSA keys and an intermediate, which its answers bring along, as commercial ones have them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    root = _issue(folder, life=life, starts=starts, chained=chained)
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    authority = LocalAuthority(url="", root=root, folder=folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(authority))
    authority.url = f"http://127.0.0.1:{server.server_port}/tsa"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answering(authority: LocalAuthority) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with authority.lock:
                authority.asked += 1
            request = self.rfile.read(int(self.headers["Content-Length"]))
            behaviour = authority.behaviour
            # Where the client loses its patience, that is what the test is about.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                if behaviour is Behaviour.ERROR:
                    self.send_error(503)
                elif behaviour is Behaviour.REDIRECT:
                    self.send_response(302)
                    self.send_header("Location", authority.url + "/elsewhere")
                    self.end_headers()
                else:
                    self._send(_answer(authority, request, behaviour), drops=behaviour is Behaviour.DROPS)

        def _send(self, content: bytes, *, drops: bool) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            for piece in [content[at : at + 1] for at in range(len(content))] if drops else [content]:
                self.wfile.write(piece)
                self.wfile.flush()
                if drops:
                    time.sleep(0.05)

        def log_message(self, *_args: object) -> None:
            pass

    return Answering


def _answer(authority: LocalAuthority, request: bytes, behaviour: Behaviour) -> bytes:
    match behaviour:
        case Behaviour.WRONG_NONCE:
            nonce = parse_timestamp_request(request).nonce
            assert nonce is not None
            spelt = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
            return authority.reply(request.replace(spelt, spelt[:-1] + bytes([spelt[-1] ^ 1])))
        case Behaviour.WRONG_IMPRINT:
            imprint = parse_timestamp_request(request).message_imprint.message
            return authority.reply(request.replace(imprint, imprint[::-1]))
        case Behaviour.GARBAGE:
            return b"<html>Welcome to the hotel's network</html>"
        case Behaviour.ENDLESS:
            return b"\0" * 2**20
        case Behaviour.REFUSES:
            # Status 2 (rejection) and no token.
            return bytes.fromhex("30053003020102")
        case Behaviour.SLOW:
            time.sleep(2)
            return authority.reply(request)
        case _:
            return authority.reply(request)


def _issue(folder: Path, *, life: timedelta, starts: timedelta, chained: bool) -> x509.Certificate:
    """The root of a TSA whose certificate it makes; writes tsa.pem, tsa.key, chain.pem and roots.pem."""
    now = clock.now().replace(microsecond=0)
    make_key = _rsa_key if chained else _ec_key
    root_key = make_key()
    root_name = _name("Test time-stamping root")
    since, until = now - timedelta(days=400), now + timedelta(days=3650)
    root = _as_authority(_builder(root_name, root_name, root_key, since, until), root_key)
    issuer, issuer_key, above = root, root_key, [root]
    if chained:
        issuer_key = make_key()
        between = _builder(_name("Test time-stamping intermediate"), root_name, issuer_key, since, until)
        issuer = _as_authority(between, root_key)
        above = [issuer]
    key = make_key()
    leaf = (
        _builder(
            _name("Test time-stamping authority"), issuer.subject, key, now + starts, now + starts + life
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "tsa.pem").write_bytes(leaf.public_bytes(pem))
    (folder / "chain.pem").write_bytes(b"".join(one.public_bytes(pem) for one in (leaf, *above)))
    (folder / "tsa.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "roots.pem").write_bytes(root.public_bytes(pem))
    return root


def _ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


Key: TypeAlias = "ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey"


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _as_authority(builder: x509.CertificateBuilder, issuer_key: Key) -> x509.Certificate:
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(key_cert_sign=True), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        encipher_only=False,
        decipher_only=False,
    )
