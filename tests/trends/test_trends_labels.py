"""Labels for the correction of shares: what counts, and what is left out and why."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trends_tables import HYPOTHESES, article, finding, tables

from drmine.finding_gold import GoldFindings
from drmine.records import DecidedFinding
from drmine.trends.correction import MIN_LABELS
from drmine.trends.labels import Label, gold_labels, label_frame, periods
from drmine.trends.package import write_trends

IDS = [one.id for one in HYPOTHESES]
FRAMES = tables(
    [
        article(99000001, 2001),
        article(99000002, 2002),
        article(99000003, 2003, about_drug_response=False),
        article(99000004, 2004, reviewed=True),
    ],
    [finding(99000001, 2001, "transporter"), finding(99000004, 2004, "target")],
)


def frame_of(*labels: Label, trained_on=()):
    return label_frame(labels, FRAMES.articles, FRAMES.findings, IDS, trained_on=trained_on)


def test_every_hypothesis_of_a_record_gets_a_row_with_prediction_and_truth() -> None:
    frame, warnings = frame_of(Label("99000001", frozenset({"transporter", "target"})))
    assert warnings == ()
    rows = frame.set_index("hypothesis")
    assert list(rows.index) == IDS
    assert tuple(rows.loc["transporter", ["predicted", "gold"]]) == (1, 1)
    assert tuple(rows.loc["target", ["predicted", "gold"]]) == (0, 1)
    assert tuple(rows.loc["epigenetic", ["predicted", "gold"]]) == (0, 0)


def test_records_that_are_not_counted_are_passed_over() -> None:
    assert frame_of(Label("99000003", frozenset()), Label("12345", frozenset())) == (None, ())


def test_gold_that_the_model_has_learned_cannot_tell_its_error() -> None:
    gold = Label("99000001", frozenset(), source="gold")
    for trained_on in ({"99000001"}, None):
        frame, warnings = frame_of(gold, trained_on=trained_on)
        assert frame is None
        assert warnings[0].startswith("1 gold record is not used")
    frame, _ = frame_of(gold, trained_on={"99000002"})
    assert set(frame["source"]) == {"gold"}


def test_a_review_beats_gold_and_the_later_review_the_earlier() -> None:
    frame, _ = frame_of(
        Label("99000001", frozenset({"target"})),
        Label("99000001", frozenset({"epigenetic"})),
        Label("99000001", frozenset(), source="gold"),
    )
    assert list(frame.loc[frame["gold"] == 1, "hypothesis"]) == ["epigenetic"]


def test_a_decision_in_the_machines_place_needs_the_machines_own() -> None:
    replaced = Label("99000004", frozenset({"target"}))
    frame, warnings = frame_of(replaced)
    assert frame is None and "machine's own decision" in warnings[0]
    kept = Label("99000004", frozenset({"target"}), predicted=frozenset({"transporter"}))
    frame, warnings = frame_of(kept)
    rows = frame.set_index("hypothesis")
    assert tuple(rows.loc["transporter", ["predicted", "gold"]]) == (1, 0)
    assert warnings == ()


@given(
    st.lists(st.integers(1980, 2025), min_size=1, max_size=400),
    st.lists(st.integers(1975, 2026), min_size=1, max_size=30),
)
def test_periods_are_disjoint_and_each_has_labels_enough_if_any_has(
    labelled: list[int], others: list[int]
) -> None:
    names = {str(i): year for i, year in enumerate(labelled)}
    period_of = periods(names, [*labelled, *others])
    n = dict.fromkeys(period_of.values(), 0)
    for year in labelled:
        n[period_of[year]] += 1
    assert sum(n.values()) == len(labelled)
    if len(labelled) >= MIN_LABELS:
        assert min(n.values()) >= MIN_LABELS
    else:
        assert len(n) == 1


def test_a_window_without_a_label_of_its_own_is_in_no_period_at_either_end() -> None:
    """What was drawn of 2000 to 2019 says nothing of years that came since, or before."""
    labelled = {str(i): 2000 + i % 20 for i in range(150)}
    period_of = periods(labelled, range(1990, 2027))
    assert set(period_of) == set(range(2000, 2020))
    assert set(period_of.values()) == {"2000-2019"}


def test_a_window_without_a_label_between_others_is_named() -> None:
    articles = tables([article(1 + i, year) for i, year in enumerate((1996, 2003, 2012))]).articles
    labels = [Label("1", frozenset(), frozenset()), Label("3", frozenset(), frozenset())]
    frame, warnings = label_frame(labels, articles, FRAMES.findings, IDS)
    assert set(frame["period"]) == {"1996-2012"}
    assert len(warnings) == 1 and "No record of 2000-2004 has a label" in warnings[0]


def test_gold_decisions_become_labels_of_records_not_drawn_at_random() -> None:
    one = GoldFindings(
        "99000001", "", "test", True, "animal", (DecidedFinding("target", "supports"),)
    )
    assert gold_labels([one]) == [Label("99000001", frozenset({"target"}), source="gold")]


def test_gold_does_not_spoil_a_random_sample_that_is_enough() -> None:
    drawn = [Label(str(99000001 + i), frozenset()) for i in range(MIN_LABELS)]
    gold = Label(str(99000001 + MIN_LABELS), frozenset(), source="gold")
    records = tables([article(int(one.pmid), 2001) for one in (*drawn, gold)], [])

    def sources(*labels: Label) -> tuple[set[str], tuple[str, ...]]:
        frame, notes = label_frame(labels, records.articles, records.findings, IDS)
        assert frame is not None
        return set(frame["source"]), notes

    found, notes = sources(*drawn, gold)
    assert found == {"review"}
    assert notes == (
        "1 gold record is not used to correct shares, since the reviewers' random sample is "
        "enough.",
    )
    assert sources(*drawn[1:], gold) == ({"gold", "review"}, ())


def test_gold_labels_mark_the_correction_as_indicative(tmp_path: Path) -> None:
    records = [article(99000001 + i, 2000 + i % 5) for i in range(400)]
    found = [finding(99000001 + i, 2000 + i % 5, "transporter") for i in range(0, 400, 4)]
    store = tables(records, found)
    labels = [
        Label(str(99000001 + i), frozenset({"transporter"} if i % 8 == 0 else ()), source="gold")
        for i in range(0, 400, 2)
    ]
    frame, _ = label_frame(labels, store.articles, store.findings, IDS)
    write_trends(
        store, HYPOTHESES, tmp_path / "trends", manifest={}, invented=True, complete_through=2004,
        concept_names={}, labels=frame,
    )  # fmt: skip
    import pandas as pd

    row = pd.read_csv(tmp_path / "trends/hypothesis_corrected.csv").iloc[0]
    assert (row["hypothesis"], row["correction"], row["period"]) == (
        "transporter", "ppi_gold", "2000-2004",
    )  # fmt: skip
    assert row["share"] == pytest.approx(0.25)
    assert row["corrected_low"] < 0.125 < row["corrected_high"] < row["share"]
