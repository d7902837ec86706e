"""The filter on epilepsy, on records and on raw bytes."""

from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drmine.pubmed import topic_scan
from drmine.pubmed.medline_xml import parse_raw
from drmine.pubmed.record_bounds import RawRecord
from drmine.pubmed.record_stream import split_records
from drmine.pubmed.topic import is_on_topic, squeeze, topic_terms
from drmine.pubmed.topic_scan import may_be_on_topic
from drmine.records import Record

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pubmed"
REAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "medline_xml"

EXAMPLES = [(term.scope, example) for term in topic_terms() for example in term.examples]


@pytest.mark.parametrize("term", topic_terms(), ids=lambda term: term.id)
def test_a_term_finds_its_examples_and_its_anchors_announce_them(term) -> None:
    assert term.scope in ("any", "subject", "vernacular")
    assert term.examples
    for example in term.examples:
        assert re.search(term.pattern, example.lower()), example
        squeezed = squeeze(example.lower().encode())
        assert any(anchor.encode() in squeezed for anchor in term.anchors), example
    for anchor in term.anchors:
        assert squeeze(anchor.encode()) == anchor.encode()


@pytest.mark.parametrize(
    "text",
    [
        "Refractory status epilepticus in children",
        "Anti-seizure medication withdrawal",
        "Proconvulsant effects of an antibiotic",
        "Interictal spikes and high-frequency oscillations",
        "Amygdala-kindled rats",
    ],
)
def test_epilepsy_is_recognised_in_the_words_of_the_field(text: str) -> None:
    assert is_on_topic(Record("1", title=text)).keep
    assert is_on_topic(Record("1", abstract=text.upper())).keep


@pytest.mark.parametrize(
    "text",
    [
        "Laser epilation in the epilogue",
        "Electroconvulsive therapy in depression",
        "Edwardsiella ictaluri in catfish",
        "Coronary vasospasm; muscle spasms",
        "Valproate in bipolar disorder",
        "Western blot of the metabolic syndrome",
        "Kindly note the drug-resistant tuberculosis",
    ],
)
def test_what_only_sounds_like_it_is_left_out(text: str) -> None:
    decision = is_on_topic(Record("1", title=text, abstract=text))
    assert not decision.keep
    assert decision.reason == "no term for epilepsy"


def test_a_rare_disease_counts_where_it_is_the_subject() -> None:
    disease = "Lafora disease"
    assert is_on_topic(Record("1", title=disease)).keep
    assert is_on_topic(Record("1", mesh=(disease,))).keep
    assert is_on_topic(Record("1", keywords=(disease,))).keep
    assert not is_on_topic(Record("1", abstract=f"Unlike in {disease}, the patients walk.")).keep


def test_the_reason_names_the_field_and_the_words() -> None:
    assert is_on_topic(Record("1", title="On epilepsy")).reason == "title: epilep"
    assert is_on_topic(Record("1", mesh=("Humans", "Seizures"))).reason == "MeSH: seizure"
    assert is_on_topic(Record("1", substances=("Anticonvulsants",))).reason == (
        "substance: convuls"
    )
    assert is_on_topic(Record("1", journal="Epilepsia")).reason == "journal: epilep"
    assert is_on_topic(Record("1", keywords=("SEIZURE",))).reason == "keyword: seizure"


@pytest.mark.parametrize(
    "title",
    ["L'épilepsie rebelle", "Krampfanfälle bei Kindern", "La crise comitiale", "Crisi epilettica"],
)
def test_titles_in_other_languages_count(title: str) -> None:
    assert is_on_topic(Record("1", title="[Not Available].", vernacular_title=title)).keep


def raws(data: bytes) -> list[RawRecord]:
    import io

    return [raw for raw in split_records(io.BytesIO(data)) if isinstance(raw, RawRecord)]


def scan_misses(raw: RawRecord) -> list[str]:
    """PMIDs that the full reading keeps and the scan of the bytes would lose."""
    if may_be_on_topic(raw):
        return []
    records = [entry for entry in parse_raw(raw) if isinstance(entry, Record)]
    return [record.pmid for record in records if is_on_topic(record).keep]


def test_the_scan_loses_no_record_of_any_fixture() -> None:
    for path in FIXTURES.glob("*.xml"):
        if path.stem not in ("server_error", "web_page"):
            for raw in raws(path.read_bytes()):
                assert scan_misses(raw) == [], path.name


def test_the_scan_finds_words_that_the_bytes_hide() -> None:
    hidden = raws((FIXTURES / "word_hidden_in_the_bytes.xml").read_bytes())
    assert len(hidden) == 8
    assert all(may_be_on_topic(raw) for raw in hidden)
    assert all(is_on_topic(record).keep for raw in hidden for record in parse_raw(raw))


def test_the_scan_looks_neither_at_references_nor_at_addresses() -> None:
    (raw,) = raws((FIXTURES / "topic_only_in_references.xml").read_bytes())
    assert b"pilepsy" in raw.data
    assert not may_be_on_topic(raw)


def test_the_scan_is_as_right_without_the_library_that_makes_it_fast(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fixtures = [p for p in FIXTURES.glob("*.xml") if p.stem not in ("server_error", "web_page")]
    every = [raw for path in sorted(fixtures) for raw in raws(path.read_bytes())]
    as_installed = [may_be_on_topic(raw) for raw in every]

    def missing(name: str) -> None:
        raise ImportError(name)

    topic_scan._finder.cache_clear()
    monkeypatch.setattr(topic_scan, "import_module", missing)
    try:
        assert [may_be_on_topic(raw) for raw in every] == as_installed
    finally:
        topic_scan._finder.cache_clear()


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared real data are not here")
def test_the_scan_loses_no_record_of_real_files() -> None:
    import gzip

    for path in sorted(REAL.iterdir()):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for raw in raws(data):
            assert scan_misses(raw) == []


NOISE = st.sampled_from(
    [
        *["<i>", "</i>", "<sup>x</sup>", "<!--c-->", "<?p?>", "<mml:mi>"],
        "",
        " ",
        "\n   ",
        "\u00ad",
        "\u200b",
        "\u00a0",
        "\u2009",
        "é",
        "a",
        ".",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    example=st.sampled_from(EXAMPLES),
    noise=st.dictionaries(st.integers(0, 20), NOISE, max_size=4),
    referred=st.sets(st.integers(0, 20), max_size=3),
    upper=st.booleans(),
)
def test_whatever_stands_in_a_word_the_scan_loses_nothing(
    example: tuple[str, str], noise: dict[int, str], referred: set[int], upper: bool
) -> None:
    scope, text = example
    text = text.upper() if upper else text
    letters = [f"&#{ord(c)};" if at in referred else escape(c) for at, c in enumerate(text)]
    body = "".join(noise.get(at, "") + letter for at, letter in enumerate(letters))
    for tag in ("i", "mml:mi"):
        missing = body.count(f"<{tag}>") - body.count(f"</{tag}>")
        body = f"<{tag}>" * -missing + body + f"</{tag}>" * missing
    field = "VernacularTitle" if scope == "vernacular" else "ArticleTitle"
    data = (
        f"<PubmedArticle><MedlineCitation><PMID>99000001</PMID><Article><{field}>{body}</{field}>"
        "</Article></MedlineCitation></PubmedArticle>"
    )
    for raw in raws(data.encode()):
        assert scan_misses(raw) == []
