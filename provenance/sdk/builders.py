"""One way to fill a builder of the SDK, for files signed whole, in place, and beside a sidecar alike."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import c2pa

from provenance.manifest import THUMBNAIL_IDENTIFIER
from provenance.sdk.contents import Contents, Intent

_INTENTS = {
    Intent.CREATE: c2pa.C2paBuilderIntent.CREATE,
    Intent.EDIT: c2pa.C2paBuilderIntent.EDIT,
    Intent.UPDATE: c2pa.C2paBuilderIntent.UPDATE,
}


@contextmanager
def opened_builder(contents: Contents, context: c2pa.Context) -> Iterator[c2pa.Builder]:
    """A builder with everything in it but the file; good for one signature.

    Raises:
        c2pa.C2paError: the SDK takes the definition, or something that belongs to it, for wrong.
        OSError: an ingredient cannot be read.
    """
    with c2pa.Builder(dict(contents.definition), context=context) as builder:
        if contents.intent is Intent.CREATE:
            builder.set_intent(
                _INTENTS[contents.intent], c2pa.C2paDigitalSourceType.TRAINED_ALGORITHMIC_MEDIA
            )
        else:
            builder.set_intent(_INTENTS[contents.intent])
        if contents.thumbnail_jpeg is not None:
            builder.add_resource(THUMBNAIL_IDENTIFIER, io.BytesIO(contents.thumbnail_jpeg))
        # Here, so that every way of signing has them.
        for ingredient in contents.ingredients:
            with ingredient.path.open("rb") as stream:
                builder.add_ingredient(
                    {
                        "label": ingredient.label,
                        "title": ingredient.title,
                        "relationship": ingredient.relationship.value,
                    },
                    ingredient.media_type,
                    stream,
                )
        yield builder
