"""Who signs is read by those who answer for the house; identities that come and go stand in the log of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from accounts.models import User
from accounts.values import Actor, Role
from audit.inspection import inspect_logs
from audit.queries import entries_about
from audit.reconciliation import registered
from core import clock
from core.ids import new_id
from provenance import keys
from provenance.certificates import EMAIL_PROTECTION
from provenance.providers.addresses import KeyPurpose
from provenance.signer_cards import signers_page
from provenance.status_keys import status_key
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.ceremonies import a_ceremony
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

    def test_is_not_installed_where_the_log_cannot_say_so(
        self, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        studio = a_member(Role.ADMIN)
        chain, root = _files(authority, tmp_path, studio.organisation_id)

        def out_of_reach(**_entry: object) -> None:
            raise OperationalError("the database is gone")

        monkeypatch.setattr("provenance.identity_entries.trail.record", out_of_reach)
        with pytest.raises(OperationalError):
            call_command("signers", "install", str(chain), "--root", str(root))

        assert signers_page(studio.organisation_id).signers == ()
