"""BioC, PubTator and brat as others write them: what is right is read, what is wrong is named."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from exchange_samples import pmid, task, with_answer
from standoff_files import read, write

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.review.decisions.decision import DecidedFinding
from drmine.review.exchange.answer import Answer
from drmine.review.exchange.mentions import add_marked, concept_of

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


def test_marks_after_a_last_line_without_its_end_do_not_spoil_both(tmp_path) -> None:
    from drmine.mention_gold import load_gold

    path = tmp_path / "others.json"
    path.write_text(json.dumps(others_document("bytes")))
    (marked,) = read(path).marked
    assert add_marked(tmp_path, "anna", [marked], "others.json") == 1
    kept = tmp_path / "mentions" / "anna.jsonl"
    kept.write_bytes(kept.read_bytes().removesuffix(b"\n"))
    assert add_marked(tmp_path, "anna", [replace(marked, pmid=pmid(6))], "others.json") == 1
    assert [one.pmid for one in load_gold(kept)] == [pmid(5), pmid(6)]


def test_without_the_library_the_command_to_install_it_is_said(tmp_path, monkeypatch) -> None:
    import sys

    from drmine.errors import ConfigurationError

    monkeypatch.setitem(sys.modules, "bioc", None)
    for kind in ("bioc", "pubtator"):
        with pytest.raises(ConfigurationError, match="pip install 'drmine\\[exchange\\]'"):
            write(tmp_path, kind, [task(0)])


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
