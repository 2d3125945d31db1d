"""Refusals of deliveries. Each one names what failed and what would cure it."""

from __future__ import annotations

from core.errors import StudioError


class NoSuchRecipient(StudioError):
    """There is no such recipient, or it is another organisation's."""


class RecipientOnRecord(StudioError):
    """A recipient of this name is on record already."""


class NoSuchDelivery(StudioError):
    """There is no such delivery, or it is another organisation's."""


class DeliveryConflict(StudioError):
    """The key was used before for another delivery: use a new key for a new one."""

    def __init__(self, delivery_id: object) -> None:
        super().__init__("This Idempotency-Key belongs to another delivery. Use a new key for a new one.")
        self.delivery_id = delivery_id

    def extensions(self) -> dict[str, object]:
        return {"delivery": str(self.delivery_id)}


class DeliveryNotPossible(StudioError):
    """One field of a delivery is not what any delivery may be asked with."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    def extensions(self) -> dict[str, object]:
        return {"field": self.field}


class MarkedForAnother(StudioError):
    """The master bears the watermark of one recipient, so it goes to nobody else."""

    def __init__(self, recipient_id: object) -> None:
        super().__init__(
            "This master is marked for another recipient. Deliver it to that one, or make one for this recipient."
        )
        self.recipient_id = recipient_id

    def extensions(self) -> dict[str, object]:
        return {"marked_for": str(self.recipient_id)}


class FileUnfit(StudioError):
    """The kept file does not read back as the one that was signed; restore it from a backup, or make a new take."""


class DeliveryRefused(StudioError):
    """The rules do not permit this delivery. Every reason is told with its rule and its cure."""

    def __init__(self, decision_id: object, reasons: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{reason['rule']}: {reason['message']}" for reason in reasons))
        self.decision_id = decision_id
        self.reasons = reasons

    def extensions(self) -> dict[str, object]:
        return {"decision": str(self.decision_id), "reasons": self.reasons}


class DeliveryInReview(DeliveryRefused):
    """A person of legal decides first. Once it is approved, asking for the same delivery again makes it."""


class GroundsEnded(StudioError):
    """What the delivery rests on ended while it was prepared. Nothing was delivered; ask again to be told why."""


class NoSuchLink(StudioError):
    """The link opens nothing: it was revoked, or never was. Ask whoever sent it for a new one."""


class LinkExpired(StudioError):
    """The time of the link is over. Ask whoever sent it for a new one."""


class LinkTermWrong(StudioError):
    """A link lasts at least an hour and at most ninety days."""


class TooManyFetches(StudioError):
    """The file was fetched often by this link lately."""

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(
            f"This link was used very often lately. Try again in {max(1, retry_after_s // 60)} minutes."
        )
        self.retry_after_s = retry_after_s


class DeliveryNotStanding(StudioError):
    """The delivery does not stand today, so its file is not handed out."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(f"{reason} The file is not handed out.")
        self.state = state

    def extensions(self) -> dict[str, object]:
        return {"state": self.state}


class NotRecalled(StudioError):
    """The delivery is not recalled: there is nothing to tell, acknowledge or keep."""


class RecallOnRecord(StudioError):
    """The delivery was recalled already."""


class AcknowledgementOnRecord(StudioError):
    """The recall was acknowledged already; once is enough."""


class RecallTimeWrong(StudioError):
    """What is entered about a recall happened after it took effect and before now."""


class NoSuchDispute(StudioError):
    """There is no such dispute, or it is another organisation's."""


class DisputeNotYours(StudioError):
    """Not this person's to open or to end."""


class DisputeEnded(StudioError):
    """The dispute has ended already."""


class RecallFirst(StudioError):
    """A dispute is upheld only once the file counts as withdrawn."""
