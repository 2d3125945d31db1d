"""Being told of every step of a pipeline, whichever way it tells."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from torch import Tensor

_CALLBACK = "callback_on_step_end"


def can_report_steps(pipeline: Any) -> bool:  # noqa: ANN401 - diffusers is untyped
    return _CALLBACK in _parameters(pipeline) or hasattr(pipeline, "progress_bar")


@contextmanager
def reporting_steps(
    pipeline: Any,  # noqa: ANN401 - as above
    after_step: Callable[[int], None],
    changed: Callable[[int, Tensor], Tensor] | None = None,
) -> Iterator[Mapping[str, object]]:
    """Within it, `after_step` is called with the number of each step that is done; what it raises ends the call.

    `changed` is given the latents after each step, and the pipeline goes on with what it gives back; only a class
    with a callback can be given one.

    Gives the arguments that the call of the pipeline must be passed for that. A class that takes no callback moves a
    progress bar on after each step, and is given one that tells us.
    """
    if _CALLBACK in _parameters(pipeline):

        def called(
            _pipeline: object, step: int, _time: object, tensors: Mapping[str, Tensor]
        ) -> dict[str, object]:
            latents = {} if changed is None else {"latents": changed(step + 1, tensors["latents"])}
            after_step(step + 1)
            return {**latents}

        yield {_CALLBACK: called}
        return
    pipeline.progress_bar = lambda **_: _Bar(after_step)
    try:
        yield {}
    finally:
        # The class's own stands behind it.
        del pipeline.progress_bar


class _Bar:
    """What a pipeline uses of tqdm's."""

    def __init__(self, after_step: Callable[[int], None]) -> None:
        self._after_step = after_step
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def update(self, steps: int = 1) -> None:
        self._done += steps
        self._after_step(self._done)


def _parameters(pipeline: Any) -> Mapping[str, inspect.Parameter]:  # noqa: ANN401 - as above
    return inspect.signature(type(pipeline).__call__).parameters
