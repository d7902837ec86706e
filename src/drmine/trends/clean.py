"""Clean a frame of the store: types, one order for rows in any order, keys that join."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd

from drmine.errors import InputError
from drmine.plural import how_many

_INTEGERS = (
    "year", "start", "end", "evidence_start", "evidence_end", "second_start", "second_end",
)  # fmt: skip
_FLAGS = (
    "about_drug_response", "is_evidence", "needs_review", "reviewed", "invented", "negated",
    "speculated",
)  # fmt: skip
_SCORES = ("study_type_score", "about_drug_response_score", "score", "stance_score", "low", "high")


_MADE_IN, _AHEAD = 2026, 2


def last_year() -> int:
    """Return the last year that a record can be of: issues are dated ahead, but not by decades.

    One slip, such as 2099, would add its empty years to each file, and leave the charts of the
    report no room for the others.
    """
    # a clock that was set back far must not take away the years that there are
    return max(datetime.now(UTC).year, _MADE_IN) + _AHEAD


def typed(frame: pd.DataFrame, columns: Sequence[str], name: str) -> pd.DataFrame:
    """Return the named columns with the types that the trends count on.

    Raises
    ------
    InputError
        A column is missing.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(f"The table of {name} lacks the columns {', '.join(missing)}.")
    frame = frame.loc[:, list(columns)].reset_index(drop=True).copy()
    for column in columns:
        values = frame[column]
        if column in _INTEGERS:
            frame[column] = pd.to_numeric(values, errors="coerce").astype("Float64").astype("Int64")
        elif column in _FLAGS:
            frame[column] = values.eq(True).fillna(False).astype(bool)
        elif column in _SCORES:
            frame[column] = pd.to_numeric(values, errors="coerce").astype(float)
        else:
            filled = values.astype(object).where(values.notna(), "")
            frame[column] = filled.astype(str).astype(object)
    return frame


def sorted_by_pmid(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sort by PubMed id as a number, then by ``by``: rows in any order give one order."""
    return (
        frame.assign(_length=frame["pmid"].str.len())
        .sort_values(["_length", "pmid", *by], kind="stable", ignore_index=True)
        .drop(columns="_length")
    )


def unique(frame: pd.DataFrame, key: list[str], thing: str, warnings: list[str]) -> pd.DataFrame:
    repeated = frame.duplicated(key)
    if repeated.any():
        warnings.append(
            f"{how_many(int(repeated.sum()), f'{thing} row')} with the key of another left out."
        )
        frame = frame[~repeated].reset_index(drop=True)
    return frame


def joinable(
    frame: pd.DataFrame, articles: pd.DataFrame, thing: str, warnings: list[str]
) -> pd.DataFrame:
    """Keep rows whose article is known; year and flags of an article are those of its row."""
    index = pd.Index(articles["pmid"]).get_indexer(pd.Index(frame["pmid"]))
    lost = int((index < 0).sum())
    if lost:
        warnings.append(f"{how_many(lost, f'{thing} row')} of no known article left out.")
        frame, index = frame[index >= 0].reset_index(drop=True), index[index >= 0]
    shared = ("year", "is_evidence", "invented", "about_drug_response")
    return frame.assign(
        **{
            column: articles[column].to_numpy()[index]
            if articles[column].dtype == bool
            else articles[column].take(index).reset_index(drop=True)
            for column in shared
            if column in frame.columns
        },
        is_counted=articles["is_counted"].to_numpy()[index],
    )


def running_id(pmid: pd.Series) -> pd.Series:
    """Number the rows of each record: ``pmid#1``, ``pmid#2``, ..."""
    number = pmid.groupby(pmid, sort=False).cumcount() + 1
    ids = [f"{one}#{n}" for one, n in zip(pmid, number, strict=True)]
    return pd.Series(ids, index=pmid.index, dtype=object)
