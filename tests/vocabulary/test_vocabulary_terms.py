"""The shipped vocabulary keeps its own rules: tidy files, safe terms, one owner each."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from pathlib import Path

import pytest
from shipped_vocabulary import concepts, is_gene, of_class, vocabulary

from drmine.nlp.normalize import key
from drmine.taxonomy import load_taxonomy
from drmine.vocabulary import CLASSES, load_vocabulary
from drmine.vocabulary.loader import DATA

FILES = sorted(DATA.glob("*.tsv"))
COMMON_WORDS = [
    word
    for line in Path(__file__).with_name("common_words.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
]
# Short forms that two concepts share; each counts only where the record tells which is meant.
SHARED_CONTEXT_KEYS = {
    "1019gg", "163aa", "211gg", "341cc", "341ct", "341tc", "341tt", "c341t", "cd", "dnmt", "erk",
    "fcd", "gad", "mdr", "mrp", "oat", "oatp", "oct", "sgca", "sv2", "t341c",
}  # fmt: skip
GENE_ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)?")


def rows(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")][1:]


def test_it_is_as_wide_as_promised() -> None:
    distinct = {key(t) for c in concepts() for t in c.terms + c.context_terms}
    assert len(concepts()) >= 700
    assert len(distinct) >= 4000, "terms that differ in more than spelling"


def test_every_class_is_filled() -> None:
    for class_ in CLASSES:
        assert len(of_class(vocabulary(), class_)) >= 10, class_


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_says_who_reviewed_what_from_which_source(path: Path) -> None:
    comment = "\n".join(
        line for line in path.read_text("utf-8").splitlines() if line.startswith("#")
    )
    assert "Compiled by" in comment
    assert "Sources:" in comment


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rows_are_sorted(path: Path) -> None:
    ids = [row.split("\t")[0] for row in rows(path)]
    assert ids == sorted(ids, key=lambda one: (one.lower(), one))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_holds_its_own_class_and_no_stray_spaces(path: Path) -> None:
    content = path.read_text("utf-8")
    assert "  " not in content
    assert " \t" not in content
    assert "\t " not in content
    assert "\r" not in content
    assert content.endswith("\n")
    if path.stem != "variants":
        assert {row.split("\t")[2] for row in rows(path)} == {path.stem}


def test_ids_are_gene_symbols_drug_names_or_snake_case() -> None:
    for concept in concepts():
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.,'-]*", concept.id), concept.id
        if is_gene(concept):
            assert GENE_ID.fullmatch(concept.id), concept.id
        elif concept.parent is None:
            assert concept.id == concept.id.lower(), concept.id


def test_hypotheses_are_those_of_the_taxonomy() -> None:
    known = set(load_taxonomy().ids)
    for concept in concepts():
        assert set(concept.hypotheses) <= known, concept.id


def test_every_hypothesis_has_concepts_that_bear_on_it() -> None:
    for hypothesis in load_taxonomy().ids:
        bearing = [concept for concept in concepts() if hypothesis in concept.hypotheses]
        assert len(bearing) >= 12, hypothesis


def test_a_term_that_counts_alone_belongs_to_one_concept() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for concept in concepts():
        for term in concept.terms:
            owners[key(term)].add(concept.id)
    assert {term: ids for term, ids in owners.items() if len(ids) > 1} == {}


def test_a_term_that_counts_alone_is_nowhere_a_context_term() -> None:
    safe = {key(term): concept.id for concept in concepts() for term in concept.terms}
    clashes = [
        (concept.id, term, safe[key(term)])
        for concept in concepts()
        for term in concept.context_terms
        if key(term) in safe
    ]
    assert clashes == []


def test_context_terms_that_concepts_share_are_known() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for concept in concepts():
        for term in concept.context_terms:
            owners[key(term)].add(concept.id)
    assert {term for term, ids in owners.items() if len(ids) > 1} <= SHARED_CONTEXT_KEYS


def test_a_concept_lists_no_two_spellings_of_one_term() -> None:
    for concept in concepts():
        keys = [key(term) for term in concept.terms + concept.context_terms]
        repeated = {one for one in keys if keys.count(one) > 1}
        assert repeated == set(), f"{concept.id}: {repeated} are folded by rule already"


def test_no_term_under_three_characters_counts_alone() -> None:
    for concept in concepts():
        for term in concept.terms:
            assert len(term) >= 3, (concept.id, term)
            assert len(key(term)) >= 3, (concept.id, term)


def test_no_common_word_counts_alone() -> None:
    common = {key(word) for word in COMMON_WORDS}
    unsafe = [(c.id, term) for c in concepts() for term in c.terms if key(term) in common]
    assert unsafe == []


@pytest.mark.parametrize(
    "short",
    [
        "MRP",
        "CAT",
        "PB",
        "PER",
        "REST",
        "ILAE",
        "CAR",
        "LEV",
        "ESM",
        "HS",
        "SE",
        "FA",
        "MDR",
        "CBD",
    ],
)
def test_short_forms_with_other_meanings_need_context(short: str) -> None:
    assert not [concept.id for concept in concepts() if short in concept.terms]


def test_it_loads_in_well_under_a_fifth_of_a_second() -> None:
    import timeit

    # the quickest of several runs: the machine may be busy
    # of the processor: what else the machine does is no fault of the file's
    times = timeit.repeat(load_vocabulary, timer=time.process_time, number=1, repeat=7)
    assert min(times) < 0.2
