"""Every span stands where it says, hostile texts do no harm, failures are set aside."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drmine.nlp.pipeline import MAX_CHARACTERS, Pipeline
from drmine.nlp.tagged import FailedRecord
from drmine.records import Record

N_HOSTILE = 10_000
WORDS = [
    "P-glycoprotein", "(P-gp)", "P-gp", "ABCB1", "C3435T", "CYP2C9*3", "Na(v)1.1", "GABA(A)",
    "was", "not", "may", "whether", "no", "drug-resistant", "epilepsy", "(DRE)", "VPA", "(", ")",
    "levels", ".", "The", ",", "\u03b1", "TGF-\u03b2", "<i>SCN1A</i>", "&lt;", "30%", "vs.", "\n",
]  # fmt: skip
HOSTILE = [
    "", " ", "\n", "\t\x00\x07\x1b[31m", "\u202e\u05d0\u05d1\u05d2\u202c", "\u0645\u0631\u062d",
    "\U0001f9e0\u200d\U0001f9ec", "<b>P-gp</b>&nbsp;<script>", "1234567890", "((((", "))))",
    "P-gp" * 30, "e\u0301\u0302\u0303" * 20, "\ufeff", "\ud7ff", "\u00ad", "A.B.C.", "...", "P-",
    "-gp", "(P-gp", "[11C]", "\u2028\u2029", "\u0000", "''''", '""""', "\\", "%s{}",
]  # fmt: skip


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline()


def assert_offsets_hold(tagged):
    text = tagged.record.text
    for mention in tagged.mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
    # a name can stand in a phrase, which comes first
    ordered = [(m.start, -m.end) for m in tagged.mentions]
    assert ordered == sorted(ordered)
    for sentence in tagged.sentences:
        assert 0 <= sentence.start <= sentence.end <= len(text)
    for mention in tagged.heading_mentions:
        assert (mention.start, mention.end) == (-1, -1)


def test_ten_thousand_hostile_texts_do_no_harm(pipeline):
    draw = random.Random(20250101)
    records = [
        Record(
            pmid=str(99_000_001 + number),
            title="".join(draw.choices(HOSTILE, k=draw.randint(0, 2))),
            abstract=draw.choice(["", " "]).join(
                draw.choices(HOSTILE + WORDS, k=draw.randint(0, 12))
            ),
        )
        for number in range(N_HOSTILE)
    ]
    results = list(pipeline.pipe(records))
    assert [r.record.pmid for r in results] == [r.pmid for r in records]
    for result in results:
        assert not isinstance(result, FailedRecord), result
        assert_offsets_hold(result)


@pytest.mark.parametrize("token", ["a" * 99_000, "(" * 99_000, "not " * 24_000, "1" * 99_000])
def test_a_text_of_one_huge_token_is_read(pipeline, token):
    assert_offsets_hold(pipeline.read(Record(pmid="99000001", title="t", abstract=token)))


@settings(max_examples=150, deadline=None)
@given(
    title=st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join) | st.text(max_size=30),
    abstract=st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.text(max_size=80),
)
def test_every_span_is_the_text_at_its_offsets(pipeline, title, abstract):
    assert_offsets_hold(pipeline.read(Record(pmid="99000001", title=title, abstract=abstract)))


def test_brackets_that_are_glued_to_what_follows_do_not_make_a_text_too_long(pipeline):
    abstract = ("absorbed (AB)- " * 20_000)[: MAX_CHARACTERS - 100]
    assert "AB" in pipeline.read(Record("99000001", "Invented title", abstract)).abbreviations


def test_a_record_that_fails_is_set_aside_with_its_reason_and_the_rest_goes_on(pipeline):
    records = [
        Record(pmid="99000001", title="P-gp and VPA in epilepsy"),
        Record(pmid="99000002", abstract="x" * 1_000_000),
        Record(pmid="99000003", title="ABCB1 in epilepsy"),
    ]
    first, second, third = pipeline.pipe(records)
    assert isinstance(second, FailedRecord)
    assert f"{MAX_CHARACTERS:,}" in second.reason
    assert [m.concept for m in first.mentions][:1] == ["ABCB1"]
    assert [m.concept for m in third.mentions][:1] == ["ABCB1"]


def test_a_record_that_breaks_a_component_is_set_aside(pipeline, monkeypatch):
    def broken(text, abbreviations):
        if "BREAK" in text:
            raise RuntimeError("no such thing")
        return []

    monkeypatch.setattr(pipeline.tagger, "tag", broken)
    results = list(pipeline.pipe([Record("99000001", "BREAK"), Record("99000002", "fine")]))
    assert isinstance(results[0], FailedRecord)
    assert results[0].reason == "RuntimeError: no such thing"
    assert not isinstance(results[1], FailedRecord)


def test_every_mention_says_what_made_it(pipeline):
    record = Record(
        pmid="99000001",
        title="P-glycoprotein in epilepsy",
        abstract="The efflux carrier and P-gp. Valproic acid (VPA): VPA rose. CYP2C9*99.",
        mesh=("Receptors, GABA-A", "Drug Resistant Epilepsy/genetics"),
        substances=("Phenytoin",),
    )
    tagged = pipeline.read(record)
    made = {(m.text, m.matched_by) for m in tagged.mentions}
    assert ("P-glycoprotein", "vocabulary") in made
    assert ("VPA", "abbreviation") in made
    assert ("CYP2C9*99", "rule:star-allele") in made
    assert {m.long_form for m in tagged.mentions if m.text == "VPA"} == {"Valproic acid"}
    assert [(m.concept, m.matched_by, m.text) for m in tagged.heading_mentions] == [
        ("gaba_a_receptor", "mesh", "Receptors, GABA-A"),
        ("drug_resistant_epilepsy", "mesh", "Drug Resistant Epilepsy/genetics"),
        ("phenytoin", "substance", "Phenytoin"),
    ]


def test_an_abbreviation_of_a_salt_is_one_of_the_drug(pipeline):
    record = Record(
        pmid="99000002", title="Epilepsy", abstract="Imipramine hydrochloride (IMI): IMI helped."
    )
    mentions = pipeline.read(record).mentions
    assert [m.text for m in mentions if m.concept == "imipramine"][-2:] == ["IMI", "IMI"]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Serotonin reuptake inhibitors (SRIs) were given; an SRI was stopped.", "SRI"),
        ("GABAA receptor subunit genes (GABRs) were read. Three GABRs differed.", "GABRs"),
    ],
)
def test_an_abbreviation_counts_in_singular_and_for_what_a_general_word_ends(text, short):
    made = [m.text for m in Pipeline().read(Record("99000001", "Epilepsy", text)).mentions]
    assert short in made
