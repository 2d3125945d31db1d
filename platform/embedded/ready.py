from __future__ import annotations

from pathlib import Path


def ready_mark(data_folder: Path, worker_name: str) -> Path:
    """The file a worker makes once it takes tasks."""
    return data_folder / "ready" / worker_name
