"""The examples of docs/analysts.md run, and docs/trends.md says what was measured."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from trends_tables import CONCEPTS, HYPOTHESES, random_tables

from drmine.trends import write_trends
from drmine.trends.schema_years import HYPOTHESIS_BY_YEAR

ROOT = Path(__file__).resolve().parents[2]
ANALYSTS = ROOT / "docs" / "analysts.md"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analyst")
    write_trends(
        random_tables(1500, 1500), HYPOTHESES, folder / "trends", manifest={}, invented=True,
        complete_through=2019, concept_names=CONCEPTS,
    )  # fmt: skip
    return folder


def blocks(language: str) -> str:
    """All code of one language, as a reader types it from top to bottom."""
    return "\n".join(
        re.findall(rf"```{language}\n(.*?)```", ANALYSTS.read_text(encoding="utf-8"), re.DOTALL)
    )


def test_the_pandas_examples_run(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace)
    names: dict = {}
    exec(blocks("python"), names)
    assert list(names["wide"].columns) == sorted(h.id for h in HYPOTHESES)
    assert names["wide"].index.max() == 2019
    assert set(names["table"].columns) == {"estimate", "low", "high", "p_adjusted", "direction"}
    assert len(names["table"]) == len(HYPOTHESES) and names["table"].notna().all().all()
    assert len(names["against"]) > 50 and names["against"]["title"].notna().all()
    assert len(names["named"]) > 20


def test_the_example_of_what_moves_wants_test_and_size_as_the_report_does(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(workspace / "trends", tmp_path / "trends")
    tests = pd.read_csv(tmp_path / "trends" / "trend_tests.csv")
    shares = tests["measure"] == "hypothesis_share"
    cases = {  # p_adjusted, direction by ranks, interval by counts
        "transporter": (0.001, "up", 1.0, 3.0),
        "target": (0.001, "up", -1.0, 3.0),
        "epigenetic": (0.001, "up", -3.0, -1.0),
        "neural_network": (0.2, "up", 1.0, 3.0),
    }
    assert {h.id for h in HYPOTHESES} == set(cases)
    for key, (p, direction, low, high) in cases.items():
        one = shares & (tests["key"] == key)
        ranks = one & (tests["test"] == "mann_kendall_ar1")
        counts = one & (tests["test"] == "count_model_ar1")
        tests.loc[ranks, ["p_adjusted", "direction"]] = [p, direction]
        tests.loc[counts, ["low", "high"]] = [low, high]
    tests.to_csv(tmp_path / "trends" / "trend_tests.csv", index=False)
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(blocks("python"), names)
    assert list(names["moving"].index) == ["transporter"]


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed: r-base-core")
def test_the_r_examples_run_and_agree_with_the_count_model(workspace: Path) -> None:
    script = workspace / "example.R"
    said = '\nstopifnot(nrow(joined) > 50, ncol(wide) == 4)\ncat(sprintf("%.5f", change))\n'
    script.write_text(blocks("r") + said, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", str(script)], cwd=workspace, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    tests = pd.read_csv(workspace / "trends" / "trend_tests.csv")
    row = tests.query("key == 'transporter' and test == 'count_model'").iloc[0]
    assert row["model"] == "poisson"
    assert float(done.stdout.split()[-1]) == pytest.approx(row["estimate"], abs=2e-5)


def test_the_columns_of_the_spreadsheet_example_are_where_it_says() -> None:
    names = HYPOTHESIS_BY_YEAR.column_names
    text = ANALYSTS.read_text(encoding="utf-8")
    for name in ("year", "hypothesis", "n_articles", "n"):
        letter = "ABCDEFGHIJKLMNOP"[names.index(name)]
        assert re.search(rf"`{name}` in (?:column )?{letter}\b", text), (name, letter)


def test_the_figures_of_the_simulation_are_those_of_its_result() -> None:
    result = json.loads((ROOT / "benchmarks/results/coverage_simulation.json").read_text())
    text = (ROOT / "docs" / "trends.md").read_text(encoding="utf-8")
    summary = result["summary"]
    for name in ("corrected_coverage_min", "corrected_coverage_max"):
        assert f"{100 * summary[name]:.1f}" in text, name
    for name in ("mann_kendall_ar1_false_alarms_min", "mann_kendall_ar1_false_alarms_max"):
        assert f"{100 * summary[name]:.1f}" in text, name
    assert summary["settings_with_coverage_93_to_97"] == summary["coverage_settings"]
