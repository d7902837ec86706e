"""Finds an encoder by folder or hub name, and opens it; downloads nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from drmine.encoder import onnx, static, transformer
from drmine.encoder.base import ONNX, STATIC, TRANSFORMER, Encoder, unusable
from drmine.errors import InputError

_HUB_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)?", re.ASCII)
_OPENERS: dict[str, Callable[[str, Path], Encoder]] = {
    ONNX: onnx.open_folder,
    STATIC: static.open_folder,
    TRANSFORMER: transformer.open_folder,
}


def open_encoder(name: str, kind: str | None = None) -> Encoder:
    """Open an encoder.

    Parameters
    ----------
    name
        A folder with a model (ONNX with ``tokenizer.json``, a static embedding, or any
        of sentence-transformers), or a hub name that was downloaded before.
    kind
        What is to run it; else the lightest that can.

    Raises
    ------
    InputError
        It is not there, cannot be used, or a library is missing.
    """
    folder = _find(name)
    if kind is None:
        kind = _kind_of(folder)
    where = str(folder) if _place(name).is_dir() else name
    try:
        encoder = _OPENERS[kind](where, folder)
        vectors = encoder.encode(["One sentence."])
    except InputError:
        raise
    except Exception as error:
        # a graph that wants other inputs, a list where a setting should be: kinds of all sorts
        raise unusable(folder, error) from None
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise unusable(folder, "it gives no vector for a sentence")
    return encoder


def reopen(facts: Mapping[str, str], name: str | None = None) -> Encoder:
    """Open the encoder that a model was trained with, and refuse any other.

    Parameters
    ----------
    facts
        What the model keeps of it: `Encoder.facts`.
    name
        Where to look for it, if not where it was then.
    """
    wanted = f"{facts['name']} (fingerprint {facts['fingerprint']})"
    if facts["kind"] not in _OPENERS:
        raise InputError(
            f"The model's encoder {wanted} is of kind {facts['kind']!r}, which this drmine does "
            "not know; use a newer one."
        )
    try:
        encoder = open_encoder(name or facts["name"], facts["kind"])
    except InputError as error:
        raise InputError(
            f"The model was trained with the encoder {wanted}; give it with --encoder: {error}"
        ) from None
    if encoder.fingerprint != facts["fingerprint"]:
        raise InputError(
            f"The model was trained with the encoder {wanted}, but {encoder.name} has the "
            f"fingerprint {encoder.fingerprint}; give the same one with --encoder or train anew."
        )
    return encoder


def _kind_of(folder: Path) -> str:
    if onnx.can_open(folder):
        return ONNX
    if static.can_open(folder):
        return STATIC
    if transformer.can_open(folder):
        return TRANSFORMER
    raise InputError(
        f"{folder} holds no encoder: neither an ONNX model with tokenizer.json, nor a static "
        "embedding, nor a model of sentence-transformers with safetensors; give another."
    )


def _place(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:  # ~NAME of nobody here
        return Path(name)


def _find(name: str) -> Path:
    folder = _place(name)
    if folder.is_dir():
        return folder.resolve()
    if _HUB_NAME.fullmatch(name) is None:
        raise InputError(f"There is no folder {name}; give an encoder's folder or its hub name.")
    not_here = InputError(
        f"The encoder {name} is neither a folder nor downloaded; drmine downloads no encoder: run "
        f"`hf download {name}` first, or give a folder."
    )
    try:
        # comes with tokenizers, so whoever can run an encoder has it
        from huggingface_hub import snapshot_download
    except ImportError:
        raise not_here from None
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):
        raise not_here from None
