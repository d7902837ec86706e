"""The classifier's model: two files of plain data, read without running code."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from drmine.classify.bag import Bag
from drmine.classify.joint import Joint
from drmine.classify.linear import LinearModel
from drmine.classify.parts import Parts
from drmine.errors import InputError

FORMAT = "drmine-model-3"
SHIPPED, SHIPPED_WEIGHTS = "model.json", "model.npz"
_LINEAR = ("relevance", "hypothesis", "evidence", "stance", "outcome", "study_type")
_JOINTS = ("about", "hypothesis", "stance", "study_type")
_LETTERS = "letters"
_UNREADABLE = (
    ValueError, KeyError, TypeError, AttributeError, EOFError, OSError, zipfile.BadZipFile,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """The parts, the joints that weigh what they say, and a threshold for each hypothesis."""

    parts: Parts
    about: Joint
    hypothesis: Joint
    stance: Joint
    study_type: Joint
    thresholds: Mapping[str, float]
    fingerprint: str = ""
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Ids of the hypotheses that it knows, in order."""
        return self.parts.hypotheses


def read_model(content: bytes, weights: bytes, name: str) -> Model:
    """Build a model from the contents of its two files.

    Raises
    ------
    InputError
        When they are no model of this format.
    """
    try:
        row = json.loads(content)
        if row.get("format") != FORMAT:
            raise ValueError(f"its format is {row.get('format')!r}, not {FORMAT!r}")
        with np.load(io.BytesIO(weights), allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        parts = Parts(
            hypotheses=tuple(row["hypotheses"]),
            study_types=tuple(row["study_types"]),
            bags={n: Bag.of_arrays(n, arrays, n == _LETTERS) for n in row["bags"]},
            **{part: LinearModel.from_json(row["parts"][part]) for part in _LINEAR},
        )
        return Model(
            parts=parts,
            **{part: Joint.from_json(row["joints"][part]) for part in _JOINTS},
            thresholds={k: float(v) for k, v in row["thresholds"].items()},
            fingerprint=hashlib.sha256(content + weights).hexdigest()[:16],
            card=row.get("card", {}),
        )
    except _UNREADABLE as error:
        raise InputError(
            f"{name} is not a drmine model ({error}); train one with `drmine train`."
        ) from error


def write_model(model: Model, path: Path) -> None:
    """Write a model: one feature a line, so that a change can be read; the bags beside it."""
    row = {
        "format": FORMAT,
        "card": dict(model.card),
        "thresholds": dict(model.thresholds),
        "hypotheses": list(model.hypotheses),
        "study_types": list(model.parts.study_types),
        "bags": list(model.parts.bags),
        "joints": {part: getattr(model, part).to_json() for part in _JOINTS},
        "parts": {part: getattr(model.parts, part).to_json() for part in _LINEAR},
    }
    text = json.dumps(row, ensure_ascii=False, indent=0, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")
    arrays: dict[str, np.ndarray] = {}
    for name, bag in model.parts.bags.items():
        arrays |= bag.arrays(name)
    _write_arrays(path.with_suffix(".npz"), arrays)


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays as NumPy's ``npz``, the same bytes each time: NumPy itself writes the hour."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in sorted(arrays.items()):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)),
                buffer.getvalue(),
                zipfile.ZIP_DEFLATED,
            )


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """Return the model that comes with the package."""
    folder = files("drmine.classify")
    content = folder.joinpath(SHIPPED).read_bytes()
    return read_model(content, folder.joinpath(SHIPPED_WEIGHTS).read_bytes(), SHIPPED)


def shipped_card() -> Mapping[str, Any]:
    """Return what the shipped model says of itself, without building it."""
    if shipped_model.cache_info().currsize:
        return shipped_model().card
    content = files("drmine.classify").joinpath(SHIPPED).read_bytes()
    card: Mapping[str, Any] = json.loads(content).get("card", {})
    return card
