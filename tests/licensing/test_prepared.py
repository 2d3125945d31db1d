"""A statement that goes past Django's cursors says what they would say, also after a failure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from licensing.prepared import PreparedQuestion

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
ANA = UUID("018f0000-0000-7000-8000-0000000000aa")
ASKED = """
SELECT to_jsonb(%s::text), %s = ANY(%s::uuid[]), array_agg(one), (SELECT 7::bigint WHERE false)
FROM unnest(ARRAY['a b', NULL, 'c']) AS one
"""


def _begun() -> psycopg.Connection[object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    link: psycopg.Connection[object] = connection.connection
    return link


def test_it_answers_as_a_cursor_does(committed_db: None) -> None:
    values: list[Any] = ["it's 100 %", ANA, [STUDIO, ANA]]
    with transaction.atomic():
        link = _begun()
        told = PreparedQuestion(link, ASKED).row(link, values)
        with connection.cursor() as cursor:
            cursor.execute(ASKED, values)
            usual = cursor.fetchone()

    assert told == usual == ('"it\'s 100 %"', True, ["a b", None, "c"], None)


def test_it_is_asked_again_after_a_transaction_that_failed(committed_db: None) -> None:
    with transaction.atomic():
        link = _begun()
        question = PreparedQuestion(link, "SELECT 1 / %s::int")
    with pytest.raises(psycopg.errors.DivisionByZero), transaction.atomic():
        question.row(_begun(), [0])

    with transaction.atomic():
        assert question.row(_begun(), [1]) == (1,)


def test_the_plan_is_told_only_to_the_transaction(committed_db: None) -> None:
    with transaction.atomic():
        link = _begun()
        PreparedQuestion(link, "SELECT %s::int").row(link, [1])

    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("auto",)
