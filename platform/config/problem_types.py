"""Every expected refusal with its stable slug, status and title. Proven total by tests/architecture."""

from __future__ import annotations

from accounts import errors as accounts
from audit import errors as audit
from config.problem import Problem
from config.problem_types_of_films import PROBLEMS_OF_FILMS
from core import canonical, errors, tenancy
from embedded import errors as embedded
from generation import errors as generation
from generation.authorship import errors as authorship
from generation.graph import errors as graph
from generation.hosted import errors as hosted
from generation.iterating import errors as iterating
from generation.screens import errors as screens
from licensing import errors as licensing
from licensing.agreeing import errors as agreeing
from licensing.custody import errors as custody
from licensing.disclosures import errors as disclosures
from licensing.documents import errors as documents
from licensing.house_rules import errors as house_rules
from licensing.owed import errors as owed
from licensing.reporting import errors as reporting
from licensing.review import errors as review
from licensing.signing_off import errors as signing_off
from licensing.synthetics import errors as synthetics
from productions import errors as productions
from provenance import errors as provenance

NOT_FOUND = Problem("not-found", 404, "There is nothing here for you")
DEFECT = Problem("internal-error", 500, "Something broke on our side")
INVALID = Problem("invalid-request", 400, "The request is not well formed")
TOO_LONG = Problem("request-too-long", 413, "The request is too long")
FORBIDDEN = Problem("forbidden", 403, "Not yours to do")

# What is refused before any operation is reached, with what it means.
GENERAL: dict[Problem, str] = {
    NOT_FOUND: "No such thing exists, or it is another organisation's. Which of the two is told to nobody.",
    DEFECT: "A defect of ours. It is logged with all that is needed to find it; its text is not shown.",
    INVALID: "Fields are missing or hold what they cannot; `errors` names each of them and says why.",
    TOO_LONG: "The body is longer than this service reads into memory. Only /v1/verifications takes large files.",
    FORBIDDEN: "You are known and may not do this, or a check against forged requests did not pass.",
    Problem("bad-request", 400, "Bad Request"): "The body is not what its type says, such as broken JSON.",
    Problem("unauthorized", 401, "Unauthorized"): (
        "Send a token as `Authorization: Bearer`, or sign in. A token ends by itself, by being revoked, and with "
        "its owner's account."
    ),
    Problem("method-not-allowed", 405, "Method Not Allowed"): "The address exists and knows no such method.",
    Problem("not-acceptable", 406, "Not Acceptable"): "No answer can be given in any form you accept.",
    Problem(
        "request-uri-too-long", 414, "Request-URI Too Long"
    ): "Send the question as a POST with a body instead.",
    Problem("too-many-requests", 429, "Too Many Requests"): (
        "Strangers may ask only so often. `Retry-After` says when to come again; members are not counted."
    ),
    Problem("unsupported-media-type", 415, "Unsupported Media Type"): (
        "The body is of a type this address does not read; most read JSON."
    ),
}

PROBLEMS: dict[type[errors.StudioError], Problem] = {
    errors.DatabaseUnavailable: Problem("database-unavailable", 503, "The database does not answer"),
    embedded.ProgramFailed: Problem("program-failed", 503, "A part of the product keeps stopping"),
    embedded.AddressInUse: Problem("address-in-use", 503, "Another program uses the address"),
    audit.LogNotReady: Problem("log-not-ready", 503, "The log has not confirmed it yet"),
    audit.LogNotForRole: Problem("log-not-for-role", 403, "Your role does not read this of the log"),
    audit.UseFound: Problem("use-found", 409, "The log holds a use of this performer"),
    audit.NonUseNotProvable: Problem("non-use-not-provable", 409, "Non-use cannot be shown from the log"),
    errors.DiskFull: Problem("disk-full", 507, "No room on the media volume"),
    canonical.NotCanonical: Problem("not-canonical", 400, "A value has no single spelling"),
    tenancy.NoOrganisation: Problem("no-organisation", 403, "Choose an organisation first"),
    accounts.NotAMember: Problem("not-a-member", 403, "You are not a member of this organisation"),
    accounts.RoleMissing: Problem("role-missing", 403, "Your role does not allow this"),
    accounts.SignInRefused: Problem("sign-in-refused", 401, "Sign-in refused"),
    accounts.TooManyAttempts: Problem("too-many-attempts", 429, "Too many failed sign-ins"),
    accounts.SlugTaken: Problem("slug-taken", 409, "Another organisation has this slug"),
    accounts.NoSuchToken: Problem("token-unknown", 404, "No such token"),
    productions.NoSuchProduction: Problem("production-unknown", 404, "No such production"),
    productions.NoSuchSequence: Problem("sequence-unknown", 404, "No such sequence"),
    productions.NoSuchShot: Problem("shot-unknown", 404, "No such shot"),
    productions.NoSuchCharacter: Problem("character-unknown", 404, "No such character"),
    productions.NothingToCorrect: Problem("nothing-to-correct", 409, "The production says so already"),
    productions.CorrectionUnfit: Problem("correction-unfit", 422, "This correction cannot be taken"),
    productions.CodeTaken: Problem("code-taken", 409, "Another one carries this code"),
    licensing.UnknownPerformer: Problem("performer-unknown", 404, "No such performer"),
    licensing.PromptEmpty: Problem("prompt-empty", 422, "The prompt says nothing"),
    licensing.PromptTooLong: Problem("prompt-too-long", 422, "The prompt is too long"),
    licensing.PromptUnprintable: Problem("prompt-unprintable", 422, "The prompt holds control characters"),
    licensing.FactsUnreadable: Problem("facts-unreadable", 422, "No rule could read this statement"),
    licensing.NameUnusable: Problem("name-unusable", 422, "Nobody could be recognised by this name"),
    licensing.IdentifierMalformed: Problem("identifier-malformed", 400, "No identifier of this scheme"),
    licensing.NothingToChange: Problem("nothing-to-change", 409, "The register says so already"),
    licensing.NoSuchEngagement: NOT_FOUND,
    licensing.EditionUnresolved: Problem("edition-unresolved", 409, "No edition governs on these dates"),
    licensing.IdentifierTaken: Problem("identifier-taken", 409, "Another performer carries this identifier"),
    licensing.AlreadyEngaged: Problem("already-engaged", 409, "The performer is engaged here already"),
    licensing.ConsentOverlaps: Problem("consent-overlaps", 409, "Another consent covers the same time"),
    licensing.NoSuchConsent: Problem("consent-unknown", 404, "No such consent record"),
    licensing.ConsentEnded: Problem("consent-ended", 409, "The consent record has ended already"),
    licensing.NoSuchDecision: Problem("decision-unknown", 404, "No such decision"),
    licensing.NoSuchRule: Problem("rule-unknown", 404, "No such rule"),
    licensing.QuotaExhausted: Problem("quota-exhausted", 409, "The consent allows no more"),
    licensing.QuotaLost: Problem("quota-lost", 409, "What was held of the consent's limits is gone"),
    licensing.SightNotAgreed: Problem("sight-not-agreed", 403, "Nobody agreed that you look at this"),
    licensing.DigestMalformed: Problem("digest-malformed", 422, "This is no SHA-256"),
    licensing.StrikeOnRecord: Problem("strike-on-record", 409, "The agreement is under strike already"),
    licensing.NoSuchStrike: Problem("strike-unknown", 404, "No strike of this agreement is on record"),
    custody.NoSuchAsset: Problem("custody-asset-unknown", 404, "No such asset in custody"),
    custody.AssetDestroyed: Problem("custody-asset-destroyed", 409, "The asset was destroyed"),
    custody.AssetOnHold: Problem("custody-asset-on-hold", 409, "A litigation hold keeps the asset"),
    custody.AssetRefused: Problem("custody-asset-refused", 422, "The asset is not taken"),
    custody.AssetTooLarge: Problem("custody-asset-too-large", 413, "The asset is too large"),
    custody.RetentionTooLong: Problem("custody-retention-too-long", 422, "Nobody may keep it that long"),
    custody.ReleaseRefused: Problem("custody-release-refused", 403, "No decision releases the asset"),
    custody.AlreadyReleased: Problem("custody-already-released", 409, "The job has had the asset"),
    custody.SealBroken: Problem("custody-seal-broken", 409, "The sealed file is not what was sealed"),
    synthetics.NoSuchSyntheticFile: Problem("synthetic-file-unknown", 404, "No such case file"),
    synthetics.SyntheticFileOnRecord: Problem(
        "synthetic-file-on-record", 409, "The role has a case file already"
    ),
    synthetics.StepRefused: Problem("synthetic-step-refused", 422, "This step is not taken"),
    documents.RiderUnprintable: Problem("rider-unprintable", 422, "The rider cannot show a character"),
    documents.TermsContradict: Problem("terms-contradict", 422, "The terms contradict each other"),
    documents.OdrlNotUnderstood: Problem("odrl-not-understood", 422, "The policy is not of our profile"),
    documents.NoSuchRider: Problem("rider-unknown", 404, "No such rider"),
    documents.NoSuchDocument: Problem("document-unknown", 404, "No such document"),
    documents.NoSuchTranscription: Problem("transcription-unknown", 404, "No such transcription"),
    documents.NoSuchAuthority: Problem("authority-unknown", 404, "No such authority to sign"),
    documents.AuthorityOnRecord: Problem("authority-on-record", 409, "The authority is on record already"),
    documents.AuthorityNotYours: Problem("authority-not-yours", 403, "Nobody verifies their own authority"),
    documents.SignerWithoutAuthority: Problem(
        "signer-without-authority", 403, "You may not sign for this side"
    ),
    documents.RiderOutOfTurn: Problem("rider-out-of-turn", 409, "This step is not the next one"),
    documents.OtherTermsMeant: Problem("other-terms-meant", 409, "Other terms are on record"),
    documents.DocumentAltered: Problem("document-altered", 422, "The document is not what was signed"),
    documents.DocumentUnreadable: Problem("document-unreadable", 422, "This is no PDF that can be read"),
    documents.DocumentActive: Problem("document-active", 422, "The PDF carries content that acts"),
    documents.DocumentTooLarge: Problem("document-too-large", 413, "The document is too large"),
    documents.DocumentMissing: Problem("document-missing", 400, "The request carries no document"),
    documents.DocumentOnRecord: Problem("document-on-record", 409, "The document is on record already"),
    documents.CheckedByTheSamePerson: Problem(
        "checked-by-the-same-person", 403, "A second person must check"
    ),
    documents.TranscriptionChecked: Problem(
        "transcription-checked", 409, "The transcription was checked already"
    ),
    documents.TranscriptionUnconfirmed: Problem(
        "transcription-unconfirmed", 409, "No second person confirmed the terms"
    ),
    agreeing.NoSuchOffer: Problem("offer-unknown", 404, "No such offer"),
    agreeing.OfferOutOfTurn: Problem("offer-out-of-turn", 409, "This step is not the next one of the offer"),
    agreeing.AnswersIncomplete: Problem("answers-incomplete", 422, "Every term is answered, and no other"),
    agreeing.ActNotCovered: Problem("act-not-covered", 403, "You may not do this for the performer"),
    agreeing.PerformerAlone: Problem("performer-alone", 403, "The performer does this in person"),
    agreeing.EventBackdated: Problem("event-backdated", 422, "The time cannot be"),
    agreeing.NoticeOnRecord: Problem("notice-on-record", 409, "Notice was given already"),
    agreeing.NoSuchGrant: Problem("grant-unknown", 404, "No such grant of sight"),
    agreeing.GrantUnusable: Problem("grant-unusable", 422, "The grant does not say who sees what"),
    agreeing.ImportUnreadable: Problem("import-unreadable", 422, "This is no list of performers"),
    agreeing.UnknownMoment: Problem("moment-unknown", 422, "This is no moment to ask about"),
    owed.NoSuchObligation: Problem("obligation-unknown", 404, "No such obligation"),
    owed.NoSuchRate: Problem("rate-unknown", 404, "No such rate"),
    owed.NoSuchPosting: Problem("posting-unknown", 404, "No such posting"),
    owed.NoSuchStatement: Problem("statement-unknown", 404, "No such statement"),
    owed.NotYoursToSee: Problem("pay-not-yours-to-see", 403, "Not yours to see"),
    owed.ObligationEnded: Problem("obligation-ended", 409, "The obligation has ended already"),
    owed.NotAPayDuty: Problem("not-a-pay-duty", 409, "Nothing is paid for this"),
    owed.PayNotServed: Problem("pay-not-served", 409, "Pay is paid, not served"),
    owed.AmountUnknown: Problem("amount-unknown", 409, "The amount is not known yet"),
    owed.AlreadyAssessed: Problem("already-assessed", 409, "The amount stands already"),
    owed.FormulaUnfit: Problem("formula-unfit", 422, "The rule is not paid by this"),
    owed.ClockUnknown: Problem("clock-unknown", 422, "No rule has this clock"),
    owed.PaymentUnfit: Problem("payment-unfit", 422, "The payment does not fit what is due"),
    owed.PaymentOnRecord: Problem("payment-on-record", 409, "The payment is on record already"),
    owed.PostingReversed: Problem("posting-reversed", 409, "The posting cannot be reversed again"),
    owed.PaymentStands: Problem("payment-stands", 409, "Payments stand on this amount"),
    owed.RateOverlaps: Problem("rate-overlaps", 409, "Another rate holds on these days"),
    owed.RateUnfit: Problem("rate-unfit", 422, "The rate contradicts itself"),
    owed.RateConfirmedAlready: Problem("rate-confirmed", 409, "The rate was confirmed already"),
    owed.ConfirmedBySamePerson: Problem("confirmed-by-the-same-person", 403, "A second person must confirm"),
    owed.RateEnded: Problem("rate-ended", 409, "The rate has ended already"),
    owed.CalendarUnfit: Problem("calendar-unfit", 422, "This is no calendar of that year"),
    owed.PeriodUnfit: Problem("period-unfit", 422, "This is no period"),
    reporting.NoSuchReport: Problem("report-unknown", 404, "There is no such report"),
    reporting.NoSuchReportRun: Problem("report-run-unknown", 404, "No such report was made"),
    reporting.NoSuchReportSchedule: Problem("report-schedule-unknown", 404, "No such schedule"),
    reporting.ReportScopeUnfit: Problem("report-scope-unfit", 422, "The report cannot be narrowed so"),
    reporting.ReportRecordUnfit: Problem("report-record-unfit", 422, "This is not entered so"),
    reporting.ReportFileGone: Problem("report-file-gone", 410, "The file is not what was made"),
    licensing.NamingNotPossible: Problem("naming-not-possible", 422, "Nobody can be named so"),
    provenance.OrganisationUnknown: Problem("organisation-unknown", 422, "No such organisation"),
    provenance.SidecarMissing: Problem("sidecar-unknown", 404, "No such credential beside a file"),
    provenance.MarkUnread: Problem("mark-unread", 422, "The watermark cannot be read in the film"),
    provenance.SourceUnusable: Problem("source-unusable", 422, "The video cannot be signed as it is"),
    provenance.SignerUnfit: Problem("signer-unfit", 503, "No certificate may sign now"),
    provenance.CertificateEnded: Problem("certificate-ended", 503, "The signer's certificate has ended"),
    provenance.ChainIncomplete: Problem("chain-incomplete", 503, "The signer's chain leads to no known root"),
    provenance.CeremonyBroken: Problem("ceremony-broken", 409, "The ceremony did not go as it must"),
    provenance.PinWrong: Problem("token-pin-wrong", 503, "The token does not take the PIN"),
    provenance.TokenAbsent: Problem("token-absent", 503, "The token with the key is not there"),
    provenance.KeyMissing: Problem("key-missing", 503, "The store holds no such key"),
    provenance.KeyTaken: Problem("key-taken", 409, "A key is there already"),
    provenance.KeyExtractable: Problem("key-extractable", 503, "The key can leave its store"),
    provenance.KeyOfAnotherPurpose: Problem("key-of-another-purpose", 409, "The key is for something else"),
    provenance.KeyServiceDown: Problem("key-service-down", 503, "The key service does not answer"),
    provenance.KeyAccessDenied: Problem("key-access-denied", 503, "The key service refuses us"),
    provenance.KeyStoreUnusable: Problem("key-store-unusable", 503, "The store of keys is not set up"),
    provenance.NoTimeStamp: Problem("no-time-stamp", 503, "No authority stamped the time"),
    provenance.SigningFailed: Problem("signing-failed", 502, "The signature was not made"),
    provenance.AssetMissing: Problem("asset-unknown", 404, "No such signed file"),
    provenance.IngredientUnusable: Problem("ingredient-unusable", 422, "The file cannot be an ingredient"),
    provenance.IngredientAltered: Problem(
        "ingredient-altered", 422, "The file was changed after it was signed"
    ),
    provenance.DigestListMalformed: Problem("digest-list-malformed", 422, "That is no list of digests"),
    provenance.ProcessRecordMissing: Problem("process-record-unknown", 404, "No such record"),
    provenance.ReferenceMissing: Problem("reference-unknown", 404, "No such reference"),
    provenance.FileNotOurs: Problem("signed-file-changed", 409, "The file is not the one that was signed"),
    provenance.AlgorithmUnknown: Problem(
        "algorithm-unknown", 400, "Soft bindings of that kind are not resolved"
    ),
    provenance.BindingMalformed: Problem("binding-malformed", 400, "That is no value of its algorithm"),
    provenance.FilmUnreadable: Problem("film-unreadable", 415, "It cannot be opened as a film"),
    provenance.ReceiptMissing: Problem("receipt-unknown", 404, "No receipt of this manifest yet"),
    provenance.ManifestMissing: Problem("manifest-unknown", 404, "No such manifest"),
    provenance.ReferencesOff: Problem("references-off", 403, "Addresses are not fetched from here"),
    provenance.ReferenceRefused: Problem("reference-refused", 400, "The address was not fetched"),
    provenance.RepositoryClosed: Problem(
        "repository-closed", 403, "Manifests are neither taken nor given away"
    ),
    provenance.NotFingerprinted: Problem("not-fingerprinted", 404, "The file is not in the index"),
    provenance.UploadTooLarge: Problem("upload-too-large", 413, "The file is too large to verify here"),
    provenance.UploadMissing: Problem("upload-missing", 400, "The request carries no file"),
    provenance.StatusListMissing: Problem("status-list-unknown", 404, "No such list of what stands today"),
    provenance.TooManyVerifications: Problem("too-many-verifications", 429, "Many files from one address"),
    provenance.VerifierBusy: Problem("verifier-busy", 503, "Every place for a verification is taken"),
    house_rules.PackSignatureFalse: Problem(
        "pack-signature-false", 400, "The pack is not signed by anybody trusted"
    ),
    house_rules.PackMalformed: Problem("pack-malformed", 400, "The pack has no form of a pack"),
    house_rules.PackFieldMissing: Problem("pack-field-missing", 400, "The pack lacks something it must say"),
    house_rules.PackFieldUnknown: Problem("pack-field-unknown", 400, "The pack says something no pack says"),
    house_rules.PackRuleTaken: Problem("pack-rule-taken", 409, "A rule of this identifier is there already"),
    house_rules.PackFunctionUnknown: Problem(
        "pack-function-unknown", 400, "The rulebook has no such function"
    ),
    house_rules.PackFactUnknown: Problem("pack-fact-unknown", 400, "The vocabulary has no such fact"),
    house_rules.PackDatesWrong: Problem("pack-dates-wrong", 400, "The days of a rule make no sense"),
    house_rules.PackLooser: Problem("pack-looser", 400, "A pack of your own can only be stricter"),
    house_rules.PackExampleFails: Problem(
        "pack-example-fails", 400, "A worked example is answered otherwise"
    ),
    house_rules.PackEditionLower: Problem(
        "pack-edition-lower", 409, "The edition is not higher than the last one"
    ),
    house_rules.NoSuchPack: Problem("pack-not-found", 404, "No such pack of rules"),
    house_rules.PackNotReplayed: Problem("pack-not-replayed", 409, "The pack was not replayed yet"),
    house_rules.PackStagedByYou: Problem("pack-staged-by-you", 409, "A second person activates the pack"),
    house_rules.PackActiveAlready: Problem("pack-active-already", 409, "The pack is the one in force"),
    review.NoSuchCase: Problem("review-case-unknown", 404, "No such review case"),
    review.CaseNotOpen: Problem("case-not-open", 409, "The case is at another point of its way"),
    review.CaseMovedOn: Problem("case-moved-on", 409, "There is something newer to read first"),
    review.NobodyMayLift: Problem("nobody-may-lift", 409, "No person may lift this"),
    review.LimitsTooWide: Problem("limits-too-wide", 400, "The limits do not narrow what was asked"),
    review.PaperMissing: Problem("paper-missing", 400, "The approval names no paper"),
    review.NotYourCase: Problem("not-your-case", 403, "Four eyes: another person's to decide"),
    review.NotOfThePerformersSide: Problem(
        "not-of-the-performers-side", 403, "The second key is the performer's side's"
    ),
    review.DelegationNotPossible: Problem("delegation-not-possible", 409, "Nobody can stand in so"),
    review.NoSuchDelegation: Problem("delegation-unknown", 404, "No such delegation of yours"),
    review.HoldOnRecord: Problem("hold-on-record", 409, "This is held already"),
    review.NoSuchHold: Problem("hold-unknown", 404, "No such hold"),
    review.NothingToHold: Problem("nothing-to-hold", 404, "There is nothing here to hold"),
    review.HeldForLitigation: Problem("held-for-litigation", 409, "A litigation hold keeps this"),
    generation.NoSuchTake: Problem("take-unknown", 404, "No such take"),
    generation.NoApprovedModel: Problem("no-approved-model", 409, "No approved model"),
    generation.ModelNotCleared: Problem(
        "model-not-cleared", 409, "The model is not cleared for this production"
    ),
    generation.ClearanceNotPossible: Problem("clearance-not-possible", 409, "The model cannot be cleared so"),
    generation.NoSuchModel: Problem("model-unknown", 404, "No such model"),
    generation.ModelFactUnusable: Problem("model-fact-unusable", 400, "This cannot be said of a model"),
    generation.ModelVersionTaken: Problem("model-version-taken", 409, "The version stands for other weights"),
    generation.RequestNotPossible: Problem("request-not-possible", 422, "This cannot be asked of a model"),
    generation.SizeNotPossible: Problem("size-not-possible", 422, "The model cannot make this size"),
    iterating.ParentNotUsable: Problem("parent-not-usable", 409, "Nothing can be made from this take"),
    iterating.LessThanParent: Problem("less-than-parent", 422, "It says less than the take it is made from"),
    iterating.ModelCannot: Problem("model-cannot", 422, "The model has no way to do this"),
    generation.UseRefused: Problem("use-refused", 403, "The rules do not permit this use"),
    generation.IdempotencyKeyMissing: Problem("idempotency-key-missing", 400, "Send an Idempotency-Key"),
    generation.IdempotencyConflict: Problem(
        "idempotency-conflict", 409, "The key belongs to another request"
    ),
    generation.FileNotReviewable: Problem("file-not-reviewable", 409, "There is no finished file to judge"),
    generation.OwnTakeReviewed: Problem("own-take-reviewed", 403, "Somebody else judges this file"),
    generation.TakeNotCancellable: Problem("take-not-cancellable", 409, "Nothing left to cancel"),
    generation.DeviceLost: Problem("device-lost", 503, "The device failed"),
    generation.RenderTooSlow: Problem("render-too-slow", 503, "The render took too long"),
    generation.TakeNotWaiting: Problem("take-not-waiting", 409, "The take does not wait"),
    generation.TakeCapNotPossible: Problem("take-cap-unfit", 422, "This is no cap on takes"),
    generation.TooManyTakes: Problem("too-many-takes", 429, "You have as many takes waiting as one may"),
    generation.EventStreamsTaken: Problem("event-streams-taken", 503, "Too many look on as it is made"),
    generation.PauseNotPossible: Problem(
        "pause-not-possible", 409, "The queue cannot be paused or resumed so"
    ),
    generation.NoSuchWorker: Problem("worker-unknown", 404, "No such worker"),
    generation.TakeNotInReview: Problem("take-not-in-review", 409, "The take does not wait for review"),
    generation.TakeNotRetryable: Problem("take-not-retryable", 409, "Only a failed take is tried again"),
    signing_off.SignOffNotPossible: Problem(
        "sign-off-not-possible", 400, "This sign-off cannot be put on record"
    ),
    signing_off.NoSuchSignOff: Problem("sign-off-unknown", 404, "No such sign-off or written approval"),
    signing_off.SignOffNotStanding: Problem("sign-off-not-standing", 409, "It does not stand any more"),
    signing_off.OwnClaim: Problem("own-claim", 403, "Nobody signs off their own claim"),
    disclosures.NoSuchWording: Problem("wording-not-found", 404, "No such way to disclose"),
    disclosures.NoSuchDisclosure: Problem("disclosure-not-found", 404, "No such approved disclosure"),
    disclosures.DisclosureNotPossible: Problem(
        "disclosure-not-possible", 400, "This disclosure cannot be put on record"
    ),
    disclosures.DisclosureNotStanding: Problem(
        "disclosure-not-standing", 409, "Counsel decided otherwise since"
    ),
    authorship.NoSuchContribution: Problem("contribution-not-found", 404, "No such act on record"),
    authorship.ContributionSuperseded: Problem(
        "contribution-superseded", 409, "A later act has taken its place"
    ),
    authorship.ContributionNotTakenBack: Problem(
        "contribution-not-taken-back", 409, "This act is not taken back"
    ),
    authorship.TakeNotJudged: Problem("take-not-judged", 409, "Only a finished take is selected or rejected"),
    authorship.ContributionNotPossible: Problem(
        "contribution-not-possible", 400, "This cannot be put on record"
    ),
    authorship.CutNotPossible: Problem("cut-not-possible", 409, "This order of the cut is not possible"),
    authorship.CutChangedMeanwhile: Problem("cut-changed-meanwhile", 409, "Somebody saved another order"),
    generation.VideoNotReady: Problem("video-not-ready", 409, "There is no finished video"),
    generation.EvidenceInTwoLogs: Problem("evidence-in-two-logs", 409, "The evidence spans two logs"),
    generation.EvidenceForLegal: Problem("evidence-for-legal", 403, "Only legal may export this evidence"),
    graph.NoSuchNode: Problem("node-unknown", 404, "Nothing here that concerns you"),
    graph.FrameUnreadable: Problem("frame-unreadable", 422, "No such frame can be meant"),
    generation.WhatIfUnfit: Problem("what-if-unfit", 422, "This cannot be supposed"),
    generation.WhatIfTooLarge: Problem("what-if-too-large", 422, "Too much for one answer"),
    generation.LockMissing: Problem("model-not-locked", 422, "The model folder has no lock"),
    generation.WeightsAltered: Problem("weights-altered", 422, "The model folder was changed"),
    generation.PickleWeights: Problem("pickle-weights", 422, "Weights that can run code"),
    generation.CodeInModelFolder: Problem("code-in-model-folder", 422, "Code in a model folder"),
    generation.UnexpectedModelFile: Problem("unexpected-model-file", 422, "A file no model needs"),
    generation.UnknownPipeline: Problem("unknown-pipeline", 422, "The model is not of a known kind"),
    generation.MissingCapability: Problem("missing-capability", 422, "The model cannot do this"),
    generation.SourceUnreadable: Problem("training-source-unreadable", 422, "A source cannot be read"),
    generation.LearnedNothing: Problem("learned-nothing", 422, "The training came to nothing"),
    generation.ReferencePictureUnusable: Problem(
        "reference-picture-unusable", 422, "This reference picture cannot be used"
    ),
    generation.CameraMoveUnknown: Problem("camera-move-unknown", 422, "The model has no such camera move"),
    generation.AdapterUnusable: Problem("adapter-unusable", 422, "This adapter cannot be used"),
    hosted.HostedFailure: Problem("hosted-failure", 502, "The service that runs the model gave no take"),
    hosted.HostedKeyMissing: Problem(
        "hosted-key-missing", 503, "The service has not been given a key it accepts"
    ),
    hosted.HostedRefused: Problem("hosted-refused", 422, "The service refuses the request"),
    hosted.HostedUnavailable: Problem("hosted-unavailable", 503, "The service does not answer in time"),
    hosted.HostedUncertain: Problem("hosted-uncertain", 502, "Whether the service works on it is not known"),
    hosted.HostedAnswerUnfit: Problem("hosted-answer-unfit", 502, "The service sent something else"),
    generation.OutOfDeviceMemory: Problem("out-of-device-memory", 503, "Too little memory on the device"),
    screens.ScreenUnusable: Problem("screen-unusable", 409, "The screen cannot be used"),
    screens.NoSuchProtectedPicture: Problem("protected-picture-unknown", 404, "No such protected picture"),
    screens.PictureNotProtectable: Problem(
        "picture-not-protectable", 422, "This picture cannot be looked for"
    ),
    screens.ProtectionEnded: Problem("protection-ended", 409, "It is off the register already"),
    screens.ScreenPolicyNotPossible: Problem("screen-policy-not-possible", 422, "This cannot be demanded so"),
    screens.ScreensNotClear: Problem("screens-not-clear", 409, "What is demanded of screens is not met"),
    **PROBLEMS_OF_FILMS,
}
