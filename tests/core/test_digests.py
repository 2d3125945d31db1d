from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.digests import commitment_hex, new_salt, sha256_hex, sha256_hex_of_file


def test_sha256_is_that_of_the_standard() -> None:
    # FIPS 180-4, the example "abc".
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_file_has_the_digest_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"frame" * 300_000)

    assert sha256_hex_of_file(path) == sha256_hex(b"frame" * 300_000)


def test_a_commitment_is_the_hmac_of_the_standard() -> None:
    # RFC 4231, test case 2.
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    assert commitment_hex(b"what do ya want for nothing?", salt=b"Jefe") == expected


@given(st.binary())
def test_without_its_salt_a_commitment_cannot_be_guessed_again(content: bytes) -> None:
    assert commitment_hex(content, salt=new_salt()) != commitment_hex(content, salt=new_salt())


def test_salts_are_32_bytes_and_never_the_same() -> None:
    salts = {new_salt() for _ in range(100)}

    assert {len(salt) for salt in salts} == {32}
    assert len(salts) == 100
