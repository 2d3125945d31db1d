from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from generation.doors import MAY_JUDGE_FILES, MAY_SEE_JUDGEMENTS
from generation.file_reviews import file_review, file_reviews_of
from generation.media_response import media_response
from generation.operations.file_reviews import review_file
from generation.queries import take_card
from generation.screens.queries import screens_of
from generation.screens.values import ScreenedKind
from provenance.updating.definition import ReviewOutcome
from web.templatetags.words import capital, words


class FileReviewForm(forms.Form):
    outcome = forms.ChoiceField(
        label="The finished file is",
        choices=[("", "Choose"), *((one.value, capital(words(one.value))) for one in ReviewOutcome)],
        help_text="It stands in the credential of a copy for ever. An approval also says there that a person "
        "approved the finished file.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_SEE_JUDGEMENTS)
def every(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    """How legal judged the finished file, and a form to judge it."""
    card = take_card(actor.organisation_id, take_id)
    may_judge = actor.is_one_of(*MAY_JUDGE_FILES)
    form = FileReviewForm(request.POST or None)
    if request.method == "POST":
        if not may_judge:
            raise RoleMissing(frozenset(MAY_JUDGE_FILES))
        if form.is_valid():
            try:
                review_file(take_id, ReviewOutcome(form.cleaned_data["outcome"]), actor=actor)
            except StudioError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "A copy of the file says so in its credential.")
                return redirect("generation:file-reviews", take_id)
    reviews = file_reviews_of(actor.organisation_id, take_id)
    context = {"card": card, "reviews": reviews, "form": form, "may_judge": may_judge}
    context["screens"] = screens_of(actor.organisation_id, ScreenedKind.TAKE, take_id)
    return render(request, "generation/file_reviews.html", context, status=400 if form.errors else 200)


@require_safe
@member_page(*MAY_SEE_JUDGEMENTS)
def file(request: HttpRequest, actor: Actor, take_id: UUID, review_id: UUID) -> HttpResponseBase:
    """The copy whose credential tells the judgement."""
    path = file_review(actor.organisation_id, take_id, review_id).path
    return media_response(request, path, content_type="video/mp4", etag=path.stem)
