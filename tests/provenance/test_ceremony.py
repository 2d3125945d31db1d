"""Keys made before two people, certified, installed, and replaced in good order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from core import clock
from core.ids import new_id
from provenance import boxes, c2pa_gateway, keys, manifest
from provenance.ceremony import Plan, hold_ceremony
from provenance.ceremony_records import BadCeremonyRecord, ceremony_records
from provenance.claim_signers import claim_signer, load_roster, roster_path
from provenance.errors import (
    CeremonyBroken,
    CertificateEnded,
    ChainIncomplete,
    KeyExtractable,
    KeyOfAnotherPurpose,
    KeyTaken,
    SignerUnfit,
)
from provenance.examining import examine_bounded
from provenance.installing import Issued, install_signer
from provenance.providers.addresses import KeyPurpose
from provenance.roster import RegisteredKey, Roster
from provenance.sdk.contents import Contents
from provenance.values import CredentialState
from provenance.verification import RepositoryAnswer, judge
from tests.factories.ceremonies import PEOPLE, a_ceremony, an_installed_signer, listening
from tests.factories.issuing import Authority, a_leaf, an_authority
from tests.factories.provenance import (
    MANIFEST_ID,
    SignedVideo,
    make_jpeg,
    take_statement,
    with_log_proof,
)
from tests.factories.tokens import TokenBox, needs_softhsm

NOW = clock.now()
DAY = timedelta(days=1)


@pytest.fixture
def authority(keys_folder: Path) -> Authority:
    return an_authority(at=NOW)


@pytest.fixture
def production(settings: Settings) -> None:
    settings.KEY_STORES = replace(settings.KEY_STORES, policy="production")


class TestTheCeremony:
    def test_makes_a_key_for_one_purpose_and_asks_for_its_certificate(self, keys_folder: Path) -> None:
        made = a_ceremony("pem:claim.pem")

        request = x509.load_pem_x509_csr(made.request_pem.encode())
        assert request.is_signature_valid
        assert request.public_key() == made.key.public_key
        assert request.subject.rfc4514_string() == "CN=Claim signer,O=Example Film Studio,C=GB"
        (registered,) = load_roster(keys_folder).keys
        assert registered.purpose is KeyPurpose.CLAIM
        assert registered.ceremony_sha256 == made.record.sha256_hex

    def test_is_recorded_with_both_people_and_signed_by_the_key(self, keys_folder: Path) -> None:
        made = a_ceremony("pem:claim.pem")
        a_ceremony("pem:claim-2.pem")

        first, second = ceremony_records(keys_folder)
        assert first.stated["people"] == list(PEOPLE)
        assert first.stated["public_key_sha256"] == made.key.public_key_sha256
        assert second.stated["previous"] == first.sha256_hex

    @pytest.mark.parametrize("people", [("Ada Brown", "ada  brown"), ("Ada Brown", " "), ("", "")])
    def test_is_held_before_two_people(self, keys_folder: Path, people: tuple[str, str]) -> None:
        with pytest.raises(CeremonyBroken, match="two people"):
            a_ceremony("pem:claim.pem", people=people)
        assert not (keys_folder / "claim.pem").exists()

    def test_is_broken_when_one_of_them_heard_something_else(self, keys_folder: Path) -> None:
        def mishearing(person: str, groups: str) -> str:
            return "0000 0000" if person == PEOPLE[1] else listening(person, groups)

        with pytest.raises(CeremonyBroken, match="Chidi Okafor read another fingerprint"):
            hold_ceremony(_plan("pem:claim.pem"), compared=mishearing, at=NOW)
        assert load_roster(keys_folder) == Roster()
        assert ceremony_records(keys_folder) == ()

    def test_makes_no_key_where_one_lies(self, keys_folder: Path) -> None:
        a_ceremony("pem:claim.pem")

        with pytest.raises(KeyTaken):
            a_ceremony("pem:claim.pem")

    def test_gives_no_key_a_second_purpose(self, keys_folder: Path) -> None:
        a_ceremony("pem:claim.pem")

        with pytest.raises(KeyOfAnotherPurpose, match="registered for claim and cannot be for identity"):
            a_ceremony("pem:claim.pem", purpose=KeyPurpose.IDENTITY, organisation_id=new_id(), existing=True)

    @pytest.mark.parametrize("purpose", [KeyPurpose.CHECKPOINT, KeyPurpose.RECEIPT])
    def test_makes_none_of_the_logs_keys(self, keys_folder: Path, purpose: KeyPurpose) -> None:
        with pytest.raises(KeyOfAnotherPurpose, match="are the log's"):
            a_ceremony("pem:claim.pem", purpose=purpose)

    def test_in_production_takes_no_key_that_can_leave(self, keys_folder: Path, production: None) -> None:
        with pytest.raises(KeyExtractable):
            a_ceremony("pem:claim.pem")
        assert load_roster(keys_folder) == Roster()

    @pytest.mark.parametrize("what", ["changed", "missing"])
    def test_leaves_records_that_cannot_be_changed_or_taken_out(self, keys_folder: Path, what: str) -> None:
        a_ceremony("pem:claim.pem")
        a_ceremony("pem:claim-2.pem")
        first = keys_folder / "ceremonies" / "0001.json"
        if what == "missing":
            first.unlink()
        else:
            first.write_text(first.read_text().replace("Ada Brown", "Eve Brown"))

        with pytest.raises(BadCeremonyRecord):
            ceremony_records(keys_folder)


@pytest.mark.parametrize("registered", list(KeyPurpose))
@pytest.mark.parametrize("asked", list(KeyPurpose))
def test_a_key_of_one_purpose_is_refused_for_every_other(registered: KeyPurpose, asked: KeyPurpose) -> None:
    entry = RegisteredKey(
        public_key_sha256="ab" * 32,
        purpose=registered,
        organisation_id=None,
        address="pem:key.pem",
        registered_at=NOW,
    )
    entries = Roster().with_key(entry)

    if registered is asked:
        assert entries.key_for("ab" * 32, asked) == entry
        return
    with pytest.raises(KeyOfAnotherPurpose, match=f"registered for {registered}, not for {asked}"):
        entries.key_for("ab" * 32, asked)
    with pytest.raises(KeyOfAnotherPurpose, match="cannot be for"):
        entries.with_key(replace(entry, purpose=asked))


class TestInstalling:
    def test_the_key_signs_under_the_chain_that_was_issued(self, authority: Authority) -> None:
        installed = an_installed_signer("pem:claim.pem", authority, at=NOW)

        signer = claim_signer(at=NOW)
        assert signer.serial == installed.signer.serial
        assert signer.chain_pem.count("BEGIN CERTIFICATE") == 2

    def test_a_certificate_of_a_key_that_nobody_registered_is_refused(self, authority: Authority) -> None:
        with pytest.raises(KeyOfAnotherPurpose, match="no ceremony"):
            install_signer(
                _issued(authority, a_leaf(authority, authority.root.key.public_key(), at=NOW)), at=NOW
            )

    def test_a_chain_without_its_intermediate_is_refused_by_name(self, authority: Authority) -> None:
        leaf = a_leaf(authority, a_ceremony("pem:claim.pem").key.public_key, at=NOW)
        bare = replace(
            _issued(authority, leaf), chain_pem=authority.chain_of(leaf).split("-----\n-----")[0] + "-----\n"
        )

        with pytest.raises(ChainIncomplete, match="an intermediate may be missing"):
            install_signer(bare, at=NOW)
        assert load_roster(settings.KEYS_FOLDER).signers == ()

    def test_a_certificate_that_has_ended_when_it_would_begin_is_refused_by_name(
        self, authority: Authority
    ) -> None:
        with pytest.raises(CertificateEnded, match="not valid at"):
            an_installed_signer("pem:claim.pem", authority, at=NOW, active_from=NOW + 100 * DAY)

    def test_a_signer_whose_certificate_ended_signs_no_more(self, authority: Authority) -> None:
        an_installed_signer("pem:claim.pem", authority, at=NOW)

        with pytest.raises(CertificateEnded):
            claim_signer(at=NOW + 91 * DAY)

    def test_what_is_no_certificate_is_refused(self, authority: Authority) -> None:
        with pytest.raises(SignerUnfit, match="no certificates in PEM"):
            install_signer(Issued(chain_pem="hello", root_pem=None, active_from=NOW, overlap=DAY), at=NOW)

    def test_in_production_nothing_signs_before_a_signer_is_installed(
        self, keys_folder: Path, production: None
    ) -> None:
        with pytest.raises(SignerUnfit, match="makes none by itself"):
            claim_signer(at=NOW)
        assert not (keys_folder / "claim-signing").exists()

    def test_a_roster_that_was_turned_to_another_purpose_signs_nothing(
        self, authority: Authority, keys_folder: Path
    ) -> None:
        an_installed_signer("pem:claim.pem", authority, at=NOW)
        other = a_ceremony("pem:other.pem")
        path = roster_path(keys_folder)
        document = json.loads(path.read_text())
        document["keys"][0]["address"] = other.key.address
        path.write_text(json.dumps(document))

        with pytest.raises(SignerUnfit, match="not the certificate's"):
            claim_signer(at=NOW)


class TestRotation:
    def test_the_old_one_signs_until_the_new_one_begins_and_is_retired_after_the_overlap(
        self, authority: Authority, keys_folder: Path
    ) -> None:
        old = an_installed_signer("pem:old.pem", authority, at=NOW)
        new = an_installed_signer("pem:new.pem", authority, at=NOW, active_from=NOW + 10 * DAY)

        signing = [claim_signer(at=NOW + days * DAY).serial for days in (0, 9, 10, 30)]
        listed = keys.load_trust_list(keys_folder)
        assert signing == [old.signer.serial] * 2 + [new.signer.serial] * 2
        assert (new.replaced_serial, new.replaced_until) == (old.signer.serial, NOW + 17 * DAY)
        assert not listed.is_retired(old.signer.serial, at=NOW + 16 * DAY)
        assert listed.is_retired(old.signer.serial, at=NOW + 17 * DAY)

    def test_a_file_of_the_retired_one_reads_retired_and_not_altered(
        self, authority: Authority, keys_folder: Path, signed_video: SignedVideo, tmp_path: Path
    ) -> None:
        an_installed_signer("pem:old.pem", authority, at=NOW)
        _sign(signed_video.source, tmp_path / "signed.mp4")
        an_installed_signer("pem:new.pem", authority, at=NOW, active_from=NOW + 10 * DAY)

        states = [_state(tmp_path / "signed.mp4", keys_folder, days) for days in (0, 12, 18)]

        assert states == [CredentialState.TRUSTED, CredentialState.TRUSTED, CredentialState.RETIRED_SIGNER]

    @pytest.mark.django_db
    def test_a_superseded_signer_can_still_be_reported_as_compromised(
        self, authority: Authority, keys_folder: Path, signed_video: SignedVideo, tmp_path: Path
    ) -> None:
        old = an_installed_signer("pem:old.pem", authority, at=NOW)
        _sign(signed_video.source, tmp_path / "signed.mp4")
        an_installed_signer("pem:new.pem", authority, at=NOW, overlap=0 * DAY)

        call_command("signers", "retire", old.signer.serial, "--compromised", stdout=StringIO())

        assert _state(tmp_path / "signed.mp4", keys_folder, 1) is CredentialState.UNKNOWN_SIGNER


@pytest.mark.django_db
class TestTheCommand:
    @needs_softhsm
    def test_goes_from_a_key_in_a_token_to_a_signer_that_is_well(
        self,
        authority: Authority,
        keys_folder: Path,
        tmp_path: Path,
        token_box: TokenBox,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        settings.KEY_STORES = replace(
            settings.KEY_STORES,
            policy="production",
            pkcs11_module=token_box.module,
            pkcs11_pin_file=token_box.pin_file,
        )
        output = StringIO()

        def heard(_question: str) -> str:
            return listening("", output.getvalue().rpartition("group by group:")[2].strip())

        monkeypatch.setattr("builtins.input", heard)
        address = "pkcs11:token=studio;object=ceremony"

        _run(
            *("ceremony", address, "--purpose", "claim", "--people", *PEOPLE, "--country", "GB"),
            *("--company", "Example Film Studio", "--common-name", "Signer"),
            *("--request", str(tmp_path / "request.pem")),
            output=output,
        )
        request = x509.load_pem_x509_csr((tmp_path / "request.pem").read_bytes())
        leaf = a_leaf(authority, request.public_key(), at=NOW)  # type: ignore[arg-type]  # of P-256
        (tmp_path / "chain.pem").write_text(authority.chain_of(leaf))
        (tmp_path / "root.pem").write_text(authority.root_pem)
        _run("install", str(tmp_path / "chain.pem"), "--root", str(tmp_path / "root.pem"))

        told = _run("check")
        assert f"WELL            Key of {leaf.serial_number}: The key at {address} signs for claim." in told
        assert "WELL            Signer of credentials" in told
        assert claim_signer(at=NOW + DAY).serial == str(leaf.serial_number)

    def test_says_what_is_wrong_in_one_line(self, keys_folder: Path, tmp_path: Path) -> None:
        (tmp_path / "chain.pem").write_text("hello")

        with pytest.raises(CommandError, match="SignerUnfit: the file holds no certificates"):
            _run("install", str(tmp_path / "chain.pem"))

    def test_fails_its_check_when_a_key_is_gone(self, authority: Authority, keys_folder: Path) -> None:
        an_installed_signer("pem:claim.pem", authority, at=NOW)
        (keys_folder / "claim.pem").unlink()

        with pytest.raises(SystemExit):
            _run("check")
        assert "Signer of credentials" in _run("check", "--no-keys")

    def test_fails_its_check_when_a_record_was_changed(self, authority: Authority, keys_folder: Path) -> None:
        an_installed_signer("pem:claim.pem", authority, at=NOW)
        (keys_folder / "ceremonies" / "0001.json").unlink()

        with pytest.raises(SystemExit):
            _run("check", "--no-keys")


def _run(*arguments: str, output: StringIO | None = None) -> str:
    written = output or StringIO()
    call_command("signers", *arguments, stdout=written)
    return written.getvalue()


def _plan(address: str) -> Plan:
    return Plan(
        address=address,
        purpose=KeyPurpose.CLAIM,
        organisation_id=None,
        people=PEOPLE,
        country="GB",
        organisation="Example Film Studio",
        common_name="Claim signer",
    )


def _issued(authority: Authority, leaf: x509.Certificate) -> Issued:
    return Issued(
        chain_pem=authority.chain_of(leaf), root_pem=authority.root_pem, active_from=NOW, overlap=DAY
    )


def _sign(source: Path, destination: Path) -> None:
    intended = manifest.definition(
        take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=boxes.unbound_sha256(source)
    )
    at = clock.now()
    c2pa_gateway.sign(
        source=source,
        destination=destination,
        contents=Contents(with_log_proof(intended).to_json(), make_jpeg()),
        signer=claim_signer(at=at),
        anchors=keys.load_trust_list(settings.KEYS_FOLDER, at=at).standing_anchors(at=at),
    )


def _state(path: Path, keys_folder: Path, days: int) -> CredentialState:
    listed = keys.load_trust_list(keys_folder)
    answer = judge(
        examine_bounded(path, anchors=listed.anchors),
        trust_list=listed,
        record=None,
        repository=RepositoryAnswer.UNREACHABLE,
        at=NOW + days * DAY,
    )
    return answer.state
