"""Static embeddings: a vector per token, averaged; the lightest encoders (model2vec)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from drmine.encoder.base import (
    STATIC,
    Encoder,
    digest_files,
    missing_library,
    read_config,
    unit_length,
    unusable,
)

_NESTED = "0_StaticEmbedding"
_FILES = (
    "config.json", "config_sentence_transformers.json", "modules.json", "model.safetensors",
    "tokenizer.json", f"{_NESTED}/model.safetensors", f"{_NESTED}/tokenizer.json",
)  # fmt: skip


def can_open(folder: Path) -> bool:
    """Say whether a folder holds a static embedding, of model2vec or sentence-transformers."""
    if (folder / _NESTED / "model.safetensors").is_file():
        return True
    config, modules = read_config(folder / "config.json"), read_config(folder / "modules.json")
    named = isinstance(config, dict) and config.get("model_type") == "model2vec"
    listed = isinstance(modules, list) and any(
        isinstance(one, dict) and str(one.get("type", "")).endswith(".StaticEmbedding")
        for one in modules
    )
    return (folder / "model.safetensors").is_file() and (named or listed)


def open_folder(name: str, folder: Path) -> Encoder:
    """Open a static embedding."""
    try:
        from model2vec import StaticModel
    except ImportError as error:
        raise missing_library(STATIC, error) from None
    try:
        # a folder that is there is never looked for on the hub
        model = StaticModel.from_pretrained(folder)
    except Exception as error:  # the tokenizer's own errors are plain Exceptions
        raise unusable(folder, error) from None

    def encode(sentences: Sequence[str]) -> np.ndarray:
        return unit_length(model.encode(list(sentences), use_multiprocessing=False))

    files = [folder / one for one in _FILES if (folder / one).is_file()]
    return Encoder(name, STATIC, digest_files(STATIC, folder, files), encode)
