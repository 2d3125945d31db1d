#!/usr/bin/env python3
"""Run a management command.

`platform/` is a source root, not a package: an `__init__.py` there would shadow the standard library's
`platform` module and Python would not even start. It is put on the path here instead.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    sys.path.insert(1, str(ROOT / "platform"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from config.environment import BadEnvironment
    from core.errors import StudioError

    try:
        execute_from_command_line(sys.argv)
    except (StudioError, BadEnvironment) as refusal:
        # Something a person can cure: its message says how, a traceback would hide it.
        sys.exit(str(refusal))
    except OperationalError as failure:
        # Django's own commands, such as migrate, connect without asking us first.
        sys.exit(f"The database does not answer: {failure}")


if __name__ == "__main__":
    main()
