from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.errors import NoSuchToken, NotAMember
from accounts.models.api_token import ApiToken
from accounts.models.user import User
from accounts.operations.sign_in import check_credentials
from accounts.queries import TokenCard, actor_of, organisations_of, token_card
from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core.tenancy import tenant

DEFAULT_LIFETIME = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """`secret` exists only here: the database keeps its digest."""

    card: TokenCard
    secret: str


def issue_token(
    *, actor: Actor, label: str, at: datetime, lifetime: timedelta = DEFAULT_LIFETIME
) -> IssuedToken:
    """A token that acts for the actor, as the actor, in the actor's organisation.

    Raises:
        NotAMember: the actor is a process of ours.
    """
    if actor.user_id is None:
        raise NotAMember("Only a person can hold a token.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row, secret = ApiToken.objects.create(
            user=User.objects.get(pk=actor.user_id),
            organisation_id=actor.organisation_id,
            label=label,
            expiry=lifetime,
        )
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.TOKEN_ISSUED,
            actor=actor.label,
            subject=f"user:{actor.user_id}",
            fields={"token_key": row.token_key},
            at=at,
        )
    return IssuedToken(card=token_card(row), secret=secret)


def issue_token_for_credentials(
    *, email: str, password: str, organisation: str, label: str, origin: str, at: datetime
) -> IssuedToken:
    """A token for somebody without a session.

    Args:
        email: as typed.
        password: as typed.
        organisation: id or slug of the organisation to act for; may be empty for a person who has just one.
        label: what the owner calls the token.
        origin: network address of the client.
        at: now.

    Raises:
        SignInRefused: the credentials do not hold.
        TooManyAttempts: too many failures lately.
        NotAMember: the person does not belong to that organisation, or it is not clear which one is meant.
    """
    user = check_credentials(email=email, password=password, origin=origin, at=at)
    cards = organisations_of(user.pk)
    meant = [card for card in cards if organisation in (str(card.id), card.slug)] if organisation else cards
    actor = actor_of(user_id=user.pk, organisation_id=meant[0].id) if len(meant) == 1 else None
    if actor is None:
        raise NotAMember("Name one organisation you are a member of, by its id or slug.")
    return issue_token(actor=actor, label=label, at=at)


def revoke_token(token_key: str, *, actor: Actor, at: datetime) -> None:
    """End one of the actor's own tokens, at once.

    Raises:
        NoSuchToken: the actor has none of that key here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        ended, _ = ApiToken.objects.filter(
            user_id=actor.user_id, organisation_id=actor.organisation_id, token_key=token_key
        ).delete()
        if not ended:
            raise NoSuchToken("You have no such token here.")
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.TOKEN_REVOKED,
            actor=actor.label,
            subject=f"user:{actor.user_id}",
            fields={"token_key": token_key},
            at=at,
        )
