from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.providers.addresses import (
    BadKeyAddress,
    PemAddress,
    ServiceAddress,
    TokenAddress,
    parse_key_address,
)

_LABELS = st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"]))


@given(st.builds(TokenAddress, _LABELS, st.none() | _LABELS, st.binary(min_size=1)))
def test_an_address_survives_its_text(address: TokenAddress) -> None:
    assert parse_key_address(str(address)) == address


@pytest.mark.parametrize("address", [PemAddress("a/key.pem"), ServiceAddress("arn:aws:kms:eu:1:key/9")])
def test_so_do_the_others(address: PemAddress | ServiceAddress) -> None:
    assert parse_key_address(str(address)) == address


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no key"),
        ("/keys/key.pem", "names no key"),
        ("pem:", "names no key"),
        ("vault:claim", "no kind of key store"),
        ("pkcs11:token=studio", "by object or id"),
        ("pkcs11:object=claim", "names the token"),
        ("pkcs11:token=studio;object=a;object=b", "stands twice"),
        ("pkcs11:token=studio;object=a;slot-id=1", "'slot-id' is none of"),
        ("pkcs11:token=studio;object=a;type=public", "Only private keys"),
        ("pkcs11:token=studio;object=%ff", "UTF-8"),
        ("pkcs11:token=studio;object=a?pin-value=1234", "holds no PIN"),
    ],
)
def test_what_names_no_key_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadKeyAddress, match=said):
        parse_key_address(text)
