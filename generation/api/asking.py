"""How what can be repeated, and what can be tried, is asked for."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="Up to 200 printable characters. The same request under the same key gives the same answer.",
)
DRY_RUN = OpenApiParameter("dry_run", OpenApiTypes.BOOL, description="Only say what would be answered.")
