from __future__ import annotations

from django.urls import path

from licensing.pages import decisions, documents, offer_urls, performers, reviews, riders, rulebook

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
    path("legal", reviews.desk, name="legal-desk"),
    path("legal/cases/<uuid:case_id>", reviews.case, name="review-case"),
    path("legal/cases/<uuid:case_id>/assignment", reviews.assign, name="assign-case"),
    path("legal/cases/<uuid:case_id>/comments", reviews.comment, name="comment-on-case"),
    path("legal/cases/<uuid:case_id>/approval", reviews.approve, name="approve-case"),
    path("legal/cases/<uuid:case_id>/second-key", reviews.second_key, name="give-second-key"),
    path("legal/cases/<uuid:case_id>/refusal", reviews.refuse, name="refuse-case"),
    path("legal/cases/<uuid:case_id>/withdrawal", reviews.withdraw, name="withdraw-case"),
    path("legal/delegations", reviews.delegations, name="review-delegations"),
    path("legal/delegations/<uuid:delegation_id>/end", reviews.end_stand_in, name="end-delegation"),
    path("legal/holds", reviews.holds, name="legal-holds"),
    path("legal/holds/<uuid:hold_id>/lift", reviews.lift, name="lift-hold"),
    *offer_urls.urlpatterns,
]
