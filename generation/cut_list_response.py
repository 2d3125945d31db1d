"""Answers with the list of a cut."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from generation.authorship.cut_list import SignedClip, edit_decision_list, timeline_json
from generation.authorship.queries import cut_card
from productions.queries import sequence_card
from provenance.queries import source_statements

FORMS = {"edl": "text/plain; charset=utf-8", "otio": "application/json"}


def cut_list_response(organisation_id: UUID, sequence_id: UUID, form: str) -> HttpResponse:
    """The order of a sequence in one of `FORMS`.

    Raises:
        productions.errors.NoSuchSequence: none of this organisation has the id.
    """
    sequence, cut = sequence_card(organisation_id, sequence_id), cut_card(organisation_id, sequence_id)
    signed = source_statements(organisation_id, [one.take_id for one in cut.entries if one.take_id])
    clips = {take_id: SignedClip(one.manifest_id, one.file_sha256) for take_id, one in signed.items()}
    title = f"{sequence.code} order {cut.number}"
    content = (edit_decision_list if form == "edl" else timeline_json)(title, cut, clips)
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in title)
    return HttpResponse(
        content,
        content_type=FORMS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )
