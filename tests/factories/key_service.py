"""A key service on loopback that speaks AWS KMS's protocol and really signs. It can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tests.factories.tokens import secret_file

ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


class Conduct(Enum):
    GOOD = auto()
    THROTTLES_ONCE = auto()
    DOWN = auto()
    GARBAGE = auto()
    SIGNS_WITH_ANOTHER_KEY = auto()


class Refused(Exception):
    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message


@dataclass
class LocalKeyService:
    url: str
    keys: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    states: dict[str, str] = field(default_factory=dict)
    conduct: Conduct = Conduct.GOOD
    asked: list[str] = field(default_factory=list)

    def add(self, *, curve: ec.EllipticCurve | None = None, imported: bool = False) -> str:
        key_id = str(uuid.uuid4())
        self.keys[key_id] = ec.generate_private_key(curve or ec.SECP256R1())
        if imported:
            self.imported.add(key_id)
        return key_id

    def answer(self, action: str, asked: dict[str, Any]) -> dict[str, Any]:
        if self.conduct is Conduct.THROTTLES_ONCE:
            self.conduct = Conduct.GOOD
            raise Refused("ThrottlingException", "Rate exceeded")
        match action:
            case "CreateKey":
                return {"KeyMetadata": self._described(self.add())}
            case "CreateAlias":
                if asked["AliasName"] in self.aliases:
                    raise Refused("AlreadyExistsException")
                self.aliases[asked["AliasName"]] = asked["TargetKeyId"]
                return {}
            case "DescribeKey":
                return {"KeyMetadata": self._described(self._key_id(asked))}
            case "GetPublicKey":
                key_id = self._key_id(asked)
                der = (
                    self.keys[key_id]
                    .public_key()
                    .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
                )
                return {
                    "KeyId": key_id,
                    "PublicKey": base64.b64encode(der).decode(),
                    "KeyUsage": "SIGN_VERIFY",
                }
            case "Sign":
                return self._signed(asked)
            case _:
                raise Refused("UnknownOperationException")

    def _key_id(self, asked: dict[str, Any]) -> str:
        key_id = self.aliases.get(asked["KeyId"], asked["KeyId"])
        if key_id not in self.keys:
            raise Refused("NotFoundException", f"Invalid keyId {key_id}")
        return str(key_id)

    def _described(self, key_id: str) -> dict[str, Any]:
        origin = "EXTERNAL" if key_id in self.imported else "AWS_KMS"
        return {"KeyId": key_id, "Origin": origin, "KeyState": self.states.get(key_id, "Enabled")}

    def _signed(self, asked: dict[str, Any]) -> dict[str, Any]:
        key_id = self._key_id(asked)
        if (asked["MessageType"], asked["SigningAlgorithm"]) != ("DIGEST", "ECDSA_SHA_256"):
            raise Refused("ValidationException")
        key = self.keys[key_id]
        if self.conduct is Conduct.SIGNS_WITH_ANOTHER_KEY:
            key = ec.generate_private_key(ec.SECP256R1())
        digest = base64.b64decode(asked["Message"])
        der = key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        return {"KeyId": key_id, "Signature": base64.b64encode(der).decode()}


@contextmanager
def local_key_service() -> Iterator[LocalKeyService]:
    service = LocalKeyService("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(service))
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def credentials_file(folder: Path, *, secret: str = SECRET_KEY) -> Path:
    text = json.dumps({"access_key_id": ACCESS_KEY, "secret_access_key": secret})
    return secret_file(folder / "key-service.json", text)


def _answering(service: LocalKeyService) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            action = self.headers["X-Amz-Target"].removeprefix("TrentService.")
            service.asked.append(action)
            try:
                _check_signature(self, body)
                if service.conduct is Conduct.DOWN:
                    self._send(503, b"upstream connect error")
                    return
                if service.conduct is Conduct.GARBAGE:
                    self._send(200, b"<html>Welcome to the hotel's network</html>")
                    return
                self._send(200, json.dumps(service.answer(action, json.loads(body))).encode())
            except Refused as refused:
                told = {"__type": f"com.amazonaws.kms#{refused.code}", "message": refused.message}
                self._send(400, json.dumps(told).encode())

        def _send(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            pass

    return Answering


def _check_signature(request: BaseHTTPRequestHandler, body: bytes) -> None:
    """As the service does it: from the headers that the request says it signed."""
    said = dict(
        part.strip().split("=", 1)
        for part in request.headers["Authorization"].removeprefix("AWS4-HMAC-SHA256 ").split(",")
    )
    access_key, day, region, service, end = said["Credential"].split("/")
    names = said["SignedHeaders"].split(";")
    if access_key != ACCESS_KEY or "host" not in names or "x-amz-target" not in names:
        raise Refused("UnrecognizedClientException")
    lines = "".join(f"{name}:{request.headers[name]}\n" for name in names)
    canonical = f"POST\n/\n\n{lines}\n{said['SignedHeaders']}\n{hashlib.sha256(body).hexdigest()}"
    text = (
        f"AWS4-HMAC-SHA256\n{request.headers['X-Amz-Date']}\n{day}/{region}/{service}/{end}\n"
        f"{hashlib.sha256(canonical.encode()).hexdigest()}"
    )
    key = b"AWS4" + SECRET_KEY.encode()
    for part in (day, region, service, end):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    if hmac.new(key, text.encode(), hashlib.sha256).hexdigest() != said["Signature"]:
        raise Refused("InvalidSignatureException", "The request signature does not match")
