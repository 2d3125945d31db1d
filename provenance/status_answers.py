"""What a signed list of what stands today, handed in as a file, says of one verified credential."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.clock import rfc3339
from provenance.status_list import Listed, StatusListUnusable, look_up
from provenance.values import Verification


@dataclass(frozen=True, slots=True)
class ListedAnswer:
    """`listed` is None where the list answers nothing; `reason` says what it means, for people."""

    reason: str
    listed: Listed | None = None
    is_expired: bool = False

    def to_json(self) -> dict[str, object]:
        """`state` is null where the list says nothing of today; `state_then` is what it said when it was signed."""
        listed = self.listed
        if listed is None:
            return {
                "state": None,
                "state_then": None,
                "reason": self.reason,
                "issued_at": None,
                "expires_at": None,
            }
        return {
            "state": None if self.is_expired else str(listed.state),
            "state_then": str(listed.state),
            "reason": self.reason,
            "issued_at": rfc3339(listed.issued_at),
            "expires_at": rfc3339(listed.expires_at),
        }


def answer_of_list(
    verification: Verification, list_file: Path, keys_file: Path, *, at: datetime
) -> ListedAnswer:
    """What the list in `list_file` says of a verified file, checked with the public keys in `keys_file`.

    Never raises for what the files hold: a list that does not hold answers nothing, and the reason says why.
    """
    reference = verification.status_reference
    if reference is None:
        return ListedAnswer("The credential names no list, or is not one that we may rely on.")
    try:
        keys = json.loads(keys_file.read_text(encoding="utf-8"))
        listed = look_up(list_file.read_text(encoding="ascii", errors="replace"), reference, keys)
    except (OSError, json.JSONDecodeError, UnicodeDecodeError) as error:
        return ListedAnswer(f"The list or the file of public keys cannot be read: {error}")
    except StatusListUnusable as error:
        return ListedAnswer(f"The list was not relied on. {error}")
    if at >= listed.expires_at:
        ended = f"{listed.expires_at:%Y-%m-%d %H:%M} UTC"
        said = f"The list ended on {ended} and says nothing of today. Fetch a newer one."
        return ListedAnswer(said, listed, is_expired=True)
    if at < listed.issued_at:
        return ListedAnswer("The list is dated after now. Look at the clock of this machine.")
    said = f"The list says so as of {listed.issued_at:%Y-%m-%d %H:%M} UTC."
    if at >= listed.refresh_after:
        said += " A newer one should be fetched."
    return ListedAnswer(said, listed)
