"""Encoders that sentence-transformers runs, where the user has installed it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from drmine.encoder.base import (
    TRANSFORMER,
    Encoder,
    digest_files,
    missing_library,
    read_config,
    unusable,
)

_READ = {".json", ".txt", ".safetensors", ".model"}
# the same model for other programs
_OTHERS = {"onnx", "openvino"}
_BATCH = 32


def can_open(folder: Path) -> bool:
    """Say whether a folder holds a transformer with plain weights."""
    return (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))


def open_folder(name: str, folder: Path) -> Encoder:
    """Open a model of sentence-transformers; no code of its own, no pickle."""
    _refuse_code(folder)
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise missing_library(TRANSFORMER, error) from None
    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(
            str(folder),
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:  # of transformers, torch, safetensors, tokenizers: any kind
        raise unusable(folder, error) from None

    def encode(sentences: Sequence[str]) -> np.ndarray:
        vectors = model.encode(
            list(sentences), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    files = [
        file
        for file in folder.rglob("*")
        if file.suffix in _READ
        and file.is_file()
        and not _OTHERS & set(file.relative_to(folder).parts)
    ]
    return Encoder(name, TRANSFORMER, digest_files(TRANSFORMER, folder, files), encode)


def _refuse_code(folder: Path) -> None:
    """Refuse layers of the model's own code, and layers whose weights are pickles alone."""
    modules = read_config(folder / "modules.json")
    for module in modules if isinstance(modules, list) else []:
        kind = str(module.get("type", "")) if isinstance(module, dict) else ""
        if not kind.startswith("sentence_transformers."):
            raise unusable(folder, f"its layer {kind!r} is code of its own, which is never run")
        part = folder / str(module.get("path", ""))
        if list(part.glob("*.bin")) and not list(part.glob("*.safetensors")):
            raise unusable(folder, f"weights of its layer {kind!r} are a pickle, never loaded")
