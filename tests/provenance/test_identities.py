"""An organisation that stands behind its files by a key of its own (CAWG), and what others make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from core import clock
from core.ids import new_id
from provenance import boxes, decoding, keys, manifest
from provenance.certificates import EMAIL_PROTECTION
from provenance.claim_signers import claim_signer, identity_of
from provenance.errors import (
    CertificateEnded,
    KeyOfAnotherPurpose,
    KeyServiceDown,
    SignerUnfit,
    SigningFailed,
)
from provenance.examining import examine_bounded
from provenance.identity_roots import identity_roots_pem
from provenance.inspection import Source
from provenance.providers.addresses import KeyPurpose
from provenance.sdk.contents import Contents
from provenance.sealing import Seal, sealed
from provenance.trust_list import Removal, empty_trust_list
from provenance.values import CredentialState, Verification
from provenance.verification import RepositoryAnswer, judge
from tests.factories.ceremonies import a_ceremony, an_installed_signer
from tests.factories.issuing import Authority, an_authority
from tests.factories.key_service import Conduct, credentials_file, local_key_service
from tests.factories.provenance import (
    MANIFEST_ID,
    SignedVideo,
    make_jpeg,
    take_statement,
    with_log_proof,
)

NOW = clock.now()
STUDIO = UUID("0193591f-52c0-7000-8000-0000000000cc")


@pytest.fixture
def authority(keys_folder: Path) -> Authority:
    """Of identities."""
    return an_authority(at=NOW)


@pytest.fixture
def claims(keys_folder: Path) -> Authority:
    """The authority of the signer that is installed for claims."""
    of_claims = an_authority(at=NOW)
    an_installed_signer("pem:claim.pem", of_claims, at=NOW)
    return of_claims


def _identify(authority: Authority, organisation_id: UUID = STUDIO, address: str = "pem:identity.pem") -> str:
    installed = an_installed_signer(
        address,
        authority,
        at=NOW,
        purpose=KeyPurpose.IDENTITY,
        organisation_id=organisation_id,
        purposes=(EMAIL_PROTECTION,),
    )
    return installed.signer.serial


def _signed(
    video: SignedVideo, folder: Path, organisation_id: UUID, destination: Path, **changes: object
) -> None:
    at = clock.now()
    unbound = boxes.unbound_sha256(video.source)
    intended = manifest.definition(take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=unbound)
    seal = Seal(
        manifest_id=MANIFEST_ID,
        contents=Contents(with_log_proof(intended).to_json(), make_jpeg()),
        signer=claim_signer(at=at),
        anchors=keys.load_trust_list(folder).standing_anchors(at=at),
        identity=identity_of(organisation_id, at=at),
    )
    source = Source(video.source, decoding.video_facts(video.source), unbound)
    sealed(source, destination, replace(seal, **changes))  # type: ignore[arg-type]  # fields by name


def _verified(path: Path, folder: Path, identity_roots: str) -> Verification:
    listed = keys.load_trust_list(folder)
    return judge(
        examine_bounded(path, anchors=listed.anchors, identity_roots_pem=identity_roots),
        trust_list=listed,
        record=None,
        repository=RepositoryAnswer.UNREACHABLE,
        at=clock.now(),
    )


@pytest.mark.usefixtures("claims")
class TestAnOrganisationWithAnIdentity:
    def test_stands_behind_its_files_by_its_own_key(
        self, authority: Authority, keys_folder: Path, signed_video: SignedVideo, tmp_path: Path
    ) -> None:
        _identify(authority)

        _signed(signed_video, keys_folder, STUDIO, tmp_path / "signed.mp4")

        answer = _verified(tmp_path / "signed.mp4", keys_folder, identity_roots_pem(keys_folder))
        assert (answer.state, answer.validation_state) == (CredentialState.TRUSTED, "Trusted")
        assert "Example Film Studio stands behind it by a key of its own." in answer.reasons

    def test_is_valid_to_who_has_no_list_of_identities_and_trusted_to_us(
        self, authority: Authority, keys_folder: Path, signed_video: SignedVideo, tmp_path: Path
    ) -> None:
        _identify(authority)
        _signed(signed_video, keys_folder, STUDIO, tmp_path / "signed.mp4")

        answer = _verified(tmp_path / "signed.mp4", keys_folder, "")

        assert (answer.state, answer.validation_state) == (CredentialState.TRUSTED, "Valid")
        assert any("by a key that nobody on our list vouches for" in reason for reason in answer.reasons)

    def test_asserts_it_for_itself_alone(
        self, authority: Authority, keys_folder: Path, signed_video: SignedVideo, tmp_path: Path
    ) -> None:
        _identify(authority)

        _signed(signed_video, keys_folder, new_id(), tmp_path / "signed.mp4")

        answer = _verified(tmp_path / "signed.mp4", keys_folder, identity_roots_pem(keys_folder))
        assert answer.state is CredentialState.TRUSTED
        assert not any("stand" in reason and "behind" in reason for reason in answer.reasons)

    def test_stops_when_it_is_retired(self, authority: Authority, keys_folder: Path) -> None:
        serial = _identify(authority)
        keys.change_trust_list(
            keys_folder, lambda listed: listed.without_signer(serial, removal=Removal.SUPERSEDED, at=NOW)
        )

        assert identity_of(STUDIO, at=NOW) is None

    def test_gets_no_file_without_it_when_its_certificate_has_ended(self, authority: Authority) -> None:
        _identify(authority)

        with pytest.raises(CertificateEnded):
            identity_of(STUDIO, at=NOW + timedelta(days=91))

    def test_gets_no_file_when_it_does_not_read_back_as_trusted(
        self, authority: Authority, keys_folder: Path, signed_video: SignedVideo, tmp_path: Path
    ) -> None:
        _identify(authority)
        identity = identity_of(STUDIO, at=NOW)
        assert identity is not None
        stranger = replace(identity, roots_pem=an_authority(at=NOW).root_pem)

        with pytest.raises(SigningFailed):
            _signed(signed_video, keys_folder, STUDIO, tmp_path / "signed.mp4", identity=stranger)

    def test_is_told_why_when_its_key_service_is_down(
        self,
        authority: Authority,
        keys_folder: Path,
        signed_video: SignedVideo,
        tmp_path: Path,
        settings: Settings,
    ) -> None:
        with local_key_service() as service:
            settings.KEY_STORES = replace(
                settings.KEY_STORES, kms_url=service.url, kms_credentials_file=credentials_file(tmp_path)
            )
            _identify(authority, address="kms:alias/identity")
            identity = identity_of(STUDIO, at=NOW)
            service.conduct = Conduct.DOWN

            with pytest.raises(KeyServiceDown, match="HTTP status 503"):
                _signed(signed_video, keys_folder, STUDIO, tmp_path / "signed.mp4", identity=identity)


def test_a_key_for_an_identity_is_one_organisations(keys_folder: Path) -> None:
    with pytest.raises(KeyOfAnotherPurpose, match="one organisation's"):
        a_ceremony("pem:identity.pem", purpose=KeyPurpose.IDENTITY)
    with pytest.raises(KeyOfAnotherPurpose, match="nobody's alone"):
        a_ceremony("pem:claim.pem", organisation_id=STUDIO)


def test_a_certificate_for_claims_is_no_identity(authority: Authority) -> None:
    with pytest.raises(SignerUnfit, match="e-mail protection"):
        an_installed_signer(
            "pem:identity.pem", authority, at=NOW, purpose=KeyPurpose.IDENTITY, organisation_id=STUDIO
        )


def test_a_root_for_identities_vouches_for_no_claim(
    authority: Authority, claims: Authority, keys_folder: Path, signed_video: SignedVideo, tmp_path: Path
) -> None:
    _identify(authority)
    stranger = identity_of(STUDIO, at=NOW)
    assert stranger is not None
    anchors = (
        empty_trust_list(at=NOW).with_anchor(authority.root.certificate, name="Stranger", at=NOW).anchors
    )
    _signed(
        signed_video,
        keys_folder,
        STUDIO,
        tmp_path / "signed.mp4",
        signer=stranger.signer,
        anchors=anchors,
        identity=None,
    )

    answer = _verified(tmp_path / "signed.mp4", keys_folder, identity_roots_pem(keys_folder))

    # What the SDK says, which does not keep the lists apart, and what we say.
    assert (answer.validation_state, answer.state) == ("Trusted", CredentialState.UNKNOWN_SIGNER)
    assert answer.authorization is None


def test_claims_and_identities_share_no_root(authority: Authority, claims: Authority) -> None:
    _identify(authority)

    with pytest.raises(SignerUnfit, match="roots of their own"):
        _identify(claims, address="pem:shared-identity.pem")
    with pytest.raises(SignerUnfit, match="roots of their own"):
        an_installed_signer("pem:shared-claim.pem", authority, at=NOW)
