from __future__ import annotations


class LogDamaged(RuntimeError):
    """What is stored of a log is not what was signed: nothing more is signed until somebody has looked.

    Not a refusal that a person could cure by asking differently, hence no `StudioError`.
    """

    def __init__(self, origin: str, found: str) -> None:
        super().__init__(f"Log {origin}: {found}. Run `manage.py audit check`.")
        self.origin = origin
        self.found = found
