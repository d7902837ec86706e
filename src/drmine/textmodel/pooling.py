"""What the sentences of a text say together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Means over the best sentences of a record: the first, the first two, the first four, all.
POOLS = 4
_NO_SENTENCE = -2.0


def no_pools(n_texts: int, n_labels: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what `pool` gives for texts without sentences."""
    pools = np.full((n_texts, n_labels, POOLS), _NO_SENTENCE)
    return pools, np.full((n_texts, n_labels), -1)


def pool(scores: np.ndarray, counts: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Pool sentences by labels into texts by labels; ``counts`` are sentences of each text."""
    pools, best = no_pools(len(counts), scores.shape[1])
    at = 0
    for i, n in enumerate(counts):
        if n:
            mine = scores[at : at + n]
            ordered = -np.sort(-mine, axis=0)
            pools[i] = np.stack(
                [ordered[0], ordered[:2].mean(0), ordered[:4].mean(0), ordered.mean(0)], axis=1
            )
            best[i] = mine.argmax(axis=0)
        at += n
    return pools, best
