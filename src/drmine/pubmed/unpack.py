"""Plain and gzip files as byte streams that end, rather than fail, where the data are damaged."""

from __future__ import annotations

import contextlib
import hashlib
import re
import zlib
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from drmine.errors import InputError

GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's code for the gzip format with its check sum
_PACKED_BYTES = 1 << 18
_CRUMB_BYTES = 1
_MD5 = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_OTHER_ARCHIVES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ", "packed with xz"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
)


class GzipStream:
    """Unpack gzip (several members too), holding one block at a time.

    Damage ends the stream: what came before it stays readable, and ``problem``
    says in a clause what is wrong. The check sum of each member is verified.
    With the package isal installed unpacking takes half the time.
    """

    def __init__(self, packed: BinaryIO, implementation: Any = None) -> None:
        self._packed = packed
        self._zlib = implementation or _fastest_zlib()
        self._member = self._zlib.decompressobj(_GZIP_WINDOW)
        self._pending = b""
        self._given = 0
        self.problem = ""

    def read(self, size: int, /) -> bytes:
        """Return 1 to ``size`` bytes, none at the end."""
        while not self.problem:
            block = self._pending or self._packed.read(_PACKED_BYTES)
            self._pending = b""
            if self._member.eof:
                block = block.lstrip(b"\0")  # padding, as tapes leave it
                if not block:
                    return b""
                self._member = self._zlib.decompressobj(_GZIP_WINDOW)
            if not block:
                self.problem = "is cut off: its gzip data end too early"
                return b""
            before = self._member.copy() if self._zlib is zlib else None
            try:
                part = self._member.decompress(block, size)
            except (zlib.error, self._zlib.error):
                if before is None:
                    self._go_on_with_zlib()
                    continue
                self.problem = "is damaged: its gzip data do not unpack"
                part = _before_damage(before, block)
            self._pending = self._member.unconsumed_tail or self._member.unused_data
            self._given += len(part)
            if part:
                return part
        return b""

    def _go_on_with_zlib(self) -> None:
        """Start again with the module that can tell how far the data are sound."""
        self._packed.seek(0)
        careful = GzipStream(self._packed, zlib)
        while careful._given < self._given:
            if not careful.read(min(_PACKED_BYTES, self._given - careful._given)):
                break
        self.__dict__.update(careful.__dict__)


def _fastest_zlib() -> Any:
    try:
        return import_module("isal.isal_zlib")
    except ImportError:
        return zlib


def _before_damage(member: Any, block: bytes) -> bytes:
    """Unpack a block up to the place where it is damaged."""
    parts: list[bytes] = []
    with contextlib.suppress(zlib.error):
        for start in range(0, len(block), _CRUMB_BYTES):
            parts.append(member.decompress(block[start : start + _CRUMB_BYTES]))
    return b"".join(parts)


def open_bytes(path: Path) -> BinaryIO:
    """Open a file given by the user.

    Raises
    ------
    InputError
        If there is no such file, it is a directory, or it may not be read.
    """
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: check the name") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a directory: give the files in it") from None
    except OSError as error:
        raise InputError(f"{path} cannot be opened: {error.strerror}") from None


def refuse_other_archives(head: bytes, name: str) -> None:
    """Raise InputError if the file is packed in a way that is not read."""
    for magic, kind in _OTHER_ARCHIVES:
        if head.startswith(magic):
            raise InputError(f"{name} is {kind}: unpack it, or pack it with gzip")


def check_md5(path: Path) -> bool:
    """Compare a file with the ``.md5`` that NLM puts beside it; False if there is none.

    Raises
    ------
    InputError
        If the sums differ or the ``.md5`` file holds none.
    """
    beside = path.with_name(path.name + ".md5")
    if not beside.is_file():
        return False
    found = _MD5.search(beside.read_text(encoding="utf-8", errors="replace").lower())
    if not found:
        raise InputError(f"{beside} holds no MD5 sum: get it again or remove it")
    # a check against damage on the way, no protection against forgery
    actual = hashlib.md5(usedforsecurity=False)
    with open_bytes(path) as stream:
        while block := stream.read(_PACKED_BYTES):
            actual.update(block)
    if actual.hexdigest() != found[0]:
        raise InputError(f"{path} differs from its MD5 sum in {beside.name}: download both again")
    return True
