from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.db.models import Count, Q
from django.utils.crypto import salted_hmac

from accounts.errors import SignInRefused, TooManyAttempts
from accounts.models.sign_in_failure import SignInFailure
from accounts.models.user import User

WINDOW = timedelta(minutes=15)
FAILURES_OF_ONE_ADDRESS = 10
FAILURES_OF_ONE_ORIGIN = 100


def check_credentials(*, email: str, password: str, origin: str, at: datetime) -> User:
    """The person whose e-mail address and password these are.

    Failures are counted by address *and* origin, so that nobody can lock another person out from elsewhere, and
    by origin alone, so that nobody can try one password on everybody.

    Args:
        email: as typed.
        password: as typed.
        origin: network address of the client.
        at: now.

    Raises:
        SignInRefused: unknown, wrong or closed; which of them is not told.
        TooManyAttempts: too many failures lately; nothing was checked.
    """
    address = email.strip().lower()
    digests = {"address_digest": _digest(f"address:{address}"), "origin_digest": _digest(f"origin:{origin}")}
    failures = SignInFailure.objects.filter(
        origin_digest=digests["origin_digest"], failed_at__gt=at - WINDOW
    ).aggregate(
        from_origin=Count("id"), of_address=Count("id", filter=Q(address_digest=digests["address_digest"]))
    )
    if failures["of_address"] >= FAILURES_OF_ONE_ADDRESS or failures["from_origin"] >= FAILURES_OF_ONE_ORIGIN:
        raise TooManyAttempts(retry_after_s=int(WINDOW.total_seconds()))
    user = authenticate(None, email=address, password=password)
    if not isinstance(user, User):
        SignInFailure.objects.filter(failed_at__lte=at - WINDOW).delete()
        SignInFailure.objects.create(**digests, failed_at=at)
        raise SignInRefused("The e-mail address and password do not match an open account.")
    SignInFailure.objects.filter(**digests).delete()
    return user


def _digest(value: str) -> str:
    return salted_hmac("accounts.sign_in", value, algorithm="sha256").hexdigest()
