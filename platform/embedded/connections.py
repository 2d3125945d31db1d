"""Django's database connections, told which role they act as and with which password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections

from embedded.roles import Role, Server, django_database, queue_conninfo

_ALIASES = {"default": Role.APP, "log": Role.LOG}


def point_django_at(server: Server, data_folder: Path, *, role: Role = Role.APP) -> None:
    """Use `server` with the passwords now on disk, in every thread from its next connection on.

    Settings are read before the first provisioning has made the passwords, so they have to be read again.
    """
    for alias, usual in _ALIASES.items():
        acting = role if alias == "default" else usual
        # In place: every thread's connection shares this dictionary.
        settings.DATABASES[alias].update(django_database(server, acting, data_folder))
        connections[alias].close()
    if not settings.ENVIRONMENT.broker_url:
        settings.CELERY_BROKER_TRANSPORT_OPTIONS["conn_string"] = queue_conninfo(server, data_folder)


@contextmanager
def acting_as_owner(alias: str = "default") -> Iterator[None]:
    """Let `alias` connect as the owner of the tables, who alone may change them, for the length of the block."""
    server: Server = settings.ENVIRONMENT.database
    entry = settings.DATABASES[alias]
    before = dict(entry)
    owner = django_database(server, Role.OWNER, settings.DATA_FOLDER)
    connections[alias].close()
    entry.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"])
    try:
        yield
    finally:
        connections[alias].close()
        entry.update(before)
