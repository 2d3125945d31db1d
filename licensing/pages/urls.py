from __future__ import annotations

from django.urls import path

from licensing.pages import decisions, documents, performers, riders, rulebook

app_name = "licensing"

urlpatterns = [
    path("performers", performers.performers, name="performers"),
    path("performers/<uuid:performer_id>", performers.performer, name="performer"),
    path("decisions/<uuid:decision_id>", decisions.decision, name="decision"),
    path("performers/<uuid:performer_id>/signing-authorities", riders.authorities, name="authorities"),
    path("signing-authorities/<uuid:authority_id>/end", riders.end_authority, name="end-authority"),
    path("riders", riders.riders, name="riders"),
    path("riders/new", riders.new_rider, name="new-rider"),
    path("riders/<uuid:rider_id>", riders.rider, name="rider"),
    path("riders/<uuid:rider_id>/file", riders.rider_pdf, name="rider-file"),
    path(
        "riders/<uuid:rider_id>/studio-signature",
        riders.sign_rider,
        {"side": "studio"},
        name="sign-for-studio",
    ),
    path(
        "riders/<uuid:rider_id>/performer-signature",
        riders.sign_rider,
        {"side": "performer"},
        name="sign-for-performer",
    ),
    path("riders/<uuid:rider_id>/record", riders.record_rider, name="record-rider"),
    path("consents/<uuid:consent_id>/receipt", riders.receipt, name="receipt"),
    path("consent-documents/new", documents.new_document, name="new-document"),
    path("consent-documents/<uuid:document_id>", documents.document, name="document"),
    path("consent-documents/<uuid:document_id>/file", documents.document_pdf, name="document-file"),
    path("consent-documents/<uuid:document_id>/transcribe", documents.transcribe, name="transcribe"),
    path(
        "consent-documents/<uuid:document_id>/transcriptions/<uuid:transcription_id>/check",
        documents.check,
        name="check-transcription",
    ),
    path("transcriptions/<uuid:transcription_id>/record", documents.record, name="record-transcription"),
    path("rulebook", rulebook.rulebook, name="rulebook"),
]
