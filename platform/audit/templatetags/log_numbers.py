"""Numbers of the log as people read them."""

from __future__ import annotations

from django import template

from audit.merkle import Span

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """12345 as "12,345"."""
    return f"{number:,}"


@register.filter
def places(span: Span) -> str:
    """A span of entries by their places, both ends included."""
    start, end = span
    return f"entry {start:,}" if end - start == 1 else f"entries {start:,} to {end - 1:,}"
