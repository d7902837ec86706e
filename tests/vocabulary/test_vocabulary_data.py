"""The shipped vocabulary keeps its own rules: safe terms, one owner each, true identifiers."""

import re
import time
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from drmine.nlp.normalize import key
from drmine.taxonomy import load_taxonomy
from drmine.vocabulary import CLASSES, Concept, Vocabulary, load_vocabulary
from drmine.vocabulary.loader import DATA

FILES = sorted(DATA.glob("*.tsv"))

IDENTIFIERS = {
    "HGNC": r"HGNC:[1-9]\d*",
    "UniProt": r"UniProt:([OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d([A-Z][A-Z0-9]{2}\d){1,2})",
    "MESH": r"MESH:(D\d{6}(\d{3})?|C\d{6}(\d{3})?)",
    "CHEBI": r"CHEBI:[1-9]\d*",
    "HP": r"HP:\d{7}",
    "dbSNP": r"dbSNP:rs[1-9]\d*",
}

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

# ABC and SLC genes whose products carry no antiseizure drug (but ions, transmitters, nutrients).
NOT_DRUG_CARRIERS = {
    "target": {
        "SLC12A2", "SLC12A5", "SLC6A1", "SLC6A11", "SLC6A12", "SLC6A13",
    },
    "gene": {
        "ABCC8", "ABCC9", "ABCD1", "SLC10A1", "SLC10A4", "SLC11A1", "SLC11A2", "SLC12A1", "SLC12A3",
        "SLC12A4", "SLC12A6", "SLC12A7", "SLC12A8", "SLC12A9", "SLC13A3", "SLC13A5", "SLC14A1",
        "SLC16A11", "SLC16A12", "SLC16A14", "SLC16A4", "SLC16A9", "SLC17A5", "SLC17A6", "SLC17A7",
        "SLC17A8", "SLC18A1", "SLC18A2", "SLC18A3", "SLC18B1", "SLC19A3", "SLC1A1", "SLC1A2",
        "SLC1A3", "SLC1A4", "SLC1A5", "SLC1A6", "SLC1A7", "SLC20A1", "SLC20A2", "SLC23A1",
        "SLC23A2", "SLC24A2", "SLC24A3", "SLC24A4", "SLC24A5", "SLC25A1", "SLC25A10", "SLC25A11",
        "SLC25A12", "SLC25A13", "SLC25A14", "SLC25A15", "SLC25A16", "SLC25A18", "SLC25A19",
        "SLC25A20", "SLC25A22", "SLC25A24", "SLC25A26", "SLC25A27", "SLC25A3", "SLC25A32",
        "SLC25A36", "SLC25A37", "SLC25A38", "SLC25A4", "SLC25A42", "SLC25A44", "SLC25A46",
        "SLC25A5", "SLC26A1", "SLC26A11", "SLC26A2", "SLC26A4", "SLC26A6", "SLC26A9", "SLC27A1",
        "SLC27A4", "SLC29A3", "SLC29A4", "SLC2A1", "SLC2A10", "SLC2A13", "SLC2A2", "SLC2A3",
        "SLC2A4", "SLC30A1", "SLC30A10", "SLC30A3", "SLC30A4", "SLC30A6", "SLC30A9", "SLC31A1",
        "SLC32A1", "SLC33A1", "SLC34A1", "SLC34A2", "SLC35A1", "SLC35A2", "SLC35A3", "SLC35B2",
        "SLC35C1", "SLC35D1", "SLC35F1", "SLC35F3", "SLC35F5", "SLC35G2", "SLC37A4", "SLC38A1",
        "SLC38A10", "SLC38A2", "SLC38A3", "SLC38A5", "SLC38A6", "SLC38A8", "SLC38A9", "SLC39A10",
        "SLC39A12", "SLC39A13", "SLC39A14", "SLC39A4", "SLC39A8", "SLC40A1", "SLC41A1", "SLC44A1",
        "SLC44A2", "SLC45A1", "SLC45A4", "SLC46A1", "SLC46A2", "SLC48A1", "SLC4A10", "SLC4A3",
        "SLC4A4", "SLC4A7", "SLC4A8", "SLC52A1", "SLC52A2", "SLC5A1", "SLC5A2", "SLC5A3", "SLC5A5",
        "SLC5A7", "SLC66A1", "SLC6A14", "SLC6A15", "SLC6A17", "SLC6A19", "SLC6A2", "SLC6A20",
        "SLC6A3", "SLC6A4", "SLC6A5", "SLC6A6", "SLC6A7", "SLC6A8", "SLC6A9", "SLC7A10", "SLC7A11",
        "SLC7A14", "SLC7A2", "SLC7A3", "SLC7A7", "SLC8A1", "SLC8A2", "SLC8A3", "SLC9A1", "SLC9A3",
        "SLC9A5", "SLC9A6", "SLC9A7", "SLC9A8", "SLC9A9",
    },
}  # fmt: skip


@cache
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def concepts() -> list[Concept]:
    return list(vocabulary().concepts.values())


def rows(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")][1:]


def is_gene(concept: Concept) -> bool:
    return any(identifier.startswith("HGNC:") for identifier in concept.identifiers)


def test_it_is_as_wide_as_promised() -> None:
    distinct = {key(t) for c in concepts() for t in c.terms + c.context_terms}
    assert len(concepts()) >= 700
    assert len(distinct) >= 4000, "terms that differ in more than spelling"


def test_every_class_is_filled() -> None:
    for class_ in CLASSES:
        assert len(vocabulary().of_class(class_)) >= 10, class_


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


def test_identifiers_are_well_formed() -> None:
    for concept in concepts():
        for identifier in concept.identifiers:
            namespace = identifier.partition(":")[0]
            assert namespace in IDENTIFIERS, identifier
            assert re.fullmatch(IDENTIFIERS[namespace], identifier), (concept.id, identifier)


def test_an_identifier_names_one_concept() -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for concept in concepts():
        for identifier in concept.identifiers:
            owners[identifier].append(concept.id)
    shared = {identifier: ids for identifier, ids in owners.items() if len(ids) > 1}
    # MeSH files Dravet syndrome under its heading for myoclonic epilepsies
    assert shared == {"MESH:D004831": ["dravet_syndrome", "myoclonic_epilepsy"]}


def test_the_namespace_fits_the_class() -> None:
    proteins = {
        "transporter", "target", "enzyme", "pharmacokinetics", "inflammation", "epigenetic", "gene",
    }  # fmt: skip
    for concept in concepts():
        namespaces = {identifier.partition(":")[0] for identifier in concept.identifiers}
        if namespaces & {"HGNC", "UniProt"}:
            assert concept.class_ in proteins, concept.id
            assert "HGNC" in namespaces, concept.id
        if "CHEBI" in namespaces:
            assert concept.class_ in {"drug", "probe"}, concept.id
        if "HP" in namespaces:
            assert concept.class_ in {"epilepsy", "lesion", "severity"}, concept.id
        if "dbSNP" in namespaces:
            assert concept.identifiers == (f"dbSNP:{concept.id}",)
            assert concept.parent, concept.id


@pytest.mark.parametrize(
    ("concept", "identifier"),
    [
        ("ABCB1", "HGNC:40"),
        ("ABCB1", "UniProt:P08183"),
        ("SCN1A", "HGNC:10585"),
        ("CYP2C9", "UniProt:P11712"),
        ("carbamazepine", "MESH:D002220"),
        ("carbamazepine", "CHEBI:3387"),
        ("valproic_acid", "MESH:D014635"),
        ("drug_resistant_epilepsy", "MESH:D000069279"),
        ("rs1045642", "dbSNP:rs1045642"),
    ],
)
def test_well_known_identifiers_are_there(concept: str, identifier: str) -> None:
    assert identifier in vocabulary().concepts[concept].identifiers


@pytest.mark.parametrize(
    ("term", "concept"),
    [
        ("P-glycoprotein", "ABCB1"),
        ("MDR1", "ABCB1"),
        ("breast cancer resistance protein", "ABCG2"),
        ("RLIP76", "RALBP1"),
        ("major vault protein", "MVP"),
        ("Nav1.1", "SCN1A"),
        ("sodium voltage-gated channel alpha subunit 1", "SCN1A"),
        ("GABA-A receptor", "gaba_a_receptor"),
        ("synaptic vesicle protein 2A", "SV2A"),
        ("GABA transaminase", "ABAT"),
        ("microsomal epoxide hydrolase", "EPHX1"),
        ("pregnane X receptor", "NR1I2"),
        ("Tegretol", "carbamazepine"),
        ("phenobarbitone", "phenobarbital"),
        ("ezogabine", "retigabine"),
        ("C3435T", "rs1045642"),
        ("IVS5N+5G>A", "rs3812718"),
        ("rs3812718", "rs3812718"),
        ("miR-134", "MIR134"),
        ("HMGB1", "HMGB1"),
        ("cyclooxygenase-2", "PTGS2"),
        ("mossy fibre sprouting", "mossy_fibre_sprouting"),
        ("small-world", "graph_theory"),
        ("number of seizures before treatment", "pretreatment_seizures"),
        ("hippocampal sclerosis", "hippocampal_sclerosis"),
        ("pharmacoresistant", "drug_resistance"),
        ("tariquidar", "tariquidar"),
        ("KCC2", "SLC12A5"),
    ],
)
def test_the_field_finds_its_words(term: str, concept: str) -> None:
    owners = [c.id for c in concepts() if key(term) in {key(one) for one in c.terms}]
    assert owners == [concept]


def test_variants_belong_to_a_gene_and_take_its_class() -> None:
    variants = [concept for concept in concepts() if concept.parent]
    assert len(variants) >= 200
    for variant in variants:
        gene = vocabulary().concepts[str(variant.parent)]
        assert is_gene(gene), variant.id
        assert variant.class_ == gene.class_, variant.id
        if variant.id.startswith("rs"):
            assert variant.terms[0] == variant.id


def test_carriers_of_drugs_are_transporters() -> None:
    """Guidelines, rule 2: a gene decides its class by its product's role."""
    for concept in concepts():
        if not is_gene(concept) or not re.match(r"(ABC[A-G]|SLC\d|SLCO)\d*[A-Z]?\d", concept.id):
            continue
        exception = next((c for c, ids in NOT_DRUG_CARRIERS.items() if concept.id in ids), None)
        assert concept.class_ == (exception or "transporter"), concept.id


@pytest.mark.parametrize(
    ("symbols", "class_", "hypothesis"),
    [
        (r"(ABC[BCG]|SLCO|SLC22)\w+", "transporter", "transporter"),
        (r"(SCN\d+[AB]|CACNA\w+|KCN\w+|GABR\w+|GRI[AKN]\w+|HCN\d|SV2[ABC])", "target", "target"),
        (r"(CYP\w+|UGT[12]\w+|EPHX1|POR|GST\w+)", "enzyme", "pharmacokinetic"),
        (r"(IL\d\w*|TLR\d|HMGB1|PTGS2)", "inflammation", "neuroinflammation"),
        (r"(MIR\w+|HDAC\d|DNMT\w+)", "epigenetic", "epigenetic"),
        (r"(BDNF|APOE|CDKL5|DEPDC5|STXBP1|TSC[12]|MTOR|MTHFR)", "gene", "gene_variant"),
    ],
)
def test_gene_families_have_the_class_of_the_guidelines(
    symbols: str, class_: str, hypothesis: str
) -> None:
    exceptions = {"ABCC8", "ABCC9"}
    found = [
        concept
        for concept in concepts()
        if is_gene(concept) and re.fullmatch(symbols, concept.id) and concept.id not in exceptions
    ]
    assert found
    for concept in found:
        assert concept.class_ == class_, concept.id
        assert hypothesis in concept.hypotheses, concept.id


def test_drugs_lesions_and_resistance_words_carry_no_hypothesis_of_their_own() -> None:
    for class_ in ("lesion", "resistance"):
        assert [c.id for c in vocabulary().of_class(class_) if c.hypotheses] == []


def test_it_loads_in_well_under_a_fifth_of_a_second() -> None:
    import timeit

    # the quickest of several runs: the machine may be busy
    # of the processor: what else the machine does is no fault of the file's
    times = timeit.repeat(load_vocabulary, timer=time.process_time, number=1, repeat=7)
    assert min(times) < 0.2
