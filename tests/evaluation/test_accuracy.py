"""What `make accuracy` measures: the same records and folds for all, and no peeking."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks import accuracy
from benchmarks.accuracy_data import Data, tag
from benchmarks.accuracy_figures import figures, judged_of, less_than
from benchmarks.accuracy_text import as_text
from benchmarks.baselines import WORDS
from benchmarks.decided import Decided, read_decided, write_decided
from benchmarks.systems import SHIPPED, SYSTEMS, in_one_piece, is_near_miss, without_mentions

from drmine.classify.train_shipped import invented_examples, title_only
from drmine.classify.training import Example, Prepared
from drmine.records import Annotation, DecidedFinding, Finding, Record, Span
from drmine.taxonomy import load_taxonomy

IDS = load_taxonomy().ids
BASELINES = ("keyword counting", "rules alone", "TF-IDF, linear")


@pytest.fixture(scope="module")
def prepared() -> list[Prepared]:
    """Every twenty-fifth of the invented training records."""
    return tag(invented_examples()[::25])


def _record(pmid: str, title: str, abstract: str) -> Record:
    return Record(pmid, title, abstract, invented=True)


@pytest.fixture(scope="module")
def plain() -> list[Prepared]:
    """Two invented records that any system should tell apart, and a near miss."""
    resistant = _record(
        "99900001",
        "P-glycoprotein in drug-resistant epilepsy",
        "We studied refractory epilepsy. Expression of P-glycoprotein (ABCB1) at the blood-brain "
        "barrier was higher in patients with drug-resistant epilepsy than in responders. "
        "Overexpression of P-glycoprotein may contribute to drug resistance.",
    )
    elsewhere = _record("99900002", "Soil moisture in spring", "Rain was measured in 12 valleys.")
    near = _record(
        "99900003",
        "P-glycoprotein in leukaemia",
        "Expression of P-glycoprotein was higher in relapse.",
    )
    finding = DecidedFinding("transporter", "supports")
    return tag([
        Example(resistant, True, "observational", (finding,)),
        Example(elsewhere, False, "other", ()),
        Example(near, False, "observational", ()),
    ])  # fmt: skip


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_tells_plain_records_apart(
    name: str, prepared: list[Prepared], plain: list[Prepared]
) -> None:
    said = SYSTEMS[name](prepared, plain)
    assert [one.said.pmid for one in said] == ["99900001", "99900002", "99900003"]
    assert said[0].said.about_drug_response
    assert "transporter" in said[0].assigned
    assert not said[1].assigned
    assert all([f.id for f in one.said.hypotheses] == list(IDS) for one in said)


def test_keywords_are_listed_for_every_hypothesis() -> None:
    assert set(WORDS) == set(IDS)


@pytest.fixture(scope="module")
def few(prepared: list[Prepared]) -> list[Prepared]:
    """Records to learn from; most count as real, and no study type is rare."""
    return [
        replace(
            p,
            example=replace(
                p.example,
                record=replace(p.example.record, invented=i % 8 == 0),
                study_type="animal" if i % 2 else "observational",
            ),
        )
        for i, p in enumerate(prepared[::2])
    ]


@pytest.mark.parametrize("name", [name for name in SYSTEMS if name not in BASELINES])
def test_the_recipe_scores_every_hypothesis_whatever_is_taken_away(
    name: str, few: list[Prepared], plain: list[Prepared]
) -> None:
    said = SYSTEMS[name](few, plain)
    assert len(said) == len(plain)
    assert all({f.id for f in one.said.hypotheses} == set(IDS) for one in said)
    assert all(one.assigned <= set(IDS) for one in said)
    has_evidence = [f for f in said[0].said.hypotheses if f.evidence]
    assert bool(has_evidence) == (name != "without sentence evidence")


def test_what_is_taken_away_is_gone(plain: list[Prepared]) -> None:
    tagged = plain[0].evidence.tagged
    assert tagged.mentions
    assert without_mentions(tagged).mentions == ()
    assert without_mentions(tagged).sentences == tagged.sentences
    title, abstract = in_one_piece(tagged).sentences
    assert (title.start, title.end) == (0, len(tagged.record.title))
    assert (abstract.start, abstract.end) == (title.end + 1, len(tagged.record.text))


def test_a_near_miss_names_a_mechanism_and_bears_on_none(plain: list[Prepared]) -> None:
    assert [is_near_miss(p) for p in plain] == [False, False, True]


def test_copies_follow_their_record_and_what_is_only_learned_from_is_never_judged() -> None:
    examples = invented_examples()[:60]
    only = Example(_record("99900009", "A type", "Of study."), None, "animal", ())
    copies = title_only(examples)
    data = Data(tuple(tag([*examples, *copies, only])), len(examples))
    fold_of = dict(zip([e.record.pmid for e in examples], data.folds, strict=False))
    assert copies
    for copy, fold in zip(copies, data.folds[len(examples) :], strict=False):
        assert fold == fold_of[copy.record.pmid]
    assert data.folds[-1] == -1
    judged = Counter(p.example.record.pmid for fold in range(5) for p in data.judged_in(fold))
    assert judged == Counter(list(fold_of))


def _right(p: Prepared) -> Decided:
    """What a system says that is never wrong."""
    e = p.example
    findings = tuple(
        Finding(f.id, 1.0, f.stance, 1.0, f.origin, (Span(*f.evidence, "some text"),))
        if f.evidence
        else Finding(f.id, 1.0, f.stance, 1.0, f.origin)
        for f in e.findings
    )
    said = Annotation(
        e.record.pmid, bool(e.about), float(bool(e.about)), findings, str(e.study_type)
    )
    return Decided(said, frozenset(f.id for f in e.findings))


def test_decisions_come_back_from_their_file_and_the_file_holds_no_text(
    tmp_path: Path, prepared: list[Prepared]
) -> None:
    path = tmp_path / "new" / "decisions.jsonl"
    write_decided([_right(p) for p in prepared], path)
    assert "some text" not in path.read_text()
    for back, p in zip(read_decided(path), prepared, strict=True):
        assert back.assigned == {f.id for f in p.example.findings}
        assert {(f.id, f.stance) for f in back.said.hypotheses} == {
            (f.id, f.stance) for f in p.example.findings
        }


def test_every_figure_has_its_n_and_interval(prepared: list[Prepared]) -> None:
    judged = judged_of(prepared, [_right(p) for p in prepared])
    found = figures(judged, load_taxonomy(), in_full=True)
    n_findings = sum(len(p.example.findings) for p in prepared)
    assert found["about_drug_response"]["f1"] == 1.0
    for name in ("stance_accuracy", "stance_accuracy_were_all_assigned"):
        assert (found[name]["value"], found[name]["n"]) == (1.0, n_findings)
    assert found["supports_refutes_confused"]["value"] == 0.0
    low, high = found["study_type_accuracy"]["value_95"]
    assert 0.9 < low < high == 1.0
    core, extensions = found["hypotheses_core"], found["hypotheses_extensions"]
    assert core["micro"]["n_gold"] + extensions["micro"]["n_gold"] == n_findings
    assert core["macro_f1"]["n_labels"] == 5
    for table in found["calibration"].values():
        # its scores are 0 and 1, and right
        assert table["expected_calibration_error"] == 0.0
        assert table["expected_calibration_error_95"] == [0.0, 0.0]


def test_a_system_that_names_no_sentence_is_not_wrong_about_it(prepared: list[Prepared]) -> None:
    judged = judged_of(prepared, [_right(p) for p in prepared])
    assert figures(judged, load_taxonomy(), in_full=False)["evidence_right"]["value"] == 1.0
    bare = [
        replace(
            j,
            said=replace(
                j.said, hypotheses=tuple(replace(f, evidence=()) for f in j.said.hypotheses)
            ),
        )
        for j in judged
    ]
    assert figures(bare, load_taxonomy(), in_full=False)["evidence_right"]["value"] is None


def test_a_system_loses_nothing_against_itself_and_something_when_it_errs(
    prepared: list[Prepared],
) -> None:
    right = judged_of(prepared, [_right(p) for p in prepared])
    silent = [
        replace(j, assigned=frozenset(), said=replace(j.said, about_drug_response=False))
        for j in right
    ]
    for one in less_than(right, right).values():
        assert (one["value"], one["value_95"]) == (0.0, [0.0, 0.0])
    for one in less_than(silent, right).values():
        assert one["value"] == -1.0
        assert one["n"] == len(prepared)


def test_the_test_part_is_read_with_its_date_and_not_judged_anew() -> None:
    committed = json.loads((accuracy.RESULTS / "findings_test.json").read_text())
    read = accuracy.read_results()
    assert read["test_part"] == {
        "read_from": "benchmarks/results/findings_test.json",
        **committed,
    }
    assert read["test_part"]["date"]
    assert read["other_taxonomies"]["date"]


def test_a_run_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, prepared: list[Prepared]
) -> None:
    data = Data(tuple(prepared), len(prepared))
    names = ["rules alone"]
    accuracy.cross_validate(data, names, tmp_path, workers=1)
    done = accuracy.place(tmp_path, "rules alone", 3)
    lost = accuracy.place(tmp_path, "rules alone", 1)
    before, lost_text = done.stat().st_mtime_ns, lost.read_text()
    lost.unlink()
    accuracy.cross_validate(data, names, tmp_path, workers=1)
    assert done.stat().st_mtime_ns == before
    assert lost.read_text() == lost_text
    result = accuracy.collect(data, names, tmp_path)
    assert result["invented"]["systems"]["rules alone"]["n_records"] == len(prepared)


def test_the_committed_figures_hold_everything_and_can_be_printed() -> None:
    result = json.loads((accuracy.RESULTS / "accuracy.json").read_text())
    for kind in accuracy.SETS:
        # a part of them may be measured alone (--systems): the baselines are always there
        measured = list(result[kind]["systems"])
        assert {SHIPPED, "keyword counting", "rules alone", "TF-IDF, linear"} <= set(measured)
        assert set(measured) <= set(SYSTEMS)
        assert set(result[kind]["less_than_shipped"]) == set(measured) - {SHIPPED}
    assert result["real"]["systems"][SHIPPED]["by_period"]
    text = as_text(result)
    assert all(name in text for name in result["real"]["systems"])
    assert result["test_part"]["date"] in text
