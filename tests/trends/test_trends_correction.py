"""Prediction-powered inference: the published estimator, honest intervals, honest refusals."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trends_tables import FIRST_PMID, HYPOTHESES, article, finding, tables

from drmine.errors import InputError
from drmine.trends.correction import MIN_LABELS, correct_hypotheses
from drmine.trends.prediction_powered import corrected_share
from drmine.trends.prepare import Prepared, prepare

INDEX = np.arange(60)
GOLD = ((INDEX * 7) % 20 < 4).astype(float)
PREDICTED = np.where(INDEX % 11 == 0, 1 - GOLD, GOLD)
REST = ((np.arange(500) * 13) % 100 < 27).astype(float)


@pytest.mark.parametrize(
    ("lam", "share", "low", "high"),
    [
        (None, 0.20196112, 0.12910379, 0.27481845),
        (1, 0.20333333, 0.11597097, 0.29069569),
        (0, 0.2, 0.0987879, 0.3012121),
    ],
)
def test_estimate_and_interval_are_those_of_the_authors_software(
    lam: float | None, share: float, low: float, high: float
) -> None:
    """ppi_mean_pointestimate and ppi_mean_ci (alpha 0.05) of ppi-python 0.2.3 on these arrays."""
    one = corrected_share(GOLD, PREDICTED, REST, lam=lam, pseudo_count=0)
    assert (one.share, one.low, one.high) == pytest.approx((share, low, high), abs=5e-8)


def simulated(
    rng: np.random.Generator, truth: float, sensitivity: float, specificity: float, n: int
) -> tuple[np.ndarray, np.ndarray]:
    gold = rng.random(n) < truth
    predicted = np.where(gold, rng.random(n) < sensitivity, rng.random(n) > specificity)
    return gold.astype(float), predicted.astype(float)


@pytest.mark.parametrize(
    ("truth", "sensitivity", "specificity"), [(0.02, 0.8, 0.95), (0.05, 0.7, 0.9), (0.3, 0.9, 0.97)]
)
def test_the_interval_covers_the_truth_where_the_plain_one_fails(
    truth: float, sensitivity: float, specificity: float
) -> None:
    rng = np.random.default_rng(6)
    covered, runs = 0, 250
    for _ in range(runs):
        gold, predicted = simulated(rng, truth, sensitivity, specificity, 2300)
        one = corrected_share(gold[:300], predicted[:300], predicted[300:])
        covered += one.low <= truth <= one.high
    assert 0.92 <= covered / runs <= 0.985


def test_it_is_narrower_than_the_labels_alone() -> None:
    rng = np.random.default_rng(7)
    gold, predicted = simulated(rng, 0.3, 0.9, 0.95, 5000)
    tuned = corrected_share(gold[:300], predicted[:300], predicted[300:])
    labels_only = corrected_share(gold[:300], predicted[:300], predicted[300:], lam=0)
    assert tuned.high - tuned.low < 0.8 * (labels_only.high - labels_only.low)


def test_labels_drawn_with_unequal_chances_are_weighted_back() -> None:
    """Half of the labels come from the machine's positives, which are one in nine."""
    rng = np.random.default_rng(8)
    truth, covered, runs, shares = 0.08, 0, 300, []
    for _ in range(runs):
        gold, predicted = simulated(rng, truth, 0.8, 0.95, 3000)
        positive, negative = np.flatnonzero(predicted == 1), np.flatnonzero(predicted == 0)
        drawn = np.concatenate(
            [rng.choice(positive, 150, replace=False), rng.choice(negative, 150, replace=False)]
        )
        weights = np.repeat([len(positive) / 150, len(negative) / 150], 150)
        one = corrected_share(gold[drawn], predicted[drawn], predicted, weights)
        shares.append(one.share)
        covered += one.low <= truth <= one.high
    assert np.mean(shares) == pytest.approx(truth, abs=0.004)
    assert covered / runs > 0.92


def test_records_that_weigh_next_to_nothing_narrow_no_interval() -> None:
    """60 others that stand for no record leave the 60 labels as they are, and as many."""
    alone = corrected_share(GOLD, PREDICTED, np.array([]))
    both = corrected_share(
        np.append(GOLD, np.ones(60)), np.append(PREDICTED, np.zeros(60)), np.array([]),
        np.repeat([1.0, 1e-12], 60),
    )  # fmt: skip
    assert (both.share, both.low, both.high) == pytest.approx((alone.share, alone.low, alone.high))


@pytest.mark.parametrize(("n", "n_gold", "others"), [(60, 12, 500), (109, 18, 1058)])
def test_a_machine_that_says_the_same_of_each_record_earns_no_trust(n, n_gold, others) -> None:
    """As of a hypothesis that it never gives: rounding made the trust anything up to 1."""
    gold = (np.arange(n) < n_gold).astype(float)
    said = corrected_share(gold, np.zeros(n), np.zeros(others))
    labels_alone = corrected_share(gold, gold, np.array([]))
    assert said.lam == 0
    assert (said.low, said.high) == pytest.approx((labels_alone.low, labels_alone.high))


def test_without_other_records_it_is_the_labels_share() -> None:
    one = corrected_share(GOLD, PREDICTED, np.array([]))
    assert one.share == pytest.approx(GOLD.mean()) and one.lam == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40),
    st.lists(st.booleans(), max_size=60),
    st.sampled_from((None, 0.0, 0.5, 1.0)),
    st.sampled_from((0.0, 0.5)),
)
def test_a_corrected_share_lies_within_its_interval_within_0_and_1(
    labelled: list[tuple[bool, bool]], rest: list[bool], lam: float | None, pseudo_count: float
) -> None:
    gold, predicted = np.array(labelled, dtype=float).T
    rest_of_them = np.array(rest, dtype=float)
    one = corrected_share(gold, predicted, rest_of_them, lam=lam, pseudo_count=pseudo_count)
    assert 0 <= one.low <= one.share <= one.high <= 1
    assert 0 <= one.lam <= 1


def prepared(n: int, year: int) -> Prepared:
    rows = [article(FIRST_PMID + i, year) for i in range(n)]
    found = [finding(FIRST_PMID + i, year, "transporter") for i in range(0, n, 4)]
    return prepare(
        tables(rows, found), HYPOTHESES, complete_through=year, concept_names={}, pubmed_totals=None
    )


def labels(n: int, period: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "pmid": [str(FIRST_PMID + i) for i in range(n)],
            "period": period,
            "hypothesis": "transporter",
            "predicted": [int(i % 4 == 0) for i in range(n)],
            "gold": [int(i % 8 == 0) for i in range(n)],
        }
    )


def test_a_period_with_enough_labels_is_corrected_in_each_of_its_years() -> None:
    table, yearly, _ = correct_hypotheses(prepared(400, 2003), labels(MIN_LABELS, "2001-2005"))
    row = table[table["hypothesis"] == "transporter"].iloc[0]
    assert row["correction"] == "ppi"
    assert row["share"] == 0.25
    # half of what the machine calls transporter is not
    assert row["corrected_share"] == pytest.approx(0.125, abs=0.02)
    assert row["corrected_low"] < 0.125 < row["corrected_high"]
    mine = yearly[yearly["hypothesis"] == "transporter"]
    assert list(mine["year"]) == [2003] and list(mine["period"]) == ["2001-2005"]


def of_transporter(table: pd.DataFrame) -> pd.Series:
    return table[table["hypothesis"] == "transporter"].iloc[0]


def test_the_first_and_the_last_year_of_a_period_are_corrected_and_no_other() -> None:
    rows = [article(FIRST_PMID + i, 2000 + i % 7) for i in range(400)]
    data = prepare(tables(rows), HYPOTHESES, complete_through=2006, concept_names={})
    table, yearly, _ = correct_hypotheses(data, labels(200, "2001-2005"))
    mine = yearly[yearly["hypothesis"] == "transporter"]
    assert list(mine["year"]) == [2001, 2002, 2003, 2004, 2005]
    years = np.arange(400) % 7
    inside = (years >= 1) & (years <= 5)
    # labelled records whose year in the store is another are none of the period's
    row = of_transporter(table)
    assert (row["n_articles"], row["n_labels"]) == (inside.sum(), inside[:200].sum())


def test_labels_of_unequal_chances_count_by_their_weight_and_leave_no_rest() -> None:
    """Drawn: 50 of the 100 that the machine gives it, of which half are wrong; 50 of 300 others."""
    yes, no = range(0, 200, 4), [i for i in range(68) if i % 4][:50]
    drawn = [*yes, *no]
    sample = pd.DataFrame(
        {"pmid": [str(FIRST_PMID + i) for i in drawn], "period": "2003",
         "hypothesis": "transporter", "predicted": [int(i % 4 == 0) for i in drawn],
         "gold": [int(i % 8 == 0) for i in drawn], "weight": [100 / 50] * 50 + [300 / 50] * 50}
    )  # fmt: skip
    row = of_transporter(correct_hypotheses(prepared(400, 2003), sample)[0])
    assert row["labels_share"] == pytest.approx(0.125)
    assert row["corrected_share"] == pytest.approx(0.125)


def test_the_labelled_are_no_part_of_the_others_that_the_machine_alone_has_read() -> None:
    sample = labels(MIN_LABELS, "2003")
    sample["predicted"] = sample["gold"] = [int(i < 40) for i in range(MIN_LABELS)]
    row = of_transporter(correct_hypotheses(prepared(400, 2003), sample)[0])
    others = np.repeat([1.0, 0.0], [75, 225])
    by_hand = corrected_share(
        sample["gold"].to_numpy(float), sample["predicted"].to_numpy(float), others
    )
    assert (row["corrected_share"], row["lambda"]) == pytest.approx((by_hand.share, by_hand.lam))


def test_the_plain_share_is_by_the_machines_word_where_the_store_holds_a_reviewers() -> None:
    """75 of the 300 others, and 50 of the 100 labelled, of which the store has 25 others."""
    sample = labels(MIN_LABELS, "2003").assign(predicted=[i % 2 for i in range(MIN_LABELS)])
    row = of_transporter(correct_hypotheses(prepared(400, 2003), sample)[0])
    assert row["share"] == (75 + 50) / 400


def test_one_gold_record_makes_a_correction_indicative_and_a_label_given_twice_is_one() -> None:
    sample = labels(MIN_LABELS, "2003").assign(source=["gold"] + ["review"] * (MIN_LABELS - 1))
    row = of_transporter(correct_hypotheses(prepared(400, 2003), sample)[0])
    assert row["correction"] == "ppi_gold"
    row = of_transporter(correct_hypotheses(prepared(400, 2003), pd.concat([sample[1:]] * 2))[0])
    assert (row["n_labels"], row["correction"]) == (MIN_LABELS - 1, "too_few_labels")


def test_too_few_labels_are_flagged_and_correct_nothing() -> None:
    table, yearly, _ = correct_hypotheses(prepared(400, 2003), labels(MIN_LABELS - 1, "2003"))
    assert set(table["correction"]) == {"too_few_labels"}
    assert yearly["corrected_share"].isna().all()


def test_no_labels_give_an_empty_table() -> None:
    table, yearly, warnings = correct_hypotheses(prepared(10, 2003), None)
    assert table.empty and yearly.empty and not warnings


def test_the_unsure_that_reviewers_mend_beside_the_random_sample_are_not_corrected_twice() -> None:
    """400 of 2,000 are unsure, and only there the machine errs; reviewers decide all of them."""
    n, rng = 2000, np.random.default_rng(9)
    truth, unsure = rng.random(n) < 0.15, np.arange(n) % 5 == 0
    said = truth ^ (unsure & (rng.random(n) < 0.4))
    drawn = rng.permutation(n) < 400
    stored = np.where(drawn | unsure, truth, said)
    pmids = [str(FIRST_PMID + i) for i in range(n)]
    data = prepare(
        tables(
            [article(FIRST_PMID + i, 2003) for i in range(n)],
            [finding(FIRST_PMID + i, 2003, "transporter") for i in range(n) if stored[i]],
        ),
        HYPOTHESES, complete_through=2003, concept_names={},
    )  # fmt: skip
    random_labels = pd.DataFrame(
        {"pmid": pmids, "period": "2003", "hypothesis": "transporter",
         "predicted": said.astype(int), "gold": truth.astype(int)}
    )[drawn]  # fmt: skip
    machine = {
        pmids[i]: SimpleNamespace(about=True, hypotheses={"transporter"} if said[i] else set())
        for i in np.flatnonzero(drawn | unsure)
    }
    table, _, _ = correct_hypotheses(data, random_labels, machine)
    row = table[table["hypothesis"] == "transporter"].iloc[0]
    assert row["corrected_low"] < truth.mean() < row["corrected_high"]
    assert row["corrected_share"] == pytest.approx(truth.mean(), abs=0.02)
    assert row["share"] == pytest.approx(said.mean())


def test_records_that_reviewers_took_off_the_topic_or_brought_in_change_no_denominator() -> None:
    """Of 400 that the machine counts 40 are found off the topic, 10 of them in the sample."""
    off = {FIRST_PMID + i for i in range(90, 130)}
    rows = [article(FIRST_PMID + i, 2003) for i in range(400)]
    rows += [article(FIRST_PMID + i, 2003) for i in range(400, 420)]  # brought in by reviewers
    for row in rows:
        row["about_drug_response"] = int(str(row["pmid"])) not in off
    data = prepare(tables(rows), HYPOTHESES, complete_through=2003, concept_names={})
    machine = {str(pmid): SimpleNamespace(about=True, hypotheses=set()) for pmid in off} | {
        str(FIRST_PMID + i): SimpleNamespace(about=False, hypotheses=set()) for i in range(400, 420)
    }
    drawn = labels(MIN_LABELS, "2003").assign(year=2003)
    table, _, warnings = correct_hypotheses(data, drawn, machine)
    assert set(table["n_articles"]) == {400} and warnings == ()
    # where the machine's word is not kept, those in the sample stay in by the year of their label
    table, _, warnings = correct_hypotheses(data, drawn)
    assert set(table["n_articles"]) == {400 - 40 + 20 + 10} and warnings == ()


def test_labels_of_records_that_do_not_count_are_left_out_with_a_warning() -> None:
    _, _, warnings = correct_hypotheses(prepared(50, 2003), labels(60, "2003"))
    assert warnings == ("10 labelled records are not among the counted articles; left out.",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"period": "early"}, "neither a year"),
        ({"period": "2005-2001"}, "neither a year"),
        ({"period": ["2001-2003"] * 30 + ["2003-2005"] * 30}, "overlap in 2003"),
    ],
)
def test_periods_that_cannot_be_used_are_refused(change: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        correct_hypotheses(prepared(60, 2003), labels(60, "2003").assign(**change))


def test_labels_without_a_gold_column_are_refused() -> None:
    with pytest.raises(InputError, match="gold"):
        correct_hypotheses(prepared(60, 2003), labels(60, "2003").drop(columns="gold"))
