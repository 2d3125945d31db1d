from __future__ import annotations


class LogRouter:
    """The `log` connection is the sequencer's alone: nothing is routed to it and nothing migrated through it."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool | None:
        return False if db == "log" else None
