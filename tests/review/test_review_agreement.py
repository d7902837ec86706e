"""Agreement: the figures are the textbook's, the pairs are those that judged the same text."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_samples import decision, fill, pmid, record
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.proportion import proportion_confint

from drmine.cli import cli
from drmine.errors import ConfigurationError, InputError
from drmine.review.agreement.compare import ALL, MACHINE, Rating, agreement, compare
from drmine.review.agreement.figures import NO, YES, Unit, figures, figures_of_all
from drmine.review.agreement.text import status_lines
from drmine.review.decisions.decision import DecidedFinding
from drmine.review.decisions.files import append_decisions

IDS = ("transporter", "target")


def units(*pairs: tuple[str, str]) -> list[Unit]:
    return [Unit(str(n), *pair) for n, pair in enumerate(pairs)]


def yes_no(a: int, b: int, c: int, d: int) -> list[Unit]:
    """Return the cells of a table: both yes, first alone, second alone, both no."""
    cells = [(YES, YES)] * a + [(YES, NO)] * b + [(NO, YES)] * c + [(NO, NO)] * d
    return units(*cells)


def test_a_worked_example() -> None:
    # 20 yes/yes, 5 and 10 unequal, 15 no/no: observed .7, by chance .5, so kappa is .4
    found = figures(yes_no(20, 5, 10, 15))
    assert (found["n"], found["n_equal"], found["kappa"]) == (50, 35, 0.4)
    assert found["positive_agreement"] == pytest.approx(40 / 55, abs=1e-4)
    assert found["negative_agreement"] == pytest.approx(30 / 45, abs=1e-4)
    low, high = found["kappa_95"]
    # Fleiss, Cohen and Everitt (1969) give a standard error of .127 for this table
    assert low == pytest.approx(0.4 - 1.96 * 0.127, abs=0.03)
    assert high == pytest.approx(0.4 + 1.96 * 0.127, abs=0.03)
    for name, equal in (("positive_agreement", 20), ("negative_agreement", 15)):
        ends = proportion_confint(equal, equal + 15, method="wilson")
        assert found[f"{name}_95"] == pytest.approx([2 * p / (1 + p) for p in ends], abs=1e-4)


def test_kappa_and_alpha_each_have_their_own_interval() -> None:
    """One says yes to 50 of 70, the other to 20: .571 equal, by chance .408 or .496."""
    found = figures(yes_no(20, 30, 0, 20))
    assert (found["kappa"], found["alpha"]) == pytest.approx((0.2759, 0.1490), abs=0.002)
    for name in ("kappa", "alpha"):
        assert np.mean(found[f"{name}_95"]) == pytest.approx(found[name], abs=0.03)


labels = st.lists(st.tuples(*[st.sampled_from(["a", "b", "c"])] * 2), min_size=2, max_size=40)


@settings(max_examples=30, deadline=None)
@given(labels)
def test_kappa_and_alpha_are_those_of_the_libraries(pairs) -> None:
    found = figures(units(*pairs))
    if len({x for pair in pairs for x in pair}) < 2:
        assert found["kappa"] is None and found["alpha"] is None
        return
    first, second = zip(*pairs, strict=True)
    assert math.isclose(found["kappa"], cohen_kappa_score(first, second), abs_tol=1e-4)
    alpha = krippendorff.alpha(
        reliability_data=[list(first), list(second)], level_of_measurement="nominal"
    )
    assert math.isclose(found["alpha"], alpha, abs_tol=1e-4)
    for name in ("kappa", "alpha"):
        if found[f"{name}_95"]:
            low, high = found[f"{name}_95"]
            assert low <= high <= 1


def test_full_agreement_on_few_records_keeps_a_wide_interval() -> None:
    few, many = figures(yes_no(5, 0, 0, 5)), figures(yes_no(100, 0, 0, 100))
    for name in ("kappa", "alpha", "positive_agreement", "negative_agreement"):
        assert few[name] == many[name] == 1
        assert few[f"{name}_95"][0] < many[f"{name}_95"][0] < 1
    # Wilson's interval of 10 of 10 begins at .7225, of which .5 is chance
    assert few["kappa_95"] == pytest.approx((0.445, 1), abs=1e-4)


def test_a_rater_who_gives_one_label_only_shows_nothing_beyond_chance() -> None:
    found = figures(yes_no(0, 3, 0, 20))
    assert found["kappa"] == 0 and found["kappa_95"] is None
    assert found["positive_agreement"] == 0
    assert figures([])["kappa"] is None


def test_findings_of_one_record_are_drawn_together() -> None:
    pairs = [("supports", "supports"), ("supports", "refutes"), ("refutes", "refutes")] * 12
    apart = [Unit(str(n), *pair) for n, pair in enumerate(pairs)]
    together = [Unit(str(n // 4), *pair) for n, pair in enumerate(sorted(pairs))]
    assert figures(apart)["kappa"] == figures(together)["kappa"]
    assert figures(together)["n_records"] == 9
    widths = [np.ptp(figures(one)["kappa_95"]) for one in (apart, together)]
    assert widths[1] > 1.5 * widths[0]


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(100):
        truth = rng.random(120) < 0.4
        # each rater keeps the truth with chance .9: population kappa from the four cells
        said = [np.where(rng.random(120) < 0.9, truth, ~truth) for _ in range(2)]
        sample = units(*[(YES if a else NO, YES if b else NO) for a, b in zip(*said, strict=True)])
        low, high = figures(sample)["kappa_95"]
        yes = 0.4 * 0.9 + 0.6 * 0.1
        kappa = (0.82 - (yes**2 + (1 - yes) ** 2)) / (1 - (yes**2 + (1 - yes) ** 2))
        held += low <= kappa <= high
    assert held >= 88


def test_stance_and_origin_are_compared_on_what_both_assign() -> None:
    first = {
        "1": Rating(True, "animal", {"target": ("supports", "acquired")}),
        "2": Rating(False, None, {"target": ("refutes", "both")}),
    }
    second = {
        "1": Rating(True, "in_vitro", {"target": ("mixed", "acquired")}),
        "2": Rating(True, "animal", {"transporter": ("refutes", "both")}),
        "3": Rating(True, "animal"),
    }
    rows = {(r["label"], r["hypothesis"]): r for r in compare(first, second, IDS)}
    assert rows["about_drug_response", ""]["n_equal"] == 1
    assert rows["study_type", ""]["n"] == 1, "an open study type is not compared"
    assert (rows["hypothesis", "target"]["n_first"], rows["hypothesis", "target"]["n_second"]) == (
        2, 1,
    )  # fmt: skip
    assert rows["stance", ""]["n"] == rows["origin", ""]["n"] == 1
    assert rows["origin", ""]["n_equal"] == 1
    assert ("stance", "transporter") not in rows


MACHINE_SAID = ({"id": "transporter", "score": 0.9, "stance": "supports", "origin": "acquired"},)


def some_decisions():
    same = (DecidedFinding("transporter", "supports", "acquired"),)
    return [
        decision(record(0), machine=MACHINE_SAID, findings=same, blind=True),
        decision(record(1), machine=MACHINE_SAID),
        decision(record(0), "bert"),
        decision(record(1), "bert"),
        decision(record(2), "bert", round="adjudication"),
        decision(record(2)),
        # the text has changed since bert judged it
        decision(record(3), "bert", text_sha256="0" * 64, time="2025-01-01T00:00:00+00:00"),
        decision(record(3), time="2025-01-02T00:00:00+00:00"),
    ]


def test_pairs_are_of_the_same_text_and_without_adjudications() -> None:
    pairs = agreement(some_decisions(), IDS)
    assert [(p.first, p.second, p.n_records) for p in pairs] == [
        ("anna", "bert", 2), (MACHINE, "anna", 2),
    ]  # fmt: skip
    machine = pairs[1]
    assert machine.n_blind == 1
    assert {row["label"] for row in machine.rows} == {"hypothesis", "stance", "origin"}
    transporter = next(r for r in machine.rows if r["hypothesis"] == "transporter")
    assert (transporter["n_first"], transporter["n_second"]) == (2, 1)
    assert status_lines(some_decisions())[0].startswith("Kappa of anna and bert: ")


def test_a_record_is_blind_for_two_reviewers_where_it_was_so_for_both() -> None:
    made = [
        decision(record(n), name, blind=blind)
        for n, both in enumerate([(True, True), (True, False), (False, False)])
        for name, blind in zip(("anna", "bert"), both, strict=True)
    ]
    made.append(decision(record(0), "carl"))
    blind = {pair.name: pair.n_blind for pair in agreement(made, IDS)}
    assert blind == {
        "anna and bert": 1, "anna and carl": 0, "bert and carl": 0, "all reviewers": 0,
    }  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4), min_size=1, max_size=20))
def test_alpha_of_all_is_that_of_the_library(rows) -> None:
    found = figures_of_all([(str(n), row) for n, row in enumerate(rows)])
    rated = [row for row in rows if len(row) > 1]
    assert found["n"] == len(rated)
    assert found["n_equal"] == sum(len(set(row)) == 1 for row in rated)
    if len({label for row in rated for label in row}) < 2:
        assert found["alpha"] is None
        return
    # the bootstrap's own formula gives the library's figure on the sample itself
    counts = np.array([[row.count(v) for v in "abc"] for row in rated])
    alpha = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    assert math.isclose(found["alpha"], alpha, abs_tol=1e-4)
    if found["alpha_95"]:
        assert found["alpha_95"][0] <= found["alpha_95"][1] <= 1


def test_with_two_raters_alpha_of_all_is_alpha_with_the_same_interval() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")] * 10
    both = figures(units(*pairs))
    found = figures_of_all([(str(n), list(pair)) for n, pair in enumerate(pairs)])
    assert found["alpha"] == both["alpha"]
    assert found["alpha_95"] == pytest.approx(both["alpha_95"], abs=0.02)


def test_three_reviewers_have_an_alpha_together() -> None:
    more = [*some_decisions(), decision(record(0), "cora"), decision(record(9), "cora")]
    (together,) = [pair for pair in agreement(more, IDS) if pair.first == ALL]
    assert (together.name, together.n_records) == ("all reviewers", 2)
    rows = {(row["label"], row["hypothesis"]): row for row in together.rows}
    assert rows["hypothesis", "transporter"]["n"] == 2
    assert rows["hypothesis", "transporter"]["alpha"] is not None
    assert all(row["kappa"] is None for row in together.rows)


@pytest.fixture
def workspace(either_database: str, tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    fill(tmp_path / "drmine.sqlite", [record(n) for n in range(4)]).close()
    append_decisions(tmp_path / "reviews", some_decisions())
    return tmp_path


def run(*arguments: object) -> int:
    return int(cli.main([str(a) for a in arguments], standalone_mode=False))


def test_the_command_prints_and_writes_every_figure(workspace, capsys) -> None:
    files = workspace / "a.csv", workspace / "a.json"
    assert run("review", "agreement", "--csv", files[0], "--json", files[1],
               "--workspace", workspace) == 0  # fmt: skip
    said = capsys.readouterr().out
    assert "anna and bert: 2 records, 0 of them blind" in said
    assert "machine and anna: 2 records, 1 of them blind" in said
    figures_ = json.loads(files[1].read_text())
    rows = list(csv.DictReader(files[0].open(encoding="utf-8")))
    assert len(rows) == sum(len(pair["labels"]) for pair in figures_["pairs"])
    assert {"kappa_low", "kappa_high", "positive_agreement_low"} <= set(rows[0])


def test_folders_of_the_files_are_made_and_what_cannot_be_written_is_said(workspace) -> None:
    for option, name in (("--csv", "a.csv"), ("--json", "a.json")):
        path = workspace / f"new{option}" / "folder" / name
        assert run("review", "agreement", option, path, "--workspace", workspace) == 0
        assert path.stat().st_size > 100
        with pytest.raises(ConfigurationError, match="name another place"):
            run("review", "agreement", option, path / name, "--workspace", workspace)


def test_a_folder_that_is_not_there_is_named(workspace) -> None:
    with pytest.raises(InputError, match="is no folder"):
        run("review", "agreement", "--reviews", workspace / "slip", "--workspace", workspace)


def test_without_a_second_reading_it_says_so(
    either_database, tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    fill(tmp_path / "drmine.sqlite", [record(0)]).close()
    append_decisions(tmp_path / "reviews", [decision(record(0))])
    assert run("review", "agreement", "--workspace", tmp_path) == 0
    assert "Nothing to compare" in capsys.readouterr().out
    with (tmp_path / "reviews" / "anna.jsonl").open("a") as file:
        file.write("{cut")
    assert run("review", "agreement", "--workspace", tmp_path) == 1
    assert "anna.jsonl:2" in capsys.readouterr().err
    assert pmid(0)


def test_draws_that_all_tell_the_same_make_no_interval() -> None:
    """Two findings of one record: each draw holds both."""
    found = figures([Unit("1", "a", "a", "transporter"), Unit("1", "b", "c", "target")])
    assert found["kappa"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["kappa_95"] is None and found["alpha_95"] is None
