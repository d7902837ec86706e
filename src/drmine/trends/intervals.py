"""Shares with Wilson intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

CONFIDENCE = 0.95


def wilson(n: pd.Series, of: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return share, lower and upper end of the Wilson score interval; NaN where ``of`` is 0.

    Parameters
    ----------
    n, of
        Counts of equal length, ``n <= of``.

    References
    ----------
    Wilson EB. Probable inference, the law of succession, and statistical
    inference. J Am Stat Assoc 1927;22:209-212. doi:10.1080/01621459.1927.10502953
    """
    counts = np.asarray(n, dtype=float)
    totals = np.asarray(of, dtype=float)
    known = totals > 0
    share, low, high = (np.full(len(counts), np.nan) for _ in range(3))
    if known.any():
        share[known] = counts[known] / totals[known]
        ends = proportion_confint(
            counts[known], totals[known], alpha=1 - CONFIDENCE, method="wilson"
        )
        # rounding can put an end 1e-17 beyond the share it must hold
        low[known] = np.minimum(np.clip(ends[0], 0, 1), share[known])
        high[known] = np.maximum(np.clip(ends[1], 0, 1), share[known])
    return share, low, high


def add_share(frame: pd.DataFrame, n: str, of: str, prefix: str = "share") -> pd.DataFrame:
    """Add ``prefix``, ``prefix_low`` and ``prefix_high``: column ``n`` as a share of ``of``."""
    share, low, high = wilson(frame[n], frame[of])
    return frame.assign(**{prefix: share, f"{prefix}_low": low, f"{prefix}_high": high})


def add_balance(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the share that supports among decided findings, and the balance from -1 to 1."""
    decided = frame.assign(_decided=frame["n_supports"] + frame["n_refutes"])
    decided = add_share(decided, "n_supports", "_decided", "support_share")
    return decided.drop(columns="_decided").assign(
        balance=2 * decided["support_share"] - 1,
        balance_low=2 * decided["support_share_low"] - 1,
        balance_high=2 * decided["support_share_high"] - 1,
    )
