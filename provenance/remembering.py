"""What is handed to a native library that swallows exceptions: each remembers the first one of ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO, TypeVar

AnswerT = TypeVar("AnswerT")


class RememberingKey:
    """A signing callback that remembers why it failed."""

    def __init__(self, sign_payload: Callable[[bytes], bytes]) -> None:
        self._sign_payload = sign_payload
        self.failure: Exception | None = None

    def __call__(self, payload: bytes) -> bytes:
        try:
            return self._sign_payload(payload)
        except Exception as error:
            self.failure = error
            raise


class RememberingStream:
    """An output stream that remembers the first error of the disk beneath it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        return self._remember(lambda: self._stream.read(size))

    def write(self, content: bytes) -> int:
        return self._remember(lambda: self._stream.write(content))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._remember(lambda: self._stream.seek(offset, whence))

    def tell(self) -> int:
        return self._remember(self._stream.tell)

    def flush(self) -> None:
        self._remember(self._stream.flush)

    def _remember(self, act: Callable[[], AnswerT]) -> AnswerT:
        try:
            return act()
        except OSError as error:
            self.failure = self.failure or error
            raise
