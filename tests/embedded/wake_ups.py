"""Messages for workers, sent as a web process would send them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from core.ids import new_id

_SEND = """
import sys
from config.celery import app
app.send_task("generation.tasks.render_take", args=sys.argv[1:])
"""


def environment_with(**more: str) -> dict[str, str]:
    """The variables of this run, such that our packages are found."""
    root = Path(settings.PROJECT_FOLDER)
    return dict(os.environ) | {"PYTHONPATH": os.pathsep.join((str(root), str(root / "platform")))} | more


def send_a_wake_up(environment: Mapping[str, str]) -> None:
    """Wake a worker for a take that does not exist."""
    # Warnings are errors here too: what publishes runs inside requests.
    subprocess.run(
        [sys.executable, "-W", "error", "-c", _SEND, str(new_id()), str(new_id())],
        env=environment,
        check=True,
        timeout=60,
    )
