"""What each type of entry is called where people read it; its fields are in `audit.entry_field_words`."""

from __future__ import annotations

from collections.abc import Mapping

from audit.entry_types import EntryType
from audit.entry_words_of_takes import WORDS_OF_TAKES
from audit.type_words import TypeWords

TYPE_WORDS: Mapping[EntryType, TypeWords] = {
    EntryType.TOKEN_ISSUED: TypeWords(
        "An API token was issued",
        "A person of the organisation let a program act for them. The token itself stands nowhere.",
    ),
    EntryType.TOKEN_REVOKED: TypeWords(
        "An API token was revoked", "From this place on no program may act with this token."
    ),
    EntryType.MEMBER_ADDED: TypeWords(
        "A member was added", "A person was let into the organisation in the role named."
    ),
    EntryType.MEMBER_REMOVED: TypeWords(
        "A member was removed", "The person no longer acts for the organisation in the role named."
    ),
    EntryType.MEMBER_CHANGED: TypeWords("A member's role was changed", "The person now has the role named."),
    EntryType.SUBJECT_ERASED: TypeWords(
        "The key to a person's entries was erased",
        "Entries about this person stay where they are, but nobody can tell any more whom they mean.",
    ),
    EntryType.LOG_REOPENED: TypeWords(
        "The log was opened anew",
        "The stored log was behind what its signer had signed, as after a backup was put back. The old log was left "
        "as it is and this one begun; the numbers say how large the gap is.",
    ),
    EntryType.GAP_ACKNOWLEDGED: TypeWords(
        "A gap of the log was looked into",
        "Somebody answers for why the log was opened anew. What is missing stays missing, and the check goes on "
        "telling it.",
    ),
    EntryType.STATEMENT_ISSUED: TypeWords(
        "A statement of non-use was issued",
        "A signed statement on what the log holds, and does not hold, about a performer was given out.",
    ),
    EntryType.PRODUCTION_CHANGED: TypeWords(
        "A production was corrected",
        "A fact of a production is another one from here on. What it was before stays on record.",
    ),
    EntryType.PERFORMER_REGISTERED: TypeWords(
        "A performer was registered",
        "From this place on prompts are screened for this performer. It is no consent.",
    ),
    EntryType.ENGAGEMENT_RECORDED: TypeWords(
        "An engagement was recorded",
        "A performer's contract with a production was entered. It is no consent.",
    ),
    EntryType.REGISTER_CHANGED: TypeWords(
        "The register was changed",
        "A fact about a performer or an engagement is another one from here on. What it was before stays on record.",
    ),
    EntryType.AUTHORITY_VERIFIED: TypeWords(
        "An authority to sign was verified",
        "Somebody looked at the paper named and found that a person may sign for a performer. It is no consent.",
    ),
    EntryType.AUTHORITY_REVOKED: TypeWords(
        "An authority to sign was revoked",
        "From this place on nobody signs under it. What was signed under it before stays signed.",
    ),
    EntryType.RIDER_PREPARED: TypeWords(
        "A rider was prepared", "Terms were put into a document to be signed. Nobody has agreed to them yet."
    ),
    EntryType.RIDER_SIGNED: TypeWords(
        "A rider was signed",
        "The side named put its signature under the terms. A rider counts only when both sides signed and the "
        "consent was recorded.",
    ),
    EntryType.DOCUMENT_RECEIVED: TypeWords(
        "A document signed elsewhere was received",
        "The file was examined as it came; the state says what was found of its signatures, not whose they are.",
    ),
    EntryType.DOCUMENT_REFUSED: TypeWords(
        "A document was refused", "A file was not taken, for the reason named. It was not kept."
    ),
    EntryType.DOCUMENT_TRANSCRIBED: TypeWords(
        "A document's terms were transcribed",
        "One person wrote down what the document says. It counts for nothing until a second person agrees.",
    ),
    EntryType.TRANSCRIPTION_CHECKED: TypeWords(
        "A transcription was checked",
        "A second person compared the terms with the document; the outcome says whether they agree.",
    ),
    EntryType.CONSENT_RECORDED: TypeWords(
        "A consent was recorded",
        "Terms that a performer agreed to were entered; the document itself is known here by its digest alone.",
    ),
    EntryType.CONSENT_WITHDRAWN: TypeWords(
        "A consent was withdrawn", "No use may be decided under this consent after this place in the log."
    ),
    EntryType.NOTICE_GIVEN: TypeWords(
        "Notice was given that a consent ends",
        "The performer's side withdraws; the consent ends by itself when the agreed time of notice is over.",
    ),
    EntryType.OFFER_MADE: TypeWords(
        "Terms were offered to a performer",
        "The studio put these terms to a performer. Nobody has agreed to them yet.",
    ),
    EntryType.OFFER_ANSWERED: TypeWords(
        "An offer was answered yes in every term",
        "The performer's side agreed to each term of this round. It counts for nothing before both sides sign.",
    ),
    EntryType.OFFER_COUNTERED: TypeWords(
        "An offer was countered",
        "The performer's side answered every term of this round, and at least one with no or with other terms.",
    ),
    EntryType.OFFER_SIGNED: TypeWords(
        "An offer was signed", "The side named signed these terms. They count when both sides signed."
    ),
    EntryType.OFFER_REFUSED: TypeWords(
        "An offer was refused", "The performer's side refused the offer as a whole. That is final."
    ),
    EntryType.OFFER_TAKEN_BACK: TypeWords(
        "An offer was taken back", "The studio no longer stands by the offer. That is final."
    ),
    EntryType.SIGHT_GRANTED: TypeWords(
        "Sight of records was granted",
        "Another organisation or a person may read some of this organisation's consent records. It is no consent.",
    ),
    EntryType.SIGHT_ENDED: TypeWords(
        "Sight of records was ended", "From this place on nothing is read under this grant."
    ),
    EntryType.NAMING_CHOSEN: TypeWords(
        "A performer chose whether to be named",
        "Whoever verifies a file of that production is told the name, or is not. The name itself is not in the log.",
    ),
    EntryType.USE_DECIDED: TypeWords(
        "A use was decided",
        "The rules were applied to the facts of a use. The outcome may be yes or no; the digests name the exact "
        "facts and rules.",
    ),
    EntryType.CASE_OPENED: TypeWords(
        "A case of legal review was opened",
        "The rules left a use to a person. Nothing of it is made until it is approved and asked for again.",
    ),
    EntryType.CASE_APPROVED: TypeWords(
        "A lawyer approved a case",
        "The rules named are lifted for this use, within limits and until a date. Where the state says so, it counts "
        "for nothing until the performer's side has confirmed it.",
    ),
    EntryType.CASE_SECOND_KEY_GIVEN: TypeWords(
        "The performer's side confirmed an approval",
        "The second key was turned by somebody who neither asked for the use nor approved it.",
    ),
    EntryType.CASE_REFUSED: TypeWords(
        "A case of legal review was refused", "A person decided against the use. It may be asked for again."
    ),
    EntryType.CASE_WITHDRAWN: TypeWords(
        "A case of legal review was withdrawn",
        "It was taken back. If it had been approved, nothing rests on the approval from this place on.",
    ),
    EntryType.DELEGATION_GIVEN: TypeWords(
        "A member let another stand in",
        "In legal review the other acts for the member, for a limited time and never in a case of their own.",
    ),
    EntryType.DELEGATION_ENDED: TypeWords(
        "A delegation was ended", "From this place on the other no longer acts for the member."
    ),
    EntryType.HOLD_PLACED: TypeWords(
        "A litigation hold was placed",
        "What a dispute is about is kept; nobody concerned is erased until the hold is lifted.",
    ),
    EntryType.HOLD_LIFTED: TypeWords(
        "A litigation hold was lifted", "From this place on the ordinary rules of erasure hold again."
    ),
    EntryType.PACK_CONFIRMED: TypeWords(
        "A rule was confirmed", "A lawyer confirmed a rule of the rulebook against the document named."
    ),
    EntryType.PACK_STAGED: TypeWords(
        "Rules of the house were handed in",
        "A signed pack of own rules, known by its digest, waits for a second person. Nothing is decided by it yet.",
    ),
    EntryType.PACK_ACTIVATED: TypeWords(
        "Rules of the house came into force",
        "From this place on uses are decided by the pack named too, in place of the one before. The numbers say how "
        "many decisions were looked at again beforehand, and how many would have been others.",
    ),
    EntryType.STRIKE_BEGUN: TypeWords(
        "A strike began", "From this place on the agreement's performers are not used."
    ),
    EntryType.STRIKE_ENDED: TypeWords("A strike ended", "The agreement's performers may be used again."),
    EntryType.CUSTODY_RECEIVED: TypeWords(
        "Material was taken into custody",
        "Something that carries a performer's likeness was sealed under a key of its own. The digest is of the "
        "sealed file; what is in it nobody learns from here.",
    ),
    EntryType.OBLIGATION_OPENED: TypeWords(
        "Something became owed", "A use made a duty of its decision due, or a rule's clock began to run."
    ),
    EntryType.OBLIGATION_SERVED: TypeWords("A duty was met", "The digest names the paper that proves it."),
    EntryType.OBLIGATION_WAIVED: TypeWords("A duty was waived", "Legal said that nothing is owed, and why."),
    EntryType.CALENDAR_ENTERED: TypeWords(
        "A calendar was entered", "Business days of an agreement in one year are counted on it."
    ),
    EntryType.RATE_ENTERED: TypeWords(
        "A rate was entered",
        "The digest names its sheet. No amount rests on it before a second person confirms it.",
    ),
    EntryType.RATE_CONFIRMED: TypeWords(
        "A rate was confirmed", "A second person compared it with its sheet."
    ),
    EntryType.RATE_ENDED: TypeWords("A rate ended", "It has a last day, or was withdrawn before it counted."),
    EntryType.LEDGER_POSTED: TypeWords(
        "The ledger was written",
        "The digest is of the lines of the posting, whose debits and credits are equal.",
    ),
    EntryType.PAYMENT_RECORDED: TypeWords(
        "A payment was recorded", "Payroll paid what was owed, or part of it."
    ),
    EntryType.PAY_STATEMENT_ISSUED: TypeWords(
        "A statement of pay was issued", "Its digest names the export to the last bit."
    ),
    EntryType.CUSTODY_RELEASED: TypeWords(
        "Material in custody was released",
        "The key to a recording or model of the performers named was given to one attempt of one job, under the "
        "decision named.",
    ),
    EntryType.CUSTODY_DESTROYED: TypeWords(
        "Material in custody was destroyed",
        "The key to the sealed file was deleted, so that nobody reads it any more. The digest names the signed "
        "attestation, which says which copies there were.",
    ),
    EntryType.DISCLOSURE_APPROVED: TypeWords(
        "Counsel decided what the audience is told",
        "A wording, a picture or a mark was approved for one territory, or an approval was taken back. The digest is "
        "of all that was approved.",
    ),
    EntryType.DISCLOSURE_PLACED: TypeWords(
        "A disclosure was placed in the work", "The digest names what shows it there."
    ),
    EntryType.BASIS_SIGNED_OFF: TypeWords(
        "Counsel decided on an exempt basis",
        "Counsel signed off that no consent is needed on the basis named, for a scope and until a day, or took that "
        "back. The digest is of all that was signed. What the rules forbid stays forbidden.",
    ),
    EntryType.BUYER_APPROVAL_RECORDED: TypeWords(
        "A buyer's written approval was recorded",
        "That the buyer approved a use in writing was put on record, or taken off it; the digest of the document "
        "names the paper.",
    ),
    EntryType.SYNTHETIC_OPENED: TypeWords(
        "A case file of a Synthetic was opened",
        "An invented performer is meant for a human role. Nothing is allowed by it.",
    ),
    EntryType.SYNTHETIC_STEPPED: TypeWords(
        "A step was entered in the case file of a Synthetic",
        "The step named was recorded, with the digest of the paper that shows it where there is one.",
    ),
    EntryType.REPORT_MADE: TypeWords(
        "A report was made",
        "Records were put into a table and a document to be read elsewhere; the digests name both to the last bit.",
    ),
    EntryType.REPORT_SCHEDULED: TypeWords(
        "A report was scheduled", "From this place on it is made again and again, until the schedule ends."
    ),
    EntryType.REPORT_SCHEDULE_ENDED: TypeWords(
        "A schedule of a report ended", "No more reports are made by it. What was made stays."
    ),
    EntryType.FINDING_RECORDED: TypeWords(
        "A finding was recorded",
        "Somebody entered what was found or done, for the half-yearly meeting. The words of it are not in the log.",
    ),
    EntryType.TRAINING_LICENCE_RECORDED: TypeWords(
        "A licence to train on material was recorded",
        "Material goes, or is to go, to somebody who trains a system with it. It is no consent of anybody.",
    ),
    **WORDS_OF_TAKES,
}


def title_of(entry_type: str) -> str:
    """What happened, in words; the type itself where this version does not know it."""
    try:
        return TYPE_WORDS[EntryType(entry_type)].title
    except ValueError:
        return entry_type


def meaning_of(entry_type: str) -> str:
    """What the type means, or nothing for one that this version does not know."""
    try:
        return TYPE_WORDS[EntryType(entry_type)].meaning
    except ValueError:
        return ""


def actor_in_words(actor: str) -> str:
    """Who did it. No name: the log holds none."""
    kind, _, name = actor.partition(":")
    match kind:
        case "user":
            # The head of an identifier is a time, which many share.
            return f"a person (…{name[-6:]})"
        case "worker":
            return f"the worker {name}"
        case _:
            return "the system"
