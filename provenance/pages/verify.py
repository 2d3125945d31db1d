from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from provenance.pages.words import answer_in_words
from provenance.receiving import LARGEST_UPLOAD_BYTES, MOST_SEGMENTS, verify_received

_PAGE = "provenance/verify.html"


# No session is used and nothing is changed, so there is nothing to forge; and the token's check would read the whole
# body before its length is known.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The public page: hand in a file, read what its credential proves."""
    context: dict[str, object] = {
        "largest_mb": LARGEST_UPLOAD_BYTES // 2**20,
        "largest_bytes": LARGEST_UPLOAD_BYTES,
        "most_segments": MOST_SEGMENTS,
    }
    if request.method == "POST":
        context["answer"] = answer_in_words(verify_received(request))
    return render(request, _PAGE, context)
