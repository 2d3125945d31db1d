"""Which decisions were made while a production said something. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from core.canonical import Canonical

_WHICH = """
SELECT decision.id, decision.shot_id IS NOT NULL
FROM licensing_decision decision
WHERE decision.production_id = %s AND EXISTS (
    SELECT FROM jsonb_each(%s::jsonb) AS said
    WHERE convert_from(decision.facts, 'UTF8')::jsonb -> 'project' -> said.key = said.value
)
"""


def decided_under(production_id: UUID, said: Mapping[str, Canonical]) -> tuple[set[UUID], int]:
    """The decisions about shots whose facts of the production say any of `said`, and the number of other ones.

    None in `said` is a fact that was unknown then.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WHICH, [production_id, json.dumps(said)])
        found = cursor.fetchall()
    return {one for one, is_of_shot in found if is_of_shot}, sum(not is_of_shot for _, is_of_shot in found)
