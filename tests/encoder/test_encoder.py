"""Sentence encoders: opened by folder or downloaded hub name, run without code or pickle."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from drmine.encoder.opening import open_encoder, reopen
from drmine.errors import InputError
from tiny_encoders import onnx_folder, static_folder

pytest.importorskip("onnxruntime", reason="install drmine[encoder]")
pytest.importorskip("model2vec", reason="install drmine[encoder]")

MAKERS = {"static": static_folder, "onnx": onnx_folder}


@pytest.fixture(params=MAKERS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return MAKERS[request.param](tmp_path / request.param)


def test_sentences_of_one_meaning_are_near_and_have_length_one(folder: Path) -> None:
    encoder = open_encoder(str(folder))
    assert encoder.kind == folder.name
    said = encoder.encode(["Watering in drought.", "Rain and dew", "Lamps at dusk"])
    assert np.allclose(np.linalg.norm(said, axis=1), 1, atol=1e-5)
    assert said[0] @ said[1] > 0.8 > 0.5 > said[0] @ said[2]


def test_a_sentence_has_the_same_vector_in_any_company_and_any_order(folder: Path) -> None:
    encoder = open_encoder(str(folder))
    many = [" ".join(["rain", "clay", "noon", "peat"][: 1 + n % 4]) for n in range(70)]
    together = encoder.encode(many)
    for n in (0, 1, 2, 3, 69):
        assert np.allclose(encoder.encode([many[n]])[0], together[n], atol=1e-6)


def test_an_empty_sentence_and_unknown_words_give_finite_vectors(folder: Path) -> None:
    assert np.isfinite(open_encoder(str(folder)).encode(["", "qqq", "…"])).all()


def test_the_fingerprint_is_of_the_content_not_of_the_place(folder: Path, tmp_path: Path) -> None:
    encoder = open_encoder(str(folder))
    moved = shutil.copytree(folder, tmp_path / "elsewhere")
    assert open_encoder(str(moved)).fingerprint == encoder.fingerprint
    other = MAKERS[folder.name](tmp_path / "other", seed=1)
    assert open_encoder(str(other)).fingerprint != encoder.fingerprint
    assert reopen(encoder.facts, str(moved)).fingerprint == encoder.fingerprint
    with pytest.raises(InputError, match=f"trained with the encoder .*{encoder.fingerprint}"):
        reopen(encoder.facts, str(other))


@pytest.mark.parametrize("pooling", ["mean", "cls", "max"])
def test_tokens_are_pooled_as_the_model_says(tmp_path: Path, pooling: str) -> None:
    from tiny_encoders import vectors

    encoder = open_encoder(str(onnx_folder(tmp_path / "m", pooling)))
    words, matrix = vectors()
    rows = matrix[[words.index(w) for w in ("[CLS]", "rain", "clay")]]
    wanted = {"mean": rows.mean(axis=0), "cls": rows[0], "max": rows.max(axis=0)}[pooling]
    # in a batch with a longer one, so that padding would show
    said = encoder.encode(["rain clay", "noon noon noon noon noon"])[0]
    assert np.allclose(said, wanted / np.linalg.norm(wanted), atol=1e-5)


def test_long_sentences_are_cut_where_the_model_says(tmp_path: Path) -> None:
    encoder = open_encoder(str(onnx_folder(tmp_path / "m")))
    kept = " ".join(["rain"] * 7)
    assert np.allclose(encoder.encode([kept]), encoder.encode([kept + " clay clay"]), atol=1e-6)


def test_a_hub_name_is_found_where_it_was_downloaded_and_never_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants as constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(InputError, match="hf download garden/tiny"):
        open_encoder("garden/tiny")
    cached = tmp_path / "models--garden--tiny"
    snapshot = static_folder(cached / "snapshots" / ("a" * 40))
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("a" * 40, encoding="utf-8")
    encoder = open_encoder("garden/tiny")
    assert encoder.name == "garden/tiny"
    assert encoder.fingerprint == open_encoder(str(snapshot)).fingerprint


@pytest.mark.parametrize(
    "name", ["/no/such/folder", "no such name", "../x/y/z", "", "~nobody-here/x"]
)
def test_what_is_neither_folder_nor_hub_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="encoder"):
        open_encoder(name)


def _no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def _cut_graph(folder: Path) -> None:
    (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes()[:100])


def _cut_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{", encoding="utf-8")


def _bad_config(folder: Path) -> None:
    (folder / "modules.json").write_text("{", encoding="utf-8")


def _odd_config(folder: Path) -> None:
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling" / "config.json").write_text("[]", encoding="utf-8")


@pytest.mark.parametrize(
    "damage", [_no_tokenizer, _cut_graph, _cut_tokenizer, _bad_config, _odd_config]
)
def test_a_damaged_encoder_is_refused_in_one_sentence(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = onnx_folder(tmp_path / "m")
    damage(folder)
    with pytest.raises(InputError, match=r"no (usable )?encoder") as caught:
        open_encoder(str(folder))
    assert "\n" not in str(caught.value)


def test_a_graph_that_asks_for_something_else_is_refused(tmp_path: Path) -> None:
    folder = onnx_folder(tmp_path / "m", asks_for="pixels")
    with pytest.raises(InputError, match="holds no usable encoder"):
        open_encoder(str(folder))


def _transformer(folder: Path, modules: list[dict[str, str]], weights: str) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text("{}", encoding="utf-8")
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / weights).parent.mkdir(exist_ok=True)
    (folder / weights).write_bytes(b"")
    return folder


def test_pickled_weights_are_never_loaded(tmp_path: Path) -> None:
    alone = _transformer(tmp_path / "a", [], "pytorch_model.bin")
    with pytest.raises(InputError, match="holds no encoder"):
        open_encoder(str(alone))
    layer = {"path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    mixed = _transformer(tmp_path / "b", [layer], "2_Dense/pytorch_model.bin")
    (mixed / "model.safetensors").write_bytes(b"")
    with pytest.raises(InputError, match="pickle, never loaded"):
        open_encoder(str(mixed))


def test_code_of_the_model_is_never_run(tmp_path: Path) -> None:
    folder = _transformer(
        tmp_path / "m", [{"path": "", "type": "modelling.Evil"}], "model.safetensors"
    )
    (folder / "modelling.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    with pytest.raises(InputError, match="code of its own, which is never run"):
        open_encoder(str(folder))


def test_a_model_of_sentence_transformers_is_run_by_it(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="install sentence-transformers (torch)")
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "rain", "dew", "noon"]
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    raw = tmp_path / "raw"
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    BertModel(BertConfig(vocab_size=len(words), intermediate_size=16, **size)).save_pretrained(raw)
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(raw)
    layer = models.Transformer(str(raw))
    SentenceTransformer(modules=[layer, models.Pooling(16)]).save(str(tmp_path / "m"))
    encoder = open_encoder(str(tmp_path / "m"))
    said = encoder.encode(["rain dew", "noon"])
    assert encoder.kind == "sentence-transformers" and said.shape == (2, 16)
    assert np.allclose(np.linalg.norm(said, axis=1), 1, atol=1e-5)
    assert reopen(encoder.facts).fingerprint == encoder.fingerprint
