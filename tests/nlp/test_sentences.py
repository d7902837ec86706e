"""Sentences and sections of an abstract."""

from hypothesis import given
from hypothesis import strategies as st

from drmine.nlp.sentences import read_sentences, split_sentences


def split(text):
    return [text[a:b] for a, b in split_sentences(text)]


def test_abbreviations_and_decimals_do_not_end_a_sentence():
    assert len(split("Drug A vs. Drug B gave 3.5 (i.e. More) in Fig. 2. It failed.")) == 2
    assert len(split("E. coli was found (p = .05). J. Doe agreed.")) == 2


def test_a_label_begins_a_sentence_even_after_an_abbreviation():
    assert len(split("They did not answer No. RESULTS: Ten were free.")) == 2


def test_the_line_feed_after_the_title_ends_it():
    assert split("A title without a stop\nAn abstract.") == [
        "A title without a stop",
        "An abstract.",
    ]


def sections(title, abstract):
    text = f"{title}\n{abstract}"
    return [(s.section, text[s.start : s.end]) for s in read_sentences(title, abstract)]


def test_labels_name_the_sections_and_are_not_part_of_the_sentence():
    assert sections("T", "BACKGROUND: Why. METHODS: How. RESULTS: What. CONCLUSIONS: So.") == [
        ("title", "T"), ("background", "Why."), ("methods", "How."), ("results", "What."),
        ("conclusion", "So."),
    ]  # fmt: skip


def test_labels_in_small_letters_count_too():
    assert [
        s for s, _ in sections("T", "Aims: We asked. Results. It rose. Conclusion: Yes it does.")
    ][1:] == ["aim", "results", "conclusion"]


def test_an_unlabelled_abstract_is_read_by_its_wording():
    parts = sections(
        "T",
        "Epilepsy is common. We genotyped 200 patients. The allele was significantly associated "
        "with response (p<0.01). Our findings suggest a role of the gene.",
    )
    assert [s for s, _ in parts] == ["title", "background", "methods", "results", "conclusion"]


@given(st.text(max_size=300), st.text(max_size=300))
def test_offsets_are_valid_for_any_text(title, abstract):
    text = f"{title}\n{abstract}"
    end = 0
    for sentence in read_sentences(title, abstract):
        assert end <= sentence.start < sentence.end <= len(text)
        end = sentence.end


def test_a_letter_a_number_and_a_small_name_at_a_boundary():
    def parts(text):
        return [text[a:b] for a, b in split_sentences(text)]

    assert parts("It binds NF-kappa B. The rest fell.") == [
        "It binds NF-kappa B.",
        "The rest fell.",
    ]
    assert parts("Found by J. Smith. In E. coli it grew.") == [
        "Found by J. Smith.",
        "In E. coli it grew.",
    ]
    assert parts("1. Rats ran. 2. Mice sat.") == ["1. Rats ran.", "2. Mice sat."]
    assert parts("Levels rose. p53 fell, e.g. p50.") == ["Levels rose.", "p53 fell, e.g. p50."]
