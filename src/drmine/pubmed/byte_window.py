"""A window of bounded size that moves forward over a byte stream."""

from __future__ import annotations

import codecs
from typing import Protocol

BLOCK_BYTES = 1 << 20
"""How much is read at a time."""


class ByteSource(Protocol):
    """Anything that is read in blocks, such as an open binary file."""

    def read(self, size: int, /) -> bytes: ...


class ByteWindow:
    """The part of a byte stream that is in memory: ``data[start:]`` is unread.

    ``more`` appends a block and lets go of what lies before ``start``, so
    offsets into ``data`` hold only until the next call of it; ``position`` is
    the byte of the stream at which ``start`` stands.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._dropped = 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self.data = b""
        self.start = 0
        self.at_end = False

    @property
    def position(self) -> int:
        return self._dropped + self.start

    @property
    def unread(self) -> int:
        return len(self.data) - self.start

    def transcode(self, encoding: str) -> None:
        """Turn everything unread, and all that follows, from ``encoding`` into UTF-8."""
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self.data = self._utf8(self.data[self.start :])
        self.start = 0

    def _utf8(self, block: bytes) -> bytes:
        if self._decoder is None:
            return block
        return self._decoder.decode(block, final=not block).encode("utf-8")

    def more(self) -> bool:
        """Append the next block; False where the stream has ended."""
        if self.at_end:
            return False
        block = self._source.read(BLOCK_BYTES)
        self.at_end = not block
        self._dropped += self.start
        self.data = self.data[self.start :] + self._utf8(block)
        self.start = 0
        return not self.at_end

    def ensure(self, size: int) -> bool:
        """Bring at least ``size`` unread bytes into the window; False if the stream has fewer."""
        while self.unread < size:
            if not self.more():
                return self.unread >= size
        return True

    def skip_past(self, mark: bytes) -> bool:
        """Move behind the next ``mark``, holding no more than a block; False if there is none."""
        while (found := self.data.find(mark, self.start)) < 0:
            # a mark may be cut in two by the end of the window
            self.start = max(self.start, len(self.data) - len(mark) + 1)
            if not self.more():
                self.start = len(self.data)
                return False
        self.start = found + len(mark)
        return True

    def take_through(self, mark: bytes, limit: int) -> bytes | None:
        """Move behind the next ``mark`` and return what was passed.

        Returns None, without moving, if it does not come within ``limit`` bytes.
        """
        while (found := self.data.find(mark, self.start)) < 0:
            if self.unread > limit or not self.more():
                return None
        end = found + len(mark)
        if end - self.start > limit:
            return None
        passed = self.data[self.start : end]
        self.start = end
        return passed
