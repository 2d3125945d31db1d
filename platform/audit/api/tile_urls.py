"""`/log/<origin>/`: the logs as tlog-tiles. The origin holds slashes, and so do the numbers of tiles."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from audit.api import tiles


class LogNameConverter(StringConverter):
    regex = r"countersign/(?:log|platform)/[0-9a-f]{32}"


class TileLevelConverter:
    regex = r"[0-9]|[1-5][0-9]|6[0-3]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class TilePlaceConverter(StringConverter):
    regex = r"(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?"


register_converter(LogNameConverter, "log_name")
register_converter(TileLevelConverter, "tile_level")
register_converter(TilePlaceConverter, "tile_place")

urlpatterns = [
    path("log/<log_name:origin>/checkpoint", tiles.Checkpoint.as_view()),
    path("log/<log_name:origin>/tile/<tile_level:level>/<tile_place:place>", tiles.Hashes.as_view()),
    path("log/<log_name:origin>/tile/entries/<tile_place:place>", tiles.Entries.as_view()),
]
