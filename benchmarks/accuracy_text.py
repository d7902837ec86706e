"""The figures of `benchmarks/accuracy.py` as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Heading, and where the figure stands: row, and the key in it.
_COLUMNS = (
    ("about F1", ("about_drug_response",), "f1"),
    ("micro F1, core", ("hypotheses_core", "micro"), "f1"),
    ("macro F1, core", ("hypotheses_core", "macro_f1"), "value"),
    ("micro F1, ext.", ("hypotheses_extensions", "micro"), "f1"),
    ("stance", ("stance_accuracy",), "value"),
    ("s/r confused", ("supports_refutes_confused",), "value"),
    ("evidence", ("evidence_right",), "value"),
    ("or as good", ("evidence_as_good",), "value"),
    ("of one or two", ("evidence_among_shown",), "value"),
    ("or shows it", ("evidence_shows_stance",), "value"),
    ("study type", ("study_type_accuracy",), "value"),
)
_NAME, _WIDTH = 26, 23
_KINDS = {
    "real": "Real records",
    "invented": "Invented records",
    "typical": "Of these, the ones worded as most papers are",
}


def as_text(result: Mapping[str, Any]) -> str:
    """Return everything that was measured or read."""
    return "\n".join(_lines(result))


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("real", "invented", "typical"):
        yield from _systems(kind, result[kind], result["folds"])
    test = result["test_part"]
    yield (
        f"Test part, {test['command']} of {test['date']}: {test['n_records']} records, about F1 "
        + (
            f"{_cell(test['about_drug_response'], 'f1')}, hypotheses micro F1 "
            f"{_cell(test['hypotheses']['micro'], 'f1')}, study type "
            f"{_cell(test['study_type_accuracy'], 'value')}"
        )
    )
    others = result["other_taxonomies"]
    for name, systems in others.items():
        rows = systems.items() if isinstance(systems, dict) else ()
        for system, row in rows:
            if isinstance(row, dict):
                micro = _cell(row["micro"], "f1")
                yield f"{name}, {system} ({others['date']}): micro F1 {micro}"
    speed = result["speed"]
    low, high = speed["ratio_of_rounds"]
    yield (
        f"Speed: drmine label {speed['label_records_per_second']:.0f} records/s, scispaCy's "
        f"tokenizer alone {speed['tokenizer_records_per_second']:.0f}/s: ratio "
        f"{speed['ratio']:.2f} (rounds {low:.2f} to {high:.2f}; wanted: at most "
        f"{speed['ratio_wanted']:.0f}); start-up "
        f"{speed['label_start_up_seconds']:.1f} s"
    )


def systems_table(systems: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table, one a system."""
    yield f"{'':{_NAME}}" + "".join(f"{heading:>{_WIDTH}}" for heading, _, _ in _COLUMNS)
    for name, figures in systems.items():
        cells = []
        for _, path, key in _COLUMNS:
            row = figures
            for step in path:
                row = row[step]
            cells.append(f"{_cell(row, key):>{_WIDTH}}")
        yield f"{name:{_NAME}}" + "".join(cells)


def _systems(kind: str, part: Mapping[str, Any], folds: int) -> Iterator[str]:
    systems = part["systems"]
    first = next(iter(systems.values()))
    yield (
        f"{_KINDS[kind]}, {folds} folds: {first['n_records']:,} records, "
        f"{first['about_drug_response']['n_gold']} about drug response, "
        f"{first['n_findings']} findings; 95 % intervals from resampled records"
    )
    yield from systems_table(systems)
    for name, row in part["less_than_shipped"].items():
        parts = [f"{what} {_cell(one, 'value')}" for what, one in row.items()]
        yield f"  {name} less the shipped recipe, F1: {', '.join(parts)}"
    for name, figures in systems.items():
        if "calibration" not in figures:
            continue
        for what, table in figures["calibration"].items():
            error = _cell(table, "expected_calibration_error")
            yield f"  {name}, expected calibration error of {what}: {error}"
        for period, one in figures.get("by_period", {}).items():
            yield (
                f"  {name}, {period}: {one['n_records']} records, about F1 "
                f"{_cell(one['about_drug_response'], 'f1')}, hypotheses micro F1 "
                f"{_cell(one['hypotheses_micro'], 'f1')}"
            )
    yield ""


def _cell(row: Mapping[str, Any], key: str) -> str:
    """Return a figure with its interval and what it rests on."""
    if row.get(key) is None:
        return "–"
    span = row.get(f"{key}_95")
    n = row.get("n", row.get("n_gold"))
    return (
        f"{row[key]:.2f}"
        + (f" [{span[0]:.2f},{span[1]:.2f}]" if span else "")
        + (f" {n}" if n is not None else "")
    )
