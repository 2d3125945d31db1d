"""Refusals of character sheets, masters, trainings and deliveries; see `config.problem_types`."""

from __future__ import annotations

from config.problem import Problem
from core.errors import StudioError
from generation.deliveries import errors as deliveries
from generation.likeness_training import errors as trainings
from generation.mastering import errors as mastering
from generation.reference_pictures import errors as sheets

PROBLEMS_OF_FILMS: dict[type[StudioError], Problem] = {
    deliveries.NoSuchDispute: Problem("dispute-unknown", 404, "No such dispute"),
    deliveries.DisputeNotYours: Problem("dispute-not-yours", 403, "Not yours to dispute, or to end"),
    deliveries.DisputeEnded: Problem("dispute-ended", 409, "The dispute has ended"),
    deliveries.RecallFirst: Problem("recall-first", 409, "The file still counts as agreed to"),
    deliveries.NoSuchRecipient: Problem("recipient-unknown", 404, "No such recipient"),
    deliveries.RecipientOnRecord: Problem("recipient-on-record", 409, "The recipient is on record already"),
    sheets.NoSuchSheetEntry: Problem("sheet-entry-unknown", 404, "No such entry on this sheet"),
    sheets.SheetEntryUnfit: Problem("sheet-entry-unfit", 422, "This cannot be put on a character sheet"),
    sheets.OnSheetAlready: Problem("on-sheet-already", 409, "It is on the sheet already"),
    sheets.SheetEntryEnded: Problem("sheet-entry-ended", 409, "It was taken off before"),
    sheets.SheetNotUsable: Problem("sheet-not-usable", 422, "The take cannot begin with this sheet"),
    sheets.NothingOnSheet: Problem("nothing-on-sheet", 409, "Nothing on the sheet can be used"),
    mastering.NoSuchMaster: Problem("master-unknown", 404, "No such master"),
    mastering.MasterNotPossible: Problem("master-not-possible", 422, "No such master can be made"),
    mastering.MasterConflict: Problem("master-conflict", 409, "The key belongs to another master"),
    mastering.MasterRefused: Problem("master-refused", 403, "The rules no longer permit this take"),
    mastering.MasterNotCancellable: Problem("master-not-cancellable", 409, "Nothing left to cancel"),
    mastering.MasterNotReady: Problem("master-not-ready", 409, "The master has no finished file"),
    trainings.NoSuchTraining: Problem("training-unknown", 404, "No such training"),
    trainings.TrainingNotPossible: Problem("training-not-possible", 422, "This cannot be trained"),
    trainings.TrainingConflict: Problem("training-conflict", 409, "The key belongs to another training"),
    trainings.TrainingRefused: Problem("training-refused", 403, "The rules do not permit this training"),
    trainings.TrainingNotCancellable: Problem("training-not-cancellable", 409, "Nothing left to cancel"),
    trainings.TrainingNotInReview: Problem("training-not-in-review", 409, "It does not wait for review"),
    deliveries.NoSuchDelivery: Problem("delivery-unknown", 404, "No such delivery"),
    deliveries.DeliveryConflict: Problem("delivery-conflict", 409, "The key belongs to another delivery"),
    deliveries.MarkedForAnother: Problem("marked-for-another", 422, "This master is for another recipient"),
    deliveries.DeliveryNotPossible: Problem("delivery-not-possible", 422, "This cannot be delivered so"),
    deliveries.FileUnfit: Problem("file-unfit", 409, "The kept file is not the one that was signed"),
    deliveries.DeliveryInReview: Problem("delivery-in-review", 409, "Legal decides first"),
    deliveries.DeliveryRefused: Problem("delivery-refused", 403, "The rules do not permit this delivery"),
    deliveries.GroundsEnded: Problem("delivery-grounds-ended", 409, "What it rests on ended meanwhile"),
    deliveries.NoSuchLink: Problem("link-unknown", 404, "This link opens nothing"),
    deliveries.LinkExpired: Problem("link-expired", 410, "The time of this link is over"),
    deliveries.LinkTermWrong: Problem("link-term-wrong", 422, "A link cannot last so long"),
    deliveries.TooManyFetches: Problem("too-many-fetches", 429, "The link was used very often"),
    deliveries.DeliveryNotStanding: Problem("delivery-not-standing", 403, "The delivery does not stand"),
    deliveries.NotRecalled: Problem("delivery-not-recalled", 409, "The delivery is not recalled"),
    deliveries.RecallOnRecord: Problem("recall-on-record", 409, "The delivery was recalled already"),
    deliveries.AcknowledgementOnRecord: Problem(
        "acknowledgement-on-record", 409, "The recall was acknowledged already"
    ),
    deliveries.RecallTimeWrong: Problem("recall-time-wrong", 422, "This cannot have happened then"),
}
