"""A trained model as plain data: ``model.json`` and ``weights.npz``, read without running code."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from drmine.encoder.opening import reopen
from drmine.errors import InputError
from drmine.pubmed.atomic import unfinished_of
from drmine.textmodel.encoded import Encoded
from drmine.textmodel.examples import Text
from drmine.textmodel.model import Bag, TextModel
from drmine.textmodel.views import VIEWS, View, vectorizer

# A model with an encoder has a format of its own: drmine before encoders must refuse it.
FORMAT, FORMAT_ENCODER = "drmine-textmodel-1", "drmine-textmodel-2"
# how a model.json of ours begins, also one that was not written to its end
_FORMATS, _HEAD = b'"drmine-textmodel-', 100
MODEL_FILE, WEIGHTS_FILE = "model.json", "weights.npz"
# a file of some megabytes can unpack to more than any memory
MAX_WEIGHTS = 4 << 30


def save_model(model: TextModel, folder: Path) -> None:
    """Write the two files of a model into a folder, which is made.

    A model that stands there stays whole until the new one is: on a full disk it is kept.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    arrays: dict[str, np.ndarray] = {
        "joint": model.joint, "joint_bias": model.joint_bias,
        "mean": model.mean, "scale": model.scale,
    }  # fmt: skip
    for bag in model.bags:
        name = bag.view.name
        terms = bag.vectorizer.get_feature_names_out()
        arrays[f"{name}.terms"] = np.frombuffer("".join(terms).encode(), dtype=np.uint8)
        # a term may hold any character, so where each ends is told apart
        arrays[f"{name}.ends"] = np.cumsum([len(term) for term in terms]).astype(np.int32)
        arrays[f"{name}.idf"] = bag.vectorizer.idf_.astype(np.float32)
        arrays[f"{name}.weights"] = bag.weights.astype(np.float32)
        arrays[f"{name}.bias"] = bag.bias
        if bag.sentence_weights is not bag.weights:
            arrays[f"{name}.sentence_weights"] = bag.sentence_weights.astype(np.float32)
            arrays[f"{name}.sentence_bias"] = bag.sentence_bias
    encoded = model.encoded
    if encoded is not None:
        arrays["encoder.weights"], arrays["encoder.bias"] = encoded.weights, encoded.bias
        if encoded.sentence_weights is not None and encoded.sentence_bias is not None:
            arrays["encoder.sentence_weights"] = encoded.sentence_weights
            arrays["encoder.sentence_bias"] = encoded.sentence_bias
    head = {
        "format": FORMAT if encoded is None else FORMAT_ENCODER,
        "labels": list(model.labels),
        "exclusive": model.exclusive,
        "thresholds": dict(model.thresholds),
        "views": [bag.view.name for bag in model.bags],
        "card": dict(model.card),
    }
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    head["weights"] = _digest(packed.getvalue())
    if encoded is not None:
        head["encoder"] = encoded.encoder.facts
    make_folder(folder)
    text = json.dumps(head, indent=1, ensure_ascii=False) + "\n"
    paths = folder / WEIGHTS_FILE, folder / MODEL_FILE
    unfinished = [unfinished_of(path) for path in paths]
    try:
        for beside, content in zip(unfinished, (packed.getvalue(), text.encode()), strict=True):
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for beside, path in zip(unfinished, paths, strict=True):
            beside.replace(path)
    except OSError as error:
        raise _unwritable(folder, error.strerror) from None
    finally:
        for beside in unfinished:
            beside.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make the folder of a model.

    Raises
    ------
    InputError
        It cannot be made or written to, or it holds a model of another program.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error.strerror) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unwritable(folder, "Permission denied")
    # other programs (XGBoost) name theirs so too
    other = folder / MODEL_FILE
    begins = other.read_bytes()[:_HEAD] if other.is_file() else b""
    if begins and _FORMATS not in begins:
        raise InputError(f"{other} is of another program and would be lost; name another folder.")


def _unwritable(folder: Path, why: str | None) -> InputError:
    return InputError(f"The model cannot be written to {folder} ({why}); name another folder.")


def load_text_model(folder: Path, encoder_name: str | None = None) -> TextModel:
    """Read a model; nothing in it can run.

    Parameters
    ----------
    folder
        Where `save_model` wrote it.
    encoder_name
        Where its encoder is, if it has one and that is not where it was in training.

    Raises
    ------
    InputError
        The folder holds no model of this format, it is damaged, or its encoder is
        missing or another.
    """
    try:
        text = (folder / MODEL_FILE).read_bytes()
        head = json.loads(text)
        if head.get("format") not in (FORMAT, FORMAT_ENCODER):
            raise ValueError(f"its format is {head.get('format')!r}, not {FORMAT!r}")
        if not isinstance(head["labels"], list) or not isinstance(head["exclusive"], bool):
            raise ValueError("its labels are no list, or exclusive is neither true nor false")
        weights = (folder / WEIGHTS_FILE).read_bytes()
        # of another training, or written by one that was stopped between the two files
        if head.get("weights", _digest(weights)) != _digest(weights):
            raise ValueError(f"{WEIGHTS_FILE} is not that of its {MODEL_FILE}")
        with np.load(io.BytesIO(weights), allow_pickle=False) as file:
            if sum(one.file_size for one in file.zip.infolist()) > MAX_WEIGHTS:
                raise ValueError(f"its weights unpack to more than {MAX_WEIGHTS >> 30} GB")
            arrays = {name: file[name] for name in file.files}
        if not all(one.dtype.kind in "fiu" and np.isfinite(one).all() for one in arrays.values()):
            raise ValueError("its weights are no numbers")
        known = {view.name: view for view in VIEWS}
        bags = tuple(_bag(known[name], arrays) for name in head["views"])
        model = TextModel(
            labels=tuple(head["labels"]),
            exclusive=head["exclusive"],
            thresholds={str(k): float(v) for k, v in head["thresholds"].items()},
            bags=bags,
            joint=arrays["joint"],
            joint_bias=arrays["joint_bias"],
            mean=arrays["mean"],
            scale=arrays["scale"],
            card=head.get("card", {}),
            encoded=_encoded(head.get("encoder"), arrays, encoder_name, folder),
            fingerprint=_digest(text, weights),
        )
        biases = [b.bias for b in bags] + ([model.encoded.bias] if model.encoded else [])
        n = len(model.labels)
        joint = (n, model.mean.size) if model.exclusive else model.mean.shape
        if (
            any(bias.shape != (n,) for bias in (*biases, model.joint_bias))
            or model.scale.shape != model.mean.shape
            or model.joint.shape != joint
        ):
            raise ValueError("its parts do not fit together")
        _try(model)
    except FileNotFoundError:
        raise InputError(f"There is no model in {folder}; train one with `drmine train`.") from None
    except (
        OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, RecursionError,
        zipfile.BadZipFile, zlib.error, MemoryError,
    ) as error:  # fmt: skip
        raise InputError(
            f"{folder} holds no usable model ({error}); train it anew with `drmine train`."
        ) from None
    return model


def _try(model: TextModel) -> None:
    """Decide on a text, so that parts that do not fit together show now and not midway."""
    if sorted(model.thresholds) != sorted(model.labels):
        raise ValueError("its labels and thresholds differ")
    # part() would take a text for its letters
    trained_on = model.card.get("trained_on", {})
    if not all(isinstance(one, list) for one in trained_on.values()):
        raise ValueError("what it was trained on is no list")
    # NaN would pass for a threshold that no score reaches
    if not all(0 <= one <= 1 for one in model.thresholds.values()):
        raise ValueError("its thresholds are not between 0 and 1")
    for scored in model.score([Text("A title", "", ((0, 7),)), Text("", "", ())]):
        if not np.isfinite(scored.probabilities).all():
            raise ValueError("its weights are no numbers")
        model.decide(scored.probabilities)


def _digest(*contents: bytes) -> str:
    return hashlib.sha256(b"".join(contents)).hexdigest()[:16]


def _bag(view: View, arrays: Mapping[str, np.ndarray]) -> Bag:
    name = view.name
    joined, ends = arrays[f"{name}.terms"].tobytes().decode(), arrays[f"{name}.ends"].tolist()
    terms = [joined[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    weights, bias = arrays[f"{name}.weights"], arrays[f"{name}.bias"]
    if weights.shape != (len(bias), len(terms)):
        raise ValueError("its parts do not fit together")
    return Bag(
        view,
        vectorizer(view, terms, arrays[f"{name}.idf"]),
        weights,
        bias,
        arrays.get(f"{name}.sentence_weights", weights),
        arrays.get(f"{name}.sentence_bias", bias),
    )


def _encoded(
    facts: Any, arrays: Mapping[str, np.ndarray], name: str | None, folder: Path
) -> Encoded | None:
    if facts is None:
        if name is not None:
            raise InputError(f"{folder} was trained without an encoder; leave --encoder out.")
        return None
    weights, bias = arrays["encoder.weights"], arrays["encoder.bias"]
    encoder = reopen({key: str(facts[key]) for key in ("name", "kind", "fingerprint")}, name)
    dimensions = encoder.encode([""]).shape[1]
    if weights.shape != (len(bias), dimensions):
        raise ValueError("its parts do not fit together")
    return Encoded(
        encoder,
        weights,
        bias,
        arrays.get("encoder.sentence_weights"),
        arrays.get("encoder.sentence_bias"),
    )
