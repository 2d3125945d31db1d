"""Has screens look at references soon after they are handed in. Before a take uses one, they look again."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import connection

from core.errors import StudioError
from generation.screens.hooks import reference_file
from generation.screens.recording import screen_file
from provenance.references.queries import reference_card

logger = logging.getLogger(__name__)
_ACTOR = "worker:screens"


def screen_new_references() -> int:
    """Look at every reference that nothing has looked at, of every organisation; how many there were.

    Two workers may look at the same one: both answers are on record, and they agree.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, reference_id FROM generation_references_unscreened_v1()")
        waiting: list[tuple[UUID, UUID]] = cursor.fetchall()
    for organisation_id, reference_id in waiting:
        try:
            card = reference_card(organisation_id, reference_id)
            screen_file(reference_file(card), card.path, organisation_id=organisation_id, actor_label=_ACTOR)
        except StudioError as refusal:
            logger.warning("Reference %s was not looked at: %s", reference_id, refusal)
    return len(waiting)
