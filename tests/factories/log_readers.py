"""Those who read the log, as requests make them of an actor."""

from __future__ import annotations

from types import SimpleNamespace

from accounts.values import Actor
from audit.reader import Reader, reader_of


def reading_as(actor: Actor) -> Reader:
    return reader_of(SimpleNamespace(actor=actor))
