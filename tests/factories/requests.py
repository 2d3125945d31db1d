"""Clients that ask as somebody."""

from __future__ import annotations

from django.test import Client
from rest_framework.test import APIClient

from accounts.acting import SESSION_KEY
from accounts.models.api_token import ApiToken
from accounts.values import Actor
from tests.factories.accounts import user_of


def a_browser(actor: Actor) -> Client:
    """Signed in, and acting for the actor's organisation."""
    client = Client()
    client.force_login(user_of(actor))
    session = client.session
    session[SESSION_KEY] = str(actor.organisation_id)
    session.save()
    return client


def an_api_client(actor: Actor) -> APIClient:
    """Holds a token of the actor for the actor's organisation."""
    _, secret = ApiToken.objects.create(user_of(actor), organisation_id=actor.organisation_id)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client
