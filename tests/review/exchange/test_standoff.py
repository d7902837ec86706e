"""BioC, PubTator and brat: findings and mentions come back, others' files are read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import bioc.biocjson
import bioc.pubtator
import pytest
from exchange_samples import (
    TAXONOMY,
    annotation,
    answered,
    many_answered,
    pmid,
    task,
    text_of,
    with_answer,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.records import Mention
from drmine.review.decisions import DecidedFinding
from drmine.review.exchange.answer import Answer, Reading, Task
from drmine.review.exchange.brat import pieces
from drmine.review.exchange.formats import READERS, WRITERS, format_of
from drmine.review.exchange.mentions import add_marked, concept_of
from drmine.review.exchange.pubtator import on_one_line

FORMATS = ("bioc", "pubtator", "brat")
NAMES = {"bioc": "q.json", "pubtator": "q.pubtator", "brat": "q"}
SLOW = {
    "max_examples": 25, "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}  # fmt: skip


def write(folder: Path, kind: str, tasks: list[Task]) -> Path:
    path = folder / NAMES[kind]
    if path.is_dir():
        for file in path.iterdir():
            file.unlink()
    WRITERS[kind](path, tasks, TAXONOMY, False)
    return path


def read(path: Path, *tasks: Task) -> Reading:
    return READERS[format_of(path)](path, TAXONOMY, text_of(*tasks), None)


@st.composite
def with_mentions(draw: st.DrawFn) -> Task:
    """Return a task with any answer, whose record has mentions at any place."""
    one = draw(answered())
    text = one.record.text
    made = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if text[start:end].strip():
            concept = draw(st.sampled_from(["ABCB1", "CYP2C9*3", "NEW:a b|c", "α-x"]))
            made.append(Mention(start, end, text[start:end], concept, "transporter"))
    return replace(one, machine=annotation(one.record, mentions=tuple(made)))


def held(kind: str, answer: Answer, text: str) -> Answer:
    """Return the answer as far as the format holds it."""
    if kind == "bioc":
        return answer
    note = answer.note if kind == "pubtator" else " ".join(answer.note.split())
    findings = answer.findings
    if kind == "pubtator":
        note = on_one_line(note)
        note = "" if note == "-" else note
    else:
        # brat marks no line break
        findings = tuple(
            replace(f, evidence=f.evidence and trimmed(text, *f.evidence)) for f in findings
        )
    return replace(answer, note=note, findings=findings)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    parts = pieces(text, start, end)
    return parts[0][0], parts[-1][1]


@pytest.mark.parametrize("kind", FORMATS)
@given(
    tasks=st.lists(with_mentions(), min_size=1, max_size=3, unique_by=lambda t: int(t.record.pmid))
)
@settings(**SLOW)
def test_answers_and_mentions_come_back(tmp_path, kind, tasks) -> None:
    if kind == "brat":
        # an empty record has nothing that could be marked
        tasks = sorted(
            (t for t in tasks if t.record.text.strip()), key=lambda t: str(t.record.pmid)
        )
        if not tasks:
            return
    reading = read(write(tmp_path, kind, tasks), *tasks)
    assert reading.problems == []
    assert reading.answers == [held(kind, t.answer, t.record.text) for t in tasks]
    assert [a.shown.text_sha256 for a in reading.answers] == [
        text_digest(t.record.text) for t in tasks
    ]
    judged = [t for t in tasks if not t.answer.is_skip]
    assert [one.pmid for one in reading.marked] == [t.record.pmid for t in judged]
    for one, t in zip(reading.marked, judged, strict=True):
        text = t.record.text
        spans = {(m.start, m.end) for m in t.machine.mentions}
        if kind == "brat":
            spans = {trimmed(text, *span) for span in spans}
        assert {(m.start, m.end) for m in one.mentions} == spans
        assert all(text[m.start : m.end] == m.text for m in one.mentions)
        folded = [on_one_line(m.concept) for m in t.machine.mentions]
        assert sorted(on_one_line(m.concept) for m in one.mentions) == sorted(folded)


@pytest.mark.parametrize("blind", [True, False])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_says_whether_the_findings_of_the_machine_were_in_it(tmp_path, kind, blind) -> None:
    one = with_answer(task(0, blind=blind), Answer("", True))
    path = write(tmp_path, kind, [one])
    (answer,) = read(path, one).answers
    assert answer.shown.blind is blind
    if kind == "bioc":
        return
    # a file of before that does not say it
    file = path / f"{pmid(0)}.ann" if kind == "brat" else path
    lines = file.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "blind" not in line.casefold()]
    assert len(kept) == len(lines) - 1
    file.write_text("".join(kept), "utf-8")
    (answer,) = read(path, one).answers
    assert answer.shown.blind is False


@pytest.mark.parametrize("kind", FORMATS)
def test_a_record_that_nobody_marked_as_done_says_nothing(tmp_path, kind) -> None:
    reading = read(write(tmp_path, kind, [task(0), task(1)]), task(0), task(1))
    assert (reading.answers, reading.marked, reading.undecided) == ([], [], 2)


DONE = {
    "bioc": ('"decision": "open"', '"decision": "done"'),
    "pubtator": ("\tdecision\topen", "\tdecision\tdone"),
    "brat": ("Decision T1 open", "Decision T1 done"),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_what_the_machine_proposed_is_taken_once_it_is_marked_as_done(tmp_path, kind) -> None:
    path = write(tmp_path, kind, [task(0)])
    file = path / f"{pmid(0)}.ann" if kind == "brat" else path
    file.write_text(file.read_text(encoding="utf-8").replace(*DONE[kind]), encoding="utf-8")
    reading = read(path, task(0))
    (answer,) = reading.answers
    (proposed,) = task(0).machine.hypotheses
    span = proposed.evidence[0]
    assert answer.findings == (
        DecidedFinding("transporter", "supports", "acquired", (span.start, span.end)),
    )
    assert (answer.about, answer.study_type) == (True, "observational")
    assert [m.text for m in reading.marked[0].mentions] == ["ABCB1"]


def test_the_library_takes_what_we_write(tmp_path) -> None:
    one = with_answer(
        task(0, title="🧠 β"),
        Answer("", True, None, (DecidedFinding("target", "mixed", "both", (2, 3)),)),
    )
    collection = bioc.biocjson.loads(write(tmp_path, "bioc", [one]).read_text(encoding="utf-8"))
    bioc.validate(collection)
    (document,) = collection.documents
    assert document.passages[1].offset == 4
    (block,) = bioc.pubtator.loads(write(tmp_path, "pubtator", [one]).read_text(encoding="utf-8"))
    assert block.text == one.record.text
    assert [(a.start, a.end, a.text) for a in block.annotations][-1] == (2, 3, "β")


OTHERS = "🧠 P-gp in rats"


def others_document(unit: str) -> dict:
    from drmine.review.exchange.offsets import to_unit

    title, abstract = OTHERS, "β-carbamazepine raised ABCB1."
    text = f"{title}\n{abstract}"

    def place(word: str, kind: str, identifier: str | None) -> dict:
        start = text.index(word)
        a, b = to_unit(text, start, unit), to_unit(text, start + len(word), unit)
        infons = {"type": kind} | ({"identifier": identifier} if identifier else {})
        return {"id": word, "infons": infons, "text": word,
                "locations": [{"offset": a, "length": b - a}]}  # fmt: skip

    return {
        "id": pmid(5),
        "passages": [
            {"infons": {"type": "title"}, "offset": 0, "text": title,
             "annotations": [place("P-gp", "Gene", None)]},
            {"infons": {"type": "abstract"}, "offset": to_unit(text, len(title) + 1, unit),
             "text": abstract, "annotations": [place("ABCB1", "Gene", "ABCB1"),
                                               place("raised", "Word", "99")]},
        ],
    }  # fmt: skip


@pytest.mark.parametrize("unit", ["code points", "bytes", "utf-16"])
@pytest.mark.parametrize("shape", ["collection", "PubTator3", "list", "lines"])
def test_bioc_of_others_is_read_in_the_unit_that_it_counts_in(tmp_path, unit, shape) -> None:
    document = others_document(unit)
    whole: object = {"list": [document], "PubTator3": {"PubTator3": [document]}}.get(
        shape, {"documents": [document], "source": "x"}
    )
    path = tmp_path / "others.json"
    path.write_text(json.dumps(document if shape == "lines" else whole), encoding="utf-8")
    reading = read(path)
    assert reading.problems == [] and reading.answers == []
    (marked,) = reading.marked
    assert [m.text for m in marked.mentions] == ["P-gp", "ABCB1", "raised"]
    assert [concept_of(m) for m in marked.mentions] == ["ABCB1", "ABCB1", "NEW:99"]


def test_one_bad_document_does_not_stop_the_others(tmp_path) -> None:
    good, bad = others_document("code points"), others_document("code points")
    bad["id"], bad["passages"][0]["annotations"][0]["locations"][0]["offset"] = pmid(6), 999
    path = tmp_path / "others.json"
    path.write_text(json.dumps([bad, {"id": "x", "passages": []}, {"id": 1}, 3, good]))
    reading = read(path)
    assert len(reading.marked) == 1 and len(reading.problems) == 4
    assert reading.problems[0].startswith(f"others.json, document 1 (id {pmid(6)}): ")


def test_pubtator_of_others(tmp_path) -> None:
    path = tmp_path / "others.txt"
    path.write_text(
        f"{pmid(7)}|t|{OTHERS}\n{pmid(7)}|a|It was not seen.\n"
        f"{pmid(7)}\t2\t6\tP-gp\tGene\tABCB1\n\n"
        f"{pmid(8)}|t|Second\n{pmid(8)}|a|\n{pmid(8)}\tx\t6\tSecond\tGene\t1\n\n"
        f"{pmid(9)}|t|Third\n{pmid(9)}|a|\n{pmid(9)}\t0\t99\tThird\tGene\t1\n",
        encoding="utf-8",
    )
    reading = read(path)
    assert [one.pmid for one in reading.marked] == [pmid(7)]
    assert reading.marked[0].mentions[0].text == "P-gp"
    assert [problem.split(":")[0] for problem in reading.problems] == [
        f"others.txt, line 7, PMID {pmid(8)}", f"others.txt, line 11, PMID {pmid(9)}",
    ]  # fmt: skip


def test_pubtator_annotations_without_an_identifier_are_named(tmp_path) -> None:
    path = tmp_path / "five.txt"
    path.write_text(
        f"{pmid(7)}|t|{OTHERS}\n{pmid(7)}|a|It was not seen.\n{pmid(7)}\t2\t6\tP-gp\tGene\n"
        f"{pmid(7)}\t10\t14\trats\tSpecies\t-\n{pmid(7)}\tCID\tD1\tD2\n",
        encoding="utf-8",
    )
    reading = read(path)
    assert [m.text for m in reading.marked[0].mentions] == ["rats"]
    assert reading.problems == [
        f"five.txt, line 3, PMID {pmid(7)}: an annotation needs six columns, and this one has 5; "
        "write - for an identifier that is not known."
    ]


def test_brat_names_what_is_wrong_by_file_and_line(tmp_path) -> None:
    folder = write(tmp_path, "brat", [task(n) for n in range(4)])
    (folder / f"{pmid(0)}.txt").unlink()
    second = folder / f"{pmid(1)}.ann"
    second.write_text(second.read_text() + "T99\ttarget 5 9999\tx\n")
    third = folder / f"{pmid(2)}.ann"
    third.write_text(third.read_text().replace("Decision T1 open", "Decision T1 perhaps"))
    (folder / "notes.ann").write_text("")
    reading = read(folder)
    assert reading.undecided == 1 and len(reading.problems) == 4
    assert f"{pmid(0)}.ann: the text {pmid(0)}.txt is missing" in reading.problems[0]
    assert f"{pmid(1)}.ann, line " in reading.problems[1] and "outside" in reading.problems[1]
    assert "'perhaps' is none of open, done, skip" in reading.problems[2]
    config = (folder / "annotation.conf").read_text()
    assert "Stance\tArg:hypothesis-transporter|" in config and "\ntransporter\n" in config
    with pytest.raises(InputError, match=r"no \.ann file"):
        (tmp_path / "empty").mkdir()
        read(tmp_path / "empty")


def test_marked_mentions_are_kept_once_in_the_shape_of_the_gold(tmp_path) -> None:
    from drmine.mention_gold import load_gold

    path = tmp_path / "others.json"
    path.write_text(json.dumps(others_document("bytes")))
    marked = read(path).marked
    assert add_marked(tmp_path, "anna", marked, "others.json") == 1
    assert add_marked(tmp_path, "anna", marked, "others.json") == 0
    (gold,) = load_gold(tmp_path / "mentions" / "anna.jsonl")
    assert gold.pmid == pmid(5) and len(gold.mentions) == 3
    # corrected and brought in again, the later line counts, also where it is the first again
    corrected = [replace(marked[0], mentions=marked[0].mentions[:1])]
    for again, n in ((corrected, 1), (marked, 3)):
        assert add_marked(tmp_path, "anna", again, "others.json") == 1
        (gold,) = load_gold(tmp_path / "mentions" / "anna.jsonl")
        assert len(gold.mentions) == n


def test_without_the_library_the_command_to_install_it_is_said(tmp_path, monkeypatch) -> None:
    import sys

    from drmine.errors import ConfigurationError

    monkeypatch.setitem(sys.modules, "bioc", None)
    for kind in ("bioc", "pubtator"):
        with pytest.raises(ConfigurationError, match="pip install 'drmine\\[exchange\\]'"):
            write(tmp_path, kind, [task(0)])


@given(tasks=many_answered())
@settings(**SLOW)
def test_a_file_is_known_by_its_content(tmp_path, tasks) -> None:
    for kind in (*FORMATS, "labelstudio", "csv", "xlsx"):
        path = tmp_path / "same.name"
        if kind == "brat":
            path = tmp_path / "folder"
        WRITERS[kind](path, tasks, TAXONOMY, False)
        assert format_of(path) == kind


def test_brat_marks_whose_words_are_not_there_are_named(tmp_path) -> None:
    one = with_answer(task(0), Answer("", True))
    folder = write(tmp_path, "brat", [one])
    file = folder / f"{pmid(0)}.ann"
    marks = file.read_text("utf-8")
    words = one.record.text[2:9]
    file.write_text(f"{marks}T77\ttarget 2 9\t{words}\n", "utf-8")
    assert read(folder, one).problems == []
    file.write_text(f"{marks}T77\ttarget 3 10\t{words}\n", "utf-8")
    reading = read(folder, one)
    assert (reading.answers, reading.marked) == ([], [])
    assert "does not stand at 3 to 10" in reading.problems[0]


@pytest.mark.parametrize(
    "change",
    [lambda t: b"\xef\xbb\xbf" + t, lambda t: t.replace(b"\n", b"\r\n"), lambda t: t + b"\n"],
    ids=["mark", "Windows", "line feed"],
)
def test_line_ends_of_an_editor_make_no_other_text_of_a_record(tmp_path, change) -> None:
    finding = DecidedFinding("target", "mixed", "both", None)
    one = with_answer(task(0), Answer("", True, None, (finding,)))
    folder = write(tmp_path, "brat", [one])
    file = folder / f"{pmid(0)}.txt"
    file.write_bytes(change(file.read_bytes()))
    (answer,) = read(folder, one).answers
    assert answer.shown.text_sha256 == text_digest(one.record.text)
    # another text stays another
    file.write_text("Another\ntext", "utf-8")
    assert read(folder, one).answers == []


@pytest.mark.parametrize("kind", ["bioc", "pubtator"])
def test_marks_with_other_words_than_the_text_are_taken_and_told(tmp_path, kind) -> None:
    path = tmp_path / "others"
    if kind == "bioc":
        document = others_document("code points")
        document["passages"][0]["annotations"][0]["text"] = "abcb1 protein"
        document["passages"][1]["annotations"][0]["text"] = "abcb1"
        path.write_text(json.dumps({"documents": [document]}), encoding="utf-8")
    else:
        path.write_text(
            f"{pmid(7)}|t|{OTHERS}\n{pmid(7)}|a|It raised ABCB1.\n"
            f"{pmid(7)}\t2\t6\tabcb1 protein\tGene\tABCB1\n"
            f"{pmid(7)}\t25\t30\tabcb1\tGene\tABCB1\n",
            encoding="utf-8",
        )
    reading = read(path)
    assert reading.problems == [] and "ABCB1" in [m.text for m in reading.marked[0].mentions]
    # capitals alone are no other words
    (told,) = reading.reworded
    assert "'abcb1 protein' does not stand" in told


def test_a_decision_whose_sentence_lies_outside_the_text_is_named(tmp_path) -> None:
    row = {"pmid": pmid(0), "about_drug_response": True}
    rows = [
        {**row, "findings": [{"id": "target", "stance": "mixed", "evidence": place}]}
        for place in ([0, 99_999], [0, 5])
    ]
    for one, n in zip(rows, (0, 1), strict=True):
        path = tmp_path / "gold.jsonl"
        path.write_text(json.dumps(one))
        reading = read(path, task(0))
        assert (len(reading.answers), len(reading.problems)) == (n, 1 - n)
    path.write_text(json.dumps(rows[0]))
    assert "line 1: the evidence of target, 0 to 99999, lies outside" in read(
        path, task(0)
    ).problems[0]  # fmt: skip
    # nothing is known of a text that is not at hand
    assert len(read(path).answers) == 1
