"""Figures of agreement told: as JSON, as flat rows, as tables and lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from drmine.plural import how_many
from drmine.review.agreement.compare import ABOUT, HYPOTHESIS, STUDY_TYPE, Pair, agreement
from drmine.review.decisions.decision import Decision


def as_json(pairs: Iterable[Pair]) -> dict[str, Any]:
    """Return the figures with how they were made."""
    from drmine.review.agreement.figures import CONFIDENCE, DRAWS, SEED

    return {
        "command": "drmine review agreement",
        "confidence": CONFIDENCE,
        "bootstrap": {"draws": DRAWS, "seed": SEED, "of": "records"},
        "pairs": [
            {
                "first": pair.first, "second": pair.second, "n_records": pair.n_records,
                "n_blind": pair.n_blind, "labels": list(pair.rows),
            }
            for pair in pairs
        ],
    }  # fmt: skip


def flat_rows(pairs: Iterable[Pair]) -> list[dict[str, Any]]:
    """Return one row a pair and label, each interval as two columns."""
    rows = []
    for pair in pairs:
        for row in pair.rows:
            flat = {"first": pair.first, "second": pair.second, "n_blind": pair.n_blind}
            for name, value in row.items():
                if name.endswith("_95"):
                    low, high = value or (None, None)
                    flat |= {f"{name[:-3]}_low": low, f"{name[:-3]}_high": high}
                else:
                    flat[name] = value
            rows.append(flat)
    return rows


def label_name(row: Mapping[str, Any]) -> str:
    """Return what to call a row in a table."""
    if row["label"] == HYPOTHESIS:
        return str(row["hypothesis"])
    return f"{row['label']}: {row['hypothesis']}" if row["hypothesis"] else str(row["label"])


def as_lines(pairs: Iterable[Pair]) -> list[str]:
    """Return the figures as tables for the terminal."""
    lines = []
    for pair in pairs:
        lines += [
            f"{pair.name}: {how_many(pair.n_records, 'record')}, {pair.n_blind:,} of them blind",
            f"  {'':<30}{'n':>6}{'equal':>7}{'kappa':>20}{'alpha':>20}{'positive':>20}"
            f"{'negative':>20}",
        ]
        for row in pair.rows:
            cells = "".join(
                f"{figure_text(row, name):>20}"
                for name in ("kappa", "alpha", "positive_agreement", "negative_agreement")
            )
            lines.append(f"  {label_name(row):<30}{row['n']:>6,}{row['n_equal']:>7,}{cells}")
    return lines


def figure_text(row: Mapping[str, Any], name: str) -> str:
    """Return a figure with its interval, or a dash where it is not defined."""
    if row[name] is None:
        return "–"
    # adding zero turns a negative zero into a plain one
    value, *span = (round(one, 2) + 0.0 for one in (row[name], *(row[f"{name}_95"] or ())))
    return f"{value:.2f}" + (f" [{span[0]:.2f}, {span[1]:.2f}]" if span else "")


def status_lines(decisions: Iterable[Decision]) -> list[str]:
    """Return what `drmine review status` says of agreement: a line for each two raters."""
    from drmine.taxonomy import load_taxonomy

    lines = []
    for pair in agreement(decisions, load_taxonomy().ids):
        told = [
            f"{label_name(row)} {round(row['kappa'], 2) + 0.0:.2f} (n = {row['n']:,})"
            for row in pair.rows
            if row["kappa"] is not None and row["label"] in (ABOUT, HYPOTHESIS, STUDY_TYPE)
        ]
        if told:
            lines.append(f"Kappa of {pair.name}: {', '.join(told)}")
    return lines
