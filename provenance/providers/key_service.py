"""Keys in a service that speaks AWS KMS's JSON protocol: AWS itself, or one that answers the same requests.

Four requests are all: CreateKey, DescribeKey, GetPublicKey and Sign over a digest. The service's answer is checked
against the public key before it goes on, so a service that signs with another key is found here.

Source: AWS Key Management Service API Reference, 2014-11-01, for the shapes of requests, answers and errors.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core import clock
from provenance.errors import KeyAccessDenied, KeyMissing, KeyServiceDown, KeyStoreUnusable, KeyTaken
from provenance.providers.addresses import ServiceAddress
from provenance.providers.request_signature import Credentials, Unsigned, signed_headers
from provenance.providers.secrets_in_files import SecretUnusable, secret_text
from provenance.providers.signing_key import SigningKey, holds, raw_signature

_TIMEOUT_S = 5.0
_ATTEMPTS = 3
_FIRST_PAUSE_S = 0.2
_LONGEST_ANSWER = 64 * 1024

_DENIED = frozenset(
    {
        "AccessDeniedException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "IncompleteSignatureException",
        "MissingAuthenticationTokenException",
        "ExpiredTokenException",
        "InvalidClientTokenId",
    }
)
# The service asks to come again; everything else would be answered the same way the second time.
_PASSING = frozenset(
    {
        "ThrottlingException",
        "RequestLimitExceeded",
        "KMSInternalException",
        "DependencyTimeoutException",
        "KeyUnavailableException",
        "ServiceUnavailableException",
    }
)


class _Passing(Exception):
    """Not answered this time. The message says why."""


class KeyService:
    """One key service in one region, under the credentials in a file.

    The file is JSON with `access_key_id`, `secret_access_key` and, where they are temporary, `session_token`. It is
    read for each request, so whatever renews them need not tell us.
    """

    def __init__(self, url: str | None, *, region: str, credentials_file: Path | None) -> None:
        self._url = url
        self._region = region
        self._credentials_file = credentials_file

    def opened(self, address: ServiceAddress) -> SigningKey:
        described = self._asked("DescribeKey", {"KeyId": address.key_id})
        answer = self._asked("GetPublicKey", {"KeyId": address.key_id})
        try:
            public_key = serialization.load_der_public_key(
                base64.b64decode(answer["PublicKey"], validate=True)
            )
            origin, state = described["KeyMetadata"]["Origin"], described["KeyMetadata"]["KeyState"]
        except (KeyError, TypeError, ValueError) as error:
            raise KeyServiceDown(f"{self._url} describes {address} in no way we know: {error!r}") from error
        if not isinstance(public_key, ec.EllipticCurvePublicKey) or not isinstance(
            public_key.curve, ec.SECP256R1
        ):
            raise KeyStoreUnusable(f"The key at {address} is not P-256.")
        if answer.get("KeyUsage") != "SIGN_VERIFY":
            raise KeyStoreUnusable(f"The key at {address} is not for signing.")
        if state != "Enabled":
            raise KeyMissing(f"The key at {address} is {state}, not enabled.")

        def sign(payload: bytes) -> bytes:
            return self._signature(address, public_key, payload)

        # Material of another origin was made elsewhere and brought in: a copy may exist.
        return SigningKey(
            str(address), public_key, extractable=origin not in ("AWS_KMS", "AWS_CLOUDHSM"), sign=sign
        )

    def generated(self, address: ServiceAddress) -> SigningKey:
        if not address.key_id.startswith("alias/"):
            raise KeyStoreUnusable("The service names new keys itself: give an alias, kms:alias/<name>.")
        try:
            self._asked("DescribeKey", {"KeyId": address.key_id})
        except KeyMissing:
            pass
        else:
            raise KeyTaken(f"A key lies at {address} already.")
        made = self._asked("CreateKey", {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"})
        try:
            key_id = str(made["KeyMetadata"]["KeyId"])
        except (KeyError, TypeError) as error:
            raise KeyServiceDown(f"{self._url} made a key and did not name it.") from error
        self._asked("CreateAlias", {"AliasName": address.key_id, "TargetKeyId": key_id})
        # By its own id from here on: an alias can be turned to another key.
        return self.opened(ServiceAddress(key_id))

    def _signature(
        self, address: ServiceAddress, public_key: ec.EllipticCurvePublicKey, payload: bytes
    ) -> bytes:
        answer = self._asked(
            "Sign",
            {
                "KeyId": address.key_id,
                "Message": base64.b64encode(hashlib.sha256(payload).digest()).decode(),
                "MessageType": "DIGEST",
                "SigningAlgorithm": "ECDSA_SHA_256",
            },
        )
        try:
            raw = raw_signature(base64.b64decode(answer["Signature"], validate=True))
        except (KeyError, TypeError, ValueError) as error:
            raise KeyServiceDown(f"{self._url} gave no signature of P-256: {error!r}") from error
        if not holds(public_key, raw, payload):
            raise KeyServiceDown(f"{self._url} signed with another key than the one at {address}.")
        return raw

    def _asked(self, action: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        if self._url is None:
            raise KeyStoreUnusable("No key service is configured: set COUNTERSIGN_KMS_URL.")
        failure = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_FIRST_PAUSE_S * 2 ** (attempt - 1))
            try:
                return _answer(self._request(self._url, action, parameters), parameters.get("KeyId", ""))
            except _Passing as passing:
                failure = str(passing)
        raise KeyServiceDown(f"The key service at {self._url} does not answer: {failure}.")

    def _request(self, url: str, action: str, parameters: Mapping[str, str]) -> urllib.request.Request:
        body = json.dumps(parameters).encode()
        headers = signed_headers(
            Unsigned(
                "POST",
                f"{url}/",
                {"content-type": "application/x-amz-json-1.1", "x-amz-target": f"TrentService.{action}"},
                body,
            ),
            self._credentials(),
            region=self._region,
            service="kms",
            at=clock.now(),
        )
        return urllib.request.Request(f"{url}/", data=body, headers=headers, method="POST")  # noqa: S310 - https, or this machine: see the settings

    def _credentials(self) -> Credentials:
        try:
            text = secret_text(self._credentials_file, setting="COUNTERSIGN_KMS_CREDENTIALS_FILE")
            document = json.loads(text)
            return Credentials(
                document["access_key_id"], document["secret_access_key"], document.get("session_token")
            )
        except SecretUnusable as error:
            raise KeyStoreUnusable(str(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            # Without the text: it holds a secret.
            raise KeyStoreUnusable(
                f"{self._credentials_file} holds no JSON object with access_key_id and secret_access_key."
            ) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Whom we ask stands in the settings; nobody else decides it."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def _answer(request: urllib.request.Request, key_id: str) -> dict[str, Any]:
    """The JSON object that answers `request`.

    Raises:
        _Passing: not answered, or only that we should come again.
    """
    try:
        with _opener.open(request, timeout=_TIMEOUT_S) as answer:
            content = answer.read(_LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error.code, error.read(_LONGEST_ANSWER), key_id) from error
    except (OSError, http.client.HTTPException) as error:
        raise _Passing(str(getattr(error, "reason", error)) or type(error).__name__) from error
    try:
        document = json.loads(content)
    except ValueError as error:
        raise _Passing("it answers with something else than JSON") from error
    if not isinstance(document, dict):
        raise _Passing("it answers with something else than an object")
    return document


def _refusal(status: int, content: bytes, key_id: str) -> Exception:
    try:
        document = json.loads(content)
        code = str(document["__type"]).rpartition("#")[2]
        told = str(document.get("message") or document.get("Message") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        code, told = "", ""
    said = f"{code or f'HTTP status {status}'}{told and f': {told}'}"
    if code in _PASSING or (not code and status >= 500):  # noqa: PLR2004 - the service's own failures
        return _Passing(said)
    if code in _DENIED or status in (401, 403):
        return KeyAccessDenied(f"The key service refuses: {said}")
    if code == "NotFoundException":
        return KeyMissing(f"The key service holds no key {key_id}: {said}")
    if code == "AlreadyExistsException":
        return KeyTaken(f"The key service has this alias already: {said}")
    return KeyStoreUnusable(f"The key service refuses: {said}")
