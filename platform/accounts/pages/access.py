"""The door of every page that is not public."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.acting import actor, person_id
from accounts.errors import NotAMember, RoleMissing
from accounts.queries import organisations_of
from accounts.values import Actor, Role

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]
MemberView = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]


def member_page(*roles: Role) -> Callable[[MemberView[P]], View]:
    """Wrap `view(request, actor, ...)`: strangers go to sign-in, members without one of `roles` are told so.

    Without roles every member may look.
    """

    def decorate(view: MemberView[P]) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            acting = actor(request)
            if not acting:
                if organisations_of(person_id(request)):
                    # The one they acted for has let them go; which other one to act for is theirs to say.
                    return redirect("accounts:switch")
                raise NotAMember("You belong to no organisation yet. Ask its administrator to add you.")
            if roles and not acting.is_one_of(*roles):
                raise RoleMissing(frozenset(roles))
            return view(request, acting, *args, **kwargs)

        return page

    return decorate
