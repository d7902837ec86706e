"""What a page shows is the record, whole, and nothing that acts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_samples import annotation, record, with_second

from drmine.records import Mention, Record
from drmine.review.pages.forms import FormState, action_of, parse_form, read_state
from drmine.review.pages.shown import shown, shown_sentences
from drmine.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
TEXT = st.text(alphabet=st.sampled_from("ab.A 1?<>&\"'\u202e\u05d0\U0001f9e0\n"), max_size=80)
SPANS = st.lists(st.tuples(st.integers(-1, 90), st.integers(-1, 90)), max_size=6)


@given(TEXT, TEXT, SPANS)
def test_the_pieces_of_the_sentences_are_the_text(title: str, abstract: str, spans) -> None:
    title = title.replace("\n", " ")
    record = Record("99000001", title, abstract)
    mentions = [Mention(a, b, "x", "ABCB1", "transporter", negated=a % 2 == 0) for a, b in spans]
    one, two = shown_sentences(record, mentions)
    for sentence in (*one, *two):
        told = "".join(piece.text for piece in sentence.pieces)
        assert told == record.text[sentence.start : sentence.end]
    covered = "".join(record.text[s.start : s.end] for s in (*one, *two))
    assert "".join(covered.split()) == "".join(record.text.split())


LABELLED = ("RESULTS:", "Methods.", "We did.", "\n", "It was 1.")


@given(st.lists(st.sampled_from(LABELLED), max_size=9))
def test_labels_of_sections_are_shown_with_the_sentences(parts: list[str]) -> None:
    record = Record("99000001", "A title.", " ".join(parts))
    one, two = shown_sentences(record, ())
    told = "".join(
        sentence.before + "".join(piece.text for piece in sentence.pieces) + sentence.after
        for sentence in (*one, *two)
    )
    assert "".join(told.split()) == "".join(record.text.split())


@given(st.text(max_size=60))
def test_shown_text_holds_no_markup_and_nothing_unseen(text: str) -> None:
    html = str(shown(text))
    inner = html.replace('<span class="unseen" title="', "").replace("</span>", "")
    assert "<" not in inner
    assert not set(html) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x1b")


def test_characters_that_reorder_are_named() -> None:
    assert 'title="RIGHT-TO-LEFT OVERRIDE">U+202E</span>' in shown("a\u202eb")


def test_a_mark_says_what_it_is_and_whether_it_is_denied() -> None:
    text = "ABCB1 was not higher. MDR1 may be."
    mentions = [
        Mention(0, 5, "ABCB1", "ABCB1", "transporter", negated=True),
        Mention(22, 26, "MDR1", "ABCB1", "transporter", speculated=True),
        Mention(-1, -1, "", "heading", "drug", matched_by="mesh"),
    ]
    sentences, _ = shown_sentences(Record("99000001", text), mentions)
    marks = [p for s in sentences for p in s.pieces if p.mark]
    assert [(p.text, p.mark, p.told, p.sign) for p in marks] == [
        ("ABCB1", "transporter", "ABCB1 (transporter), negated", "not"),
        ("MDR1", "transporter", "ABCB1 (transporter), speculated", "maybe"),
    ]


@given(st.binary(max_size=200))
def test_any_body_is_a_form_or_refused(body: bytes) -> None:
    try:
        fields = parse_form(body)
    except ValueError:
        return
    state = read_state(fields, TAXONOMY, 100)
    assert set(state.hypotheses) == set(TAXONOMY.ids)


@pytest.mark.parametrize(
    ("value", "span"),
    [("3-9", (3, 9)), ("9-3", None), ("0-101", None), ("-1-5", None), ("1e1-20", None),
     ("3-", None), ("٣-٩", None), ("", None)],
)  # fmt: skip
def test_evidence_lies_inside_the_text(value: str, span) -> None:
    state = read_state({"h_target": "on", "evidence_target": value}, TAXONOMY, 100)
    assert state.hypotheses["target"].evidence == span


def test_whoever_takes_the_second_sentence_changes_something() -> None:
    of = record()
    machine = annotation(of, **with_second(of))
    state = FormState.of_machine(TAXONOMY, machine)
    assert action_of(state, machine) == "accept"
    second = machine.hypotheses[0].evidence[1]
    state.hypotheses["transporter"].evidence = (second.start, second.end)
    assert action_of(state, machine) == "change"


def test_an_empty_form_says_nothing_and_asks_for_the_topic() -> None:
    assert len(FormState.empty(TAXONOMY).problems(TAXONOMY)) == 1
