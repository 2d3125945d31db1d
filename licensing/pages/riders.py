from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.consent_exports import consent_receipt
from licensing.document_pages import RiderPage, rider_page
from licensing.document_queries import authority_cards, document_cards, rider_cards, rider_file
from licensing.documents.errors import RiderUnprintable, TermsContradict
from licensing.doors import MAY_PREPARE_RIDERS, MAY_RECORD, MAY_VERIFY_AUTHORITY, SEES_EVERYBODY
from licensing.downloads import pdf_response
from licensing.errors import FactsUnreadable
from licensing.names import RepresentedAct
from licensing.operations.authorities import NewAuthority, revoke_authority, verify_authority
from licensing.operations.riders import (
    NewRider,
    prepare_rider,
    put_rider_on_record,
    sign_for_performer,
    sign_for_studio,
)
from licensing.pages.document_forms import AuthorityForm, RiderForm, SignatureForm
from licensing.queries import performer_card, performers
from licensing.values import SignerRole
from productions.queries import production_list

_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@member_page()
def riders(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {
        "riders": rider_cards(actor),
        "documents": document_cards(actor),
        "may_prepare": actor.is_one_of(*MAY_PREPARE_RIDERS),
    }
    return render(request, "licensing/riders.html", context)


@require_http_methods(_METHODS)
@member_page(*MAY_PREPARE_RIDERS)
def new_rider(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = RiderForm(request.POST or None)
    form.offer(
        production_list(actor.organisation_id),
        performers(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY)),
    )
    if form.is_valid():
        new = NewRider(replica_type=form.cleaned_data["replica_type"], terms=form.terms(), **form.chosen())
        try:
            card = prepare_rider(new, actor=actor)
        except (FactsUnreadable, TermsContradict) as refused:
            form.refuse(refused.path, str(refused))
        except RiderUnprintable as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The rider is prepared. Nobody has signed it yet.")
            return redirect("licensing:rider", card.id)
    context = {"form": form, "heading": "New rider", "submit": "Prepare the rider"}
    return render(request, "licensing/terms_form.html", context, status=400 if form.errors else 200)


@require_safe
@member_page()
def rider(request: HttpRequest, actor: Actor, rider_id: UUID) -> HttpResponse:
    return _rider(request, rider_page(rider_id, actor=actor), None)


@require_safe
@member_page()
def rider_pdf(request: HttpRequest, actor: Actor, rider_id: UUID) -> HttpResponse:
    return pdf_response(rider_file(rider_id, actor=actor), f"rider-{rider_id}.pdf")


@require_POST
@member_page()
def sign_rider(request: HttpRequest, actor: Actor, rider_id: UUID, side: str) -> HttpResponse:
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return _rider(request, rider_page(rider_id, actor=actor), form)
    sign = sign_for_studio if side == "studio" else sign_for_performer
    sign(rider_id, terms_sha256=form.cleaned_data["terms_sha256"], actor=actor)
    messages.success(request, "The rider is signed for this side.")
    return redirect("licensing:rider", rider_id)


@require_POST
@member_page(*MAY_RECORD)
def record_rider(request: HttpRequest, actor: Actor, rider_id: UUID) -> HttpResponse:
    card = put_rider_on_record(rider_id, actor=actor)
    messages.success(request, "The consent is on record.")
    return redirect("licensing:performer", card.performer_id)


@require_http_methods(_METHODS)
@member_page(*MAY_VERIFY_AUTHORITY)
def authorities(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponse:
    card = performer_card(actor.organisation_id, performer_id, everybody=True)
    form = AuthorityForm(request.POST or None)
    if form.is_valid():
        fields = form.cleaned_data
        verify_authority(
            NewAuthority(
                performer_id=performer_id,
                person_id=fields["person"],
                signer_role=SignerRole(fields["signer_role"]),
                document_sha256=fields["document_sha256"],
                acts=tuple(RepresentedAct(one) for one in fields["acts"]),
                valid_from=fields["valid_from"],
                valid_until=fields["valid_until"],
            ),
            actor=actor,
        )
        messages.success(request, "The authority is on record.")
        return redirect("licensing:authorities", performer_id)
    context = {"performer": card, "authorities": authority_cards(performer_id, actor=actor), "form": form}
    return render(request, "licensing/authorities.html", context, status=400 if form.errors else 200)


@require_POST
@member_page(*MAY_VERIFY_AUTHORITY)
def end_authority(request: HttpRequest, actor: Actor, authority_id: UUID) -> HttpResponse:
    card = revoke_authority(authority_id, actor=actor)
    messages.success(request, "The authority ended.")
    return redirect("licensing:authorities", card.performer_id)


@require_safe
@member_page()
def receipt(request: HttpRequest, actor: Actor, consent_id: UUID) -> HttpResponse:
    response = HttpResponse(
        consent_receipt(consent_id, actor=actor), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="receipt-{consent_id}.txt"'
    return response


def _rider(request: HttpRequest, page: RiderPage, form: SignatureForm | None) -> HttpResponse:
    blank = SignatureForm(initial={"terms_sha256": page.card.terms_sha256})
    status = 400 if form is not None else 200
    return render(request, "licensing/rider.html", {"page": page, "form": form or blank}, status=status)
