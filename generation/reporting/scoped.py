"""What a report's scope leaves of productions, and words that its reports share."""

from __future__ import annotations

from collections.abc import Iterator

from licensing.reporting.definition import Cell, Reading
from productions.queries import ProductionCard, production_list
from provenance.queries import SourceStatement

WHOLE_FRAME = "whole frame"
GENERATED, ALTERED, ENHANCED = "generated", "altered", "enhanced"
# IPTC digital source types by the last part of their URL: what of an image is a model's.
_CONTRIBUTIONS = {
    "trainedAlgorithmicMedia": GENERATED,
    "compositeWithTrainedAlgorithmicMedia": ALTERED,
    "algorithmicallyEnhanced": ENHANCED,
}


def productions(reading: Reading) -> Iterator[ProductionCard]:
    """The productions named, or all, by title."""
    wanted = set(reading.scope.production_ids)
    for card in production_list(reading.actor.organisation_id):
        if not wanted or card.id in wanted:
            yield card


def contribution_of(source: SourceStatement | None) -> str | None:
    """What a model did to the images of a take, by its credential; None where nothing says so."""
    if source is None or source.digital_source_type is None:
        return None
    return _CONTRIBUTIONS.get(source.digital_source_type.rpartition("/")[2])


def share_of_frame(source: SourceStatement | None) -> Cell:
    """How much of each image is a model's. Of an altered one no mask is recorded, so nothing is said."""
    return WHOLE_FRAME if contribution_of(source) == GENERATED else None
