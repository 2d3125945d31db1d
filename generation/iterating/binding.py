"""What a take must say because of the pictures it is made from. Pure: requests in, what is missing out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from generation.values import TakeOrder
from licensing.values import CastMember, SyntheticRole


def cast_of(request: Mapping[str, Any]) -> tuple[CastMember, ...]:
    """The cast of a stored request."""
    return tuple(
        CastMember(performer_id=UUID(one["performer"]), replica_type=one["replica_type"])
        for one in request.get("cast", [])
    )


def joined_cast(*casts: Iterable[CastMember]) -> tuple[CastMember, ...]:
    """Everybody once, in order."""
    return tuple(dict.fromkeys(one for cast in casts for one in cast))


def missing_of(order: TakeOrder, parents: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """What the requests of `parents` say is in their pictures and `order` does not: field and what, in order.

    What is unknown of a parent is unknown of the child: it cannot be said to hold nothing sensitive.
    """
    missing: dict[tuple[str, str], None] = {}
    own = set(order.cast)
    for request in parents:
        for one in cast_of(request):
            if one not in own:
                missing["cast", f"performer {one.performer_id} as {one.replica_type}"] = None
        role = request.get("synthetic_role", SyntheticRole.NONE.value)
        if role not in (SyntheticRole.NONE, order.synthetic_role):
            missing["synthetic_role", str(role)] = None
        sensitive = request.get("sensitive")
        if sensitive is None and order.sensitive is not None and not order.sensitive:
            missing["sensitive", "that it is unknown, as of the take it is made from"] = None
        for word in sensitive or ():
            if order.sensitive is None or word not in order.sensitive:
                missing["sensitive", str(word)] = None
        if request.get("photoreal") is True and order.photoreal is False:
            missing["photoreal", "true"] = None
    return tuple(missing)
