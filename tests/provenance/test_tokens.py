"""Keys in a real token (SoftHSM2): made there, never leaving it, from threads, after a fork, and when it fails."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest
from pkcs11.util.ec import encode_named_curve_parameters
from pytest_django import Settings

from core import clock
from provenance import boxes, c2pa_gateway, certificates, manifest
from provenance.claim_signers import checked_signer, usable_key
from provenance.errors import (
    KeyExtractable,
    KeyMissing,
    KeyStoreUnusable,
    KeyTaken,
    KeyUnavailable,
    PinWrong,
    TokenAbsent,
)
from provenance.providers import tokens
from provenance.providers.addresses import TokenAddress
from provenance.providers.signing_key import SigningKey, holds
from provenance.providers.tokens import Tokens
from provenance.sdk.contents import Contents
from provenance.trust_list import empty_trust_list
from tests.factories.issuing import a_leaf, an_authority
from tests.factories.provenance import (
    MANIFEST_ID,
    make_jpeg,
    make_video,
    take_statement,
    with_log_proof,
)
from tests.factories.tokens import PIN, TokenBox, needs_softhsm, secret_file

pytestmark = needs_softhsm

PROJECT = Path(__file__).resolve().parents[2]
CLAIM = TokenAddress("studio", "claim-2026")
WHILE_FORKED = """
import os, sys
from pathlib import Path
from provenance.providers.addresses import parse_key_address
from provenance.providers.signing_key import holds
from provenance.providers.tokens import Tokens

tokens = Tokens(Path(sys.argv[1]), Path(sys.argv[2]))
address = parse_key_address(sys.argv[3])
key = tokens.opened(address)
assert holds(key.public_key, key.sign(b"parent"), b"parent")
child = os.fork()
if child == 0:
    # With what it inherited, and with what it opens itself.
    own = tokens.opened(address)
    done = [holds(key.public_key, one.sign(b"child"), b"child") for one in (key, own)]
    os._exit(0 if all(done) else 1)
_, status = os.waitpid(child, 0)
assert holds(key.public_key, key.sign(b"parent again"), b"parent again")
print(os.waitstatus_to_exitcode(status))
"""


@pytest.fixture(scope="module")
def studio(token_box: TokenBox) -> Tokens:
    return Tokens(token_box.module, token_box.pin_file)


@pytest.fixture(scope="module")
def key(studio: Tokens) -> SigningKey:
    return studio.generated(CLAIM)


def test_a_key_made_in_a_token_cannot_leave_it_and_signs(key: SigningKey) -> None:
    signature = key.sign(b"payload")

    assert key.extractable is False
    assert len(signature) == 64
    assert holds(key.public_key, signature, b"payload")
    assert not holds(key.public_key, signature, b"another payload")


def test_a_file_signed_by_a_token_reads_trusted(key: SigningKey, tmp_path: Path) -> None:
    now = clock.now()
    authority = an_authority(at=now)
    leaf = a_leaf(authority, key.public_key, at=now)
    root = authority.root.certificate
    signer = checked_signer([leaf, authority.intermediate.certificate], key, anchors=[root], at=now)
    anchors = empty_trust_list(at=now).with_anchor(root, name="Studio", at=now).anchors
    source = make_video(tmp_path / "source.mp4")
    intended = manifest.definition(
        take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=boxes.unbound_sha256(source)
    )

    c2pa_gateway.sign(
        source=source,
        destination=tmp_path / "signed.mp4",
        contents=Contents(with_log_proof(intended).to_json(), make_jpeg()),
        signer=signer,
        anchors=anchors,
    )

    reading = c2pa_gateway.read(tmp_path / "signed.mp4", anchors=anchors)
    assert reading.validation_state == "Trusted"
    assert reading.certificate_serial == str(leaf.serial_number)
    assert certificates.sha256_hex(leaf) == signer.certificate_sha256


def test_four_threads_share_one_session(key: SigningKey) -> None:
    payloads = [b"payload %d" % number for number in range(80)]

    with ThreadPoolExecutor(4) as threads:
        signatures = list(threads.map(key.sign, payloads))

    assert all(holds(key.public_key, raw, payload) for raw, payload in zip(signatures, payloads, strict=True))
    assert len(set(signatures)) == len(payloads)


def test_after_a_fork_parent_and_child_both_sign(key: SigningKey, token_box: TokenBox) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WHILE_FORKED, token_box.module, token_box.pin_file, key.address],
        env={
            "PYTHONPATH": f"{PROJECT}:{PROJECT / 'platform'}",
            "SOFTHSM2_CONF": str(token_box.folder / "softhsm2.conf"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr


# The module's own search object complains of the session it was made in.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_session_that_was_lost_is_opened_again(key: SigningKey, token_box: TokenBox) -> None:
    lost = tokens._open_here.sessions[token_box.module, "studio"].session
    assert lost is not None
    lost.close()

    assert holds(key.public_key, key.sign(b"payload"), b"payload")


def test_no_second_key_is_made_where_one_lies(studio: Tokens, key: SigningKey) -> None:
    with pytest.raises(KeyTaken):
        studio.generated(CLAIM)


@pytest.mark.parametrize(
    ("address", "refusal", "said"),
    [
        (TokenAddress("archive", "claim-2026"), TokenAbsent, "No token with the label 'archive'"),
        (TokenAddress("studio", "claim-2031"), KeyMissing, "holds no key at pkcs11:token=studio"),
        (TokenAddress("studio", None, b"\x77"), KeyMissing, "id=%77"),
    ],
)
def test_what_is_not_there_is_said(
    studio: Tokens, key: SigningKey, address: TokenAddress, refusal: type[KeyUnavailable], said: str
) -> None:
    with pytest.raises(refusal, match=said):
        studio.opened(address)


def test_a_wrong_pin_is_tried_once_and_a_corrected_one_again(token_box: TokenBox, tmp_path: Path) -> None:
    pin_file = secret_file(tmp_path / "pin", "9999")
    spare = Tokens(token_box.module, pin_file)
    address = TokenAddress("spare", "absent")

    with pytest.raises(PinWrong, match="does not take the PIN"):
        spare.opened(address)
    with pytest.raises(PinWrong, match="not tried again"):
        spare.opened(address)
    secret_file(pin_file, PIN)

    with pytest.raises(KeyMissing):
        spare.opened(address)


def _stores(box: TokenBox, folder: Path) -> dict[str, Tokens]:
    open_file = secret_file(folder / "open", PIN)
    open_file.chmod(0o644)
    broken = folder / "broken.so"
    broken.write_bytes(b"no library")
    return {
        "set COUNTERSIGN_PKCS11_MODULE": Tokens(None, box.pin_file),
        "cannot be loaded": Tokens(broken, box.pin_file),
        "open to other accounts": Tokens(box.module, open_file),
        "set COUNTERSIGN_PKCS11_PIN_FILE": Tokens(box.module, None),
        "is empty": Tokens(box.module, secret_file(folder / "empty", "")),
        "cannot be read": Tokens(box.module, folder / "nowhere"),
    }


def test_a_store_that_is_not_set_up_says_what_is_missing(token_box: TokenBox, tmp_path: Path) -> None:
    for said, store in _stores(token_box, tmp_path).items():
        with pytest.raises(KeyStoreUnusable, match=said):
            store.opened(TokenAddress("archive", "claim-2026"))


class TestForeignKeys:
    """Keys that somebody else's tool made."""

    def _made(self, box: TokenBox, label: str, curve: str = "secp256r1", **private: bool) -> None:
        token = pkcs11.lib(str(box.module)).get_token(token_label="spare")
        with token.open(user_pin=PIN, rw=True) as session:
            parameters = session.create_domain_parameters(
                pkcs11.KeyType.EC,
                {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)},
                local=True,
            )
            template = {pkcs11.Attribute[name]: value for name, value in private.items()}
            parameters.generate_keypair(store=True, label=label, private_template=template)

    @pytest.fixture
    def spare(self, token_box: TokenBox) -> Tokens:
        # One login serves a process, so ours ends before the tool's.
        for own in tokens._open_here.sessions.values():
            own.drop()
        return Tokens(token_box.module, token_box.pin_file)

    def test_one_that_can_leave_is_seen(self, spare: Tokens, token_box: TokenBox) -> None:
        self._made(token_box, "can-leave", EXTRACTABLE=True, SENSITIVE=False)

        assert spare.opened(TokenAddress("spare", "can-leave")).extractable is True

    def test_one_that_can_leave_is_refused_in_production(
        self, spare: Tokens, token_box: TokenBox, settings: Settings
    ) -> None:
        self._made(token_box, "leaves", EXTRACTABLE=True, SENSITIVE=True)
        stores = replace(
            settings.KEY_STORES,
            policy="production",
            pkcs11_module=token_box.module,
            pkcs11_pin_file=token_box.pin_file,
        )
        settings.KEY_STORES = stores

        with pytest.raises(KeyExtractable, match="can leave its store"):
            usable_key("pkcs11:token=spare;object=leaves")
        settings.KEY_STORES = replace(stores, policy="development")
        assert usable_key("pkcs11:token=spare;object=leaves").extractable

    def test_one_of_another_curve_is_refused(self, spare: Tokens, token_box: TokenBox) -> None:
        self._made(token_box, "p384", curve="secp384r1")

        with pytest.raises(KeyStoreUnusable, match="not P-256"):
            spare.opened(TokenAddress("spare", "p384"))

    def test_two_of_one_name_are_refused(self, spare: Tokens, token_box: TokenBox) -> None:
        self._made(token_box, "twin")
        self._made(token_box, "twin")

        with pytest.raises(KeyStoreUnusable, match="name one by its id"):
            spare.opened(TokenAddress("spare", "twin"))
