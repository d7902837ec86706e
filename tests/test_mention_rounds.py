"""Two rounds of mentions are settled by a third reader, and no mark is lost on the way."""

import pytest
from benchmarks.mention_rounds import amend, disputed, place, read_marks, settle, sheet

TEXT = "P-gp and VPA.\nValproate helps. P-gp, P-gp."
TEXTS = {"99000001": TEXT}
AGREED = (0, 4, "ABCB1")
ALONE = (14, 23, "valproic_acid")
BOTH_NEW = (9, 12, "NEW:valproate")


def test_words_are_found_by_sentence_and_occurrence():
    assert place(TEXT, 1, "P-gp", 1) == (0, 4)
    first, second = place(TEXT, 3, "P-gp", 1), place(TEXT, 3, "P-gp", 2)
    assert TEXT[slice(*first)] == TEXT[slice(*second)] == "P-gp"
    assert first < second
    for sentence, words, occurrence in ((3, "P-gp", 3), (9, "P-gp", 1), (1, "valine", 1)):
        with pytest.raises(ValueError, match=r"there is no|stands not"):
            place(TEXT, sentence, words, occurrence)


def test_a_line_that_fits_nowhere_is_named_and_the_others_count(tmp_path, capsys):
    file = tmp_path / "a.tsv"
    file.write_text("99000001\t1\tP-gp\t1\tABCB1\n99000001\t1\tabsent\t1\tABCB1\nno line\n")
    marks, lost = read_marks([file], TEXTS)
    assert marks == {"99000001": {AGREED}}
    assert lost == 2
    assert "a.tsv:2" in capsys.readouterr().err


def test_the_third_reader_sees_what_one_has_alone_and_what_both_call_new():
    a, b = {"99000001": {AGREED, ALONE, BOTH_NEW}}, {"99000001": {AGREED, BOTH_NEW}}
    assert disputed(a["99000001"], b["99000001"]) == [BOTH_NEW, ALONE]
    decisions = [line.split("\t") for line in sheet(a, b, TEXTS) if line.startswith("d0")]
    assert [(number, who, concept) for number, who, _, concept in decisions] == [
        ("d0001", "both", "NEW:valproate"),
        ("d0002", "a only", "valproic_acid"),
    ]
    assert "[VPA]" in decisions[0][2]
    assert "[Valproate]" in decisions[1][2]


def test_answers_are_applied_and_each_number_needs_one():
    a, b = {"99000001": {AGREED, ALONE, BOTH_NEW}}, {"99000001": {AGREED, BOTH_NEW}}
    answers = [
        "d0001\tchange\tVPA\tvalproic_acid",
        "d0002\tkeep",
        "ADD\t99000001\t3\tP-gp\t2\tABCB1",
    ]
    settled = settle(a, b, TEXTS, answers)["99000001"]
    assert {AGREED, ALONE, (9, 12, "valproic_acid")} < settled
    assert len(settled) == 4
    dropped = settle(a, b, TEXTS, [*answers[:1], "d0002\tdrop", "DROP\t99000001\tP-gp\tABCB1"])
    assert dropped["99000001"] == {(9, 12, "valproic_acid")}
    with pytest.raises(ValueError, match="not settled: d0002"):
        settle(a, b, TEXTS, answers[:1])
    with pytest.raises(ValueError, match="no answer"):
        settle(a, b, TEXTS, ["what?"])


def test_one_more_reader_amends_settled_marks():
    marks = {"99000001": {AGREED, ALONE, BOTH_NEW}}
    amend(
        marks,
        TEXTS,
        [
            "CHANGE\t99000001\tVPA\tNEW:valproate\tvalproic_acid",
            "DROP\t99000001\tP-gp\tABCB1",
            "ADD\t99000001\t3\tP-gp\t1\tABCB1",
        ],
    )
    start, end = place(TEXT, 3, "P-gp", 1)
    assert marks["99000001"] == {(9, 12, "valproic_acid"), ALONE, (start, end, "ABCB1")}
    with pytest.raises(ValueError, match="no such mark"):
        amend(marks, TEXTS, ["DROP\t99000001\tP-gp\tABCG2"])
