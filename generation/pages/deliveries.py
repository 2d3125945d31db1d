from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core.clock import now
from core.errors import StudioError
from core.ids import new_id
from generation.deliveries.cards import DeliveryCard
from generation.deliveries.errors import DeliveryConflict
from generation.deliveries.page_queries import (
    decision_of_delivery,
    deliveries_page,
    delivery_page,
    new_delivery_page,
)
from generation.deliveries.queries import deliveries, recipients
from generation.deliveries.values import RecipientKind
from generation.doors import MAY_CALL_BACK, MAY_DELIVER, SEES_CONTACTS
from generation.operations.deliveries import deliver_take, try_delivery
from generation.operations.delivery_copies import make_copy
from generation.operations.delivery_links import issue_link, revoke_link
from generation.operations.recalls import (
    recall_delivery,
    record_acknowledgement,
    record_notice,
    state_retention,
)
from generation.operations.recipients import change_contact, register_recipient
from generation.pages.delivery_forms import (
    ContactForm,
    DeliveryForm,
    LinkForm,
    NoticeForm,
    RecallForm,
    RecipientForm,
    RecordedAcknowledgementForm,
    RetentionForm,
)
from generation.screens.queries import ScreenReport, screens_of
from generation.screens.values import ScreenedKind
from licensing.doors import SEES_EVERYBODY
from licensing.plain_words import readable

_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@member_page()
def every_delivery(request: HttpRequest, actor: Actor) -> HttpResponse:
    cards = deliveries(actor.organisation_id)
    return render(request, "generation/deliveries.html", {"deliveries": cards, **_may(actor)})


@require_safe
@member_page()
def of_production(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    page = deliveries_page(actor.organisation_id, production_id)
    context = {"production": page.production, "deliveries": page.deliveries, **_may(actor)}
    return render(request, "generation/deliveries.html", context)


@require_http_methods(_METHODS)
@member_page(*MAY_DELIVER)
def new_delivery(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    """The form asks the rules first when it is told to: nothing of that is recorded."""
    page = new_delivery_page(actor.organisation_id, take_id)
    form = DeliveryForm(
        request.POST or None,
        recipients=page.recipients,
        masters=page.masters,
        initial={
            "key": str(new_id()),
            "shown_in": list(page.media),
            "territories": ", ".join(page.territories),
            "languages": ", ".join(page.languages),
            "valid_from": now().date(),
        },
    )
    trial = None
    everybody = actor.is_one_of(*SEES_EVERYBODY)
    if form.is_valid():
        order = form.order(take_id, at=now())
        try:
            if "try" in request.POST:
                tried = try_delivery(order, actor=actor)
                trial = {
                    "decision": readable(tried.decision, actor.organisation_id, everybody=everybody),
                    "marks": tried.marks,
                    "screens": tried.screens,
                }
            else:
                key = form.cleaned_data["key"]
                card = deliver_take(order, actor=actor, idempotency_key=key, everybody=everybody)
                messages.success(request, "Delivered. What it makes owed is in the ledger.")
                return redirect("generation:delivery", card.id)
        except DeliveryConflict:
            # The browser's way back leads to a form that was sent already; what it says now is another delivery.
            form.renew_key()
            form.add_error(
                None, "This form has made another delivery already. Send it again to make this one too."
            )
        except StudioError as refusal:
            # Shown beside what was typed: an error page would lose it.
            form.add_error(None, str(refusal))
    status = 400 if form.errors else 200
    context = {"page": page, "form": form, "trial": trial}
    return render(request, "generation/new_delivery.html", context, status=status)


@require_safe
@member_page()
def delivery(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:
    return _shown(request, actor, delivery_id)


@require_POST
@member_page(*MAY_DELIVER)
def make_own_copy(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:
    make_copy(delivery_id, actor=actor)
    messages.success(request, "Made. Links hand out the recipient's own copy from now on.")
    return redirect("generation:delivery", delivery_id)


@require_POST
@member_page(*MAY_DELIVER)
def new_link(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _shown(request, actor, delivery_id, link_form=form)
    issued = issue_link(delivery_id, lasts=form.lasts(), actor=actor)
    # Shown on this very page and never again.
    url = request.build_absolute_uri(f"/handouts/{issued.token}")
    return _shown(request, actor, delivery_id, issued=url)


@require_POST
@member_page(*MAY_DELIVER)
def revoke(request: HttpRequest, actor: Actor, link_id: UUID) -> HttpResponse:
    delivery_id = revoke_link(link_id, actor=actor)
    messages.success(request, "Revoked. The link opens nothing from now on.")
    return redirect("generation:delivery", delivery_id)


@require_POST
@member_page(*MAY_CALL_BACK)
def recall(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:
    form = RecallForm(request.POST)

    def act() -> None:
        recall_delivery(delivery_id, reason=form.cleaned_data["reason"], actor=actor)

    return _done(request, actor, delivery_id, form, "recall_form", act, "Recalled. Now tell the recipient.")


@require_POST
@member_page(*MAY_DELIVER)
def notice(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:
    form = NoticeForm(request.POST)

    def act() -> None:
        record_notice(delivery_id, form.notice(), actor=actor)

    return _done(request, actor, delivery_id, form, "notice_form", act, "The notice is on record.")


@require_POST
@member_page(*MAY_DELIVER)
def acknowledgement(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:
    form = RecordedAcknowledgementForm(request.POST)

    def act() -> None:
        record_acknowledgement(delivery_id, **form.cleaned_data, actor=actor)

    said = "The acknowledgement is on record."
    return _done(request, actor, delivery_id, form, "acknowledgement_form", act, said)


@require_POST
@member_page(*MAY_CALL_BACK)
def retention(request: HttpRequest, actor: Actor, delivery_id: UUID) -> HttpResponse:
    form = RetentionForm(request.POST)

    def act() -> None:
        state_retention(delivery_id, words=form.cleaned_data["words"], actor=actor)

    return _done(request, actor, delivery_id, form, "retention_form", act, "On record, in your words.")


@require_http_methods(_METHODS)
@member_page()
def every_recipient(request: HttpRequest, actor: Actor) -> HttpResponse:
    may = _may(actor)
    form = RecipientForm(request.POST or None)
    if request.method == "POST" and may["may_deliver"] and form.is_valid():
        said = form.cleaned_data
        try:
            register_recipient(
                name=said["name"], kind=RecipientKind(said["kind"]), contact=said["contact"], actor=actor
            )
        except StudioError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "On record.")
            return redirect("generation:recipients")
    lines = [
        (one, ContactForm(initial={"contact": one.contact}, auto_id=f"contact_{one.id}_%s"))
        for one in recipients(actor.organisation_id)
    ]
    context = {"lines": lines, "form": form, "sees_contacts": actor.is_one_of(*SEES_CONTACTS), **may}
    return render(request, "generation/recipients.html", context, status=400 if form.errors else 200)


@require_POST
@member_page(*MAY_DELIVER)
def contact(request: HttpRequest, actor: Actor, recipient_id: UUID) -> HttpResponse:
    form = ContactForm(request.POST)
    if form.is_valid():
        change_contact(recipient_id, contact=form.cleaned_data["contact"], actor=actor)
        messages.success(request, "Noted.")
    return redirect("generation:recipients")


def _done(
    request: HttpRequest,
    actor: Actor,
    delivery_id: UUID,
    form: forms.Form,
    name: str,
    act: Callable[[], None],
    said: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except StudioError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("generation:delivery", delivery_id)
    return _shown(request, actor, delivery_id, **{name: form})


def _shown(request: HttpRequest, actor: Actor, delivery_id: UUID, **given: object) -> HttpResponse:
    page = delivery_page(actor.organisation_id, delivery_id)
    everybody = actor.is_one_of(*SEES_EVERYBODY)
    at = now()
    context = {
        "page": page,
        "card": page.card,
        "decision": decision_of_delivery(actor.organisation_id, page.card, everybody=everybody),
        "sees_contacts": actor.is_one_of(*SEES_CONTACTS),
        "link_form": LinkForm(),
        "recall_form": RecallForm(),
        "notice_form": NoticeForm(initial={"sent_at": at}),
        "acknowledgement_form": RecordedAcknowledgementForm(initial={"acknowledged_at": at}),
        "retention_form": RetentionForm(),
        "screens": _screens_of(actor.organisation_id, page.card),
        **_may(actor),
        **given,
    }
    is_wrong = any(isinstance(one, forms.Form) and one.errors for one in given.values())
    return render(request, "generation/delivery.html", context, status=400 if is_wrong else 200)


def _screens_of(organisation_id: UUID, card: DeliveryCard) -> ScreenReport:
    """What is said of the file that was delivered."""
    if card.master_id is not None:
        return screens_of(organisation_id, ScreenedKind.MASTER, card.master_id)
    return screens_of(organisation_id, ScreenedKind.TAKE, card.take_id)


def _may(actor: Actor) -> dict[str, bool]:
    return {
        "may_deliver": actor.is_one_of(*MAY_DELIVER),
        "may_call_back": actor.is_one_of(*MAY_CALL_BACK),
    }
