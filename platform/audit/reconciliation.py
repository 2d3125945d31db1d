"""Whether what the tables of the product say happened is what the log says, in both directions and in order.

A log proves that nothing in it was altered. That nothing was left out shows only where every act has its entry, and
every entry its act. The apps declare here what their acts are (`Reconciler`, named in `settings.AUDIT_RECONCILERS`);
the comparison is one query for each kind of act and organisation, in the snapshot of the check.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from audit.entry_types import EntryType
from audit.inspecting.findings import Findings, Problem
from audit.inspecting.snapshot import Reader, Work
from core.canonical import NotCanonical, canonical_bytes
from core.digests import sha256_hex

# Beside its fields, what an entry can be known by.
_UID = "uid"
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Acts:
    """What has to stand in the log as entries of one type.

    Of several acts or entries under one key the first belongs to the first, the second to the second.

    Attributes:
        entry_type: of the entries.
        key: the fields of an entry that say which act it tells of; `uid` is the entry itself.
        rows: a SELECT of `key text[]` (the values of those fields), `fields jsonb` (what the entry says, as far as
            the tables know) and `nth` (what acts under one key are ordered by). It sees one organisation. Where an
            entry leaves an optional field out, that field is not compared.
        entries_needed: whether each act needs an entry.
        acts_needed: whether each entry needs an act; not where rows may go.
        name_entry: whether `uid` among the fields is the identifier of the entry.
    """

    entry_type: EntryType
    key: tuple[str, ...]
    rows: LiteralString
    entries_needed: bool = True
    acts_needed: bool = True
    name_entry: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """That each entry of type `later` stands behind one of type `earlier` that is about the same.

    Attributes:
        same: the fields that say so; they have one name in both types.
        outcomes: what the field `outcome` of the earlier one must be one of; empty: whatever it is.
    """

    later: EntryType
    earlier: EntryType
    same: tuple[str, ...]
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digested:
    """JSON columns whose digest is logged: the digest of what stands there now must be the one that stands beside it.

    Attributes:
        what: for a person, such as "the terms of consent".
        rows: a SELECT of `id`, the JSON, and its digest in hexadecimal. It sees one organisation.
    """

    what: str
    rows: LiteralString


@dataclass(frozen=True, slots=True)
class Count:
    """Figures that are kept beside what they count.

    Attributes:
        wrong: a SELECT of one sentence, with the identifiers, for each figure that does not add up; no row where all
            do. It sees one organisation.
    """

    wrong: LiteralString


@dataclass(frozen=True, slots=True)
class Reconciler:
    """What one app has to say. `organisations`: a SELECT of every organisation's id, on the connection of the log."""

    acts: tuple[Acts, ...] = ()
    order: tuple[Order, ...] = ()
    digested: tuple[Digested, ...] = ()
    counts: tuple[Count, ...] = ()
    organisations: LiteralString | None = None


def registered() -> tuple[Reconciler, ...]:
    """What every installed app has declared."""
    return tuple(import_string(name) for name in settings.AUDIT_RECONCILERS)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One comparison for one organisation.

    Attributes:
        unreadable: entries whose bytes cannot be read; the inspection has told of them.
    """

    organisation_id: UUID
    subject: Acts | Order | Digested | Count
    unreadable: tuple[str, ...] = field(default=(), repr=False)

    def __call__(self, reader: Reader) -> list[Problem]:
        findings = Findings("")
        reader.app.execute(
            "SELECT set_config('app.organisation', %s, true), set_config('work_mem', %s, true)",
            [str(self.organisation_id), _WORK_MEMORY],
        )
        match self.subject:
            case Acts() as acts:
                _compare_acts(reader, self, acts, findings)
            case Order() as order:
                _compare_order(reader, self, order, findings)
            case Digested() as digested:
                _compare_digests(reader, self, digested, findings)
            case Count() as count:
                for (what,) in reader.app.execute(count.wrong):
                    findings.add("count_differs", f"{what}, of organisation {self.organisation_id}")
        return findings.all()


def reconciliations(
    reader: Reader, reconcilers: Sequence[Reconciler], unreadable: Sequence[str]
) -> list[Work[list[Problem]]]:
    """Every comparison there is to make."""
    subjects: list[Acts | Order | Digested | Count] = []
    for reconciler in reconcilers:
        subjects += [*reconciler.acts, *reconciler.order, *reconciler.digested, *reconciler.counts]
    return [
        Reconciliation(organisation_id, subject, tuple(unreadable))
        for organisation_id in (sorted(_organisations(reader, reconcilers)) if subjects else ())
        for subject in subjects
    ]


def _organisations(reader: Reader, reconcilers: Sequence[Reconciler]) -> set[UUID]:
    # Also those whose log, and those whose own row, somebody removed.
    queries: list[LiteralString] = [
        "SELECT organisation_id FROM audit_logorigin",
        "SELECT DISTINCT organisation_id FROM audit_outbox",
        *(one.organisations for one in reconcilers if one.organisations),
    ]
    return {organisation_id for query in queries for (organisation_id,) in reader.log.execute(query)}


# The entries of some types: those in the organisation's logs, in the order of the logs, and those that still wait.
# Rights to the outbox are the sequencer's alone, so its rows are handed over.
_ENTRIES: LiteralString = """
    WITH log AS (
        SELECT id, row_number() OVER (ORDER BY id) AS turn FROM audit_logorigin
        WHERE organisation_id = %(organisation)s
    ), entry AS (
        SELECT e.uid, e.type, log.turn * (1::bigint << 44) + least(e.index, 1::bigint << 43) AS position,
            -- The first member is "counter" in version 2, "actor" in version 1.
            convert_from(e.body, 'UTF8')::jsonb #> CASE get_byte(e.body, 2)
                WHEN ascii('c') THEN '{entry,fields}' ELSE '{fields}'
            END::text[] AS fields
        FROM log JOIN audit_entry e ON e.origin_id = log.id
        WHERE e.organisation_id = %(organisation)s AND e.type = ANY(%(types)s)
            AND e.uid::text <> ALL(%(unreadable)s::text[])
        UNION ALL
        SELECT uid, type, (1::bigint << 62) + nth, fields
        FROM unnest(%(waiting_uids)s::uuid[], %(waiting_types)s::text[], %(waiting_fields)s::jsonb[])
            WITH ORDINALITY AS waiting (uid, type, fields, nth)
    )
"""

# Fields that only one side knows are no difference: where the entry leaves one out, the act's own takes its place.
_ACTS: LiteralString = """
    , told AS (
        SELECT uid, fields, key, row_number() OVER (PARTITION BY key ORDER BY position) AS nth
        FROM entry, LATERAL (SELECT concat_ws(' ', {key}) COLLATE "C" AS key) AS about
    ), act AS (
        SELECT key, fields, row_number() OVER (PARTITION BY key ORDER BY done.nth) AS nth
        FROM (
            SELECT array_to_string(row.key, ' ') COLLATE "C" AS key, row.fields, row.nth FROM ({rows}) AS row
        ) AS done
    )
    SELECT coalesce(told.key, act.key), coalesce(told.nth, act.nth), told.uid, act.key IS NOT NULL,
        (
            SELECT array_agg(said.key ORDER BY said.key)
            FROM jsonb_each(act.fields) AS said, LATERAL (SELECT {told} AS fields) AS whole
            WHERE whole.fields ? said.key AND whole.fields -> said.key IS DISTINCT FROM said.value
        )
    FROM told FULL JOIN act ON act.key = told.key AND act.nth = told.nth
    WHERE told.key IS NULL OR act.key IS NULL OR NOT (act.fields || {told}) @> act.fields
    ORDER BY 1, 2
"""

_ORDER: LiteralString = """
    , earlier AS (
        SELECT concat_ws(' ', {same}) COLLATE "C" AS key, min(position) AS position FROM entry
        WHERE type = %(earlier)s AND (%(outcomes)s::text[] = '{}' OR fields ->> 'outcome' = ANY(%(outcomes)s))
        GROUP BY 1
    ), later AS (
        SELECT uid, concat_ws(' ', {same}) COLLATE "C" AS key, position FROM entry WHERE type = %(later)s
    )
    SELECT later.uid, later.key, earlier.key IS NOT NULL
    FROM later LEFT JOIN earlier USING (key)
    WHERE earlier.position IS NULL OR earlier.position > later.position
    ORDER BY later.position
"""
# A million rows are sorted and joined in memory; that is what they take.
_WORK_MEMORY = "256MB"


def _compare_acts(reader: Reader, asked: Reconciliation, acts: Acts, findings: Findings) -> None:
    # Few acts name their entry, and a million times it costs a second.
    told = "told.fields || jsonb_build_object('uid', told.uid)" if acts.name_entry else "told.fields"
    query = _ENTRIES + _ACTS.replace("{key}", _columns(acts.key)).replace("{told}", f"({told})")
    query = query.replace("{rows}", acts.rows)
    for key, nth, uid, has_act, differing in _found(reader, query, asked, [acts.entry_type], {}):
        act = f"{acts.entry_type} {_named(acts.key, key)}"
        where = f"of organisation {asked.organisation_id}"
        if uid is None:
            if acts.entries_needed:
                findings.add("act_without_entry", f"{act} {where} happened, and no entry tells of it")
        elif has_act:
            if differing:
                what = f"entry {uid} tells of {act} {where}, and the tables say otherwise: {', '.join(differing)}"
                findings.add("digest_differs", what)
        elif acts.acts_needed and nth > 1:
            findings.add("entry_twice", f"entry {uid} tells of {act} {where} once more")
        elif acts.acts_needed:
            findings.add("entry_without_act", f"entry {uid} tells of {act} {where}, which is on no record")


def _compare_order(reader: Reader, asked: Reconciliation, order: Order, findings: Findings) -> None:
    query = _ENTRIES + _ORDER.replace("{same}", _columns(order.same))
    said: dict[str, object] = {
        "earlier": str(order.earlier),
        "later": str(order.later),
        "outcomes": list(order.outcomes),
    }
    wanted = (
        f"{order.earlier} with outcome {' or '.join(order.outcomes)}" if order.outcomes else order.earlier
    )
    for uid, key, exists in _found(reader, query, asked, [order.earlier, order.later], said):
        what = (
            f"entry {uid} ({order.later} {_named(order.same, key)}) of organisation {asked.organisation_id}"
        )
        place = "stands before" if exists else "stands in the log without"
        findings.add("act_before_entry", f"{what} {place} the {wanted} that it rests on")


def _has_any(reader: Reader, organisation_id: UUID, entry_type: EntryType) -> bool:
    """Whether there are entries of the type, by the index: to read those they would rest on takes far longer."""
    query = "SELECT EXISTS (SELECT FROM audit_entry WHERE organisation_id = %s AND type = %s)"
    said = [organisation_id, str(entry_type)]
    if reader.app.execute(query, said).fetchone() == (True,):
        return True
    return any(_waiting(reader, organisation_id, [str(entry_type)]))


def _compare_digests(reader: Reader, asked: Reconciliation, digested: Digested, findings: Findings) -> None:
    with reader.app.cursor("digested") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(digested.rows)
        for row_id, content, digest in cursor:
            try:
                computed = sha256_hex(canonical_bytes(content))
            except NotCanonical:
                computed = ""
            if computed != digest:
                what = f"{digested.what} {row_id} of organisation {asked.organisation_id}"
                findings.add("digest_differs", f"{what} are not those whose digest is on record")


def _found(
    reader: Reader, query: str, asked: Reconciliation, types: list[EntryType], said: dict[str, object]
) -> Iterator[tuple[Any, ...]]:
    names = [str(one) for one in types]
    waiting = list(_waiting(reader, asked.organisation_id, names))
    values = {
        "organisation": asked.organisation_id,
        "types": names,
        "unreadable": list(asked.unreadable),
        "waiting_uids": [uid for uid, _, _ in waiting],
        "waiting_types": [entry_type for _, entry_type, _ in waiting],
        "waiting_fields": [fields for _, _, fields in waiting],
        **said,
    }
    with reader.app.cursor() as cursor:
        cursor.execute(query.encode(), values)
        yield from cursor


def _waiting(reader: Reader, organisation_id: UUID, types: list[str]) -> Iterator[tuple[UUID, str, str]]:
    rows = reader.log.execute(
        "SELECT uid, type, body FROM audit_outbox WHERE organisation_id = %s AND type = ANY(%s) ORDER BY id",
        [organisation_id, types],
    )
    for uid, entry_type, body in rows:
        try:
            fields = json.loads(body)["fields"]
        except (ValueError, KeyError, TypeError):
            # It cannot be integrated either, and will be told of as overdue.
            continue
        yield uid, entry_type, json.dumps(fields)


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join("uid" if name == _UID else f"fields ->> '{name}'" for name in names)


def _named(names: tuple[str, ...], values: str) -> str:
    # No value that an entry may hold has a space in it; one that a table holds all the same is still shown.
    parts = values.split(" ", len(names) - 1)
    return " ".join(f"{name} {value}" for name, value in zip(names, parts, strict=False))
