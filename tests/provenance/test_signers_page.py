"""Who signs is read by those who answer for the house; identities that come and go stand in the log of their own."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client

from accounts.models import User
from accounts.values import Actor, Role
from audit.inspection import inspect_logs
from audit.queries import entries_about
from audit.reconciliation import registered
from core import clock
from core.digests import sha256_hex_of_file
from core.ids import new_id
from provenance import keys
from provenance.certificates import EMAIL_PROTECTION
from provenance.providers.addresses import KeyPurpose
from provenance.signer_cards import signers_page
from provenance.status_keys import status_key
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.ceremonies import PEOPLE, a_ceremony, listening
from tests.factories.issuing import Authority, a_leaf, an_authority

NOW = clock.now()


@pytest.fixture
def authority(keys_folder: Path) -> Authority:
    return an_authority(at=NOW)


def _signed_in(client: Client, actor: Actor) -> Client:
    assert actor.user_id is not None
    client.force_login(User.objects.get(id=actor.user_id))
    return client


def _files(authority: Authority, folder: Path, organisation_id: object) -> tuple[Path, Path]:
    """A ceremony for an identity, and the files that came back from its authority."""
    made = a_ceremony(
        f"pem:{new_id()}.pem",
        purpose=KeyPurpose.IDENTITY,
        organisation_id=organisation_id,  # type: ignore[arg-type]  # a UUID of an actor
    )
    leaf = a_leaf(authority, made.key.public_key, at=NOW, purposes=(EMAIL_PROTECTION,))
    chain, root = folder / "chain.pem", folder / "root.pem"
    chain.write_text(authority.chain_of(leaf))
    root.write_text(authority.root_pem)
    return chain, root


class TestThePage:
    @pytest.mark.django_db
    def test_tells_certificates_days_roots_and_keys(self, client: Client, keys_folder: Path) -> None:
        keys.ensure_development_authority(keys_folder)
        status_key(at=clock.now())
        auditor = a_member(Role.AUDITOR)

        page = _signed_in(client, auditor).get("/signers").content.decode()
        told = client.get("/v1/signers").json()

        (signer,) = told["signers"]
        assert (signer["purpose"], signer["state"], signer["is_development"]) == ("claim", "in_use", True)
        assert 360 < signer["days_left"] <= 365
        assert [one["purpose"] for one in told["keys"]] == ["status"]
        assert told["anchors"][0]["removed_at"] is None
        assert signer["serial"] in page
        assert told["anchors"][0]["sha256"] in page

    @pytest.mark.django_db
    def test_is_for_those_who_answer_for_the_house(self, client: Client, keys_folder: Path) -> None:
        _signed_in(client, a_member(Role.PRODUCER))

        assert client.get("/signers").status_code == 403
        assert client.get("/v1/signers").status_code == 403


@pytest.mark.usefixtures("committed_db")
class TestAnIdentity:
    def test_stands_in_the_log_of_its_organisation_when_it_comes_and_goes(
        self, authority: Authority, tmp_path: Path
    ) -> None:
        studio, other = a_member(Role.ADMIN), a_member(Role.ADMIN)
        chain, root = _files(authority, tmp_path, studio.organisation_id)

        call_command("signers", "install", str(chain), "--root", str(root))
        (installed,) = signers_page(studio.organisation_id).signers
        call_command("signers", "retire", installed.serial)

        integrate_all()
        entries = entries_about(studio.organisation_id, f"organisation:{studio.organisation_id}")
        assert [one.type for one in entries] == [
            "provenance.identity.installed",
            "provenance.identity.retired",
        ]
        assert {one.fields["certificate_sha256"] for one in entries} == {installed.certificate_sha256}
        assert entries[1].fields["reason_code"] == "superseded"
        assert signers_page(other.organisation_id).signers == ()
        assert signers_page(other.organisation_id).ceremonies == ()
        assert inspect_logs(at=clock.now(), reconcilers=registered()).problems == ()

    def test_of_an_organisation_that_is_not_there_is_refused(
        self, authority: Authority, tmp_path: Path, keys_folder: Path
    ) -> None:
        chain, root = _files(authority, tmp_path, new_id())

        with pytest.raises(CommandError, match="OrganisationUnknown"):
            call_command("signers", "install", str(chain), "--root", str(root))
        with pytest.raises(CommandError, match="OrganisationUnknown"):
            call_command(
                *("signers", "ceremony", "pem:nobody.pem", "--purpose", "identity"),
                *("--organisation", str(new_id()), "--people", *PEOPLE, "--country", "GB"),
                *("--company", "Nobody", "--common-name", "Nobody"),
            )

        assert not (keys_folder / "nobody.pem").exists()

    def test_is_not_installed_where_the_log_cannot_say_so(
        self, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        studio = a_member(Role.ADMIN)
        chain, root = _files(authority, tmp_path, studio.organisation_id)

        def out_of_reach(**_entry: object) -> None:
            raise OperationalError("the database is gone")

        monkeypatch.setattr("provenance.key_entries.trail.record", out_of_reach)
        with pytest.raises(OperationalError):
            call_command("signers", "install", str(chain), "--root", str(root))

        assert signers_page(studio.organisation_id).signers == ()


@pytest.mark.usefixtures("committed_db")
def test_a_key_for_claims_stands_in_the_log_of_everybody_it_signs_for(
    authority: Authority, tmp_path: Path, keys_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studios = [a_member(Role.ADMIN).organisation_id for _ in range(2)]
    told, request = StringIO(), tmp_path / "request.pem"
    monkeypatch.setattr(
        "builtins.input",
        lambda _question: listening("", told.getvalue().rpartition("group by group:")[2].strip()),
    )
    call_command(
        *(
            "signers",
            "ceremony",
            "pem:claim.pem",
            "--purpose",
            "claim",
            "--people",
            *PEOPLE,
            "--country",
            "GB",
        ),
        *("--company", "Example Film Studio", "--common-name", "Signer", "--request", str(request)),
        stdout=told,
    )
    leaf = a_leaf(authority, x509.load_pem_x509_csr(request.read_bytes()).public_key(), at=NOW)  # type: ignore[arg-type]  # of P-256
    chain, root = tmp_path / "chain.pem", tmp_path / "root.pem"
    chain.write_text(authority.chain_of(leaf))
    root.write_text(authority.root_pem)
    call_command("signers", "install", str(chain), "--root", str(root), stdout=StringIO())
    call_command("signers", "retire", str(leaf.serial_number), "--compromised", stdout=StringIO())
    (anchor,) = keys.load_trust_list(keys_folder).anchors
    call_command("signers", "remove-root", anchor.sha256_hex, stdout=StringIO())

    integrate_all()

    (record,) = (keys_folder / "ceremonies").glob("0001.json")
    for studio in studios:
        entries = entries_about(studio, f"organisation:{studio}")
        assert [one.type for one in entries] == [
            "provenance.key.registered",
            "provenance.signer.installed",
            "provenance.signer.retired",
            "provenance.root.removed",
        ]
        assert entries[0].fields["record_sha256"] == sha256_hex_of_file(record)
        assert entries[1].fields["certificate_sha256"] == entries[2].fields["certificate_sha256"]
        assert (entries[2].fields["kind"], entries[2].fields["reason_code"]) == ("claim", "compromised")
        assert entries[3].fields["certificate_sha256"] == anchor.sha256_hex
    assert inspect_logs(at=clock.now(), reconcilers=registered()).problems == ()
