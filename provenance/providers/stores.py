"""The stores of keys that the settings name, by the kind of an address."""

from __future__ import annotations

from django.conf import settings

from provenance.providers.addresses import KeyAddress, PemAddress, ServiceAddress, TokenAddress
from provenance.providers.key_service import KeyService
from provenance.providers.pem_files import PemFiles
from provenance.providers.signing_key import SigningKey
from provenance.providers.tokens import Tokens


def opened_key(address: KeyAddress) -> SigningKey:
    """The key that lies at `address`.

    Raises:
        KeyUnavailable: of the kind that says what to do about it.
    """
    match address:
        case PemAddress():
            return PemFiles(settings.KEYS_FOLDER).opened(address)
        case TokenAddress():
            return _tokens().opened(address)
        case ServiceAddress():
            return _key_service().opened(address)


def generated_key(address: KeyAddress) -> SigningKey:
    """A new key at `address`, where none lies.

    Raises:
        KeyUnavailable: as above.
    """
    match address:
        case PemAddress():
            return PemFiles(settings.KEYS_FOLDER).generated(address)
        case TokenAddress():
            return _tokens().generated(address)
        case ServiceAddress():
            return _key_service().generated(address)


def _tokens() -> Tokens:
    stores = settings.KEY_STORES
    return Tokens(stores.pkcs11_module, stores.pkcs11_pin_file)


def _key_service() -> KeyService:
    stores = settings.KEY_STORES
    return KeyService(stores.kms_url, region=stores.kms_region, credentials_file=stores.kms_credentials_file)
