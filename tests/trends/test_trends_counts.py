"""What is counted, among what, and that nothing is lost on the way."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trends_tables import (
    FIRST_PMID,
    Hypothesis,
    article,
    finding,
    frames,
    mention,
    random_tables,
    rate,
    row,
    tables,
)

A, B, C, D = range(FIRST_PMID, FIRST_PMID + 4)


def test_a_year_without_records_stands_there_with_zeros() -> None:
    made, _ = frames(tables([article(A, 2000), article(B, 2002)], [finding(A, 2000, "target")]))
    quiet = row(made["hypothesis_by_year"], year=2001, hypothesis="target")
    assert (quiet["n"], quiet["n_articles"]) == (0, 0) and pd.isna(quiet["share"])
    first = row(made["hypothesis_by_year"], year=2000, hypothesis="target")
    assert (first["n"], first["n_articles"], first["share"]) == (1, 1, 1.0)
    assert row(made["hypothesis_by_year"], year=2002, hypothesis="target")["share"] == 0


def test_retracted_papers_are_left_out_and_counted() -> None:
    data = tables(
        [article(A, 2000), article(B, 2000, is_evidence=False, retraction="retracted")],
        [finding(A, 2000, "target"), finding(B, 2000, "target", is_evidence=False)],
        [mention(B, 2000, "ABCB1", is_evidence=False)],
        [rate(B, 2000, 0.3, 0.3, is_evidence=False)],
    )
    made, warnings = frames(data)
    assert row(made["hypothesis_by_year"], year=2000, hypothesis="target")["n"] == 1
    assert row(made["mechanism_by_year"], year=2000, concept="ABCB1")["n"] == 0
    assert made["resistance_rate_by_year"]["n_reports"].sum() == 0
    assert row(made["years"], year=2000)["n_excluded"] == 1
    assert any("1 retracted" in warning for warning in warnings)
    assert len(made["articles"]) == 2 and len(made["findings"]) == 2


def test_preprints_whose_paper_counts_are_left_out_and_counted_apart_from_the_retracted() -> None:
    gone = {"is_evidence": False}
    data = tables(
        [
            article(A, 2000),
            article(B, 2000, published_as=str(A), publication_types="Preprint", **gone),
            article(C, 2000, retraction="retracted", **gone),
        ],
        [finding(A, 2000, "target"), finding(B, 2000, "target", **gone)],
        [mention(A, 2000, "ABCB1"), mention(B, 2000, "ABCB1", **gone)],
        [rate(A, 2000, 0.3, 0.3), rate(B, 2000, 0.3, 0.3, **gone)],
    )
    made, warnings = frames(data)
    assert row(made["hypothesis_by_year"], year=2000, hypothesis="target")["n"] == 1
    assert row(made["mechanism_by_year"], year=2000, concept="ABCB1")["n"] == 1
    assert row(made["resistance_rate_by_year"], year=2000, population="all")["n_reports"] == 1
    year = row(made["years"], year=2000)
    assert (year["n_articles"], year["n_excluded"], year["n_published_preprints"]) == (1, 2, 1)
    assert [one for one in warnings if "not counted as evidence" in one] == [
        "1 retracted paper, notice or erratum is not counted as evidence.",
        "1 preprint is not counted as evidence, since its published paper is; `published_as` in "
        "articles.csv names the paper.",
    ]
    assert list(made["articles"]["published_as"]) == ["", str(A), ""]
    many = [article(n, 2000, published_as=str(A), **gone) for n in (B, C)]
    assert "2 preprints are not counted as evidence, since their published papers are;" in " ".join(
        frames(tables([article(A, 2000), *many]))[1]
    )


def test_papers_under_an_expression_of_concern_are_counted_and_named() -> None:
    doubted = article(B, 2000, retraction="expression_of_concern")
    made, warnings = frames(tables([article(A, 2000), doubted]))
    assert row(made["years"], year=2000)["n_articles"] == 2
    assert f"Counted, though their journal has expressed concern: {B}." in warnings
    assert not any("concern" in one for one in frames(tables([article(A, 2000)]))[1])


def test_records_not_about_drug_response_are_only_in_the_wide_denominator() -> None:
    data = tables([article(A, 2000), article(B, 2000, about_drug_response=False)])
    made, _ = frames(data, pubmed_totals={2000: 500_000})
    one = row(made["years"], year=2000)
    assert (one["n_articles"], one["n_records"], one["n_pubmed"]) == (1, 2, 500_000)


def test_a_record_with_two_findings_of_a_group_counts_once_for_the_group() -> None:
    findings = [finding(A, 2000, "target"), finding(A, 2000, "transporter")]
    made, _ = frames(tables([article(A, 2000), article(B, 2000)], findings))
    group = row(made["group_by_year"], year=2000, group="altered_pk_pd")
    assert (group["n"], group["share"]) == (1, 0.5)


def test_hypotheses_without_a_group_are_counted_as_ungrouped() -> None:
    made, _ = frames(
        tables([article(A, 2000)], [finding(A, 2000, "x")]), hypotheses=[Hypothesis("x", "X")]
    )
    assert row(made["group_by_year"], year=2000)["group"] == "ungrouped"
    assert row(made["group_by_year"], year=2000)["n"] == 1


def test_stances_are_shares_of_the_hypothesis_findings() -> None:
    findings = [
        finding(A, 2000, "target", stance="supports"),
        finding(B, 2000, "target", stance="refutes"),
        finding(C, 2000, "target", stance="refutes"),
    ]
    made, _ = frames(tables([article(p, 2000) for p in (A, B, C, D)], findings))
    refutes = row(made["stance_by_year"], year=2000, hypothesis="target", stance="refutes")
    assert (refutes["n"], refutes["n_findings"]) == (2, 3)
    assert refutes["share"] == pytest.approx(2 / 3)
    balance = row(made["balance_cumulative"], year=2000, hypothesis="target")
    assert balance["balance"] == pytest.approx(-1 / 3)


def test_a_denied_mention_is_no_mechanism_but_counts_in_the_balance() -> None:
    data = tables(
        [article(A, 2000), article(B, 2000)],
        [finding(A, 2000, "transporter", stance="refutes"), finding(B, 2000, "transporter")],
        [mention(A, 2000, "ABCB1", negated=True), *[mention(B, 2000, "ABCB1")] * 2],
    )
    made, _ = frames(data)
    mechanism = row(made["mechanism_by_year"], year=2000, concept="ABCB1")
    assert (mechanism["n"], mechanism["share"], mechanism["name"]) == (1, 0.5, "P-glycoprotein")
    balance = row(made["balance_by_concept"], concept="ABCB1", hypothesis="transporter")
    assert (balance["n_refutes"], balance["n_supports"], balance["balance"]) == (1, 1, 0)


def test_a_mention_points_to_the_finding_its_class_bears_on() -> None:
    data = tables(
        [article(A, 2000)],
        [finding(A, 2000, "transporter")],
        [mention(A, 2000, "ABCB1"), mention(A, 2000, "SCN1A"), mention(A, 2000, "carbamazepine")],
    )
    made, _ = frames(data)
    by_concept = made["mentions"].set_index("concept")["finding_id"]
    assert by_concept["ABCB1"] == f"{A}:transporter"
    assert by_concept["SCN1A"] == "" and by_concept["carbamazepine"] == ""


def test_resistance_rates_by_hand() -> None:
    """Middles 0.2, 0.3 and 0.4: median 0.3, quartiles 0.25 and 0.35; lowest 0.2, highest 0.5."""
    data = tables(
        [article(p, 2000) for p in (A, B, C)],
        rates=[
            rate(A, 2000, 0.2, 0.2),
            rate(A, 2000, 0.2, 0.2),
            rate(B, 2000, 0.3, 0.3),
            # the same figure for two populations is one figure of all
            rate(B, 2000, 0.3, 0.3, population="children"),
            rate(C, 2000, 0.3, 0.5, population="children"),
            rate(C, 2000, 1.4, 2.0),
        ],
    )
    made, warnings = frames(data)
    all_ = row(made["resistance_rate_by_year"], year=2000, population="all")
    assert (all_["n_reports"], all_["n_reporting_articles"]) == (3, 3)
    assert [all_[name] for name in ("min", "q1", "median", "q3", "max")] == pytest.approx(
        [0.2, 0.25, 0.3, 0.35, 0.5]
    )
    # and one that a record repeats is one of its population
    for population in ("children", "epilepsy"):
        of_some = row(made["resistance_rate_by_year"], year=2000, population=population)
        assert of_some["n_reports"] == 2
    assert any("no share between 0 and 1" in warning for warning in warnings)


def test_a_record_with_two_figures_is_one_that_reports() -> None:
    # a range written from above to below is the same range
    rates = [rate(A, 2000, 0.2, 0.3), rate(A, 2000, 0.4, 0.4), rate(B, 2000, 0.5, 0.1)]
    made, _ = frames(tables([article(A, 2000), article(B, 2000)], rates=rates))
    all_ = row(made["resistance_rate_by_year"], year=2000, population="all")
    assert (all_["n_reports"], all_["n_reporting_articles"]) == (3, 2)
    assert (all_["min"], all_["max"]) == (0.1, 0.5)


def test_a_reported_rate_counts_whatever_the_record_was_judged_to_be() -> None:
    data = tables([article(A, 2000, about_drug_response=False)], rates=[rate(A, 2000, 0.3, 0.3)])
    made, _ = frames(data)
    assert row(made["resistance_rate_by_year"], year=2000, population="all")["n_reports"] == 1


def test_windows_of_five_years_add_up_to_the_cumulative_balance() -> None:
    made, _ = frames(random_tables(seed=3), complete_through=2020)
    windows = made["balance_by_window"].groupby("hypothesis")["n_supports"].sum()
    last = made["balance_cumulative"][made["balance_cumulative"]["year"] == 2020]
    assert windows.to_dict() == last.set_index("hypothesis")["n_supports"].to_dict()
    full = made["balance_by_window"].drop_duplicates("window_start").set_index("window_start")
    assert full["is_complete"].to_dict() == {
        1995: True, 2000: True, 2005: True, 2010: True, 2015: True, 2020: False
    }  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 60), st.integers(0, 60))
def test_counts_add_up_for_any_store(seed: int, n_articles: int, n_findings: int) -> None:
    n_articles = max(n_articles, 1)
    made, _ = frames(
        random_tables(n_articles, n_findings, 2 * n_findings, 10, first=1998, last=2006, seed=seed)
    )
    years, articles, findings = made["years"], made["articles"], made["findings"]
    counted = articles[articles["is_counted"]]
    assert list(years["year"]) == list(range(years["year"].min(), years["year"].max() + 1))
    assert years["n_articles"].sum() == len(counted)
    assert years["n_records"].sum() == articles["year"].notna().sum()
    assert years["n_findings"].sum() == findings["is_counted"].sum()
    assert made["study_type_by_year"]["n"].sum() == len(counted)
    by_hypothesis = made["hypothesis_by_year"]
    assert by_hypothesis["n"].sum() == findings["is_counted"].sum()
    for name, key in (("stance_by_year", "stance"), ("origin_by_year", "origin")):
        sums = made[name].groupby(["year", "hypothesis"], as_index=False)["n"].sum()
        joined = by_hypothesis.merge(sums, on=["year", "hypothesis"], suffixes=("", "_sum"))
        assert (joined["n"] == joined["n_sum"]).all()
        of = made[name].drop_duplicates(["year", "hypothesis"])["n_findings"]
        assert of.sum() == findings["is_counted"].sum()
        assert made[name].groupby(["hypothesis", key])["year"].apply(list).map(
            lambda found: found == list(years["year"])
        ).all()  # fmt: skip
    assert (by_hypothesis["n"] <= by_hypothesis["n_articles"]).all()
    assert (made["mechanism_by_year"]["n"] <= made["mechanism_by_year"]["n_articles"]).all()
    # as the dictionary tells to get the numbers of the file
    named = made["mentions"].query("is_counted and not negated")
    per_concept = named.groupby("concept")["pmid"].nunique()
    sums = made["mechanism_by_year"].groupby("concept")["n"].sum()
    assert per_concept.reindex(sums.index, fill_value=0).eq(sums).all()
    group = made["group_by_year"].groupby("year")["n"].sum()
    assert (group <= by_hypothesis.groupby("year")["n"].sum()).all()
    for name in ("balance_by_study_type", "balance_by_origin"):
        assert made[name]["n_findings"].sum() == findings["is_counted"].sum()
