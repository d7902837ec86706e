"""Label Studio: both of its exports come back as they went out, whatever it counts in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from exchange_samples import (
    IDS,
    TAXONOMY,
    answered,
    assert_came_back,
    many_answered,
    task,
    with_answer,
)
from hypothesis import HealthCheck, assume, given, settings
from lxml import etree

from drmine.errors import InputError
from drmine.review.decisions.decision import DecidedFinding
from drmine.review.exchange.answer import Answer, Reading, Task
from drmine.review.exchange.labelstudio import labelling_config, write_label_studio
from drmine.review.exchange.labelstudio_back import read_label_studio
from drmine.review.exchange.offsets import to_unit

SLOW = {
    "max_examples": 40, "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}  # fmt: skip


def write(folder: Path, tasks: list[Task]) -> list[dict[str, Any]]:
    path, _ = write_label_studio(folder / "tasks.json", tasks, TAXONOMY)
    return json.loads(path.read_text(encoding="utf-8"))


def read(rows: object, annotator: str | None = None) -> Reading:
    content = json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace")
    return read_label_studio(Path("export.json"), content, TAXONOMY, annotator)


def as_min(row: dict[str, Any]) -> dict[str, Any]:
    """Return what JSON-MIN makes of a task: the values of each control beside its data."""
    flat = {"id": 1, **row["data"], "annotator": 1, "annotation_id": 7, "updated_at": "2026"}
    for region in row["annotations"][0]["result"]:
        value = region["value"]
        plain = value.get("choices") or (value["text"] if region["type"] == "textarea" else value)
        single = plain[0] if isinstance(plain, list) and len(plain) == 1 else plain
        if region["type"] == "labels":
            flat.setdefault(region["from_name"], []).append(value)
        else:
            flat[region["from_name"]] = single
    return flat


@given(tasks=many_answered())
@settings(**SLOW)
def test_every_answer_comes_back_from_the_full_export(tmp_path, tasks) -> None:
    assert_came_back(read(write(tmp_path, tasks)), tasks)


@given(tasks=many_answered(skips=False))
@settings(**SLOW)
def test_every_answer_comes_back_from_json_min(tmp_path, tasks) -> None:
    assert_came_back(read([as_min(row) for row in write(tmp_path, tasks)]), tasks)


@given(one=answered(skips=False))
@settings(**SLOW)
def test_an_old_version_that_counts_utf_16_is_understood(tmp_path, one) -> None:
    text = one.record.text
    spans = [f.evidence for f in one.answer.findings if f.evidence]
    # words that stand twice can be meant in either unit
    assume(spans and all(text.count(text[a:b]) == 1 for a, b in spans))
    (row,) = write(tmp_path, [one])
    for region in row["annotations"][0]["result"]:
        value = region["value"]
        for end in ("start", "end"):
            if end in value:
                value[end] = to_unit(text, value[end], "utf-16")
    reading = read([row])
    assert [reading.answers, reading.problems] == [[one.answer], []]


def test_the_config_is_xml_with_every_choice() -> None:
    root = etree.fromstring(labelling_config(TAXONOMY))
    labels = [one.get("value") for one in root.iter("Label")]
    choices = {one.get("name"): [c.get("value") for c in one] for one in root.iter("Choices")}
    assert tuple(labels) == IDS
    assert choices["target"][:4] == ["supports", "refutes", "mixed", "neutral"]
    assert len(choices["study_type"]) == 10 and choices["about_drug_response"] == ["yes", "no"]
    names = [one.get("name") for one in root.iter() if one.get("toName")]
    assert len(names) == len(set(names)) == 1 + 2 + 2 * len(IDS) + 1
    assert all(one.get("toName") == "text" for one in root.iter() if one.get("toName"))


def test_the_machines_proposal_is_a_prediction_unless_it_is_blind(tmp_path) -> None:
    (row,) = write(tmp_path, [task(0)])
    (prediction,) = row["predictions"]
    by_name = {one["from_name"]: one["value"] for one in prediction["result"]}
    assert by_name["transporter"] == {"choices": ["supports"]}
    span = by_name["evidence"]
    assert row["data"]["text"][span["start"] : span["end"]] == span["text"]
    assert "annotations" not in row
    (blind,) = write(tmp_path, [task(0, blind=True)])
    assert "predictions" not in blind and "transporter:" not in json.dumps(blind)
    # predictions that nobody submitted are no decision
    assert (read([row]).answers, read([row]).undecided) == ([], 1)


ANSWER = Answer("", True, "animal", (DecidedFinding("target", "mixed", "both", (0, 14)),))


def broken(tmp_path: Path, **changes: Any) -> Reading:
    """Read a good task after one in which a control was changed."""
    tasks = [with_answer(task(n), ANSWER) for n in range(2)]
    first, second = write(tmp_path, tasks)
    for region in first["annotations"][0]["result"]:
        if region["from_name"] in changes:
            region["value"] = changes[region["from_name"]]
    first["data"] |= changes.get("data", {})
    reading = read([first, second])
    assert reading.answers == [tasks[1].answer]
    return reading


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": {"choices": ["mixed", "neutral"]}}, "task 1, target: mixed and neutral"),
        ({"target": {"choices": ["perhaps"]}}, "task 1, target: 'perhaps' is none of"),
        ({"target": {"choices": ["not assigned"]}}, "task 1, target: a sentence is marked"),
        ({"about_drug_response": {"choices": ["no"]}}, "a record with a hypothesis is about"),
        ({"evidence": {"start": 0, "end": 4, "text": "nowhere", "labels": ["target"]}},
         "task 1, evidence: 'nowhere' does not stand at 0 to 4"),
        ({"evidence": {"labels": ["target"]}}, "task 1, evidence: a marked sentence has lost"),
        ({"evidence": {"start": 0, "end": 4, "labels": ["x"]}}, "'x' is no hypothesis"),
        ({"data": {"text": "another"}}, "task 1, text: the text is not the one that went out"),
        ({"data": {"pmid": "x"}}, "task 1, pmid: 'x' is no PMID"),
    ],
)  # fmt: skip
def test_each_error_is_named_and_the_rest_is_taken(tmp_path, changes, said) -> None:
    (problem,) = broken(tmp_path, **changes).problems
    assert problem.startswith("export.json, task 1") and said in problem


def test_of_several_annotators_one_has_to_be_named(tmp_path) -> None:
    (row,) = write(tmp_path, [with_answer(task(0), ANSWER)])
    (mine,) = row["annotations"]
    theirs = {**mine, "completed_by": {"id": 2, "email": "b@example.org"}, "result": []}
    later = {**mine, "completed_by": 1, "updated_at": "2026-02-01T10:00:00Z"}
    row["annotations"] = [later, {**mine, "completed_by": 1, "updated_at": "2025-01-01"}, theirs]
    with pytest.raises(InputError, match=r"annotations of 1, b@example\.org; say whose"):
        read([row])
    with pytest.raises(InputError, match="say whose"):
        read([row], annotator="c@example.org")
    reading = read([row], annotator="1")
    assert reading.answers == [with_answer(task(0), ANSWER).answer]
    assert reading.answers[0].time == "2026-02-01T10:00:00Z"
    assert read([row], annotator="b@example.org").undecided == 1


@pytest.mark.parametrize("content", [b"[", b"{}x", b"[]"])
def test_what_is_no_export_is_refused(content) -> None:
    with pytest.raises(InputError):
        read_label_studio(Path("x.json"), content, TAXONOMY)
    assert read([1, {"data": 2}, {"data": {"pmid": "1"}, "annotations": [{}]}]).problems
