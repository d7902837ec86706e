"""Encoders as ONNX graphs: onnxruntime and tokenizers, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from drmine.encoder.base import (
    ONNX,
    Encoder,
    digest_files,
    missing_library,
    read_config,
    unit_length,
    unusable,
)

# Where exporters put the graph, by preference.
_GRAPHS = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")
_CONFIGS = (
    "tokenizer.json", "config.json", "modules.json", "sentence_bert_config.json",
    "tokenizer_config.json", "config_sentence_transformers.json", "1_Pooling/config.json",
)  # fmt: skip
_LAYERS = {"Transformer", "Pooling", "Normalize"}
# Tokens of a sentence where the model does not say; the limit of BERT.
_MAX_TOKENS = 512
_BATCH = 32


def can_open(folder: Path) -> bool:
    """Say whether a folder holds a graph, a tokenizer, and no layers that a graph lacks."""
    modules = read_config(folder / "modules.json")
    layers = {
        str(one.get("type", "")).rsplit(".", 1)[-1]
        for one in (modules if isinstance(modules, list) else [])
        if isinstance(one, dict)
    }
    return (
        _graph(folder) is not None and (folder / "tokenizer.json").is_file() and layers <= _LAYERS
    )


def open_folder(name: str, folder: Path) -> Encoder:
    """Open an ONNX model with its ``tokenizer.json``."""
    graph = _graph(folder)
    if graph is None or not (folder / "tokenizer.json").is_file():
        raise unusable(folder, "no ONNX file with tokenizer.json beside it")
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise missing_library(ONNX, error) from None
    try:
        options = onnxruntime.SessionOptions()
        # threads that wait must not burn a core that others could use
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # both raise kinds of their own, some of them plain Exceptions
        raise unusable(folder, error) from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(_max_tokens(folder))
    encoder = _Graph(
        session=session,
        tokenizer=tokenizer,
        inputs=frozenset(one.name for one in session.get_inputs()),
        output=_output(session),
        pooling=_pooling(folder),
        prompt=_prompt(folder),
    )
    files = [folder / one for one in _CONFIGS if (folder / one).is_file()]
    # weights beyond 2 GB stand beside the graph
    files += [graph, *graph.parent.glob(f"{graph.name}*data")]
    return Encoder(name, ONNX, digest_files(ONNX, folder, files), encoder.encode)


@dataclass(frozen=True, slots=True)
class _Graph:
    session: Any
    tokenizer: Any
    inputs: frozenset[str]
    output: str
    pooling: str
    prompt: str

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Return sentences by dimensions, each of length one."""
        encoded = self.tokenizer.encode_batch([self.prompt + one for one in sentences])
        # alike in length, so that little is computed for padding
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
        parts = [
            self._batch([encoded[i] for i in order[start : start + _BATCH]])
            for start in range(0, len(order), _BATCH)
        ]
        vectors = np.concatenate(parts)
        result = np.empty_like(vectors)
        result[order] = vectors
        return result

    def _batch(self, encoded: Sequence[Any]) -> np.ndarray:
        longest = max(1, *(len(one.ids) for one in encoded))
        feed = {
            name: np.zeros((len(encoded), longest), dtype=np.int64)
            for name in ("input_ids", "attention_mask", "token_type_ids")
        }
        for row, one in enumerate(encoded):
            feed["input_ids"][row, : len(one.ids)] = one.ids
            feed["attention_mask"][row, : len(one.ids)] = 1
        mask = feed["attention_mask"][:, :, None]
        answer = self.session.run([self.output], {k: feed[k] for k in self.inputs & feed.keys()})[0]
        if answer.ndim == 3:
            if self.pooling == "cls":
                answer = answer[:, 0]
            elif self.pooling == "max":
                answer = np.where(mask > 0, answer, -np.inf).max(axis=1)
            else:
                answer = (answer * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
        return unit_length(answer)


def _graph(folder: Path) -> Path | None:
    for one in _GRAPHS:
        if (folder / one).is_file():
            return folder / one
    found = sorted(folder.glob("*.onnx"))
    return found[0] if len(found) == 1 else None


def _output(session: Any) -> str:
    names = [one.name for one in session.get_outputs()]
    return next(
        (one for one in ("sentence_embedding", "last_hidden_state") if one in names), names[0]
    )


def _pooling(folder: Path) -> str:
    """Return how tokens become a sentence: ``mean`` unless the model says ``cls`` or ``max``."""
    config = read_config(folder / "1_Pooling" / "config.json")
    if config.get("pooling_mode") == "cls" or config.get("pooling_mode_cls_token"):
        return "cls"
    if config.get("pooling_mode") == "max" or config.get("pooling_mode_max_tokens"):
        return "max"
    return "mean"


def _max_tokens(folder: Path) -> int:
    said = [
        read_config(folder / "sentence_bert_config.json").get("max_seq_length"),
        read_config(folder / "tokenizer_config.json").get("model_max_length"),
        read_config(folder / "config.json").get("max_position_embeddings"),
    ]
    # tokenizers without a limit say 10^30
    given = [int(n) for n in said if isinstance(n, int | float) and 0 < n <= 1 << 16]
    return given[0] if given else _MAX_TOKENS


def _prompt(folder: Path) -> str:
    config = read_config(folder / "config_sentence_transformers.json")
    prompts = config.get("prompts") or {}
    return str(prompts.get(config.get("default_prompt_name") or "", ""))
