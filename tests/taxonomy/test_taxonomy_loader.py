"""Any taxonomy file loads or is refused in one sentence that names file and fault."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.errors import DrmineError
from drmine.taxonomy import TaxonomyError, load_taxonomy

SMALL = """
hypotheses:
  - {id: growth, name: Sustained growth}
  - {id: death, name: Resisting cell death}
"""


def write(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_id_and_name_are_enough(tmp_path: Path) -> None:
    taxonomy = load_taxonomy(write(tmp_path, SMALL))
    assert taxonomy.ids == ("growth", "death")
    assert taxonomy.id == "mine"
    assert taxonomy.version == "1"
    assert all(hypothesis.core for hypothesis in taxonomy.hypotheses)
    assert taxonomy["death"].name == "Resisting cell death"
    assert "growth" in taxonomy
    assert "other" not in taxonomy


def test_a_path_may_be_a_string(tmp_path: Path) -> None:
    assert load_taxonomy(str(write(tmp_path, SMALL))).id == "mine"


def test_optional_keys_are_read(tmp_path: Path) -> None:
    text = """
id: hallmarks
version: 2
source: somewhere
hypotheses:
  - id: 0
    name: Zero
    group: a
    definition: >-
      two
      lines
    core: false
    predicts: something
"""
    taxonomy = load_taxonomy(write(tmp_path, text))
    assert (taxonomy.id, taxonomy.version, taxonomy.source) == ("hallmarks", "2", "somewhere")
    (zero,) = taxonomy.extensions
    assert (zero.id, zero.definition, zero.predicts) == ("0", "two lines", "something")
    assert taxonomy.group_name("0") == "a"
    assert [group.id for group in taxonomy.groups] == ["a"]


def test_an_unknown_hypothesis_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        load_taxonomy(write(tmp_path, SMALL))["other"]


def test_an_unknown_key_is_a_warning_and_not_an_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = "licence: MIT\nhypotheses:\n  - {id: a, name: A, colour: red}\n"
    taxonomy = load_taxonomy(write(tmp_path, text))
    assert len(taxonomy.warnings) == 2
    assert "unknown key 'licence'" in taxonomy.warnings[0]
    assert "hypothesis 'a' has the unknown key 'colour'" in taxonomy.warnings[1]
    assert taxonomy.warnings == tuple(record.getMessage() for record in caplog.records)


def test_a_group_that_nobody_describes_is_a_warning(tmp_path: Path) -> None:
    text = "groups: [{id: a, name: A}]\nhypotheses: [{id: x, name: X, group: b}]\n"
    taxonomy = load_taxonomy(write(tmp_path, text))
    assert "names the group 'b'" in taxonomy.warnings[0]
    assert [group.id for group in taxonomy.groups] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it must hold keys such as"),
        ("- a\n- b\n", "it must hold keys such as"),
        ("just words", "it must hold keys such as"),
        ("hypotheses: [", "it is not valid YAML at line 1"),
        ("id: a\nhypotheses:\n\t- x", "it is not valid YAML at line 3"),
        ("id: x\nhypotheses: !!python/object/apply:os.getcwd []", "it is not valid YAML"),
        ("id: x\n", "it needs 'hypotheses'"),
        ("hypotheses: []\n", "it needs 'hypotheses'"),
        ("hypotheses: {a: b}\n", "it needs 'hypotheses'"),
        ("hypotheses: [growth]\n", "hypothesis 1 must have the keys 'id' and 'name'"),
        ("hypotheses: [{name: A}]\n", "hypothesis 1 has no 'id'"),
        ("hypotheses: [{id: a}]\n", "hypothesis 'a' has no 'name'"),
        ("hypotheses: [{id: a, name: ''}]\n", "hypothesis 'a' has no 'name'"),
        ("hypotheses: [{id: a, name: A}, {id: a, name: B}]\n", "the hypothesis id 'a' stands"),
        ("hypotheses: [{id: no, name: A}]\n", "hypothesis 1 has a 'id' that is not text"),
        ("hypotheses: [{id: a, name: [A]}]\n", "hypothesis 'a' has a 'name' that is not text"),
        ("hypotheses: [{id: a, name: A, core: maybe}]\n", "hypothesis 'a' has core: maybe"),
        ("hypotheses: [{id: a, name: A, name: B}]\n", "the key 'name' is given twice"),
        ("hypotheses: [{id: a, name: A}]\nhypotheses: []\n", "the key 'hypotheses' is given twice"),
        ("version: 2024-02-30\n", "not valid YAML at line 1: what stands there looks like a date"),
        ("hypotheses: [{id: !!int a, name: A}]\n", "looks like a date or a number and is none"),
        ("groups: a\nhypotheses: [{id: a, name: A}]\n", "'groups' must be a list"),
        ("stances: [{}]\nhypotheses: [{id: a, name: A}]\n", "an entry of 'stances' has no 'id'"),
    ],
)
def test_a_fault_is_one_sentence_that_names_the_file(tmp_path: Path, text: str, fault: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(TaxonomyError) as caught:
        load_taxonomy(path)
    message = str(caught.value)
    assert fault in message
    assert str(path) in message
    assert "\n" not in message
    assert message.endswith(".")
    assert isinstance(caught.value, DrmineError)
    assert caught.value.exit_code == 2


def test_a_missing_file_a_folder_and_another_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="there is no such file"):
        load_taxonomy(tmp_path / "nowhere.yaml")
    with pytest.raises(TaxonomyError, match="cannot be read"):
        load_taxonomy(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("id: Löscher\n".encode("latin-1"))
    with pytest.raises(TaxonomyError, match="not UTF-8"):
        load_taxonomy(latin)


def test_a_deeply_nested_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="not valid YAML"):
        load_taxonomy(write(tmp_path, "[" * 5000))


def test_the_fingerprint_is_of_what_the_file_says(tmp_path: Path) -> None:
    one = load_taxonomy(write(tmp_path, SMALL))
    commented = load_taxonomy(write(tmp_path, "# a comment\n" + SMALL.replace("  - ", "- ")))
    changed = load_taxonomy(write(tmp_path, SMALL.replace("Sustained", "Endless")))
    assert one.fingerprint == commented.fingerprint
    assert one.fingerprint != changed.fingerprint
    assert len(one.fingerprint) == 64


@given(st.text(max_size=200))
def test_any_text_loads_or_is_refused_but_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "any.yaml"
    path.write_text(text, "utf-8", errors="replace")
    with pytest.raises(TaxonomyError):
        load_taxonomy(path)


_plain = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=12)


@given(st.lists(_plain, min_size=1, max_size=8, unique=True))
def test_ids_come_back_in_the_order_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str]
) -> None:
    entries = "\n".join(f'  - {{id: "{one}", name: "name of {one}"}}' for one in ids)
    path = tmp_path_factory.mktemp("ids") / "any.yaml"
    path.write_text(f"hypotheses:\n{entries}\n", "utf-8")
    assert load_taxonomy(path).ids == tuple(ids)


@pytest.mark.parametrize(("written", "number"), [("345.10", "345.1"), ("010", "8")])
def test_an_id_that_yaml_would_read_as_another_number_is_refused(
    tmp_path: Path, written: str, number: str
) -> None:
    text = "hypotheses:\n  - {{id: {}, name: Status epilepticus}}\n"
    said = f"id {written} is read as the number {number}; put it in quotes"
    with pytest.raises(TaxonomyError, match=said):
        load_taxonomy(write(tmp_path, text.format(written)))
    for same in (f"'{written}'", number, "345"):
        assert load_taxonomy(write(tmp_path, text.format(same))).ids == (same.strip("'"),)


def test_a_version_that_yaml_would_read_as_another_number_is_refused(tmp_path: Path) -> None:
    text = "version: {}\nhypotheses:\n  - {{id: sudden, name: Sudden}}\n"
    with pytest.raises(TaxonomyError, match=r"version 1\.10 is read as the number 1\.1"):
        load_taxonomy(write(tmp_path, text.format("1.10")))
    for same in ("'1.10'", "1.1", "2"):
        assert load_taxonomy(write(tmp_path, text.format(same))).version == same.strip("'")
