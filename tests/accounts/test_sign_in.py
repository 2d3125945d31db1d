from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, override_settings
from rest_framework.test import APIClient

from accounts.errors import SignInRefused, TooManyAttempts
from accounts.models.sign_in_failure import SignInFailure
from accounts.operations.sign_in import FAILURES_OF_ONE_ADDRESS, WINDOW, check_credentials
from accounts.values import Role
from tests.factories.accounts import PASSWORD, a_member, a_membership, a_user, an_organisation
from tests.factories.requests import a_browser

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_hashing() -> Iterator[None]:
    """Passwords are hashed in milliseconds: how slow the real way is says nothing here."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


def _fail(email: str, *, at: datetime = NOON, origin: str = "192.0.2.1") -> None:
    with pytest.raises(SignInRefused):
        check_credentials(email=email, password="wrong", origin=origin, at=at)


def test_credentials_that_hold_give_the_person_however_the_address_is_spelt() -> None:
    user = a_user(email="ana@example.test")

    found = check_credentials(email=" Ana@Example.test ", password=PASSWORD, origin="192.0.2.1", at=NOON)

    assert found == user


def test_an_unknown_address_and_a_wrong_password_are_told_the_same() -> None:
    a_user(email="ana@example.test")
    messages = set()

    for email in ("ana@example.test", "nobody@example.test"):
        with pytest.raises(SignInRefused) as refusal:
            check_credentials(email=email, password="wrong", origin="192.0.2.1", at=NOON)
        messages.add(str(refusal.value))

    assert len(messages) == 1


def test_a_closed_account_does_not_open() -> None:
    user = a_user(email="ana@example.test")
    user.is_active = False
    user.save()

    with pytest.raises(SignInRefused):
        check_credentials(email=user.email, password=PASSWORD, origin="192.0.2.1", at=NOON)


def test_after_too_many_failures_the_right_password_has_to_wait() -> None:
    user = a_user()
    for _ in range(FAILURES_OF_ONE_ADDRESS):
        _fail(user.email)

    with pytest.raises(TooManyAttempts):
        check_credentials(email=user.email, password=PASSWORD, origin="192.0.2.1", at=NOON)

    later = NOON + WINDOW + timedelta(seconds=1)
    assert check_credentials(email=user.email, password=PASSWORD, origin="192.0.2.1", at=later) == user


def test_nobody_locks_another_person_out_from_elsewhere() -> None:
    user = a_user()
    for _ in range(FAILURES_OF_ONE_ADDRESS):
        _fail(user.email, origin="198.51.100.7")

    assert check_credentials(email=user.email, password=PASSWORD, origin="192.0.2.1", at=NOON) == user


def test_a_program_that_tries_too_often_is_told_how_long_to_wait() -> None:
    wrong = {"email": "ana@example.test", "password": "wrong"}
    for _ in range(FAILURES_OF_ONE_ADDRESS):
        APIClient().post("/v1/tokens", wrong)

    answer = APIClient().post("/v1/tokens", wrong)

    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert int(answer["Retry-After"]) == WINDOW.total_seconds()


def test_a_failure_on_record_names_nobody() -> None:
    _fail("ana@example.test")

    row = SignInFailure.objects.get()
    assert "ana" not in f"{row.address_digest} {row.origin_digest}"
    assert len(row.address_digest) == 64


def test_the_form_signs_in_and_goes_where_the_person_was_headed() -> None:
    a_member()
    user = a_user(email="ana@example.test")
    a_membership(user, an_organisation().id, Role.PRODUCER)
    client = Client()

    answer = client.post(
        "/sign-in", {"email": "ana@example.test", "password": PASSWORD, "next": "/productions/new"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/productions/new")
    assert client.get("/productions").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test", "javascript:alert(1)"])
def test_the_form_never_leads_to_another_site(elsewhere: str) -> None:
    a_user(email="ana@example.test")

    answer = Client().post("/sign-in", {"email": "ana@example.test", "password": PASSWORD, "next": elsewhere})

    assert answer["Location"] == "/productions"


def test_a_refused_form_says_so_and_keeps_the_address_but_not_the_password() -> None:
    answer = Client().post("/sign-in", {"email": "ana@example.test", "password": "wrong-secret"})

    assert answer.status_code == 401
    assert "do not match" in answer.text
    assert "ana@example.test" in answer.text
    assert "wrong-secret" not in answer.text


def test_a_stranger_is_sent_to_sign_in_and_back() -> None:
    answer = Client().get("/productions")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/productions")


def test_signing_out_takes_a_post() -> None:
    client = a_browser(a_member())

    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 302
    assert client.get("/productions").status_code == 302


def test_the_bare_address_leads_on() -> None:
    assert Client().get("/")["Location"] == "/sign-in"
    assert a_browser(a_member()).get("/")["Location"] == "/productions"


def test_administration_has_no_door_of_its_own() -> None:
    answer = Client().get("/admin/login/?next=/admin/")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/admin/")
