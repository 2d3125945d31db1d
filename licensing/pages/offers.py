from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.agreeing.history import consents_as_known
from licensing.agreeing.my_page import my_page, offer_page
from licensing.agreeing.queries import offer_card, offer_cards
from licensing.agreeing.sight import consents_granted, grants_given
from licensing.documents.errors import TermsContradict
from licensing.doors import MAY_GRANT_SIGHT, MAY_OFFER, MAY_SEE_OFFERS, SEES_EVERYBODY
from licensing.errors import FactsUnreadable
from licensing.operations.agreements import countersign_offer, sign_offer
from licensing.operations.answers import answer_offer, refuse_offer
from licensing.operations.grants import end_sight, grant_sight
from licensing.operations.notices import give_notice
from licensing.operations.offers import (
    NewOffer,
    draft_offer,
    propose_terms,
    send_offer,
    take_back_offer,
    take_their_terms,
)
from licensing.pages.document_forms import SignatureForm
from licensing.pages.offer_forms import AnswersForm, GrantForm, MomentsForm, OfferForm, ProposalForm
from licensing.queries import performers
from licensing.values import Representation
from productions.queries import production_list

_METHODS = ["GET", "HEAD", "POST"]
_STUDIO_ACTS = {
    "send": (send_offer, "The offer is with the performer."),
    "take-their-terms": (take_their_terms, "Their terms are on the table. The performer answers them again."),
    "take-back": (take_back_offer, "The offer is taken back."),
}


@require_safe
@member_page(*MAY_SEE_OFFERS)
def offers(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {"offers": offer_cards(actor), "may_offer": actor.is_one_of(*MAY_OFFER)}
    return render(request, "licensing/offers.html", context)


@require_http_methods(_METHODS)
@member_page(*MAY_OFFER)
def new_offer(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = OfferForm(request.POST or None)
    form.offer(
        production_list(actor.organisation_id),
        performers(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY)),
    )
    if form.is_valid():
        who = form.cleaned_data["representation"]
        new = NewOffer(
            replica_type=form.cleaned_data["replica_type"],
            terms=form.terms(),
            withdrawal_notice_days=form.cleaned_data["withdrawal_notice_days"],
            representation=Representation(who) if who else None,
            **form.chosen(),
        )
        try:
            card = draft_offer(new, actor=actor)
        except (FactsUnreadable, TermsContradict) as refused:
            form.refuse(refused.path, str(refused))
        else:
            messages.success(request, "The offer is drafted. The performer does not see it yet.")
            return redirect("licensing:offer", card.id)
    context = {"form": form, "heading": "New offer", "submit": "Draft the offer"}
    return render(request, "licensing/offer_terms.html", context, status=400 if form.errors else 200)


@require_safe
@member_page()
def offer(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    return _offer(request, actor, offer_id, None)


@require_http_methods(_METHODS)
@member_page(*MAY_OFFER)
def other_terms(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    card = offer_card(offer_id, actor=actor)
    form = ProposalForm(request.POST or None, card.latest)
    if form.is_valid():
        days = form.cleaned_data["withdrawal_notice_days"]
        try:
            propose_terms(offer_id, form.terms(), withdrawal_notice_days=days, actor=actor)
        except (FactsUnreadable, TermsContradict) as refused:
            form.refuse(refused.path, str(refused))
        else:
            messages.success(request, "The other terms are on the table.")
            return redirect("licensing:offer", offer_id)
    context = {"form": form, "heading": "Other terms", "submit": "Put these terms", "offer": card}
    return render(request, "licensing/offer_terms.html", context, status=400 if form.errors else 200)


@require_POST
@member_page(*MAY_OFFER)
def studio_act(request: HttpRequest, actor: Actor, offer_id: UUID, act: str) -> HttpResponse:
    operation, said = _STUDIO_ACTS[act]
    operation(offer_id, actor=actor)
    messages.success(request, said)
    return redirect("licensing:offer", offer_id)


@require_POST
@member_page()
def answer(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    form = AnswersForm(request.POST, offer_card(offer_id, actor=actor).latest)
    if form.is_valid():
        digest = form.cleaned_data["terms_sha256"]
        try:
            card = answer_offer(offer_id, form.replies(), terms_sha256=digest, actor=actor)
        except (FactsUnreadable, TermsContradict) as refused:
            form.refuse(refused.path, str(refused))
        else:
            agreed = card.state == "offered"
            messages.success(
                request,
                "You agreed to every term. Sign it below." if agreed else "The studio has your answers.",
            )
            return redirect("licensing:offer", offer_id)
    return _offer(request, actor, offer_id, form)


@require_POST
@member_page()
def refuse(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    refuse_offer(offer_id, actor=actor)
    messages.success(request, "The offer is refused.")
    return redirect("licensing:offer", offer_id)


@require_POST
@member_page()
def sign(request: HttpRequest, actor: Actor, offer_id: UUID, side: str) -> HttpResponse:
    form = SignatureForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Read the terms and say so before you sign.")
        return redirect("licensing:offer", offer_card(offer_id, actor=actor).id)
    operation = countersign_offer if side == "studio" else sign_offer
    operation(offer_id, terms_sha256=form.cleaned_data["terms_sha256"], actor=actor)
    messages.success(
        request, "The consent is in force." if side == "studio" else "You signed. The studio signs next."
    )
    return redirect("licensing:offer", offer_id)


@require_safe
@member_page()
def my(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "licensing/my.html", {"page": my_page(actor)})


@require_POST
@member_page()
def notice(request: HttpRequest, actor: Actor, consent_id: UUID) -> HttpResponse:
    card = give_notice(consent_id, actor=actor)
    messages.success(request, f"You withdrew. The consent ends on {card.effective_at:%-d %B %Y, %H:%M} UTC.")
    return redirect("licensing:my")


@require_safe
@member_page()
def states(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = MomentsForm(request.GET)
    found = consents_as_known(actor, **form.cleaned_data) if form.is_valid() else ()
    context = {"form": form, "consents": found}
    return render(request, "licensing/consent_states.html", context, status=200 if form.is_valid() else 400)


@require_http_methods(_METHODS)
@member_page(*MAY_GRANT_SIGHT)
def grants(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = GrantForm(request.POST or None)
    form.offer(performers(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY)))
    if form.is_valid():
        grant_sight(form.new_grant(), actor=actor)
        messages.success(request, "They may see it from now on.")
        return redirect("licensing:grants")
    names = {one.id: one.professional_name for one in performers(actor.organisation_id, everybody=True)}
    context = {"form": form, "grants": grants_given(actor), "names": names}
    return render(request, "licensing/grants.html", context, status=400 if form.errors else 200)


@require_POST
@member_page(*MAY_GRANT_SIGHT)
def end_grant(request: HttpRequest, actor: Actor, grant_id: UUID) -> HttpResponse:
    end_sight(grant_id, actor=actor)
    messages.success(request, "They see it no longer.")
    return redirect("licensing:grants")


@require_safe
@member_page()
def granted(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "licensing/granted.html", {"consents": consents_granted(actor)})


def _offer(request: HttpRequest, actor: Actor, offer_id: UUID, form: AnswersForm | None) -> HttpResponse:
    page = offer_page(offer_id, actor=actor)
    context = {
        "page": page,
        "card": page.card,
        "answers": form or AnswersForm(None, page.card.latest),
        "signature": SignatureForm(initial={"terms_sha256": page.card.latest.terms_sha256}),
    }
    return render(request, "licensing/offer.html", context, status=400 if form is not None else 200)
