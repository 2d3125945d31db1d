"""What a finished master says of itself, read back from the file: never copied from what was asked for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from core.canonical import Canonical

# ITU-T H.273, tables 2 to 4, of what a film may have.
_CODE_POINTS = {1: "BT.709", 2: "unspecified", 5: "BT.601 625", 6: "BT.601 525", 9: "BT.2020"}
_RANGES = {1: "limited", 2: "full"}


def codec_facts(path: Path) -> dict[str, Canonical]:
    """Codec, pixels, colour and rate of the first video stream of the file at `path`; its frames are decoded.

    Raises:
        av.FFmpegError: it does not open or decode.
    """
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        frames, shown = 0, None
        for frame in container.decode(stream):
            frames += 1
            shown = shown or frame
        rate = stream.average_rate
        duration = Fraction(stream.duration or 0) * (stream.time_base or 1)
        return {
            "container": container.format.name,
            "codec": stream.codec.canonical_name,
            "profile": str(context.profile or ""),
            "codec_tag": context.codec_tag,
            "pix_fmt": shown.format.name if shown else "",
            "width": context.width,
            "height": context.height,
            "frames": frames,
            # Text, because 24000/1001 is no number that JSON can spell exactly.
            "fps": str(rate) if rate else "",
            "duration_s": str(duration),
            "primaries": _CODE_POINTS.get(context.color_primaries, str(context.color_primaries)),
            "transfer": _CODE_POINTS.get(context.color_trc, str(context.color_trc)),
            "matrix": _CODE_POINTS.get(context.colorspace, str(context.colorspace)),
            "range": _RANGES.get(context.color_range, "unspecified"),
        }
