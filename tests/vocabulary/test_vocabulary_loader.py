"""The vocabulary loader reads a folder of TSV and names file and line of a fault."""

from pathlib import Path

import pytest
from shipped_vocabulary import of_class

from drmine.errors import DrmineError
from drmine.vocabulary import CLASSES, COLUMNS, VocabularyError, load_vocabulary

HEADER = "\t".join(COLUMNS)
ABCB1 = "ABCB1\tP-glycoprotein\ttransporter\ttransporter\t\tHGNC:40\tABCB1|P-gp\tMDR"


def write(folder: Path, *lines: str, name: str = "some.tsv", header: str = HEADER) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(["# who reviewed what", header, *lines]) + "\n", "utf-8")
    return folder


def test_a_row_becomes_a_concept_with_tuples(tmp_path: Path) -> None:
    concept = load_vocabulary(write(tmp_path, ABCB1)).concepts["ABCB1"]
    assert concept.name == "P-glycoprotein"
    assert concept.class_ == "transporter"
    assert concept.hypotheses == ("transporter",)
    assert concept.parent is None
    assert concept.identifiers == ("HGNC:40",)
    assert concept.terms == ("ABCB1", "P-gp")
    assert concept.context_terms == ("MDR",)


def test_all_files_of_the_folder_are_one_vocabulary(tmp_path: Path) -> None:
    write(tmp_path, ABCB1, name="a.tsv")
    variant = "rs1045642\tABCB1 C3435T\ttransporter\ttransporter\tABCB1\tdbSNP:rs1045642\tC3435T\t"
    write(tmp_path, variant, name="b.tsv")
    vocabulary = load_vocabulary(tmp_path)
    assert list(vocabulary.concepts) == ["ABCB1", "rs1045642"]
    assert vocabulary.concepts["rs1045642"].parent == "ABCB1"
    concepts = vocabulary.concepts.values()
    assert sum(len(one.terms) + len(one.context_terms) for one in concepts) == 4
    assert len(vocabulary) == 2
    assert [concept.id for concept in of_class(vocabulary, "transporter")] == ["ABCB1", "rs1045642"]


def test_quotes_and_hashes_inside_a_row_are_plain_characters(tmp_path: Path) -> None:
    row = 'drug\ta "quoted" # name\tdrug\t\t\t\t"term|5\'-term\t'
    concept = load_vocabulary(write(tmp_path, row)).concepts["drug"]
    assert concept.name == 'a "quoted" # name'
    assert concept.terms == ('"term', "5'-term")


def test_the_fingerprint_changes_with_the_content_and_with_nothing_else(tmp_path: Path) -> None:
    one = load_vocabulary(write(tmp_path / "one", ABCB1))
    same = load_vocabulary(write(tmp_path / "same", ABCB1))
    other = load_vocabulary(write(tmp_path / "other", ABCB1.replace("MDR", "PGP")))
    assert one.fingerprint == same.fingerprint
    assert one.fingerprint != other.fingerprint
    assert len(one.fingerprint) == 64


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    unix = load_vocabulary(write(tmp_path / "unix", ABCB1))
    content = (tmp_path / "unix" / "some.tsv").read_text("utf-8")
    (tmp_path / "windows").mkdir()
    windows = "\ufeff" + content.replace("\n", "\r\n")
    (tmp_path / "windows" / "some.tsv").write_bytes(windows.encode("utf-8"))
    assert load_vocabulary(tmp_path / "windows") == unix


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([ABCB1, ABCB1], "some.tsv:4: the concept 'ABCB1' stands already at some.tsv:3"),
        ([ABCB1.replace("\ttransporter\t", "\tpump\t", 1)], "some.tsv:3: 'pump' is no class"),
        ([ABCB1.replace("\tMDR", "")], "some.tsv:3: it has 7 columns instead of 8"),
        ([ABCB1.replace("ABCB1|P-gp", "ABCB1| P-gp")], "some.tsv:3: empty or padded value"),
        ([ABCB1.replace("ABCB1|P-gp", "ABCB1||P-gp")], "some.tsv:3: empty or padded value"),
        ([ABCB1.replace("ABCB1|P-gp", "ABCB1|ABCB1")], "some.tsv:3: the same value stands twice"),
        ([ABCB1.replace("ABCB1|P-gp\tMDR", "\t")], "some.tsv:3: the concept 'ABCB1' has no term"),
        ([ABCB1.replace("P-glycoprotein", "")], "some.tsv:3: the concept 'ABCB1' has no name"),
        (["\t" + ABCB1.partition("\t")[2]], "some.tsv:3: the concept has no id"),
        (
            [ABCB1.replace("transporter\t\tHGNC", "transporter\tABCB9\tHGNC")],
            "some.tsv:3: the parent 'ABCB9' of 'ABCB1' is no concept",
        ),
    ],
)
def test_a_fault_is_one_sentence_with_file_and_line(
    tmp_path: Path, rows: list[str], message: str
) -> None:
    with pytest.raises(VocabularyError) as caught:
        load_vocabulary(write(tmp_path, *rows))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, DrmineError)


def test_wrong_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match=r"some\.tsv:2: the columns must be concept, name"):
        load_vocabulary(write(tmp_path, ABCB1, header="term\tconcept"))


def test_a_file_of_comments_alone_has_no_header(tmp_path: Path) -> None:
    (tmp_path / "some.tsv").write_text("# nothing\n", "utf-8")
    with pytest.raises(VocabularyError, match="no header line"):
        load_vocabulary(tmp_path)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "some.tsv").write_bytes("# Löscher\n".encode("latin-1"))
    with pytest.raises(VocabularyError, match="not UTF-8"):
        load_vocabulary(tmp_path)


def test_a_missing_or_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="does not exist"):
        load_vocabulary(tmp_path / "nowhere")
    with pytest.raises(VocabularyError, match=r"holds no \.tsv file"):
        load_vocabulary(tmp_path)


def test_classes_are_the_documented_ones() -> None:
    assert len(CLASSES) == len(set(CLASSES)) == 14
    assert {"transporter", "target", "enzyme", "network", "severity", "drug"} <= set(CLASSES)
