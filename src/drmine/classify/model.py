"""The shipped model: linear models in one JSON file, read without running code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from drmine.classify.linear import LinearModel
from drmine.errors import InputError

FORMAT = "drmine-model-1"
SHIPPED = "model.json"


@dataclass(frozen=True, slots=True)
class Model:
    """The parts of the classifier, each a linear model over named features."""

    relevance: LinearModel
    hypotheses: tuple[str, ...]
    hypothesis: LinearModel
    evidence: LinearModel
    stance: LinearModel
    study_type: LinearModel
    thresholds: Mapping[str, float]
    fingerprint: str
    card: Mapping[str, Any] = field(default_factory=dict)


def read_model(content: str, name: str) -> Model:
    """Build a model from the text of its JSON file.

    Raises
    ------
    InputError
        When the text is not a model of this format.
    """
    try:
        row = json.loads(content)
        if row.get("format") != FORMAT:
            raise ValueError(f"its format is {row.get('format')!r}, not {FORMAT!r}")
        return Model(
            relevance=LinearModel.from_json(row["relevance"]),
            hypotheses=tuple(row["hypotheses"]),
            hypothesis=LinearModel.from_json(row["hypothesis"]),
            evidence=LinearModel.from_json(row["evidence"]),
            stance=LinearModel.from_json(row["stance"]),
            study_type=LinearModel.from_json(row["study_type"]),
            thresholds={k: float(v) for k, v in row["thresholds"].items()},
            fingerprint=hashlib.sha256(content.encode()).hexdigest()[:16],
            card=row.get("card", {}),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{name} is not a drmine model ({error}); train one with `drmine train`."
        ) from error


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """Return the model that comes with the package."""
    path = files("drmine.classify").joinpath(SHIPPED)
    return read_model(path.read_text(encoding="utf-8"), SHIPPED)


def load_model(path: Path) -> Model:
    """Return the model of a file.

    Raises
    ------
    InputError
        When the file is missing or is not a model.
    """
    if not path.is_file():
        raise InputError(f"There is no model at {path}; train one with `drmine train`.")
    return read_model(path.read_bytes().decode("utf-8", "replace"), str(path))
