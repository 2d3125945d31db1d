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
from licensing.models.comparison import ComparisonRelease
from licensing.models.consent import Consent, ConsentEvent
from licensing.models.custody import (
    CustodyAccess,
    CustodyAsset,
    CustodyEvent,
    CustodyKey,
    CustodyParent,
    CustodyRelease,
)
from licensing.models.decision import Decision
from licensing.models.disclosure import DisclosureApproval, DisclosurePlacing
from licensing.models.document import (
    ReceivedDocument,
    Rider,
    RiderSignature,
    SigningAuthority,
    Transcription,
    TranscriptionCheck,
)
from licensing.models.hold import LegalHold
from licensing.models.house_pack import HousePack, HousePackActivation, HousePackReplay
from licensing.models.ledger import Account, Assessment, Payment, PayStatement, Posting, PostingLine
from licensing.models.naming import NamingChoice
from licensing.models.owed import (
    CalendarHoliday,
    CalendarYear,
    Obligation,
    ObligationEnd,
    ObligationUse,
    Rate,
    RateConfirmation,
)
from licensing.models.performer import Engagement, Performer, PerformerAlias, PerformerIdentifier
from licensing.models.quota import Quota, QuotaReservation
from licensing.models.register import RegisterChange
from licensing.models.report import ReportRun, ReportSchedule
from licensing.models.reported import ReportFinding, TrainingLicence
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
from licensing.models.sign_off import BasisSignOff, BuyerApproval
from licensing.models.strike import Strike
from licensing.models.synthetic import SyntheticFile, SyntheticStep

__all__ = [
    "Account",
    "Assessment",
    "BasisSignOff",
    "BuyerApproval",
    "CalendarHoliday",
    "CalendarYear",
    "ComparisonRelease",
    "Consent",
    "ConsentEvent",
    "CustodyAccess",
    "CustodyAsset",
    "CustodyEvent",
    "CustodyKey",
    "CustodyParent",
    "CustodyRelease",
    "Decision",
    "DisclosureApproval",
    "DisclosurePlacing",
    "Engagement",
    "HousePack",
    "HousePackActivation",
    "HousePackReplay",
    "LegalHold",
    "NamingChoice",
    "Obligation",
    "ObligationEnd",
    "ObligationUse",
    "Offer",
    "OfferEvent",
    "OfferRound",
    "OfferSignature",
    "PayStatement",
    "Payment",
    "Performer",
    "PerformerAlias",
    "PerformerIdentifier",
    "Posting",
    "PostingLine",
    "Quota",
    "QuotaReservation",
    "Rate",
    "RateConfirmation",
    "ReceivedDocument",
    "RegisterChange",
    "ReportFinding",
    "ReportRun",
    "ReportSchedule",
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
    "SyntheticFile",
    "SyntheticStep",
    "TermAnswer",
    "TrainingLicence",
    "Transcription",
    "TranscriptionCheck",
    "WithdrawalNotice",
]
