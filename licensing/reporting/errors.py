"""What is refused about reports."""

from __future__ import annotations

from core.errors import StudioError


class NoSuchReport(StudioError):
    """There is no report of this code."""


class NoSuchReportRun(StudioError):
    """No such report was made here, or it is not yours to have."""


class NoSuchReportSchedule(StudioError):
    """There is no such schedule here, or it ended already."""


class ReportScopeUnfit(StudioError):
    """The report is not narrowed by this, or what is named contradicts itself."""

    def __init__(self, field: str, complaint: str) -> None:
        self.field = field
        super().__init__(f"{field}: {complaint}")

    def extensions(self) -> dict[str, object]:
        return {"field": self.field}


class ReportFileGone(StudioError):
    """The file is no longer what was made: it is gone from the media volume, or it was changed there."""


class ReportRecordUnfit(StudioError):
    """What is entered for a report says nothing, contradicts itself, or follows from nothing on record."""

    def __init__(self, field: str, complaint: str) -> None:
        self.field = field
        super().__init__(f"{field}: {complaint}")

    def extensions(self) -> dict[str, object]:
        return {"field": self.field}
