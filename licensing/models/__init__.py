"""Django finds models here; everything else imports the submodules."""

from licensing.models.agreement import (
    Offer,
    OfferEvent,
    OfferRound,
    OfferSignature,
    SightGrant,
    TermAnswer,
    WithdrawalNotice,
)
from licensing.models.consent import Consent, ConsentEvent
from licensing.models.decision import Decision
from licensing.models.document import (
    ReceivedDocument,
    Rider,
    RiderSignature,
    SigningAuthority,
    Transcription,
    TranscriptionCheck,
)
from licensing.models.hold import LegalHold
from licensing.models.performer import Engagement, Performer, PerformerAlias, PerformerIdentifier
from licensing.models.review import (
    ReviewApproval,
    ReviewApprovalUse,
    ReviewCase,
    ReviewCaseDecision,
    ReviewDelegation,
    ReviewEvent,
    ReviewSecondKey,
)
from licensing.models.rule_pack import RuleConfirmation, RulePack
from licensing.models.strike import Strike

__all__ = [
    "Consent",
    "ConsentEvent",
    "Decision",
    "Engagement",
    "LegalHold",
    "Offer",
    "OfferEvent",
    "OfferRound",
    "OfferSignature",
    "Performer",
    "PerformerAlias",
    "PerformerIdentifier",
    "ReceivedDocument",
    "ReviewApproval",
    "ReviewApprovalUse",
    "ReviewCase",
    "ReviewCaseDecision",
    "ReviewDelegation",
    "ReviewEvent",
    "ReviewSecondKey",
    "Rider",
    "RiderSignature",
    "RuleConfirmation",
    "RulePack",
    "SightGrant",
    "SigningAuthority",
    "Strike",
    "TermAnswer",
    "Transcription",
    "TranscriptionCheck",
    "WithdrawalNotice",
]
