"""The charts: valid Vega-Lite, data that JSON can hold, scripts that are bundled once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest

from drmine.report import scripts, vega
from drmine.report.agreement import agreement_chart
from drmine.report.charts import all_charts
from drmine.report.data import read_report_data
from drmine.report.drawing import MOST_WINDOWS, windows
from drmine.report.hypothesis_charts import hypothesis_charts
from drmine.report.overview import answers
from drmine.taxonomy import load_taxonomy


@pytest.fixture(scope="module")
def is_valid() -> Any:
    altair = pytest.importorskip("altair", reason="altair is missing: pip install '.[test]'")
    folder = Path(altair.__file__).parent / "vegalite" / "v6" / "schema"
    schema = json.loads((folder / "vega-lite-schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema).is_valid


def test_every_chart_of_the_demonstration_is_valid_vega_lite(demo, is_valid):
    data = read_report_data(demo.workspace / "trends", {}, load_taxonomy())
    busiest = max(answers(data), key=lambda answer: answer.total)
    charts = [*all_charts(data), *hypothesis_charts(data, busiest.id)]
    assert len(charts) == 12
    assert [chart.id for chart in charts if not is_valid(chart.spec)] == []


def test_years_without_a_record_are_a_gap_not_a_line(demo, is_valid):
    data = read_report_data(demo.workspace / "trends", {}, load_taxonomy())
    for name in ("hypothesis_by_year", "group_by_year"):
        frame = data[name]
        frame.loc[frame["year"].between(2000, 2009), ["n", "n_articles"]] = 0
    charts = {one.id: one for one in (*all_charts(data), *hypothesis_charts(data, "transporter"))}
    for chart in (charts["shares"], charts["trend"], charts["groups"]):
        assert is_valid(chart.spec)
        (rows,) = chart.spec["datasets"].values()
        assert "2005–2009" not in {
            row["window"] for row in rows if row.get("measure", "") in ("", "share of records")
        }
        (line,) = (
            one for one in chart.spec.get("spec", chart.spec)["layer"]
            if one["mark"]["type"] == "line"
        )  # fmt: skip
        assert line["encoding"]["detail"]["field"] == "stretch"
        stretches = {(row["window"] < "2000", row["stretch"]) for row in rows
                     if row.get("measure", "") in ("", "share of records")}  # fmt: skip
        assert len(stretches) == len({stretch for _, stretch in stretches}) == 2
        # the empty years keep their place, so that the distance is seen
        assert {"2000–2004", "2005–2009"} <= set(line["encoding"]["x"]["scale"]["domain"])


def test_counts_of_records_say_of_how_many(demo):
    data = read_report_data(demo.workspace / "trends", {}, load_taxonomy())
    n = int(data["years"]["n_articles"].sum())
    charts = {one.id: one for one in all_charts(data)}
    for id in ("mechanisms", "studies"):
        assert f"of {n:,} records" in charts[id].text
        assert "of" in charts[id].table.columns


def test_corrected_shares_are_drawn_beside_the_others(demo, is_valid):
    data = read_report_data(demo.workspace / "trends", {}, load_taxonomy())
    frame = data["hypothesis_by_year"]
    for name in ("share", "low", "high"):
        frame[f"corrected_{name}"] = frame["share"]
    row = {"hypothesis": "transporter", "period": "1990-2025", "share": 0.2, "corrected_share": 0.1,
           "corrected_low": 0.08, "corrected_high": 0.12}  # fmt: skip
    data.tables["hypothesis_corrected"] = pd.DataFrame([row])
    (chart,) = (c for c in hypothesis_charts(data, "transporter") if c.id == "trend")
    assert is_valid(chart.spec)
    assert len(chart.spec["datasets"]) == 2
    compared = "1990-2025 plain 20 %, corrected 10 % (8.0 % to 12 %)."
    assert compared.replace(" %", "\u00a0%") in chart.text
    # what is drawn is what the table and its download hold
    lines = [row[1] for row in chart.table.rows]
    assert lines.count("plain share") == lines.count("corrected for the machine's errors") > 1
    assert {row[2] for row in chart.table.rows if row[1] != "plain share"} == {""}


def test_the_share_of_a_hypothesis_is_told_of_whole_windows_with_its_interval(demo):
    data = read_report_data(demo.workspace / "trends", {}, load_taxonomy())
    last = data["years"]["year"].max()
    frame = data["hypothesis_by_year"]
    frame.loc[frame["year"] == last, "is_complete"] = False
    (chart,) = (c for c in hypothesis_charts(data, "transporter") if c.id == "trend")
    told = chart.text.partition(" Not corrected")[0]
    assert re.search(r"\d\u00a0%\) in 2020–2024$", told.removesuffix("."))
    assert str(last) not in told and told.count(" to ") == 2


def test_labels_of_an_axis_never_touch(demo):
    data = read_report_data(demo.workspace / "trends", {}, load_taxonomy())
    assert all(c.spec["config"]["axis"]["labelSeparation"] > 0 for c in all_charts(data) if c.spec)


def test_lines_of_several_names_are_told_apart_without_colour(demo):
    data = read_report_data(demo.workspace / "trends", {}, load_taxonomy())
    (groups,) = (c for c in all_charts(data) if c.id == "groups")
    assert '"shape": {"field": "group"' in json.dumps(groups.spec)


@dataclass
class Pair:
    name: str
    rows: list[dict[str, Any]]


def test_the_chart_of_agreement_is_valid_vega_lite(is_valid, monkeypatch):
    monkeypatch.setattr("drmine.report.agreement.label_name", lambda row: row["label"])
    monkeypatch.setattr("drmine.report.agreement.figure_text", lambda row, name: str(row[name]))
    row = {"label": "stance", "n": 9, "kappa": -0.1, "kappa_95": (-0.4, 0.3)}
    chart = agreement_chart([Pair("anna and bert", [row])])  # type: ignore[list-item]
    assert is_valid(chart.spec)


def test_a_misspelt_chart_is_not_valid(is_valid):
    frame = pd.DataFrame({"n": [1]})
    for mark, valid in (("bar", True), ("baar", False)):
        chart = vega.whole(vega.unit(frame, mark, {}, x=vega.field("n:Q")), {"view": {}})
        assert is_valid(chart) is valid


def test_what_json_cannot_hold_becomes_null():
    frame = pd.DataFrame(
        {
            "number": [1.5, np.nan, np.inf],
            "count": np.array([1, 2, 3], dtype="int32"),
            "text": ["a", None, np.nan],
            "maybe": pd.array([1, None, 3], dtype="Int64"),
            "is_it": [True, False, True],
        }
    )
    rows = vega.rows_of(frame)
    assert json.loads(json.dumps(rows, allow_nan=False)) == [
        {"number": 1.5, "count": 1, "text": "a", "maybe": 1, "is_it": True},
        {"number": None, "count": 2, "text": None, "maybe": None, "is_it": False},
        {"number": None, "count": 3, "text": None, "maybe": 3, "is_it": True},
    ]
    assert vega.rows_of(frame.head(0)) == []


@pytest.fixture
def bundled(tmp_path, monkeypatch):
    """Count how often the scripts are bundled, with a cache of the test's own."""
    import vl_convert

    times = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(
        vl_convert, "javascript_bundle", lambda: times.append(1) or "vega = '</script>'"
    )
    scripts.chart_scripts.cache_clear()
    yield times
    scripts.chart_scripts.cache_clear()


def script_of_a_new_process() -> str:
    scripts.chart_scripts.cache_clear()
    return scripts.chart_scripts()


def test_scripts_are_bundled_once_and_cannot_end_their_element(bundled):
    assert script_of_a_new_process() == script_of_a_new_process() == "vega = '<\\/script>'"
    assert len(bundled) == 1


def test_scripts_that_were_cut_are_bundled_anew(bundled, tmp_path):
    whole = script_of_a_new_process()
    (kept,) = tmp_path.glob("drmine/*.js")
    kept.write_bytes(kept.read_bytes()[:-3])
    assert script_of_a_new_process() == whole
    assert len(bundled) == 2


def test_a_cache_whose_file_cannot_be_written_is_done_without(bundled, tmp_path):
    (tmp_path / "drmine" / scripts._place().name).mkdir(parents=True)
    assert script_of_a_new_process() == "vega = '<\\/script>'"


def test_a_cache_that_cannot_be_written_is_done_without(bundled, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert script_of_a_new_process() == "vega = '<\\/script>'"


def test_one_paper_of_long_ago_leaves_room_for_the_others():
    years = [1862, *range(1950, 2025)]
    frame = pd.DataFrame({"year": years, "n": 1, "is_complete": True})
    sums = windows(frame, [], ["n"]).sort_values("start")
    assert len(sums) == MOST_WINDOWS and int(sums["n"].sum()) == len(years)
    assert list(sums["window"])[:2] == ["1862–1949", "1950–1954"]
    late = windows(frame[frame["year"] > 1990], [], ["n"]).sort_values("start")
    assert next(iter(late["window"])) == "1991–1994"
