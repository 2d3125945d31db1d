"""The pages and the API: the same acts by either door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.values import Role
from core import clock
from licensing.signing_off.queries import papers_of_production
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.requests import a_browser, an_api_client
from tests.factories.sign_offs import PAPER, WHY, a_sign_off, an_approval_of_the_buyer
from tests.licensing_signing_off.conftest import Post


def _said(post: Post) -> dict[str, object]:
    return {
        "basis": "customary_post",
        "use": "alter_recorded",
        "capacity": "clearance",
        "reason": WHY,
        "valid_until": f"{clock.now().date() + timedelta(days=9)}",
        "shots": [str(post.shots[0])],
    }


_APPROVED = {
    "use": "deage_age",
    "approved_by": "Ottoline Brasswick",
    "approved_at": "2026-11-02T09:00",
    "document_sha256": PAPER,
}


class TestPages:
    def test_lead_counsel_from_the_claim_to_the_signature_and_back(self, post: Post) -> None:
        counsel, address = a_browser(post.counsel), f"/productions/{post.production.id}/sign-offs"
        assert "counts for nothing until counsel signs it off" in counsel.get(address).text

        sent = counsel.post(address, _said(post) | {"scenes": "42, 43", "performer": str(post.ana.id)})
        assert sent.status_code == 302, sent.text
        page = a_browser(post.producer).get(address).text
        assert WHY in page
        assert post.ana.professional_name in page
        assert "Sign off a basis as counsel" not in page
        assert WHY in counsel.get("/legal/sign-offs").text
        (card,) = papers_of_production(post.organisation_id, post.production.id).sign_offs
        assert (card.scenes, card.shot_ids) == (("42", "43"), post.shots[:1])

        counsel.post(f"/sign-offs/{card.id}/revocation", {"reason": "Another cut."})
        assert "Another cut." in counsel.get(address).text
        assert WHY in counsel.get(address).text

    def test_record_what_the_buyer_approved(self, post: Post) -> None:
        counsel = a_browser(post.counsel)
        sent = counsel.post(f"/productions/{post.production.id}/buyer-approvals", _APPROVED)
        assert sent.status_code == 302, sent.text
        (card,) = papers_of_production(post.organisation_id, post.production.id).approvals

        assert "Ottoline Brasswick" in counsel.get(f"/productions/{post.production.id}/sign-offs").text
        counsel.post(f"/buyer-approvals/{card.id}/withdrawal", {"reason": "Taken back by letter."})
        assert "Taken back by letter." in counsel.get("/legal/sign-offs").text

    def test_a_decision_tells_the_papers_it_rests_on(self, post: Post) -> None:
        counsel = a_browser(post.counsel)
        counsel.post(f"/productions/{post.production.id}/sign-offs", _said(post))
        (card,) = papers_of_production(post.organisation_id, post.production.id).sign_offs
        # It counts once the log covers it.
        integrate_all()

        decided = post.ask()

        page = a_browser(post.producer).get(f"/decisions/{decided.id}").text
        assert "Customary post, signed off by clearance" in page
        assert card.content_sha256 in page
        told = an_api_client(post.producer).get(f"/v1/decisions/{decided.id}").json()["papers"]
        assert told == [
            {
                "kind": "basis_sign_off",
                "id": str(card.id),
                "basis": "customary_post",
                "capacity": "clearance",
                "valid_until": card.valid_until.isoformat(),
                "content_sha256": card.content_sha256,
            }
        ]

    def test_tell_what_is_wrong(self, post: Post) -> None:
        address = f"/productions/{post.production.id}/sign-offs"
        wrong = a_browser(post.counsel).post(
            address, _said(post) | {"reason": "", "valid_until": "2020-01-01"}
        )
        assert wrong.status_code == 400
        post.ask(actor=post.counsel)
        own = a_browser(post.counsel).post(address, _said(post))
        assert "You asked for such a use on this basis." in own.text

    def test_are_closed_to_those_who_answer_for_no_production(self, post: Post) -> None:
        artist = a_browser(a_member(Role.ARTIST, organisation=post.organisation))

        assert artist.get(f"/productions/{post.production.id}/sign-offs").status_code == 403
        assert artist.get("/legal/sign-offs").status_code == 403
        for one in (post.producer, a_member(Role.ADMIN, organisation=post.organisation)):
            answer = a_browser(one).post(f"/productions/{post.production.id}/sign-offs", _said(post))
            assert answer.status_code == 403


class TestApi:
    def test_signs_lists_and_takes_back(self, post: Post) -> None:
        counsel, address = an_api_client(post.counsel), f"/v1/productions/{post.production.id}/sign-offs"

        signed = counsel.post(address, _said(post), format="json")
        assert signed.status_code == 201, signed.content
        back = counsel.post(
            f"/v1/sign-offs/{signed.json()['id']}/revocation", {"reason": "Another cut."}, format="json"
        )
        assert (back.json()["revoked"], back.json()["supersedes"]) == (True, signed.json()["id"])
        listed = an_api_client(post.producer).get(address).json()
        assert [(one["revoked"], one["stands"]) for one in listed] == [(True, False), (False, False)]

    def test_records_lists_and_takes_off_what_the_buyer_approved(self, post: Post) -> None:
        counsel = an_api_client(post.counsel)
        address = f"/v1/productions/{post.production.id}/buyer-approvals"

        approved = counsel.post(address, _APPROVED | {"approved_at": "2026-11-02T09:00:00Z"}, format="json")
        assert approved.status_code == 201, approved.content
        gone = counsel.post(
            f"/v1/buyer-approvals/{approved.json()['id']}/withdrawal", {"reason": "Letter."}, format="json"
        )
        assert gone.json()["withdrawn"] is True
        assert len(counsel.get(address).json()) == 2

    @pytest.mark.parametrize("act", ["sign", "revoke", "approve", "withdraw"])
    def test_lets_no_producer_decide(self, post: Post, act: str) -> None:
        signed = a_sign_off(post.counsel, post.production.id)
        approved = an_approval_of_the_buyer(post.counsel, post.production.id)
        address = {
            "sign": f"/v1/productions/{post.production.id}/sign-offs",
            "revoke": f"/v1/sign-offs/{signed.id}/revocation",
            "approve": f"/v1/productions/{post.production.id}/buyer-approvals",
            "withdraw": f"/v1/buyer-approvals/{approved.id}/withdrawal",
        }[act]

        assert an_api_client(post.producer).post(address, {}, format="json").status_code == 403
