"""What the report says in words: verdicts, sentences with intervals, and a flow that adds up."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from big_store import MANIFEST, write_big_report

from drmine.report.data import ReportData, read_report_data
from drmine.report.drawing import percent
from drmine.report.method import HOW_OFTEN_WRONG, flow, how_corrected
from drmine.report.overview import Trend, answers, trend_of
from drmine.report.sentences import COLUMNS, evidence_rows, parts, strongest
from drmine.taxonomy import load_taxonomy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_big_report(folder, 900, 700)
    return folder


@pytest.fixture
def data(folder: Path) -> ReportData:
    return read_report_data(folder / "trends", MANIFEST, load_taxonomy())


def with_trend(
    data: ReportData, key: str, p: float, size: float, measure: str = "hypothesis_share"
) -> ReportData:
    """The data with another result of the tests of one hypothesis."""
    tests = data["trend_tests"].copy()
    mine = (tests["key"] == key) & (tests["measure"] == measure)
    size_by = "odds_model" if measure == "support_share" else "count_model_ar1"
    verdict, how_large = (mine & (tests["test"] == t) for t in ("mann_kendall_ar1", size_by))
    tests.loc[verdict, ["p_adjusted", "estimate"]] = [p, size / 10]
    tests.loc[how_large, ["estimate", "low", "high"]] = [size, size - 1, size + 1]
    return ReportData({**data.tables, "trend_tests": tests}, data.manifest, data.taxonomy)


@pytest.mark.parametrize(
    ("p", "size", "verdict", "words"),
    [
        (0.001, 2.5, "gains", "grows (+2.5 % a year, 95 % interval +1.5 to +3.5, "),
        (0.0001, -2.5, "fades", "falls (−2.5 % a year, 95 % interval −3.5 to −1.5, "),
        (0.3, 2.5, "steady", "No trend that can be told from chance"),
        (0.3, -2.5, "steady", "No trend that can be told from chance"),
        # the size's interval is from one below to one above
        (0.001, 0.5, "steady", "rises by ranks, by how much cannot be told from nothing (+0.5 %"),
    ],
)
def test_a_verdict_rests_on_the_test_and_its_size_is_told_with_an_interval(
    data, p, size, verdict, words
):
    answer = answers(with_trend(data, "transporter", p, size))[0]
    assert (answer.id, answer.verdict) == ("transporter", verdict)
    assert words in answer.sentence
    assert re.search(r"1995–2019, adjusted p (?:0\.\d+|below 0\.001)", answer.sentence)
    # a no-break space stands before the sign
    assert re.search(r"it stands in [\d.]+\u00a0% \(95 % interval", answer.sentence)


def test_a_corrected_share_takes_the_plain_ones_place(data):
    row = {"period": "2015-2019", "hypothesis": "transporter", "corrected_share": 0.021,
           "corrected_low": 0.012, "corrected_high": 0.034, "correction": "ppi",
           "n_labels": 300}  # fmt: skip
    earlier = row | {"period": "2010-2014", "corrected_share": 0.5, "n_labels": 0}
    tables = {**data.tables, "hypothesis_corrected": pd.DataFrame([row, earlier])}
    corrected = ReportData(tables, data.manifest, data.taxonomy)
    sentence = answers(corrected)[0].sentence
    assert (
        "2.1\u00a0% (95 % interval 1.2\u00a0% to 3.4\u00a0%) of the records on drug response of "
        "2015-2019, corrected for the machine's errors" in sentence
    )
    assert "300 labelled records" in how_corrected(corrected)


def test_without_labels_the_bias_is_said_in_plain_words(data):
    assert "not corrected" in how_corrected(data)


def test_the_report_says_how_often_the_machine_errs_as_it_was_measured():
    results = Path(__file__).parents[2] / "benchmarks" / "results"
    invented = json.loads((results / "held_out.json").read_text("utf-8"))
    model = invented["groups"]["as found"]["systems"]["shipped model"]
    real = json.loads((results / "findings_test.json").read_text("utf-8"))["about_drug_response"]
    measured = {
        "one in four of its stances is wrong": (1 - model["stance_accuracy"]["value"], 1 / 4),
        "one in six of the findings": (1 - model["hypotheses"]["micro"]["precision"], 1 / 6),
        "one in five is missed": (1 - model["hypotheses"]["micro"]["recall"], 1 / 5),
        "three in four of those on drug response": (real["recall"], 3 / 4),
        "half of what it took": (1 - real["precision"], 1 / 2),
    }
    for words, (value, said) in measured.items():
        assert words in HOW_OFTEN_WRONG
        assert value == pytest.approx(said, rel=0.25), words


def test_few_findings_make_no_trend(data):
    few = data["findings"].head(4)
    stances = data["stance_by_year"].assign(n=0)
    one = stances.index[stances["hypothesis"] == "target"][0]
    stances.loc[one, "n"] = 3
    tables = {**data.tables, "findings": few, "stance_by_year": stances}
    by_id = {a.id: a for a in answers(ReportData(tables, data.manifest, data.taxonomy))}
    assert by_id["target"].verdict == "few"
    assert by_id["transporter"].sentence == "No record that is counted bears on it."


def test_rounded_zeros_have_no_sign():
    trend = Trend(-0.001, -0.2, 0.0004, "percent_per_year", -0.1, 0.5, 2000, 2020)
    assert trend.in_words.startswith("0.0 % a year, 95 % interval −0.2 to 0.0, ")


def test_an_interval_without_width_is_not_told_as_certainty():
    trend = Trend(0.0, 0.0, 0.0, "per_year", 0.0, 1.0, 1990, 2009)
    assert "no interval" in trend.in_words and "95 %" not in trend.in_words


def test_years_that_the_test_leaves_out_are_told_beside_its_p(data):
    tests = data["trend_tests"].copy()
    mine = (tests["measure"] == "hypothesis_share") & (tests["key"] == "target")
    tests.loc[mine & (tests["test"] == "mann_kendall_ar1"), "first_year"] = 2004
    trend = trend_of(
        ReportData({**data.tables, "trend_tests": tests}, data.manifest, data.taxonomy),
        "hypothesis_share", "target",
    )  # fmt: skip
    assert trend is not None
    assert re.search(r", 1995–2019, adjusted p \S+ by ranks of 2004–2019$", trend.in_words)


def test_every_series_of_the_overview_has_its_trend(data):
    assert trend_of(data, "resistance_rate", "all") is not None
    assert trend_of(data, "group_share", "altered_pk_pd") is not None
    assert trend_of(data, "hypothesis_share", "no such hypothesis") is None


def test_the_flow_adds_up_from_box_to_box(data):
    counts = {"asked": 1000, "planned": 950, "fetched": 940, "not_served": 10}
    steps = flow(data, {**MANIFEST, "counts": counts})
    numbers = [step.n for step in steps]
    assert numbers[:2] == [1000, 940]
    stored = steps[2:]
    for step, following in itertools.pairwise(stored[:5]):
        assert step.n - sum(n for _, n in step.left_out) == following.n, step.label
    assert stored[-1].n == len(evidence_rows(data))


def test_the_flow_tells_preprints_from_retracted_papers(data):
    articles = data["articles"].astype({"published_as": object})
    excluded = articles.index[~articles["is_evidence"].astype(bool)]
    assert len(excluded) > 2
    articles.loc[excluded[:2], "published_as"] = "99000001"
    changed = ReportData({**data.tables, "articles": articles}, data.manifest, data.taxonomy)
    (stored,) = (one for one in flow(changed, MANIFEST) if one.label.startswith("records in the"))
    assert stored.left_out[:2] == (
        ("retracted papers, notices and errata", len(excluded) - 2),
        ("preprints whose published paper is here", 2),
    )
    left_out = [label for one in flow(data, MANIFEST) for label, _ in one.left_out]
    assert not any("preprints" in label for label in left_out)


def test_the_flow_of_a_full_run_tells_apart_what_the_query_does_not_find(data):
    # 2 of 29 had changed; of 50 in the store that the query does not find, 9 came and 40 are gone
    counts = {
        "asked": 29, "planned": 52, "fetched": 10, "not_found": 50, "not_found_fetched": 9,
        "deleted": 40,
    }  # fmt: skip
    missing = {"missing": ["99000001", "99000002"]}
    search, fetched, *_ = flow(data, {**MANIFEST, **missing, "counts": counts})
    assert search.left_out == (
        ("known and unchanged, not fetched again", 27),
        ("not fetched, listed in the manifest", 1),
    )
    assert fetched.label == "records fetched in this run, 9 of which the query does not find"
    assert search.n - sum(n for _, n in search.left_out) == fetched.n - 9


def test_a_sentence_is_cut_at_its_mentions_and_nothing_is_lost():
    text, spans = "P-gp 😀 was not raised", [(0, 4, "ABCB1", 1, 0), (2, 6, "x", 0, 0)]
    cut = list(parts(text, spans))
    assert cut[0] == ("P-gp", "negated", "ABCB1, negated")
    assert "".join(text for text, _, _ in cut) == text


def test_a_sentence_says_whether_it_stands_in_the_title(data):
    at = COLUMNS.index("place")
    length = data["articles"].set_index("pmid")["title"].str.len()
    # the abstract begins one line feed after the title
    after = data["findings"]["pmid"].map(length) + 1
    for start, place in ((0, "title"), (after, "abstract")):
        findings = data["findings"].assign(evidence_start=start)
        moved = ReportData({**data.tables, "findings": findings}, data.manifest, data.taxonomy)
        assert {row[at] for row in evidence_rows(moved)} == {place}


def test_the_strongest_sentences_put_reviewers_first_and_repeat_none(data):
    rows = evidence_rows(data)
    at = COLUMNS.index("reviewed")
    mine = [r for r in rows if r[2] == "transporter" and r[3] == "supports"]
    weakest = min(mine, key=lambda r: r[4] * r[COLUMNS.index("stance_score")])
    weakest[at] = 1
    rows.append(list(weakest))
    best = strongest(rows, "transporter", "supports")
    assert best[0]["pmid"] == weakest[0]
    assert len({one["evidence"] for one in best}) == len(best)


def with_row(data: ReportData, name: str, hypothesis: str, **values: object) -> ReportData:
    """The data with other values in the rows of one hypothesis."""
    table = data[name].copy()
    table.loc[table["hypothesis"] == hypothesis, list(values)] = list(values.values())
    return ReportData({**data.tables, name: table}, data.manifest, data.taxonomy)


@pytest.mark.parametrize(("tau", "low", "high"), [(0.4, -8.0, -3.4), (-0.4, 3.4, 8.0)])
def test_ranks_and_counts_that_part_make_no_verdict(data, tau, low, high):
    """A handful of records a year with a growing share, then many with a small one."""
    parted = with_trend(data, "transporter", 0.0025, (low + high) / 2)
    tests = parted["trend_tests"]
    mine = (tests["key"] == "transporter") & (tests["measure"] == "hypothesis_share")
    tests.loc[mine & (tests["test"] == "mann_kendall_ar1"), "estimate"] = tau
    answer = answers(parted)[0]
    assert answer.verdict == "steady"
    by_ranks, by_counts = ("rises", "falls") if tau > 0 else ("falls", "rises")
    assert f"{by_ranks} by ranks, yet {by_counts} by counts: no clear trend" in answer.sentence


@pytest.mark.parametrize(
    ("p", "words"), [(0.005, "p 0.005"), (0.0498, "p 0.0498"), (0.04999, "p 0.04999"),
                     (0.0502, "p 0.05"), (1.0, "p 1")],
)  # fmt: skip
def test_a_rounded_p_does_not_speak_against_the_verdict(p, words):
    trend = Trend(2.0, 1.0, 3.0, "percent_per_year", 0.4, p, 2000, 2020)
    assert trend.in_words.endswith(words)
    assert trend.verdict == ("gains" if p < 0.05 else "steady")


def test_a_share_that_grows_by_four_thousandths_a_year_grows_by_four_points_in_ten():
    trend = Trend(0.004, 0.001, 0.007, "per_year", 0.4, 0.01, 2000, 2020)
    assert trend.in_words.startswith("+4.0 percentage points in ten years, 95 % interval +1.0 to ")


def test_the_share_is_that_of_the_last_five_complete_years(data):
    """25 to 29 of 100 in 2015 to 2019; 2020 is not complete."""
    years = data["hypothesis_by_year"]
    years = years.assign(n=years["year"] - 1990, n_articles=100)
    tables = {**data.tables, "hypothesis_by_year": years}
    sentence = answers(ReportData(tables, data.manifest, data.taxonomy))[0].sentence
    assert re.search(r"in 27\u00a0% \(.*of the 500 records .* of 2015–2019, the last", sentence)


@pytest.mark.parametrize(("size", "turn"), [(3.0, "growing"), (-3.0, "falling")])
def test_the_balance_is_that_of_all_years_and_its_turn_is_one_of_odds(data, size, turn):
    balance = data["balance_cumulative"].copy()
    balance.loc[balance["year"] == 2020, "support_share"] = 0.77
    turned = with_trend(data, "transporter", 0.01, size, "support_share")
    tables = {**turned.tables, "balance_cumulative": balance}
    said = answers(ReportData(tables, data.manifest, data.taxonomy))[0].balance
    assert "Of those that take a side, 77\u00a0%" in said
    assert re.search(rf" support it, {turn} over the years \([+−]3.0 % a year in its odds, ", said)


def test_an_interval_without_zero_shows_none():
    trend = Trend(0.9, 0.03, 1.8, "percent_per_year", 0.4, 0.01, 2000, 2020)
    assert trend.in_words.startswith("+0.90 % a year, 95 % interval +0.03 to +1.80, ")


def test_a_single_year_and_a_single_record_are_told_as_such(data):
    years = data["hypothesis_by_year"]
    one = years[years["year"] == 2019].assign(n=1, n_articles=1)
    alone = ReportData({**data.tables, "hypothesis_by_year": one}, data.manifest, data.taxonomy)
    assert answers(alone)[0].sentence.endswith(", the last complete year.")
    assert " of the one record on drug response of 2019, " in answers(alone)[0].sentence
    none = with_row(data, "hypothesis_by_year", "transporter", is_complete=False)
    assert answers(none)[0].sentence.endswith("; no complete year holds a record on drug response.")


def test_shares_of_windows_come_with_their_numbers(data):
    assert re.search(r"; \d+\u00a0% of \d+ in 2010–2014 and \d+\u00a0% of \d+ in 2015–2019",
                     answers(data)[0].balance)  # fmt: skip


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0"), (0.0001, "<0.1"), (0.0005, "0.1"), (0.0994, "9.9"), (0.0996, "10"), (0.5, "50"),
        (0.9949, "99"), (0.996, "99.6"), (0.9996, ">99.9"), (1.0, "100"),
    ],
)  # fmt: skip
def test_only_nothing_is_0_percent_and_only_all_is_100(share, words):
    assert percent(share) == f"{words}\u00a0%"
