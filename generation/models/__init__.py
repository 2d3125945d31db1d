"""Django finds models here."""

from generation.authorship.models import Contribution, CutEdition, CutEntry
from generation.models.adapter import TakeAdapter
from generation.models.character_sheet import CharacterSheetEnd, CharacterSheetEntry
from generation.models.clearance import ModelClearance
from generation.models.delivery import (
    Delivery,
    DeliveryEvent,
    DeliveryIntent,
    DeliveryLink,
    Recipient,
)
from generation.models.dispute import Dispute, DisputeEnd
from generation.models.file_review import FileReview
from generation.models.graph import GraphEdge
from generation.models.hosted import HostedCall
from generation.models.lineage import TakeLineage
from generation.models.master import KeptFrames, Master
from generation.models.recall import (
    DeliveryRecall,
    RecallAcknowledgement,
    RecallNotice,
    RetentionWords,
)
from generation.models.reference_picture import TakeReferencePicture
from generation.models.screen import (
    InputAttestation,
    ProtectedPicture,
    ProtectedPictureEnd,
    ScreenPolicy,
    ScreenRow,
    ScreenRun,
)
from generation.models.serving import ProductionServed, QueuePause, TakeCap, Worker
from generation.models.take import ModelRecord, ModelRelease, Take, TakeEvent
from generation.models.training import LikenessSource, LikenessTraining

__all__ = [
    "CharacterSheetEnd",
    "CharacterSheetEntry",
    "Contribution",
    "CutEdition",
    "CutEntry",
    "Delivery",
    "DeliveryEvent",
    "DeliveryIntent",
    "DeliveryLink",
    "DeliveryRecall",
    "Dispute",
    "DisputeEnd",
    "FileReview",
    "GraphEdge",
    "HostedCall",
    "InputAttestation",
    "KeptFrames",
    "LikenessSource",
    "LikenessTraining",
    "Master",
    "ModelClearance",
    "ModelRecord",
    "ModelRelease",
    "ProductionServed",
    "ProtectedPicture",
    "ProtectedPictureEnd",
    "QueuePause",
    "RecallAcknowledgement",
    "RecallNotice",
    "Recipient",
    "RetentionWords",
    "ScreenPolicy",
    "ScreenRow",
    "ScreenRun",
    "Take",
    "TakeAdapter",
    "TakeCap",
    "TakeEvent",
    "TakeLineage",
    "TakeReferencePicture",
    "Worker",
]
