"""Registers of names, kept by this process from one question to the next. Call inside `core.tenancy.tenant`.

A register of a hundred thousand people cannot be read for every prompt. It is read once, then only what is new, by
the stamp that the database puts on every name; a question that was screened by an older state is screened again.
"""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

from core.tenancy import current_organisation_id
from licensing.names import AliasKind
from licensing.screening import AliasEntry, Registry

# Of a register that a vendor of many studios asks about, a hundred thousand people are some 200 MB.
_MOST_KEPT = 8
_MANY = 10_000

_STATE = "SELECT stamp, rewritten FROM licensing_registerstate"
_NAMES = """
SELECT performer_id, kind, text, normalised FROM licensing_performeralias
WHERE stamp > %s AND stamp <= %s ORDER BY stamp
"""


@dataclass(slots=True)
class _Kept:
    registry: Registry
    stamp: int


@dataclass(frozen=True, slots=True)
class KnownNames:
    """A register, and a state of it that it is not behind of."""

    registry: Registry
    stamp: int


_kept: OrderedDict[tuple[object, UUID], _Kept] = OrderedDict()
_lock = threading.Lock()


def known_names(*, at_least: int | None = None) -> KnownNames:
    """The register of the organisation acted for.

    Args:
        at_least: the stamp that the database was seen at; None: whatever state is at hand, read if there is none.
    """
    place = (settings.DATABASES["default"]["NAME"], current_organisation_id())
    with _lock:
        kept = _kept.get(place)
        if kept is None or (at_least is not None and kept.stamp != at_least):
            kept = _kept[place] = _brought_up(kept)
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(place)
        # The stamp first: others may add to the register meanwhile, which only makes it know more.
        return KnownNames(stamp=kept.stamp, registry=kept.registry)


def names_now() -> KnownNames:
    """The register as the database has it at this moment, for whoever cannot ask it again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        stamp, _ = cursor.fetchone() or (0, 0)
    return known_names(at_least=stamp)


def settled(registry: Registry, *, added: int) -> Registry:
    """`registry` made ready for questions after `added` names came to it."""
    registry.settle()
    if added >= _MANY:
        # It stays as long as the process. Going through all of it in search of garbage takes a third of a second.
        gc.collect()
        gc.freeze()
    return registry


def _brought_up(kept: _Kept | None) -> _Kept:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        stamp, rewritten = cursor.fetchone() or (0, 0)
        # A database that was restored behind this process is at a state that was passed long ago.
        if kept is None or kept.stamp < rewritten or kept.stamp > stamp:
            kept = _Kept(Registry(), -1)
        cursor.execute(_NAMES, [kept.stamp, stamp])
        names = cursor.fetchall()
    for who, kind, text, normalised in names:
        kept.registry.add(AliasEntry(who, AliasKind(kind), text, normalised))
    settled(kept.registry, added=len(names))
    return _Kept(kept.registry, stamp)
