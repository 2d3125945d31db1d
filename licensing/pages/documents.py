from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.document_pages import document_page
from licensing.document_queries import document_card, document_file
from licensing.documents.errors import (
    DocumentActive,
    DocumentAltered,
    DocumentOnRecord,
    DocumentUnreadable,
    TermsContradict,
)
from licensing.documents.uploads import uploaded_pdf
from licensing.doors import MAY_RECORD, MAY_TRANSCRIBE, SEES_EVERYBODY
from licensing.downloads import pdf_response
from licensing.errors import FactsUnreadable
from licensing.operations.documents import (
    check_transcription,
    put_transcription_on_record,
    receive_document,
    transcribe_document,
)
from licensing.pages.document_forms import CheckForm, DocumentForm, TermsForm
from licensing.queries import performers
from productions.queries import production_list

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
@member_page(*MAY_TRANSCRIBE)
def new_document(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = DocumentForm(request.POST or None, request.FILES or None)
    form.offer(
        production_list(actor.organisation_id),
        performers(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY)),
    )
    if form.is_valid():
        try:
            card = receive_document(uploaded_pdf(request), actor=actor, **form.chosen())
        except (DocumentActive, DocumentAltered, DocumentOnRecord, DocumentUnreadable) as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, "The document is kept. Its terms are read next.")
            return redirect("licensing:document", card.id)
    context = {"form": form, "heading": "A PDF signed elsewhere", "submit": "Hand it in", "upload": True}
    return render(request, "licensing/terms_form.html", context, status=400 if form.errors else 200)


@require_safe
@member_page()
def document(request: HttpRequest, actor: Actor, document_id: UUID) -> HttpResponse:
    return render(request, "licensing/document.html", {"page": document_page(document_id, actor=actor)})


@require_safe
@member_page()
def document_pdf(request: HttpRequest, actor: Actor, document_id: UUID) -> HttpResponse:
    return pdf_response(document_file(document_id, actor=actor), f"document-{document_id}.pdf")


@require_http_methods(_METHODS)
@member_page(*MAY_TRANSCRIBE)
def transcribe(request: HttpRequest, actor: Actor, document_id: UUID) -> HttpResponse:
    card = document_card(document_id, actor=actor)
    form = TermsForm(request.POST or None)
    if form.is_valid():
        try:
            transcribe_document(
                document_id, replica_type=form.cleaned_data["replica_type"], terms=form.terms(), actor=actor
            )
        except (FactsUnreadable, TermsContradict) as refused:
            form.refuse(refused.path, str(refused))
        else:
            messages.success(request, "Written down. A second person compares it with the document.")
            return redirect("licensing:document", document_id)
    heading = f"What the document of {card.performer_name} says"
    context = {"form": form, "heading": heading, "submit": "Write the terms down"}
    return render(request, "licensing/terms_form.html", context, status=400 if form.errors else 200)


@require_POST
@member_page(*MAY_TRANSCRIBE)
def check(request: HttpRequest, actor: Actor, document_id: UUID, transcription_id: UUID) -> HttpResponse:
    form = CheckForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say whether the document says the same.")
        context = {"page": document_page(document_id, actor=actor)}
        return render(request, "licensing/document.html", context, status=400)
    card = check_transcription(
        transcription_id,
        terms_sha256=form.cleaned_data["terms_sha256"],
        agrees=form.cleaned_data["agrees"] == "yes",
        actor=actor,
    )
    messages.success(request, "Your answer is on record.")
    return redirect("licensing:document", card.id)


@require_POST
@member_page(*MAY_RECORD)
def record(request: HttpRequest, actor: Actor, transcription_id: UUID) -> HttpResponse:
    card = put_transcription_on_record(transcription_id, actor=actor)
    messages.success(request, "The consent is on record.")
    return redirect("licensing:performer", card.performer_id)
