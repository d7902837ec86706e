"""What moved between two runs, and why."""

from dataclasses import replace
from pathlib import Path

import pytest
from trends_tables import CONCEPTS, FIRST_PMID, HYPOTHESES, article, finding, tables

from drmine import trends_command
from drmine.errors import ConfigurationError, InputError
from drmine.settings import Settings
from drmine.trends import write_trends
from drmine.trends.compare import Comparison, compare_runs, keep_run, kept_runs

A, B, C = range(FIRST_PMID, FIRST_PMID + 3)


def run(
    folder: Path, articles: list, findings: list, through: int = 2001, **fingerprints: str
) -> Path:
    write_trends(
        tables(articles, findings), HYPOTHESES, folder,
        manifest={"fingerprints": {"model": "m1", "vocabulary": "v1"} | fingerprints},
        invented=True, complete_through=through, concept_names=CONCEPTS,
    )  # fmt: skip
    return folder


def rows(comparison: Comparison) -> list[tuple]:
    return list(comparison.changes.itertuples(index=False, name=None))


def test_the_same_run_twice_moves_nothing(tmp_path: Path) -> None:
    one = run(tmp_path / "a", [article(A, 2000)], [finding(A, 2000, "target")])
    assert rows(compare_runs(one, one)) == []
    assert compare_runs(one, one).summary().empty


def test_records_that_came_and_went_are_new_data(tmp_path: Path) -> None:
    old = run(tmp_path / "a", [article(A, 2000), article(B, 2000)], [finding(B, 2000, "target")])
    new = run(tmp_path / "b", [article(A, 2000), article(C, 2001)], [finding(C, 2001, "target")])
    assert rows(compare_runs(old, new)) == [
        (str(B), "removed", "", "", "", "new data"),
        (str(C), "added", "", "", "", "new data"),
    ]


def test_a_label_changed_by_a_new_model_says_so(tmp_path: Path) -> None:
    old = run(tmp_path / "a", [article(A, 2000)], [finding(A, 2000, "target")])
    new = run(
        tmp_path / "b",
        [article(A, 2000, study_type="animal")],
        [finding(A, 2000, "target", stance="refutes"), finding(A, 2000, "transporter")],
        model="m2",
    )
    comparison = compare_runs(old, new)
    assert comparison.renewed == ("model",)
    assert rows(comparison) == [
        (str(A), "relabelled", "study_type", "observational", "animal", "new model"),
        (str(A), "relabelled", "target.stance", "supports", "refutes", "new model"),
        (str(A), "relabelled", "transporter", "no", "yes", "new model"),
    ]


def test_a_review_beats_a_new_model_as_the_cause(tmp_path: Path) -> None:
    old = run(tmp_path / "a", [article(A, 2000)], [finding(A, 2000, "target")])
    new = run(
        tmp_path / "b",
        [article(A, 2000)],
        [finding(A, 2000, "target", stance="refutes", reviewed=True)],
        model="m2",
    )
    assert [row[-1] for row in rows(compare_runs(old, new))] == ["review"]


def test_a_review_that_was_changed_or_undone_is_the_cause_as_one_that_was_taken(
    tmp_path: Path,
) -> None:
    def decided(name: str, stance: str, *, reviewed: bool, title: str = "Invented") -> Path:
        return run(
            tmp_path / name,
            [article(A, 2000, reviewed=reviewed, title=title)],
            [finding(A, 2000, "target", stance=stance, reviewed=reviewed)],
        )

    machine = decided("a", "supports", reviewed=False)
    taken = decided("b", "mixed", reviewed=True)
    changed = decided("c", "neutral", reviewed=True)
    revised = decided("d", "supports", reviewed=False, title="Invented anew")
    for before, after in ((machine, taken), (taken, changed), (taken, machine)):
        assert [row[-1] for row in rows(compare_runs(before, after))] == ["review"]
    # the text moved from under the decision
    assert {row[-1] for row in rows(compare_runs(taken, revised))} == {"new data"}


def test_a_revised_record_is_new_data_and_explains_its_labels(tmp_path: Path) -> None:
    old = run(tmp_path / "a", [article(A, 2000)], [finding(A, 2000, "target")])
    new = run(tmp_path / "b", [article(A, 2000, title="=Other")], [])
    assert rows(compare_runs(old, new)) == [
        (str(A), "relabelled", "target", "yes", "no", "new data"),
        (str(A), "revised", "title", f"Invented title {A}", "=Other", "new data"),
    ]


def test_a_preprint_that_gave_way_to_its_paper_is_told_and_explains_no_label(
    tmp_path: Path,
) -> None:
    old = run(tmp_path / "a", [article(A, 2000)], [finding(A, 2000, "target")])
    left_out = article(A, 2000, published_as=str(B), is_evidence=False)
    new = run(
        tmp_path / "b",
        [left_out, article(B, 2001)],
        [finding(A, 2000, "target", stance="refutes")],
        model="m2",
    )
    assert rows(compare_runs(old, new)) == [
        (str(A), "relabelled", "target.stance", "supports", "refutes", "new model"),
        (str(A), "revised", "published_as", "", str(B), "new data"),
        (str(B), "added", "", "", "", "new data"),
    ]


def test_a_record_that_turned_out_to_be_an_erratum_is_told(tmp_path: Path) -> None:
    old = run(tmp_path / "a", [article(A, 2000)], [finding(A, 2000, "target")])
    new = run(tmp_path / "b", [article(A, 2000, is_evidence=False)], [finding(A, 2000, "target")])
    assert rows(compare_runs(old, new)) == [
        (str(A), "revised", "is_evidence", "TRUE", "FALSE", "new data")
    ]


def test_a_change_without_a_cause_is_called_unexplained(tmp_path: Path) -> None:
    old = run(tmp_path / "a", [article(A, 2000)], [finding(A, 2000, "target")])
    new = run(tmp_path / "b", [article(A, 2000)], [])
    assert [row[-1] for row in rows(compare_runs(old, new))] == ["unexplained"]


def test_years_that_became_complete_or_incomplete_are_told(tmp_path: Path) -> None:
    papers = [article(A, 1998), article(B, 2004)]
    old = run(tmp_path / "a", papers, [], through=2000)
    new = run(tmp_path / "b", [*papers, article(C, 1990)], [], through=2003)
    kept = keep_run(old, tmp_path / "run")
    # the years before 1998 held nothing then, and were not incomplete
    assert compare_runs(kept, new).completed == (2001, 2002, 2003)
    said: list[str] = []
    settings = replace(Settings(), workspace=tmp_path / "w")
    trends_command.compare(settings, str(kept), str(new), changes=None, say=said.append)
    assert "Complete since, and new in the trend tests: 2001 to 2003." in said
    assert compare_runs(new, kept).on_years() == [
        "No longer complete, and left out of the trend tests: 2001 to 2003."
    ]
    assert compare_runs(old, kept).on_years() == []


def test_a_run_kept_before_years_were_is_compared_without_them(tmp_path: Path) -> None:
    old = run(tmp_path / "a", [article(A, 1998)], [], through=1990)
    kept = keep_run(old, tmp_path / "run")
    (kept / "years.csv.gz").unlink()
    assert compare_runs(kept, run(tmp_path / "b", [article(A, 1998)], [])).on_years() == []


def test_a_workspace_stands_for_its_trends(tmp_path: Path) -> None:
    run(tmp_path / "w/trends", [article(A, 2000)], [])
    assert rows(compare_runs(tmp_path / "w", tmp_path / "w/trends")) == []


def test_a_file_of_changes_gets_its_folder_and_one_that_cannot_be_written_is_one_sentence(
    tmp_path: Path,
) -> None:
    old = str(run(tmp_path / "a", [article(A, 2000)], [finding(A, 2000, "target")]))
    new = str(run(tmp_path / "b", [article(A, 2000)], []))
    settings = replace(Settings(), workspace=tmp_path / "w")
    table = tmp_path / "not" / "yet" / "changes.csv"
    trends_command.compare(settings, old, new, changes=table, say=lambda _: None)
    assert table.read_text("utf-8").count("\n") == 2
    with pytest.raises(ConfigurationError, match="cannot be written"):
        trends_command.compare(settings, old, new, changes=table / "x.csv", say=lambda _: None)


def test_a_folder_without_trend_files_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lacks articles\.csv"):
        compare_runs(tmp_path, tmp_path)


@pytest.mark.parametrize("left", [-20, 5, 0])
def test_a_kept_file_that_was_cut_off_is_one_sentence(tmp_path: Path, left: int) -> None:
    made = run(tmp_path / "made", [article(A, 2000)], [finding(A, 2000, "target")])
    kept = keep_run(made, tmp_path / "run")
    assert rows(compare_runs(kept, made)) == []
    packed = kept / "articles.csv.gz"
    packed.write_bytes(packed.read_bytes()[:left])
    with pytest.raises(InputError, match="cannot be read"):
        compare_runs(kept, made)


def test_a_run_that_was_not_kept_whole_is_none_to_compare_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run(tmp_path / "made", [article(A, 2000)], [finding(A, 2000, "target")])
    runs = tmp_path / "runs"
    keep_run(made, runs / "20260101-000000-0000")

    def full(self: Path, _: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(ConfigurationError, match="No space"):
        patch.setattr(Path, "replace", full)
        keep_run(made, runs / "20260102-000000-0000")
    assert [folder.name for folder in kept_runs(runs)] == ["20260101-000000-0000"]
