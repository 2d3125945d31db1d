"""What an operator declares of a model that somebody else runs: `hosted.json`, in place of weights. Without torch.

{
 "format": 1,
 "protocol": "openai-videos",
 "base_url": "https://video.example.com/v1",
 "network": "public",
 "model": "reel-2",
 "territory": "US",
 "fps": 24,
 "sizes": ["1280x720", "720x1280"],
 "lengths": {"4": 96, "8": 192},
 "sends": ["seed"],
 "repeats_safely": false,
 "longest_wait_s": 1800,
 "answers": {"keeps_prompts": null, "trains_on_prompts": false, "attaches_credentials": true}
}

The folder is locked like one of weights, so its digest, which names the model, changes with every word of this.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

from generation.engines.sizes import SizeLimits
from generation.errors import UnexpectedModelFile

FILE_NAME = "hosted.json"
PROTOCOL = "openai-videos"
_FORMAT = 1
_MOST_CHARACTERS = 64 * 2**10
_MOST_FRAMES = 1000
_MOST_SIDE = 4096
_LONGEST_WAIT_S = 6 * 3600
_SIZE = re.compile(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})")
_SECONDS = re.compile(r"[1-9][0-9]{0,2}")
_TERRITORY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_LONGEST_NAME = 120
_REQUIRED = frozenset(
    {"format", "protocol", "base_url", "network", "model", "territory", "fps", "sizes", "lengths"}
)
_OPTIONAL = frozenset({"sends", "repeats_safely", "longest_wait_s", "answers"})


class Network(StrEnum):
    """Where the host lies. An address of another kind than declared is not gone to."""

    PUBLIC = "public"
    PRIVATE = "private"
    """In a network of the operator's own, with https."""
    LOOPBACK = "loopback"
    """On this machine; the one kind that needs no https."""


class Sent(StrEnum):
    """What the service is told beside prompt, size and length, in the words of its form."""

    SEED = "seed"
    NEGATIVE_PROMPT = "negative_prompt"
    STEPS = "num_inference_steps"
    GUIDANCE = "guidance_scale"


class Question(StrEnum):
    """What an operator asks a vendor. No answer is unknown, never "no"."""

    KEEPS_PROMPTS = "keeps_prompts"
    TRAINS_ON_PROMPTS = "trains_on_prompts"
    ATTACHES_CREDENTIALS = "attaches_credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """`seconds` as the service is told, and how many frames its file then has."""

    seconds: str
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedDeclaration:
    """`territory`: where prompts are sent to, ISO 3166. `answers`: the vendor's, None where there is none.

    Attributes:
        repeats_safely: the service knows a request again by its `Idempotency-Key`, so that one which was sent and not
            answered may be sent a second time.
        longest_wait_s: after which a job that is not finished is given up, in seconds.
    """

    base_url: str
    network: Network
    model: str
    territory: str
    fps: int
    sizes: tuple[tuple[int, int], ...]
    lengths: tuple[Length, ...]
    sends: frozenset[Sent]
    repeats_safely: bool
    longest_wait_s: int
    answers: Mapping[Question, bool | None]

    @property
    def host(self) -> str:
        """Name, and port where it is not the usual one."""
        parts = urlsplit(self.base_url)
        name = parts.hostname or ""
        return name if parts.port in (None, 443) else f"{name}:{parts.port}"

    @property
    def limits(self) -> SizeLimits:
        return SizeLimits(
            width_multiple=1,
            height_multiple=1,
            frame_step=1,
            most_width=max(width for width, _ in self.sizes),
            most_height=max(height for _, height in self.sizes),
            most_frames=max(one.frames for one in self.lengths),
            sizes=self.sizes,
            lengths=tuple(one.frames for one in self.lengths),
        )

    def seconds_of(self, frames: int) -> str:
        """How the service is told of a clip of that many frames, one of `lengths`."""
        return next(one.seconds for one in self.lengths if one.frames == frames)


def is_hosted(folder: Path) -> bool:
    """Whether the folder of a model declares a service instead of holding weights."""
    return (folder / FILE_NAME).is_file()


def read_declaration(folder: Path) -> HostedDeclaration:
    """The declaration in `folder`.

    Raises:
        UnexpectedModelFile: it cannot be read, lacks something, or says what it cannot.
    """
    path = folder / FILE_NAME
    try:
        with path.open(encoding="utf-8") as stream:
            # What is longer than any declaration is cut, and then no JSON.
            return _declaration(json.loads(stream.read(_MOST_CHARACTERS)))
    except (OSError, ValueError, RecursionError) as error:
        raise UnexpectedModelFile(FILE_NAME, f"cannot be used ({error})") from error


def _declaration(content: object) -> HostedDeclaration:
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - as for any other
    if wrong := sorted((_REQUIRED - content.keys()) | (content.keys() - _REQUIRED - _OPTIONAL)):
        raise ValueError(f"{wrong[0]}: missing or unknown")
    if content["format"] != _FORMAT or content["protocol"] != PROTOCOL:
        raise ValueError(f"format must be {_FORMAT} and protocol {PROTOCOL}")
    model, territory = content["model"], content["territory"]
    if not isinstance(model, str) or not 0 < len(model) <= _LONGEST_NAME or not model.isprintable():
        raise ValueError(f"model must be one line of up to {_LONGEST_NAME} characters")
    if not isinstance(territory, str) or not _TERRITORY.fullmatch(territory):
        raise ValueError("territory must be a code of ISO 3166, such as US or US-CA")
    network = Network(content["network"])
    repeats = content.get("repeats_safely", False)
    if not isinstance(repeats, bool):
        raise ValueError("repeats_safely must be true or false")  # noqa: TRY004 - as for any other
    return HostedDeclaration(
        base_url=_base_url(content["base_url"], network),
        network=network,
        model=model,
        territory=territory,
        fps=_whole("fps", content["fps"], most=120),
        sizes=_sizes(content["sizes"]),
        lengths=_lengths(content["lengths"], fps=_whole("fps", content["fps"], most=120)),
        sends=frozenset(Sent(str(one)) for one in _list("sends", content.get("sends", []))),
        repeats_safely=repeats,
        longest_wait_s=_whole("longest_wait_s", content.get("longest_wait_s", 1800), most=_LONGEST_WAIT_S),
        answers=_answers(content.get("answers", {})),
    )


def _base_url(value: object, network: Network) -> str:
    if not isinstance(value, str):
        raise ValueError("base_url must be an address")  # noqa: TRY004 - as for any other
    parts = urlsplit(value)
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc or not value.isascii():
        raise ValueError("base_url must be a plain address, without a name, a password or a query")
    if any(ord(one) <= ord(" ") for one in value):
        raise ValueError("base_url must hold no spaces")
    # Reading it raises where it is none.
    _ = parts.port
    if network is Network.LOOPBACK:
        if parts.scheme not in ("http", "https") or not _is_loopback(parts.hostname):
            raise ValueError("base_url of a loopback network must be http or https at 127.0.0.1 or ::1")
    elif parts.scheme != "https":
        raise ValueError("base_url must begin with https")
    return value.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sizes(value: object) -> tuple[tuple[int, int], ...]:
    found = []
    for one in _list("sizes", value):
        matched = _SIZE.fullmatch(str(one))
        size = (int(matched[1]), int(matched[2])) if matched else (0, 0)
        if not matched or max(size) > _MOST_SIDE or size[0] % 2 or size[1] % 2:
            raise ValueError(f"sizes: {one!r} is no size in even pixels up to {_MOST_SIDE}")
        found.append(size)
    if not found:
        raise ValueError("sizes must name one at least")
    return tuple(dict.fromkeys(found))


def _lengths(value: object, *, fps: int) -> tuple[Length, ...]:
    if not isinstance(value, dict) or not value:
        raise ValueError("lengths must be an object of seconds and frames")
    found = []
    for seconds, frames in value.items():
        if not _SECONDS.fullmatch(seconds):
            raise ValueError(f"lengths: {seconds!r} is no whole number of seconds")
        count = _whole(f"lengths: {seconds}", frames, most=_MOST_FRAMES)
        # Some services give the frame after the last second as well.
        if abs(Fraction(count, fps) - int(seconds)) > Fraction(1, 2):
            raise ValueError(f"lengths: {count} frames at {fps} a second are not {seconds} seconds")
        found.append(Length(seconds=seconds, frames=count))
    if len({one.frames for one in found}) != len(found):
        raise ValueError("lengths: two of as many frames")
    return tuple(found)


def _answers(value: object) -> Mapping[Question, bool | None]:
    if not isinstance(value, dict):
        raise ValueError("answers must be an object")  # noqa: TRY004 - as for any other
    said = {Question(name): answer for name, answer in value.items()}
    if not all(answer is None or isinstance(answer, bool) for answer in said.values()):
        raise ValueError("answers are true, false, or null for unknown")
    return {one: said.get(one) for one in Question}


def _list(name: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list")  # noqa: TRY004 - as for any other
    return value


def _whole(name: str, value: object, *, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"{name} must be a whole number from 1 to {most}")
    return value
