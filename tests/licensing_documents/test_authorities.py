from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.errors import NotAMember
from accounts.values import Actor, Role
from core.clock import now
from core.ids import new_id
from licensing.document_queries import authority_cards
from licensing.documents.errors import (
    AuthorityNotYours,
    AuthorityOnRecord,
    NoSuchAuthority,
    SignerWithoutAuthority,
    TermsContradict,
)
from licensing.errors import (
    DigestMalformed,
    UnknownPerformer,
)
from licensing.operations.authorities import NewAuthority, revoke_authority, verify_authority
from licensing.operations.riders import put_rider_on_record, sign_for_performer, sign_for_studio
from licensing.performer_cards import PerformerCard
from licensing.values import SignerRole
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.documents import (
    a_colleague,
    a_rider,
    a_signed_rider,
    an_authority,
)
from tests.factories.licensing import DOCUMENT_SHA256, a_performer

pytestmark = pytest.mark.usefixtures("committed_db")


class TestWhoMaySign:
    def test_a_producer_does_not_bind_the_studio(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        rider = a_rider(legal, production, ana)

        with pytest.raises(SignerWithoutAuthority) as raised:
            sign_for_studio(
                rider.id, terms_sha256=rider.terms_sha256, actor=a_colleague(legal, Role.PRODUCER)
            )
        assert raised.value.extensions() == {"side": "studio"}

    @pytest.mark.parametrize("role", [Role.PERFORMER, Role.REPRESENTATIVE, Role.ADMIN])
    def test_no_role_alone_signs_for_a_performer(
        self, role: Role, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        rider = a_rider(legal, production, ana)
        sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)

        with pytest.raises(SignerWithoutAuthority) as raised:
            sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=a_colleague(legal, role))
        assert raised.value.extensions() == {"side": "performer"}

    def test_an_authority_for_another_performer_is_none(
        self, legal: Actor, production: ProductionCard, performer: Actor
    ) -> None:
        rider = a_rider(legal, production, a_performer(legal, "Bo Tannhaus Ekwall"))
        sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)

        with pytest.raises(SignerWithoutAuthority):
            sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=performer)

    def test_an_authority_in_another_role_is_none(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        rider = a_rider(legal, production, ana, signer_role="guardian")
        sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)

        with pytest.raises(SignerWithoutAuthority):
            sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=performer)

    def test_an_agent_with_a_power_signs_as_one(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        agent = a_colleague(legal, Role.REPRESENTATIVE)
        an_authority(legal, ana, agent, SignerRole.AGENT_WITH_POWER)

        signed = a_signed_rider(legal, production, ana, agent, signer_role="agent_with_power")

        assert signed.signatures[1].signer_role == "agent_with_power"

    @pytest.mark.parametrize(("begins", "ends"), [(1, None), (-9, -1)])
    def test_an_authority_holds_on_its_days(
        self, begins: int, ends: int | None, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        guardian = a_colleague(legal, Role.REPRESENTATIVE)
        today = now().date()
        assert guardian.user_id is not None
        verify_authority(
            NewAuthority(
                performer_id=ana.id,
                person_id=guardian.user_id,
                signer_role=SignerRole.GUARDIAN,
                document_sha256=DOCUMENT_SHA256,
                valid_from=today + timedelta(days=begins),
                valid_until=None if ends is None else today + timedelta(days=ends),
            ),
            actor=legal,
        )
        rider = a_rider(legal, production, ana, signer_role="guardian")
        sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)

        with pytest.raises(SignerWithoutAuthority):
            sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=guardian)

    def test_a_revoked_authority_neither_signs_nor_carries_a_consent(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        signed = a_signed_rider(legal, production, ana, performer)
        unsigned = a_rider(legal, production, ana, scenes=["43"])
        sign_for_studio(unsigned.id, terms_sha256=unsigned.terms_sha256, actor=legal)
        (authority,) = authority_cards(ana.id, actor=legal)

        revoke_authority(authority.id, actor=legal)

        with pytest.raises(SignerWithoutAuthority):
            sign_for_performer(unsigned.id, terms_sha256=unsigned.terms_sha256, actor=performer)
        with pytest.raises(SignerWithoutAuthority):
            put_rider_on_record(signed.id, actor=legal)
        with pytest.raises(NoSuchAuthority):
            revoke_authority(authority.id, actor=legal)

    def test_nobody_verifies_their_own_authority(self, legal: Actor, ana: PerformerCard) -> None:
        with pytest.raises(AuthorityNotYours):
            an_authority(legal, ana, legal)

    def test_what_no_authority_can_be_verified_from(
        self, legal: Actor, ana: PerformerCard, performer: Actor
    ) -> None:
        assert performer.user_id is not None
        new = NewAuthority(
            performer_id=ana.id,
            person_id=performer.user_id,
            signer_role=SignerRole.PERFORMER,
            document_sha256=DOCUMENT_SHA256,
            valid_from=now().date(),
        )
        from dataclasses import replace

        with pytest.raises(AuthorityOnRecord):
            verify_authority(new, actor=legal)
        with pytest.raises(UnknownPerformer):
            verify_authority(replace(new, performer_id=new_id()), actor=legal)
        with pytest.raises(NotAMember):
            verify_authority(replace(new, person_id=a_member().user_id or new_id()), actor=legal)
        with pytest.raises(DigestMalformed):
            verify_authority(replace(new, document_sha256="paper"), actor=legal)
        with pytest.raises(TermsContradict):
            verify_authority(replace(new, valid_until=now().date() - timedelta(days=1)), actor=legal)
