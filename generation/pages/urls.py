from __future__ import annotations

from django.urls import path

from generation.cut_list_response import FORMS
from generation.graph.values import NodeKind
from generation.pages import (
    authorship,
    character_sheets,
    copies,
    corrections,
    deliveries,
    disputes,
    file_reviews,
    graph,
    handouts,
    iterating,
    masters,
    models,
    production,
    questions,
    queue,
    screens,
    statements,
    storyboards,
    takes,
    trainings,
    uses,
    what_if,
)
from licensing.questions import QuestionKind

app_name = "generation"

urlpatterns = [
    path("takes/<uuid:take_id>/file-reviews", file_reviews.every, name="file-reviews"),
    path("takes/<uuid:take_id>/file-reviews/<uuid:review_id>/file", file_reviews.file, name="reviewed-file"),
    path("questions", questions.questions, name="questions"),
    *(
        path(f"questions/new/{kind}", questions.new_question, {"kind": kind}, name=f"new-{kind}-question")
        for kind in QuestionKind
    ),
    path("my/uses", uses.uses, name="my-uses"),
    path("legal/what-if", what_if.page, name="what-if"),
    path("legal/what-if/takes.csv", what_if.table, name="what-if-takes"),
    path("legal/what-if/deliveries.csv", what_if.delivery_table, name="what-if-deliveries"),
    path("legal/what-if/descent.csv", what_if.descent_table, name="what-if-descent"),
    path("legal/screens", screens.screens, name="screens"),
    path("legal/protected-pictures/<uuid:picture_id>", screens.picture, name="protected-picture"),
    path("legal/protected-pictures/<uuid:picture_id>/release", screens.release, name="release-picture"),
    path(
        "productions/<uuid:production_id>/reference-screens", screens.of_references, name="reference-screens"
    ),
    path("custody/<uuid:custody_asset_id>/screens", screens.of_kept_picture, name="kept-picture-screens"),
    path("custody/<uuid:custody_asset_id>/attest", screens.attest_kept, name="attest-kept-picture"),
    path("references/<uuid:reference_id>/attest", screens.attest, name="attest-reference"),
    path("productions/<uuid:production_id>", production.production, name="production"),
    path("productions/<uuid:production_id>/facts", corrections.correct, name="correct-production"),
    path("productions/<uuid:production_id>/authorship", authorship.authorship, name="authorship"),
    path("contributions/<uuid:contribution_id>/take-back", authorship.taken_back, name="take-back"),
    path("sequences/<uuid:sequence_id>/cut", authorship.cut, name="cut"),
    *(
        path(
            f"sequences/<uuid:sequence_id>/cut.{form}",
            authorship.cut_list,
            {"form": form},
            name=f"cut-{form}",
        )
        for form in FORMS
    ),
    path("sequences/<uuid:sequence_id>/storyboard", storyboards.board, name="storyboard"),
    path("sequences/<uuid:sequence_id>/storyboard/new", storyboards.new_board, name="new-storyboard"),
    path("sequences/<uuid:sequence_id>/cut/restore", authorship.restore_cut, name="restore-cut"),
    path("shots/<uuid:shot_id>", takes.shot, name="shot"),
    path("shots/<uuid:shot_id>/takes/new", takes.new_take, name="new-take"),
    path("characters/<uuid:character_id>/sheet", character_sheets.sheet, name="character-sheet"),
    path(
        "characters/<uuid:character_id>/sheet/<uuid:sheet_entry_id>/end",
        character_sheets.take_off,
        name="end-sheet-entry",
    ),
    path("performers/<uuid:performer_id>/non-use", statements.non_use, name="non-use"),
    path("models", models.every, name="models"),
    path("models/<uuid:model_id>", models.one, name="model"),
    path("models/<uuid:model_id>/clearances", models.clear, name="clear-model"),
    path("takes/<uuid:take_id>", takes.take, name="take"),
    path("takes/<uuid:take_id>/compare/<uuid:other_id>", iterating.compare, name="compare"),
    path("takes/<uuid:take_id>/preview", iterating.preview, name="preview"),
    path("takes/<uuid:take_id>/state", takes.take_state, name="take-state"),
    path("takes/<uuid:take_id>/verdict", authorship.judge, name="judge"),
    path("takes/<uuid:take_id>/cancel", takes.cancel, name="cancel"),
    path("takes/<uuid:take_id>/retry", takes.retry, name="retry"),
    path("takes/<uuid:take_id>/ask-again", takes.asked_again, name="ask-again"),
    path("takes/<uuid:take_id>/video", takes.video, name="video"),
    path("takes/<uuid:take_id>/evidence", takes.evidence, name="evidence"),
    path("takes/<uuid:take_id>/poster", takes.poster, name="poster"),
    path("takes/<uuid:take_id>/contact-sheet", takes.contact_sheet, name="contact-sheet"),
    path("takes/<uuid:take_id>/masters", masters.masters, name="masters"),
    path("takes/<uuid:take_id>/masters/new", masters.new_master, name="new-master"),
    path("masters/<uuid:master_id>/cancel", masters.cancel, name="cancel-master"),
    path("masters/<uuid:master_id>/file", masters.file, name="master-file"),
    path("productions/<uuid:production_id>/take-cap", queue.take_cap_of, name="take-cap"),
    path("productions/<uuid:production_id>/trainings", trainings.of_production, name="trainings"),
    path("productions/<uuid:production_id>/trainings/new", trainings.new_training, name="new-training"),
    path("trainings/<uuid:training_id>", trainings.training, name="training"),
    path("trainings/<uuid:training_id>/state", trainings.training_state, name="training-state"),
    path("trainings/<uuid:training_id>/cancel", trainings.cancel, name="cancel-training"),
    path("trainings/<uuid:training_id>/ask-again", trainings.ask_again, name="training-ask-again"),
    path("takes/<uuid:take_id>/deliveries/new", deliveries.new_delivery, name="new-delivery"),
    path("takes/<uuid:take_id>/disputes", disputes.of_take, name="disputes"),
    path("disputes/<uuid:dispute_id>/end", disputes.end, name="end-dispute"),
    path("productions/<uuid:production_id>/deliveries", deliveries.of_production, name="deliveries-of"),
    path("deliveries", deliveries.every_delivery, name="deliveries"),
    path("deliveries/<uuid:delivery_id>", deliveries.delivery, name="delivery"),
    path("deliveries/<uuid:delivery_id>/copy", deliveries.make_own_copy, name="delivery-copy"),
    path("deliveries/<uuid:delivery_id>/links", deliveries.new_link, name="new-link"),
    path("deliveries/<uuid:delivery_id>/recall", deliveries.recall, name="recall"),
    path("deliveries/<uuid:delivery_id>/recall/notices", deliveries.notice, name="recall-notice"),
    path(
        "deliveries/<uuid:delivery_id>/recall/acknowledgement",
        deliveries.acknowledgement,
        name="recall-acknowledgement",
    ),
    path("deliveries/<uuid:delivery_id>/recall/retention", deliveries.retention, name="recall-retention"),
    path("delivery-links/<uuid:link_id>/revocation", deliveries.revoke, name="revoke-link"),
    path("copies/<str:manifest_id>", copies.whose, name="copy"),
    path("recipients", deliveries.every_recipient, name="recipients"),
    path("recipients/<uuid:recipient_id>/contact", deliveries.contact, name="recipient-contact"),
    path("queue", queue.queue, name="queue"),
    path("queue/pause", queue.pause, name="queue-pause"),
    path("queue/resume", queue.resume, name="queue-resume"),
    path("takes/<uuid:take_id>/priority", queue.priority, name="priority"),
    path("graph/sequence/<uuid:sequence_id>", graph.of_sequence, name="graph-sequence"),
    *(
        path(
            f"graph/{kind}/<uuid:{graph.ARGUMENTS[kind]}>{rest}",
            view,
            {"kind": kind},
            name=f"graph-{kind}{name}",
        )
        for kind in NodeKind
        for rest, view, name in (
            ("", graph.around, ""),
            ("/out", graph.out, "-out"),
            ("/out.csv", graph.out_table, "-out-csv"),
        )
    ),
    path("handouts/<str:token>", handouts.page, name="handout"),
    path("handouts/<str:token>/file", handouts.file, name="handout-file"),
    path("handouts/<str:token>/acknowledgement", handouts.acknowledge, name="handout-acknowledgement"),
]
