from __future__ import annotations

from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.errors import SlugTaken
from accounts.models.membership import Membership
from accounts.models.user import User
from accounts.operations.members import add_member, open_organisation
from accounts.queries import organisations_of
from accounts.values import Actor, OrganisationKind, Role
from core.tenancy import tenant
from tests.factories.accounts import PASSWORD, a_member, a_user
from tests.factories.audit import integrate_all
from tests.factories.log_readers import newest_entries
from tests.factories.requests import a_browser


def _opened(*, slug: str = "aurora", email: str = "ana@example.test") -> Actor:
    return open_organisation(
        name="Aurora Pictures",
        slug=slug,
        kind=OrganisationKind.STUDIO,
        email=email,
        full_name="Ana Ruiz",
        password=PASSWORD,
    )


def test_an_organisation_opens_with_somebody_who_administers_it(committed_db: None) -> None:
    actor = _opened()

    assert a_browser(actor).get("/admin/accounts/membership/").status_code == 200
    assert Client().post("/sign-in", {"email": "ana@example.test", "password": PASSWORD}).status_code == 302


def test_a_slug_is_used_once_among_all_and_nothing_is_left_of_the_second_try(committed_db: None) -> None:
    _opened()

    with pytest.raises(SlugTaken):
        _opened(email="bo@example.test")

    assert not User.objects.filter(email="bo@example.test").exists()


def test_the_command_tells_the_password_of_a_new_person_once(committed_db: None) -> None:
    said = StringIO()
    words = ["Aurora Pictures", "--slug=aurora", "--kind=studio", "--email=ana@example.test"]

    call_command("open_organisation", *words, "--full-name=Ana Ruiz", stdout=said)

    password = said.getvalue().split()[-1]
    assert Client().post("/sign-in", {"email": "ana@example.test", "password": password}).status_code == 302
    with pytest.raises(CommandError, match="Another organisation"):
        call_command("open_organisation", *words, "--full-name=Ana Ruiz", stdout=said)


@pytest.mark.parametrize("wrong", ["--slug=a b", "--email=nobody", "--kind=circus"])
def test_the_command_refuses_what_is_malformed(wrong: str) -> None:
    words = {"--slug": "--slug=aurora", "--kind": "--kind=studio", "--email": "--email=ana@example.test"}
    words[wrong.split("=", maxsplit=1)[0]] = wrong

    with pytest.raises(CommandError):
        call_command("open_organisation", "Aurora", *words.values(), "--full-name=Ana Ruiz")


@pytest.mark.django_db
class TestMembers:
    def test_a_person_with_an_account_keeps_it_and_gains_a_role(self) -> None:
        user = a_user(email="bo@example.test", full_name="Bo Ek")
        organisation_id = a_member().organisation_id

        for _ in range(2):
            add_member(
                email="Bo@example.test",
                full_name="X",
                role=Role.LEGAL,
                organisation_id=organisation_id,
                actor_label="system",
            )

        (card,) = organisations_of(user.pk)
        assert (card.id, card.roles) == (organisation_id, ("legal",))
        assert User.objects.get(email="bo@example.test").full_name == "Bo Ek"

    def test_staff_add_members_by_address_and_take_roles_away(self) -> None:
        actor = a_member(Role.ADMIN, is_staff=True)
        browser = a_browser(actor)

        answer = browser.post(
            "/admin/accounts/membership/add/",
            {"email": "bo@example.test", "full_name": "Bo Ek", "role": "artist"},
        )

        assert answer.status_code == 302
        user = User.objects.get(email="bo@example.test")
        assert organisations_of(user.pk)[0].roles == ("artist",)
        assert not user.has_usable_password()
        assert "Bo Ek" in browser.get("/admin/accounts/membership/").text

    def test_staff_do_not_rename_somebody_who_may_belong_elsewhere_too(self) -> None:
        actor = a_member(Role.ADMIN, is_staff=True)
        before = User.objects.get(pk=str(actor.user_id)).email

        a_browser(actor).post(
            f"/admin/accounts/user/{actor.user_id}/change/", {"email": "x@example.test", "full_name": "X"}
        )

        assert User.objects.get(pk=str(actor.user_id)).email == before


@pytest.mark.usefixtures("committed_db")
class TestLog:
    """Who belongs to an organisation, and who said so, stands in its log."""

    def told(self, organisation_id: UUID) -> list[tuple[str, str, object, object]]:
        integrate_all()
        page = newest_entries(organisation_id)
        return [
            (line.type, line.actor, line.fields["member"], line.fields["role"])
            for line in reversed(page.entries)
            if line.type.startswith("accounts.member.")
        ]

    def test_tells_who_opened_it(self) -> None:
        actor = _opened()

        assert self.told(actor.organisation_id) == [
            ("accounts.member.added", "system", str(actor.user_id), "admin")
        ]

    def test_tells_of_each_role_given_and_taken(self) -> None:
        actor = _opened()
        browser = a_browser(actor)
        browser.post(
            "/admin/accounts/membership/add/",
            {"email": "bo@example.test", "full_name": "Bo Ek", "role": "artist"},
        )
        bo = User.objects.get(email="bo@example.test").pk
        # A role they have already is not given again.
        add_member(
            email="bo@example.test",
            full_name="Bo Ek",
            role=Role.ARTIST,
            organisation_id=actor.organisation_id,
            actor_label="system",
        )
        with tenant(actor.organisation_id):
            membership = Membership.objects.get(user_id=bo).pk

        answer = browser.post(f"/admin/accounts/membership/{membership}/delete/", {"post": "yes"})

        assert answer.status_code == 302
        assert self.told(actor.organisation_id)[1:] == [
            ("accounts.member.added", actor.label, str(bo), "artist"),
            ("accounts.member.removed", actor.label, str(bo), "artist"),
        ]
        assert organisations_of(bo) == ()

    def test_tells_of_roles_taken_in_bulk(self) -> None:
        actor = _opened()
        ids = []
        for role in (Role.ARTIST, Role.LEGAL):
            made = add_member(
                email="bo@example.test",
                full_name="Bo Ek",
                role=role,
                organisation_id=actor.organisation_id,
                actor_label="system",
            )
            ids.append(str(made.pk))

        a_browser(actor).post(
            "/admin/accounts/membership/",
            {"action": "delete_selected", "_selected_action": ids, "post": "yes"},
        )

        removed = [one for one in self.told(actor.organisation_id) if one[0] == "accounts.member.removed"]
        assert {role for *_, role in removed} == {"artist", "legal"}

    def test_tells_when_an_account_is_closed(self) -> None:
        actor = _opened()
        address = f"/admin/accounts/user/{actor.user_id}/change/"

        answer = a_browser(actor).post(
            address, {"full_name": "Ana Ruiz", "is_staff": "on", "is_superuser": "on"}
        )

        assert answer.status_code == 302
        assert self.told(actor.organisation_id)[1:] == [
            ("accounts.member.changed", actor.label, str(actor.user_id), "closed")
        ]
