"""The store as pandas frames: what the trends are made from.

Deleted records are absent. ``pmid`` is text, ``year`` a nullable integer, flags are
true or false; the columns are part of the contract with :mod:`drmine.trends`. ``papers`` is
which paper counts in place of which preprint, see :mod:`drmine.store.preprints`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from drmine.records import Record
from drmine.store.schema import annotation_table, findings, mentions, records, resistance_rates

_r, _a = records.c, annotation_table.c
# In the numeric order of the PMIDs
_ORDER = (func.length(_r.pmid), _r.pmid)
_STATUS = (_r.retraction, _r.is_erratum)
_TYPES = {
    "year": "Int64",
    "evidence_start": "Int64",
    "evidence_end": "Int64",
    "start": "int64",
    "end": "int64",
    "score": "float64",
    "stance_score": "float64",
    "study_type_score": "float64",
    "about_drug_response_score": "float64",
    "low": "float64",
    "high": "float64",
    **dict.fromkeys(
        (
            "about_drug_response", "is_evidence", "needs_review", "reviewed", "invented",
            "negated", "speculated",
        ),
        "bool",
    ),
}  # fmt: skip


def article_frame(connection: Connection, papers: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a record; one without annotation is not about drug response, unscored."""
    statement = (
        select(
            _r.pmid, _r.year, _r.title, _r.journal, _a.study_type, _a.study_type_score,
            func.coalesce(_a.about_drug_response, False).label("about_drug_response"),
            _a.about_drug_response_score, *_STATUS,
            func.coalesce(_a.needs_review, False).label("needs_review"),
            func.coalesce(_a.reviewed, False).label("reviewed"),
            _r.invented, _r.doi, _r.publication_types, _r.content_hash.label("text_hash"),
        )
        .join_from(records, annotation_table, _a.pmid == _r.pmid, isouter=True)
        .where(~_r.is_deleted)
        .order_by(*_ORDER)
    )  # fmt: skip
    frame = _frame(connection, statement, papers)
    frame["publication_types"] = ["; ".join(types) for types in frame["publication_types"]]
    frame["study_type"] = frame["study_type"].fillna("")
    frame["published_as"] = [papers.get(pmid, "") for pmid in frame["pmid"]]
    return frame[[
        "pmid", "year", "title", "journal", "study_type", "study_type_score",
        "about_drug_response", "about_drug_response_score", "retraction", "is_evidence",
        "needs_review", "reviewed", "invented", "doi", "publication_types", "text_hash",
        "published_as",
    ]]  # fmt: skip


def finding_frame(connection: Connection, papers: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a record and hypothesis, with its evidence: a sentence, at times a second."""
    f = findings.c
    statement = _of_records(
        findings,
        f.finding_id, _r.pmid, _r.year, f.hypothesis, f.score, f.stance, f.stance_score, f.origin,
        f.evidence_start, f.evidence_end, f.evidence, f.more_evidence, f.needs_review, _a.reviewed,
        _r.invented, *_STATUS, _a.study_type,
    )  # fmt: skip
    frame = _frame(connection, statement, papers)
    # columns of their own, blank where one sentence is enough
    seconds = [more[0] if more else (None, None, None) for more in frame["more_evidence"]]
    start, end, words = zip(*seconds, strict=True) if seconds else ((), (), ())
    frame = frame.assign(
        second_start=pd.array(start, dtype="Int64"), second_end=pd.array(end, dtype="Int64"),
        second_evidence=pd.Series(words, dtype=object),
    )  # fmt: skip
    return frame[[
        "finding_id", "pmid", "year", "hypothesis", "score", "stance", "stance_score", "origin",
        "evidence_start", "evidence_end", "evidence", "second_start", "second_end",
        "second_evidence", "needs_review", "reviewed", "invented", "is_evidence", "study_type",
    ]]  # fmt: skip


def mention_frame(connection: Connection, papers: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a mention."""
    m = mentions.c
    statement = _of_records(
        mentions,
        _r.pmid, m.start, m.end, m.text, m.concept, m["class"], m.long_form, m.negated,
        m.speculated, m.matched_by, _r.invented, *_STATUS, _r.year, _a.about_drug_response,
    )  # fmt: skip
    return _frame(connection, statement, papers)[[
        "pmid", "start", "end", "text", "concept", "class", "long_form", "negated", "speculated",
        "matched_by", "invented", "is_evidence", "year", "about_drug_response",
    ]]  # fmt: skip


def rate_frame(connection: Connection, papers: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a reported share of resistant patients, 0 to 1."""
    r = resistance_rates.c
    statement = _of_records(
        resistance_rates,
        _r.pmid, _r.year, r.start, r.end, r.text, r.low, r.high, r.population, _a.study_type,
        _r.invented, *_STATUS,
    )  # fmt: skip
    return _frame(connection, statement, papers)[[
        "pmid", "year", "start", "end", "text", "low", "high", "population", "study_type",
        "invented", "is_evidence",
    ]]  # fmt: skip


def _of_records(table: Any, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join_from(table, records, table.c.pmid == _r.pmid)
        .join(annotation_table, _a.pmid == _r.pmid)
        .where(~_r.is_deleted)
        .order_by(*_ORDER, table.c.position)
    )


def _frame(
    connection: Connection, statement: Select[Any], papers: Mapping[str, str]
) -> pd.DataFrame:
    result = connection.execute(statement)
    frame = pd.DataFrame(result.all(), columns=list(result.keys()))
    pairs = list(zip(frame["retraction"], frame["is_erratum"], strict=True))
    # the rule stands in Record alone; there are a handful of different pairs
    is_evidence = {
        pair: Record("", retraction=pair[0], is_erratum=bool(pair[1])).is_evidence
        for pair in set(pairs)
    }
    frame["is_evidence"] = [
        is_evidence[pair] and pmid not in papers
        for pmid, pair in zip(frame["pmid"], pairs, strict=True)
    ]
    return frame.astype({name: kind for name, kind in _TYPES.items() if name in frame.columns})
