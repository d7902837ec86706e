"""What an encoder is, and the files that it is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from drmine.errors import InputError

ONNX, STATIC, TRANSFORMER = "onnx", "static", "sentence-transformers"
INSTALL = {
    ONNX: "pip install 'drmine[encoder]'",
    STATIC: "pip install 'drmine[encoder]'",
    TRANSFORMER: "pip install sentence-transformers",
}
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Encoder:
    """A model of sentences.

    Attributes
    ----------
    name
        The hub name, or the folder's absolute path: where it was found.
    kind
        What runs it: ``onnx``, ``static`` or ``sentence-transformers``.
    fingerprint
        Digest of its files; vectors of another fingerprint mean something else.
    encode
        Sentences in; an array of sentences by dimensions (float32) out.
    """

    name: str
    kind: str
    fingerprint: str
    encode: Callable[[Sequence[str]], np.ndarray] = field(repr=False)

    @property
    def facts(self) -> dict[str, str]:
        """Return what a model that was trained with it keeps."""
        return {"name": self.name, "kind": self.kind, "fingerprint": self.fingerprint}


def missing_library(kind: str, error: ImportError) -> InputError:
    """Return the error for a library that is not installed."""
    return InputError(
        f"This encoder needs {error.name or 'a library'}, which is not installed; "
        f"run `{INSTALL[kind]}`."
    )


def unusable(folder: Path, reason: object) -> InputError:
    """Return the error for an encoder that cannot be opened."""
    said = " ".join(str(reason).split())[:200]
    return InputError(f"{folder} holds no usable encoder ({said}); download it anew.")


def read_config(path: Path) -> Any:
    """Return what a JSON file of a model says; nothing if there is no such file."""
    if not path.is_file():
        return {}
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise unusable(path.parent, f"{path.name}: {error}") from None


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Return vectors of length one (float32); zeros stay zeros."""
    vectors = np.asarray(vectors, dtype=np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float32)


def digest_files(kind: str, folder: Path, files: Iterable[Path]) -> str:
    """Return a digest of the files' names and contents."""
    digest = hashlib.sha256(kind.encode())
    for file in sorted(set(files)):
        digest.update(f"\n{file.relative_to(folder).as_posix()}\n".encode())
        with file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()[:16]
