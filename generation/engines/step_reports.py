"""Being told of every step of a pipeline, whichever way it tells."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

_CALLBACK = "callback_on_step_end"


def can_report_steps(pipeline: Any) -> bool:  # noqa: ANN401 - diffusers is untyped
    return _CALLBACK in _parameters(pipeline) or hasattr(pipeline, "progress_bar")


@contextmanager
def reporting_steps(pipeline: Any, after_step: Callable[[int], None]) -> Iterator[Mapping[str, object]]:  # noqa: ANN401 - as above
    """Within it, `after_step` is called with the number of each step that is done; what it raises ends the call.

    Gives the arguments that the call of the pipeline must be passed for that. A class that takes no callback moves a
    progress bar on after each step, and is given one that tells us.
    """
    if _CALLBACK in _parameters(pipeline):

        def called(_pipeline: object, step: int, _time: object, _tensors: object) -> dict[str, object]:
            after_step(step + 1)
            return {}

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
