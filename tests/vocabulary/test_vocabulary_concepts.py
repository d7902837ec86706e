"""The concepts of the shipped vocabulary: true identifiers, words of the field, the right class."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from shipped_vocabulary import concepts, is_gene, of_class, vocabulary

from drmine.nlp.normalize import key

IDENTIFIERS = {
    "HGNC": r"HGNC:[1-9]\d*",
    "UniProt": r"UniProt:([OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d([A-Z][A-Z0-9]{2}\d){1,2})",
    "MESH": r"MESH:(D\d{6}(\d{3})?|C\d{6}(\d{3})?)",
    "CHEBI": r"CHEBI:[1-9]\d*",
    "HP": r"HP:\d{7}",
    "dbSNP": r"dbSNP:rs[1-9]\d*",
}
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
        assert [c.id for c in of_class(vocabulary(), class_) if c.hypotheses] == []
