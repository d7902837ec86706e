"""Write frames as CSV that spreadsheets cannot run and every reader takes alike."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from drmine.errors import ConfigurationError
from drmine.trends.schema import FALSE, TRUE, TableSpec

FLOAT_FORMAT = "%.6g"
GUARD = "'"
"""Put before a text cell that a spreadsheet could take for a formula; taken off to get it back."""

# A spreadsheet may skip leading blanks, and takes the full-width signs of East Asian
# keyboards too. The guard itself is guarded, so that taking off one is always right.
_DANGEROUS = re.compile(r"\s*[=+\-@＝＋－＠']")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def write_csv(frame: pd.DataFrame, spec: TableSpec, path: Path) -> None:
    """Write the columns of ``spec``: UTF-8, line feeds, decimal points, blank for missing."""
    cells = as_written(frame, spec)
    for column in spec.columns:
        if column.type == "number":
            cells[column.name] = _in_digits(cells[column.name])
    cells.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def write_parquet(frame: pd.DataFrame, spec: TableSpec, path: Path) -> None:
    """Write the columns of ``spec`` as Parquet, with types, and with text as it is (no guard).

    What is blank in the CSV is missing here too, or the same question would get another answer:
    a trend test was possible where its reason is missing.

    Raises
    ------
    ConfigurationError
        pyarrow is not installed.
    """
    kinds = {"string": "string", "integer": "Int64", "number": "float64", "boolean": "bool"}
    types = {column.name: kinds[column.type] for column in spec.columns}
    typed = frame[spec.column_names].astype(types)
    for column in spec.columns:
        if column.type == "string":
            typed[column.name] = typed[column.name].replace("", pd.NA)
    try:
        typed.to_parquet(path, engine="pyarrow", index=False)
    except ImportError:
        raise ConfigurationError(
            "Parquet files need pyarrow: pip install 'drmine[parquet]'."
        ) from None


def as_written(frame: pd.DataFrame, spec: TableSpec) -> pd.DataFrame:
    """Return the columns of ``spec`` with values as the CSV shows them."""
    columns: dict[str, pd.Series] = {}
    for column in spec.columns:
        values = frame[column.name]
        if column.type == "string":
            columns[column.name] = _guarded(values)
        elif column.type == "boolean":
            truth = values.to_numpy(dtype=bool)
            columns[column.name] = pd.Series(np.where(truth, TRUE, FALSE), dtype=object)
        elif column.type == "integer":
            columns[column.name] = _reset(pd.to_numeric(values)).astype("Int64")
        else:
            # adding zero turns a negative zero into a plain one
            columns[column.name] = _reset(pd.to_numeric(values)).astype(float) + 0.0
    return pd.DataFrame(columns, columns=spec.column_names)


def guard_text(value: str) -> str:
    """Make a text cell harmless: control characters become blanks, formulas are guarded.

    Characters are replaced one by one, so offsets into the text stay valid.
    """
    value = _CONTROL.sub(" ", value)
    return GUARD + value if _DANGEROUS.match(value) else value


def restore_text(value: str) -> str:
    """Take the guard off a text cell, and nothing else."""
    return value.removeprefix(GUARD)


def _guarded(values: pd.Series) -> pd.Series:
    # not factorize(): it takes texts as ending at a NUL, so that "" and NUL would be one
    missing = values.isna().to_numpy(dtype=bool)
    safe: dict[str, str] = {}
    cells = []
    for value, is_missing in zip(values.tolist(), missing, strict=True):
        text = "" if is_missing else str(value)
        if text not in safe:
            safe[text] = guard_text(text)
        cells.append(safe[text])
    return pd.Series(cells, dtype=object)


def _in_digits(values: pd.Series) -> pd.Series:
    # float_format of pandas asks of each number whether it is missing: most of the time of a file
    cells = ["" if number != number else FLOAT_FORMAT % number for number in values.tolist()]
    return pd.Series(cells, dtype=object)


def _reset(values: pd.Series) -> pd.Series:
    return values.reset_index(drop=True)
