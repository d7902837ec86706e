"""Frames for the trends: the promised columns, types and rows."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from sqlalchemy import Connection
from store_samples import annotation, record

from drmine.store import Store, frames
from drmine.trends.tables import (
    ARTICLE_COLUMNS,
    FINDING_COLUMNS,
    MENTION_COLUMNS,
    RATE_COLUMNS,
)

COLUMNS = {
    "articles": ARTICLE_COLUMNS,
    "findings": FINDING_COLUMNS,
    "mentions": MENTION_COLUMNS,
    "rates": RATE_COLUMNS,
}
FLAGS = {
    "about_drug_response", "is_evidence", "needs_review", "reviewed", "invented", "negated",
    "speculated",
}  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Store:
    store.upsert_records(
        [
            record(pmid="900", year=None, is_erratum=True),
            record(1, retraction="retracted"),
            record(2, retraction="expression_of_concern"),
            record(3),
            record(4),
        ],
        "run",
    )
    store.save_annotations(
        [annotation(pmid="900"), *(annotation(n) for n in (1, 2, 4))], "f", "run"
    )
    store.delete_records([record(4).pmid], "run")
    store.mark_reviewed([record(2).pmid])
    return store


def test_columns_and_types_are_as_promised_without_rows(store: Store) -> None:
    check_columns(store)


def test_columns_and_types_are_as_promised_with_rows(filled: Store) -> None:
    check_columns(filled)


def check_columns(store: Store) -> None:
    found = store.frames()
    assert list(found) == list(COLUMNS)
    for name, columns in COLUMNS.items():
        frame = found[name]
        assert tuple(frame.columns) == columns
        assert frame["year"].dtype == pd.Int64Dtype()
        assert frame["pmid"].dtype == object
        assert all(isinstance(pmid, str) for pmid in frame["pmid"])
        assert all(frame[flag].dtype == bool for flag in FLAGS & set(columns))


def test_articles_hold_every_record_but_the_deleted(filled: Store) -> None:
    articles = filled.frames("articles")["articles"]
    assert list(articles["pmid"]) == ["900", *(record(n).pmid for n in (1, 2, 3))]
    articles = articles.set_index("pmid")
    assert list(articles["is_evidence"]) == [False, False, True, True]
    assert list(articles["reviewed"]) == [False, False, True, False]
    assert pd.isna(articles.loc["900", "year"])
    assert articles["publication_types"].iloc[0] == "Journal Article; Case Reports"
    without = articles.loc[record(3).pmid]
    assert (without["study_type"], without["about_drug_response"]) == ("", False)
    assert pd.isna(without["about_drug_response_score"]) and not without["needs_review"]


def test_findings_name_their_record_and_first_evidence(filled: Store) -> None:
    findings = filled.frames("findings")["findings"]
    assert list(findings["finding_id"])[:2] == ["900:transporter", "900:target"]
    assert len(findings) == 6
    first, second = findings.iloc[2], findings.iloc[3]
    assert (first["evidence_start"], first["evidence_end"], first["evidence"]) == (
        0, 11, "An invented",
    )  # fmt: skip
    assert (first["second_start"], first["second_end"], first["second_evidence"]) == (
        12, 17, "study",
    )  # fmt: skip
    assert pd.isna(second["second_start"]) and second["second_evidence"] is None
    assert pd.isna(second["evidence_start"]) and second["evidence"] is None
    assert first["study_type"] == "observational" and not first["is_evidence"]
    assert list(findings["reviewed"]) == [False] * 4 + [True] * 2


def test_mentions_and_rates_carry_what_the_record_says(filled: Store) -> None:
    mentions, rates = filled.frames("mentions", "rates").values()
    assert list(mentions["start"]) == [0, 1] * 3 and set(mentions["class"]) == {"transporter"}
    assert set(mentions["about_drug_response"]) == {True}
    assert list(rates["low"]) == [0.3] * 3 and rates["year"].isna().sum() == 1
    assert set(rates["study_type"]) == {"observational"}


def test_the_frames_are_of_one_moment_whatever_others_write(
    filled: Store, open_store: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_store()
    pmid = record(1).pmid
    n_findings = len(filled.frames("findings")["findings"])
    read_articles = frames.article_frame

    def read_and_be_overtaken(connection: Connection, papers: dict[str, str]) -> pd.DataFrame:
        found = read_articles(connection, papers)
        assert other.delete_records([pmid], "another run") == 1
        return found

    monkeypatch.setattr(frames, "article_frame", read_and_be_overtaken)
    found = filled.frames()
    assert list(found) == ["articles", "findings", "mentions", "rates"]
    assert pmid in set(found["articles"]["pmid"])
    assert len(found["findings"]) == n_findings
    monkeypatch.undo()
    assert pmid not in set(filled.frames("articles")["articles"]["pmid"])
