"""Keys in a PKCS#11 token: a hardware module, a smart card, or SoftHSM. The private half never leaves it.

A process loads the module and logs in when it first needs a key, and after a fork anew: what a parent opened is not a
child's (PKCS#11 3.0, 5.4 wants C_Initialize again). One session with a token serves all threads, one at a time.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from provenance.errors import (
    KeyMissing,
    KeyStoreUnusable,
    KeyTaken,
    KeyUnavailable,
    PinWrong,
    TokenAbsent,
)
from provenance.providers.addresses import TokenAddress
from provenance.providers.secrets_in_files import SecretUnusable, secret_text
from provenance.providers.signing_key import SigningKey

if TYPE_CHECKING:
    import pkcs11
    from pkcs11._pkcs11 import lib

AnswerT = TypeVar("AnswerT")


@dataclass
class _Session:
    """A process's one session with a token; `session` is None until it is first needed, and after it was lost."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    session: pkcs11.Session | None = None
    refused_pin: bytes | None = None
    """Digest of a PIN that the token did not take. A second wrong one may lock it, so none is tried again."""

    def drop(self) -> None:
        """Close what is open, in whatever state it is: one login serves a process, and a second is refused."""
        import pkcs11

        if self.session is not None:
            with suppress(pkcs11.PKCS11Error):
                self.session.close()
        self.session = None


@dataclass
class _Opened:
    """What this process has open, and whether its parent had initialised modules before the fork."""

    guard: threading.Lock = field(default_factory=threading.Lock)
    sessions: dict[tuple[Path, str], _Session] = field(default_factory=dict)
    modules: dict[Path, lib] = field(default_factory=dict)
    inherited: frozenset[Path] = frozenset()


_open_here = _Opened()
# Of parents: never closed from here, because a module may share the session with the parent it belongs to.
_of_parents: list[_Opened] = []


def _begin_anew() -> None:
    global _open_here  # noqa: PLW0603 - a fork makes it another process
    _of_parents.append(_open_here)
    _open_here = _Opened(inherited=_open_here.inherited | _open_here.modules.keys())


os.register_at_fork(after_in_child=_begin_anew)


class Tokens:
    """The tokens that one PKCS#11 module reaches.

    Args:
        module: the module's shared library; None where none is configured.
        pin_file: holds the user's PIN, readable by this account alone.
    """

    def __init__(self, module: Path | None, pin_file: Path | None) -> None:
        self._module = module
        self._pin_file = pin_file

    def opened(self, address: TokenAddress) -> SigningKey:
        def found(session: pkcs11.Session) -> tuple[bytes, bool]:
            return _public_key_der(session, address), _may_leave(_private_key(session, address))

        public_key_der, extractable = self._used(address, found)
        return self._signing_key(address, public_key_der, extractable=extractable)

    def generated(self, address: TokenAddress) -> SigningKey:
        from pkcs11 import Attribute, KeyType, MechanismFlag
        from pkcs11.util.ec import encode_named_curve_parameters

        def made(session: pkcs11.Session) -> None:
            if list(session.get_objects(_named(address))):
                raise KeyTaken(f"A key lies at {address} already.")
            curve = session.create_domain_parameters(
                KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
            )
            curve.generate_keypair(
                store=True,
                label=address.label,
                id=address.key_id,
                capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
                private_template={
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                    Attribute.PRIVATE: True,
                },
            )

        self._used(address, made, writes=True)
        return self.opened(address)

    def _signing_key(self, address: TokenAddress, public_key_der: bytes, *, extractable: bool) -> SigningKey:
        public_key = serialization.load_der_public_key(public_key_der)
        if not isinstance(public_key, ec.EllipticCurvePublicKey) or not isinstance(
            public_key.curve, ec.SECP256R1
        ):
            raise KeyStoreUnusable(f"The key at {address} is not P-256.")

        def sign(payload: bytes) -> bytes:
            from pkcs11 import Mechanism

            digest = hashlib.sha256(payload).digest()
            # A token gives r and s side by side, as COSE wants them (PKCS#11 3.0, 2.3.1).
            return self._used(
                address,
                lambda session: bytes(_private_key(session, address).sign(digest, mechanism=Mechanism.ECDSA)),
            )

        return SigningKey(str(address), public_key, extractable=extractable, sign=sign)

    def _used(
        self, address: TokenAddress, act: Callable[[pkcs11.Session], AnswerT], *, writes: bool = False
    ) -> AnswerT:
        """What `act` gives, alone with the token; once more with a new session where the old one was lost."""
        module = self._configured_module()
        import pkcs11

        with _open_here.guard:
            own = _open_here.sessions.setdefault((module, address.token), _Session())
        with own.lock:
            try:
                if writes or own.session is None:
                    own.drop()
                    own.session = self._logged_in(own, address, writes=writes)
                    return act(own.session)
                try:
                    return act(own.session)
                except _lost():
                    own.drop()
                    own.session = self._logged_in(own, address)
                    return act(own.session)
            except pkcs11.PKCS11Error as error:
                own.drop()
                raise _in_our_words(error, address) from error

    def _configured_module(self) -> Path:
        if self._module is None:
            raise KeyStoreUnusable("No PKCS#11 module is configured: set COUNTERSIGN_PKCS11_MODULE.")
        return self._module

    def _logged_in(self, own: _Session, address: TokenAddress, *, writes: bool = False) -> pkcs11.Session:
        import pkcs11

        try:
            pin = secret_text(self._pin_file, setting="COUNTERSIGN_PKCS11_PIN_FILE")
        except SecretUnusable as error:
            raise KeyStoreUnusable(str(error)) from error
        digest = hashlib.sha256(pin.encode()).digest()
        if own.refused_pin == digest:
            raise PinWrong(
                f"The token {address.token!r} refused this PIN. It is not tried again, because a token locks after "
                "a few wrong ones: correct the file of the PIN."
            )
        token = _loaded(self._configured_module()).get_token(token_label=address.token)
        try:
            opened: pkcs11.Session = token.open(user_pin=pin, rw=writes)
        except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid):
            own.refused_pin = digest
            raise
        return opened


def _loaded(module: Path) -> lib:
    import pkcs11

    with _open_here.guard:
        if module not in _open_here.modules:
            try:
                library = pkcs11.lib(str(module))
            except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
                raise KeyStoreUnusable(f"The PKCS#11 module {module} cannot be loaded: {error}") from error
            if module in _open_here.inherited:
                library.reinitialize()
            _open_here.modules[module] = library
        return _open_here.modules[module]


def _named(address: TokenAddress) -> dict[pkcs11.Attribute, Any]:
    from pkcs11 import Attribute

    named: dict[pkcs11.Attribute, Any] = {}
    if address.label is not None:
        named[Attribute.LABEL] = address.label
    if address.key_id is not None:
        named[Attribute.ID] = address.key_id
    return named


def _half(session: pkcs11.Session, address: TokenAddress, kind: pkcs11.ObjectClass) -> Any:  # noqa: ANN401 - of a class made at run time
    """The one object of that kind at `address`."""
    from pkcs11 import Attribute

    # Read to its end: a search that is broken off stays open in the token until the collector finds it.
    found = list(session.get_objects({Attribute.CLASS: kind} | _named(address)))
    if not found:
        raise KeyMissing(f"The token {address.token!r} holds no key at {address}, or not both of its halves.")
    if len(found) > 1:
        raise KeyStoreUnusable(f"Two keys lie at {address}: name one by its id.")
    return found[0]


def _private_key(session: pkcs11.Session, address: TokenAddress) -> Any:  # noqa: ANN401 - as above
    from pkcs11 import ObjectClass

    return _half(session, address, ObjectClass.PRIVATE_KEY)


def _public_key_der(session: pkcs11.Session, address: TokenAddress) -> bytes:
    from pkcs11 import KeyType, ObjectClass
    from pkcs11.util.ec import encode_ec_public_key

    key = _half(session, address, ObjectClass.PUBLIC_KEY)
    if key.key_type is not KeyType.EC:
        raise KeyStoreUnusable(f"The key at {address} is of the kind {key.key_type.name}, and none of P-256.")
    return encode_ec_public_key(key)


def _may_leave(key: Any) -> bool:  # noqa: ANN401 - as above
    from pkcs11 import Attribute

    # `never extractable` is false for a key that was made elsewhere and brought in: a copy may exist.
    return bool(key[Attribute.EXTRACTABLE]) or not (
        key[Attribute.SENSITIVE] and key[Attribute.NEVER_EXTRACTABLE]
    )


def _lost() -> tuple[type[Exception], ...]:
    """What a token says when the session is gone: it was pulled out, restarted, or logged out."""
    import pkcs11

    return (
        pkcs11.SessionClosed,
        pkcs11.SessionHandleInvalid,
        pkcs11.UserNotLoggedIn,
        pkcs11.DeviceRemoved,
        pkcs11.DeviceError,
        pkcs11.TokenNotPresent,
        pkcs11.ObjectHandleInvalid,
    )


def _in_our_words(error: pkcs11.PKCS11Error, address: TokenAddress) -> KeyUnavailable:
    import pkcs11

    match error:
        case pkcs11.NoSuchToken() | pkcs11.TokenNotPresent() | pkcs11.DeviceRemoved():
            return TokenAbsent(f"No token with the label {address.token!r} is there.")
        case pkcs11.MultipleTokensReturned():
            return KeyStoreUnusable(f"Two tokens have the label {address.token!r}.")
        case pkcs11.PinLocked():
            return PinWrong(f"The token {address.token!r} is locked after too many wrong PINs.")
        case pkcs11.PinIncorrect() | pkcs11.PinLenRange() | pkcs11.PinInvalid():
            return PinWrong(f"The token {address.token!r} does not take the PIN.")
        case _:
            return KeyStoreUnusable(
                f"The token {address.token!r} failed: {type(error).__name__} {error}".strip()
            )
