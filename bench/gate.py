"""How fast the gate answers over a million consents, beside a single indexed SELECT of the same run.

Everything runs in a process and on an embedded server of its own, durable as in production, in a folder that is
thrown away. A prohibition, here, is a row that forbids: a consent that was withdrawn. Performers are invented, three
names each; every one has ten consents, three of them withdrawn. Asked is a union performer's replica in one scene, of
a performer drawn at random each time. The two sides of a ratio take turns, question by question.

    python bench/gate.py [--performers N] [--seconds S]

| figure | goal |
|---|---|
| facts and decision, p99, in a transaction that is open | at most 4 times a single indexed SELECT |
| decisions a second, 4 clients | at least 1,500 |
| authorize: decision recorded, logged and covered, median | at most 4 times an UPDATE and an INSERT that commit |
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
CONSENTS_EACH, WITHDRAWN_EACH = 10, 3
SEED = 20261123
QUESTIONS = 1_000
AUTHORISED = 60
CLIENTS = 4
# Request, claim, heartbeat, signing, delivery.
DOORS = 5

_FILL = """
INSERT INTO licensing_performer (id, organisation_id, professional_name, state, domicile, visibility, created_at)
SELECT ('10000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(org)s,
    'Performer ' || n, 'living_adult', 'US-WA', 'organisation', now()
FROM generate_series(1, %(people)s) AS n;
INSERT INTO licensing_engagement (id, organisation_id, production_id, performer_id, category, is_engaged, engaged_at,
    contract_date, representation, union_covered, employed_on_project, recognisable, portrayed_as_minor,
    replica_from_id, estimated_days, created_at)
SELECT gen_random_uuid(), %(org)s, %(film)s, id, 'principal', true, '2026-08-03T17:00Z', '2026-08-03',
    'union_cba_covers_replica', true, true, true, false, %(film)s, 2, now() FROM licensing_performer;
INSERT INTO licensing_consent (id, organisation_id, production_id, performer_id, replica_type, terms, terms_sha256,
    document_sha256, uses_are, receipt_id, salt, entry_uid, valid_from, valid_until, status, recorded_at,
    withdrawn_at)
SELECT gen_random_uuid(), %(org)s, %(film)s, p.id,
    CASE WHEN k = 1 THEN 'ebdr_scan' ELSE (ARRAY['icdr','ebdr_no_scan','background_replica','voice_replica',
        'vocal_replica_ima','visual_replica_ima','ebdr_scan','icdr','voice_replica'])[k - 1] END,
    %(terms)s::jsonb, repeat('a', 64), repeat('b', 64), 'deliveries', gen_random_uuid(), '\\x00', %(entry)s,
    '2026-08-20', '2028-12-31',
    CASE WHEN k > %(stand)s THEN 'withdrawn' ELSE 'active' END, now(),
    CASE WHEN k > %(stand)s THEN '2026-08-19T00:00Z'::timestamptz END
FROM licensing_performer p, generate_series(1, %(each)s) AS k;
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--performers", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    print(__doc__)
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        # The server may run as another account, which passes through.
        Path(folder).chmod(0o711)
        os.environ.update(COUNTERSIGN_DATA=f"{folder}/var", DJANGO_SETTINGS_MODULE="config.settings")
        os.environ.pop("DATABASE_URL", None)
        sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
        import django

        django.setup()
        from embedded.session import database_ready

        with database_ready(prepare=True):
            figures = _measured(asked.performers, asked.seconds)
    figures["load"] = f"{os.cpu_count()} cores, load average now {os.getloadavg()[0]:.1f}"
    print(json.dumps({"bench": "gate", "figures": figures}))
    return 0


def _measured(people: int, seconds: float) -> dict[str, Any]:
    from bench.log.writing import the_log_at_work

    with the_log_at_work():
        studio = _studio(people)
        _told("loaded")
        figures: dict[str, Any] = {
            "performers": people,
            "aliases": 3 * people,
            "consents": CONSENTS_EACH * people,
            "prohibitions": WITHDRAWN_EACH * people,
            "seed": SEED,
        }
        figures |= _latencies(studio, people)
        figures |= _rate(studio, people, seconds)
        figures |= _authorised(studio, people)
    return figures


def _told(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _studio(people: int) -> dict[str, Any]:
    from django.db import connection

    from accounts.values import Role
    from core.tenancy import tenant
    from embedded.connections import acting_as_owner
    from tests.factories.accounts import a_member
    from tests.factories.licensing import a_consent, a_performer, an_engagement, counsel_confirms, terms
    from tests.factories.productions import a_production

    actor = a_member(Role.PRODUCER)
    counsel_confirms(actor)
    film = a_production(actor, governing_law="US-WA")
    first = a_performer(actor)
    an_engagement(actor, film, first)
    consent = a_consent(actor, film, first)
    with tenant(actor.organisation_id), connection.cursor() as cursor:
        cursor.execute("SELECT entry_uid FROM licensing_consent WHERE id = %s", [consent.id])
        (entry,) = cursor.fetchone()
    with acting_as_owner():
        with tenant(actor.organisation_id), connection.cursor() as cursor:
            # The constraint against overlapping terms would make loading take an hour, and reading never meets it.
            cursor.execute("ALTER TABLE licensing_consent DROP CONSTRAINT licensing_consent_one_at_a_time")
            for statement in _FILL.split(";\n"):
                if statement.strip():
                    cursor.execute(
                        statement,
                        {
                            "org": actor.organisation_id,
                            "film": film.id,
                            "people": people,
                            "entry": entry,
                            "terms": json.dumps(terms()),
                            "each": CONSENTS_EACH,
                            "stand": CONSENTS_EACH - WITHDRAWN_EACH,
                        },
                    ) if "engagement" not in statement else cursor.execute(
                        statement + " WHERE id <> %(first)s",
                        {"org": actor.organisation_id, "film": film.id, "first": first.id},
                    )
        with connection.cursor() as cursor:
            # Stamped at once: the trigger is for single registrations.
            cursor.execute("ALTER TABLE licensing_performeralias DISABLE TRIGGER licensing_alias_stamped")
        with tenant(actor.organisation_id):
            _fill_names(actor.organisation_id, people)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE licensing_performeralias ENABLE TRIGGER licensing_alias_stamped")
            cursor.execute(
                "CREATE TABLE bench_job (id int PRIMARY KEY, runs int NOT NULL);"
                "INSERT INTO bench_job SELECT i, 0 FROM generate_series(1, 100000) AS i;"
                "CREATE TABLE bench_row (id bigserial PRIMARY KEY, body text NOT NULL);"
            )
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return {"actor": actor, "film": film}


def _fill_names(organisation_id: UUID, people: int) -> None:
    from django.db import connection

    from bench.screening import invented_name
    from licensing.screening import block_of, letters

    source = random.Random(SEED)  # noqa: S311 - a repeatable measurement
    with connection.cursor() as cursor:
        for since in range(0, people, 10_000):
            names = [
                (_person(number + 1), f"{invented_name(source)} {number:x}{alias}")
                for number in range(since, min(since + 10_000, people))
                for alias in range(3)
            ]
            bare = [letters(name) for _, name in names]
            cursor.execute(
                "INSERT INTO licensing_performeralias"
                " (id, organisation_id, performer_id, kind, text, normalised, block)"
                " SELECT gen_random_uuid(), %s, who, 'alias', text, bare, block"
                " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) AS one (who, text, bare, block)",
                [
                    organisation_id,
                    [who for who, _ in names],
                    [name for _, name in names],
                    bare,
                    [block_of(one) for one in bare],
                ],
            )


def _person(number: int) -> UUID:
    return UUID(f"10000000-0000-7000-8000-{number:012x}")


def _prompt(number: int) -> str:
    """A prompt of twelve words nobody asked about before; each is asked about at the doors its take goes through."""
    from bench.screening import plain_prompt

    return plain_prompt(random.Random(SEED + number // DOORS))  # noqa: S311 - as above


def _order(studio: dict[str, Any], number: int, turn: int) -> Any:  # noqa: ANN401 - known after the paths are set
    from dataclasses import replace

    from licensing.values import CastMember
    from tests.factories.licensing import an_order

    order = an_order(studio["actor"], studio["film"])
    return replace(
        order,
        use="stunt_safety_double",
        cast=(CastMember(performer_id=_person(number), replica_type="ebdr_scan"),),
        prompt=_prompt(turn),
    )


def _asked(order: Any) -> str:  # noqa: ANN401 - as above
    """Facts and decision, by the code the gate itself runs, consents locked as for a decision; without the record."""
    from licensing.operations.gate import verdict_now

    return verdict_now(order).decision.value


def _latencies(studio: dict[str, Any], people: int) -> dict[str, Any]:
    from django.db import connection

    from core.tenancy import tenant

    source = random.Random(SEED)  # noqa: S311 - as above
    selects, gates, answers = [], [], set()
    for turn in range(QUESTIONS + 50):
        order = _order(studio, source.randint(1, people), turn)
        with tenant(order.organisation_id):
            began = time.perf_counter()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT state FROM licensing_performer WHERE id = %s",
                    [_person(source.randint(1, people))],
                )
                cursor.fetchone()
            between = time.perf_counter()
            answers.add(_asked(order))
            ended = time.perf_counter()
        if turn >= 50:
            selects.append((between - began) * 1000)
            gates.append((ended - between) * 1000)
    _told("latencies")
    ratio = _high(gates) / _high(selects)
    return {
        "select_ms": _spread(selects),
        "facts_and_decision_ms": _spread(gates),
        "facts_and_decision_p99_ratio": round(ratio, 2),
        "facts_and_decision_median_ratio": round(statistics.median(gates) / statistics.median(selects), 2),
        "goal_ratio_at_most_4_met": ratio <= 4,
        "answers": sorted(answers),
    }


def _rate(studio: dict[str, Any], people: int, seconds: float) -> dict[str, Any]:
    from django.db import connections

    connections.close_all()
    # Forked when the register is known, as web workers are that preload.
    context = multiprocessing.get_context("fork")
    with context.Pool(CLIENTS) as pool:
        pool.starmap(_client, [(studio, people, 1.0, one) for one in range(CLIENTS)])
        done = pool.starmap(_client, [(studio, people, seconds, one) for one in range(CLIENTS)])
    rate = sum(done) / seconds
    _told("rate")
    return {"decisions_per_s_4_clients": round(rate), "goal_1500_per_s_met": rate >= 1500}


def _client(studio: dict[str, Any], people: int, seconds: float, number: int) -> int:
    from core.tenancy import tenant

    source, done = random.Random(SEED + number), 0  # noqa: S311 - as above
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        order = _order(studio, source.randint(1, people), 1_000_000 * number + done)
        with tenant(order.organisation_id):
            _asked(order)
        done += 1
    return done


def _authorised(studio: dict[str, Any], people: int) -> dict[str, Any]:
    from django.db import connection, transaction

    from audit import coverage
    from licensing.operations import gate

    source = random.Random(SEED)  # noqa: S311 - as above
    bare, whole, waits = [], [], []
    waiting = "wait_until_covered"
    really = coverage.wait_until_covered

    def timed(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the original
        began = time.perf_counter()
        really(*args, **kwargs)
        waits.append((time.perf_counter() - began) * 1000)

    setattr(gate, waiting, timed)
    for turn in range(AUTHORISED):
        began = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bench_job SET runs = runs + 1 WHERE id = %s", [source.randint(1, 100_000)])
            cursor.execute("INSERT INTO bench_row (body) VALUES (repeat('x', 300))")
        bare.append((time.perf_counter() - began) * 1000)
        order = _order(studio, source.randint(1, people), 9_000_000 + turn)
        began = time.perf_counter()
        gate.decide_use(order, actor=studio["actor"])
        whole.append((time.perf_counter() - began) * 1000)
    setattr(gate, waiting, really)
    without = [one - wait for one, wait in zip(whole, waits, strict=True)]
    ratio = statistics.median(whole) / statistics.median(bare)
    return {
        "update_and_insert_ms": _spread(bare),
        "authorize_ms": _spread(whole),
        "authorize_without_wait_ms": _spread(without),
        "wait_ms": _spread(waits),
        "authorize_ratio": round(ratio, 2),
        "authorize_without_wait_ratio": round(statistics.median(without) / statistics.median(bare), 2),
        "goal_authorize_at_most_4_met": ratio <= 4,
    }


def _high(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "n": len(values),
        "median": round(statistics.median(values), 3),
        "p99": round(_high(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }


if __name__ == "__main__":
    sys.exit(main())
