"""Tiny encoders, made here: words that mean the same have the same vector."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

_N_WORDS = 130


def _invented_words() -> list[str]:
    """Return words of the same letters in every meaning, so that only an encoder tells them."""
    syllables = ["ba", "do", "fi", "gu", "ke", "la", "mo", "ni", "pu", "re"]
    words = ["".join(s) for s in itertools.product(syllables, repeat=3)]
    random.Random(0).shuffle(words)
    return words


_WORDS = _invented_words()
MEANINGS: Mapping[str, Sequence[str]] = {
    one: (*known, *_WORDS[k * _N_WORDS : (k + 1) * _N_WORDS])
    for k, (one, known) in enumerate(
        {
            "water": ("watering", "drought", "irrigation", "rain", "dew"),
            "light": ("sunlight", "shade", "lamps", "dusk", "noon"),
            "soil": ("compost", "loam", "clay", "humus", "peat"),
        }.items()
    )
}
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]")


def vectors(seed: int = 0) -> tuple[list[str], np.ndarray]:
    """Return words with a vector each; words of one meaning are near each other."""
    rng = np.random.default_rng(seed)
    words, rows = list(_SPECIAL), [np.zeros(len(MEANINGS) + 5) for _ in _SPECIAL]
    # as the first token does in a real model, this one tells a padded sentence from none
    rows[2][-1] = 0.5
    for k, group in enumerate(MEANINGS.values()):
        for word in group:
            row = rng.normal(0, 0.05, len(MEANINGS) + 5)
            row[k] += 1
            words.append(word)
            rows.append(row)
    return words, np.array(rows, dtype=np.float32)


def static_folder(folder: Path, seed: int = 0) -> Path:
    """Write a static embedding as model2vec saves it."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True)
    words, matrix = vectors(seed)
    save_file({"embeddings": matrix}, folder / "model.safetensors")
    _tokenizer(words).save(str(folder / "tokenizer.json"))
    config = {"model_type": "model2vec", "normalize": True, "hidden_dim": matrix.shape[1]}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def onnx_folder(
    folder: Path, pooling: str = "mean", seed: int = 0, asks_for: str = "input_ids"
) -> Path:
    """Write an ONNX graph that looks tokens up, with its tokenizer and its pooling."""
    (folder / "1_Pooling").mkdir(parents=True)
    words, matrix = vectors(seed)
    (folder / "model.onnx").write_bytes(_lookup_graph(matrix, asks_for))
    _tokenizer(words, first="[CLS]").save(str(folder / "tokenizer.json"))
    for name, content in {
        "config.json": {"max_position_embeddings": 512},
        "sentence_bert_config.json": {"max_seq_length": 8},
        "1_Pooling/config.json": {f"pooling_mode_{pooling}_tokens": True}
        if pooling != "cls"
        else {"pooling_mode_cls_token": True},
    }.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def _tokenizer(words: Sequence[str], first: str = "") -> object:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    if first:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{first} $A", special_tokens=[(first, list(words).index(first))]
        )
    return tokenizer


def _lookup_graph(matrix: np.ndarray, asks_for: str) -> bytes:
    """Return an ONNX model, Gather(matrix, asks_for), in protobuf's wire format."""

    def varint(n: int) -> bytes:
        out = b""
        while n > 127:
            out, n = out + bytes([n & 127 | 128]), n >> 7
        return out + bytes([n])

    def number(field: int, n: int) -> bytes:
        return varint(field << 3) + varint(n)

    def part(field: int, content: bytes | str) -> bytes:
        raw = content.encode() if isinstance(content, str) else content
        return varint(field << 3 | 2) + varint(len(raw)) + raw

    def value(name: str, kind: int, dimensions: Sequence[str]) -> bytes:
        shape = b"".join(part(1, part(2, one)) for one in dimensions)
        return part(1, name) + part(2, part(1, number(1, kind) + part(2, shape)))

    float32, int64 = 1, 7
    tensor = (
        b"".join(number(1, n) for n in matrix.shape)
        + number(2, float32)
        + part(8, "matrix")
        + part(9, matrix.tobytes())
    )
    node = part(1, "matrix") + part(1, asks_for) + part(2, "last_hidden_state")
    graph = (
        part(1, node + part(4, "Gather"))
        + part(2, "lookup")
        + part(5, tensor)
        + part(11, value(asks_for, int64, ("batch", "sequence")))
        + part(12, value("last_hidden_state", float32, ("batch", "sequence", "dimension")))
    )
    return number(1, 8) + part(7, graph) + part(8, part(1, "") + number(2, 13))
