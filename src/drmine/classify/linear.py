"""Linear models as plain data: named features in, calibrated scores out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
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
        words: Mapping[str, Iterable[str]] = MappingProxyType({}),
    ) -> dict[str, float]:
        """Return the score between 0 and 1 of each label; unknown features count nothing.

        ``words`` are features of value 1 by what their names begin with: ``{"w:": ["seizure"]}`` is
        ``{"w:seizure": 1.0}``, without the price of spelling hundreds of names out.
        """
        places, table = self._table
        known = [name for name in features if name in places]
        sums = np.array(self.bias)
        if known:
            named = table[[places[name] for name in known]]
            sums += np.array([features[name] for name in known]) @ named
        for prefix, terms in words.items():
            found = set(map(self._places_behind(prefix).get, terms))
            found.discard(None)
            # in order, whatever the order of the words, so that the last digit does not move
            rows = np.sort(np.fromiter(found, dtype=np.intp, count=len(found)))
            sums += table.take(rows, axis=0).sum(axis=0)
        return self._shares(sums.tolist())

    def _shares(self, sums: list[float]) -> dict[str, float]:
        if self.softmax:
            top = max(sums)
            powers = [math.exp(s - top) for s in sums]
            total = sum(powers)
            return {label: p / total for label, p in zip(self.labels, powers, strict=True)}
        return {label: _logistic(s) for label, s in zip(self.labels, sums, strict=True)}

    def _places_behind(self, prefix: str) -> dict[str, int]:
        """Where the features stand that begin so, by the rest of their names."""
        known = self._behind.get(prefix)
        if known is None:
            known = {
                name[len(prefix) :]: place
                for name, place in self._table[0].items()
                if name.startswith(prefix)
            }
            self._behind[prefix] = known
        return known

    @cached_property
    def _behind(self) -> dict[str, dict[str, int]]:
        return {}

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
