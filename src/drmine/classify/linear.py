"""Linear models as plain data: named features in, calibrated scores out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np


@dataclass(frozen=True)
class LinearModel:
    """Weights by feature name for each label; ``softmax`` for labels that exclude each other."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    softmax: bool = False

    def scores(
        self,
        features: Mapping[str, float],
        rows: Iterable[np.ndarray] = (),
    ) -> dict[str, float]:
        """Return the score between 0 and 1 of each label; unknown features count nothing.

        ``rows`` are further features, of value 1, by where :meth:`places_behind` has them: words,
        without the price of spelling hundreds of names out.
        """
        places, table = self._table
        known = {
            place: value
            for name, value in features.items()
            if (place := places.get(name)) is not None
        }
        sums = np.array(self.bias)
        if known:
            sums += np.array(list(known.values())) @ table[list(known)]
        for some in rows:
            sums += table.take(some, axis=0).sum(axis=0)
        return self._shares(sums.tolist())

    def _shares(self, sums: list[float]) -> dict[str, float]:
        if self.softmax:
            top = max(sums)
            powers = [math.exp(s - top) for s in sums]
            total = sum(powers)
            return {label: p / total for label, p in zip(self.labels, powers, strict=True)}
        return {label: _logistic(s) for label, s in zip(self.labels, sums, strict=True)}

    def prepare(self) -> None:
        """Build the table now that the first call would else wait for."""
        _ = self._table

    def places_behind(self, prefix: str) -> dict[str, int]:
        """Return where the features stand that begin so, by the rest of their names."""
        return {
            name.removeprefix(prefix): place
            for name, place in self._table[0].items()
            if name.startswith(prefix)
        }

    @cached_property
    def _table(self) -> tuple[dict[str, int], np.ndarray]:
        """Where each feature stands in a table of features by labels."""
        return {name: i for i, name in enumerate(self.weights)}, np.array(
            list(self.weights.values()), dtype=float
        ).reshape(-1, len(self.labels))

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the model file."""
        return {
            "labels": list(self.labels),
            "softmax": self.softmax,
            "bias": list(self.bias),
            "weights": {name: list(ws) for name, ws in sorted(self.weights.items())},
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> LinearModel:
        """Read a model from its JSON object."""
        return cls(
            tuple(row["labels"]),
            tuple(float(b) for b in row["bias"]),
            {name: tuple(float(w) for w in ws) for name, ws in row["weights"].items()},
            bool(row.get("softmax", False)),
        )


def _logistic(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    power = math.exp(value)
    return power / (1 + power)
